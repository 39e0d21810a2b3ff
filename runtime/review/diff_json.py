"""A diff as JSON: the same keys in every version, documented in docs/how-to/diff.md."""

from __future__ import annotations

from collections.abc import Iterable

from fcompile.compiler.diff.model import Backfill, Diff, FeatureDelta, ObjectChange, Reason, SqlChange
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.errors import Span

SCHEMA_VERSION = 1


def diff_json(diff: Diff, failed: Iterable[ObjectChange] = ()) -> dict[str, object]:
    """Return the diff as plain JSON; ``failed``: the changes that ``--fail-on`` does not let pass."""
    return {
        "schema_version": SCHEMA_VERSION,
        "base": diff.base,
        "class": diff.change,
        "leak_risk": any(change.leak_risk for change in diff.changes),
        "failed": [change.id for change in failed],
        "changes": [_change(change) for change in diff.changes],
        "sql": [_sql(change) for change in diff.sql],
        "data": [_delta(delta) for delta in diff.data],
        "warnings": [{"code": each.code, "text": each.message} for each in diff.warnings],
    }


def _change(change: ObjectChange) -> dict[str, object]:
    kind, _, name = change.id.partition(".")
    return {
        "id": change.id,
        "kind": kind,
        "name": name,
        "was": change.was or None,
        "class": change.change,
        "leak_risk": change.leak_risk,
        "place": _place(change.span),
        "reasons": [_reason(reason) for reason in change.reasons],
        "backfill": _backfill(change.backfill),
        "downstream": list(change.downstream),
        "columns": list(change.columns),
        "allowed": [{"class": each.change, "reason": each.reason} for each in change.excused],
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {
        "class": reason.change,
        "key": reason.what or None,
        "text": reason.text,
        "before": reason.before or None,
        "after": reason.after or None,
        "leak_risk": reason.leak_risk,
        "place": _place(reason.span),
    }


def _place(span: Span | None) -> dict[str, object] | None:
    if span is None or not span.file:
        return None
    return {"file": span.file, "line": span.line, "column": span.column}


def _backfill(backfill: Backfill | None) -> dict[str, object] | None:
    if backfill is None:
        return None
    history = "all" if backfill.history is None else format_duration(backfill.history)
    return {"history": history, "online": backfill.online or None}


def _sql(change: SqlChange) -> dict[str, object]:
    return {
        "path": change.path,
        "object": change.object,
        "dialect": change.dialect,
        "formatting_only": change.folded,
        "diff": change.text,
    }


def _delta(delta: FeatureDelta) -> dict[str, object]:
    return {
        "feature": delta.feature,
        "rows": delta.rows,
        "changed": delta.changed,
        "nulls_before": delta.nulls_before,
        "nulls_after": delta.nulls_after,
        "largest": delta.largest,
    }
