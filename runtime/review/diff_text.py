"""A diff as people read it in a terminal: leak risks first, then the greatest class first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from fcompile.compiler.diff.model import (
    Backfill,
    ChangeClass,
    Diff,
    FeatureDelta,
    ObjectChange,
    Reason,
    SqlChange,
)
from fcompile.compiler.dtypes import format_duration
from fcompile.runtime.console.log import plain
from fcompile.runtime.console.tables import table
from fcompile.runtime.review.comment_words import changed_words

Style = Callable[[str, str], str]
"""(text, the name of a class, or "leak", "dim", "+", "-") -> text as it is shown."""

_STEP = 10
"""Where everything below a change's class begins."""

_SHORT = 60
_MOST = 12
"""Names on one line."""


def diff_text(diff: Diff, style: Style, sql: bool = False, *, selected: bool = False) -> str:
    """Return the diff, a block an object; it ends with a line end.

    ``sql``: with the SQL that differs. ``selected``: the diff is of a part of the project.
    """
    if not diff.changes and not diff.sql and selected:
        return (
            f"No changes of what is selected since {plain(diff.base)}; +NAME selects what it is made of too\n"
        )
    if not diff.changes and not diff.sql:
        return f"No changes: the project is as in {plain(diff.base)}\n"
    blocks = [_head(diff), *("\n".join(_block(change, style)) for change in in_order(diff.changes))]
    if diff.data:
        blocks.append(_data(diff.data))
    if diff.sql:
        blocks.append("\n".join(_sql(diff.sql, style, sql)))
    return "\n\n".join(blocks) + "\n"


def in_order(changes: Iterable[ObjectChange]) -> list[ObjectChange]:
    """Leak risks first, then the greatest class first, then as they are sorted."""
    return sorted(changes, key=lambda change: (not change.leak_risk, -change.change.rank))


def _head(diff: Diff) -> str:
    counts = [(each, sum(change.change is each for change in diff.changes)) for each in reversed(ChangeClass)]
    found = ", ".join(f"{count} {each}" for each, count in counts if count)
    risks = sum(change.leak_risk for change in diff.changes)
    leaks = f"; {risks} leak risk{'' if risks == 1 else 's'}" if risks else ""
    what = changed_words(diff.changes)
    if not diff.changes:
        what = "no definition changed, and SQL did: see fcompile.yaml and tuning.yaml"
    return f"Compared with {plain(diff.base)}: {what}{f' ({found})' if found else ''}{leaks}"


def _block(change: ObjectChange, style: Style) -> Iterator[str]:
    kind, _, name = change.id.partition(".")
    was = f" (was {change.was.partition('.')[2]})" if change.was else ""
    place = f"  {change.span.file}:{change.span.line}" if change.span and change.span.file else ""
    title = f"{kind} {name}{was}"
    yield f"{style(change.change.ljust(_STEP), change.change)}{title}{style(plain(place), 'dim')}"
    below = " " * _STEP
    for reason in sorted(change.reasons, key=lambda each: (not each.leak_risk, -each.change.rank)):
        sign = style("LEAK RISK: ", "leak") if reason.leak_risk else ""
        other = f"{reason.change}: " if reason.change is not change.change else ""
        yield f"{below}{sign}{other}{_said(reason)}"
    if change.backfill is not None:
        yield f"{below}backfill: {_history(change.backfill)}"
        if change.backfill.online:
            yield f"{below}online: {plain(change.backfill.online)}"
    if change.downstream:
        yield f"{below}downstream: {_by_kind(change.downstream)}"
    if change.columns:
        yield f"{below}columns of services: {_listed(change.columns)}"
    if change.allowed is not None:
        yield f"{below}allowed: {_short(change.allowed.reason, 200)}"


def _said(reason: Reason) -> str:
    """Return the sentence, with what was and what is where it does not say so."""
    text = plain(reason.text)
    if not (reason.before or reason.after) or all(
        each in reason.text for each in (reason.before, reason.after)
    ):
        return text
    where = f"{plain(reason.what)}: " if reason.what else ""
    before, after = _short(reason.before) or "nothing", _short(reason.after) or "nothing"
    return f"{where}{before} -> {after}  ({text})"


def _short(text: str, most: int = _SHORT) -> str:
    line = plain(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 3]}..."


def _history(backfill: Backfill) -> str:
    history = backfill.history
    if history is None:
        return "all history"
    return f"the last {format_duration(history)}" if history else "nothing"


def _by_kind(ids: Iterable[str]) -> str:
    """Return "feature view a, b; label c" of ids sorted by kind."""
    parts = groupby((each.partition(".") for each in ids), key=lambda part: part[0])
    return "; ".join(f"{kind} {_listed([name for _, _, name in group])}" for kind, group in parts)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST])
    return shown if len(names) <= _MOST else f"{shown} and {len(names) - _MOST} more"


def _data(deltas: Iterable[FeatureDelta]) -> str:
    rows = [
        (
            d.feature,
            d.rows,
            d.changed,
            share(d.changed, d.rows),
            share(d.nulls_before, d.rows),
            share(d.nulls_after, d.rows),
            "" if d.largest is None else f"{d.largest:.6g}",
        )
        for d in sorted(deltas, key=lambda d: (-d.changed, d.feature))
    ]
    headings = ("feature", "rows", "changed", "share", "null before", "null after", "largest difference")
    return "On sampled data\n" + table(headings, rows).rstrip("\n")


def share(part: int, whole: int) -> str:
    """Return a percentage that is never rounded to none or all.

    >>> share(0, 3), share(1, 3), share(1, 10**6), share(999_999, 10**6)
    ('0 %', '33.3 %', '<0.1 %', '>99.9 %')
    """
    if not whole:
        return ""
    value = 100 * part / whole
    if 0 < value < 0.1:
        return "<0.1 %"
    if 99.9 < value < 100:
        return ">99.9 %"
    return f"{value:.3g} %"


def _sql(changes: Iterable[SqlChange], style: Style, whole: bool) -> Iterator[str]:
    every = list(changes)
    telling = [change for change in every if not change.folded]
    folded = [change.path for change in every if change.folded]
    files = f"SQL: {len(every)} file{'' if len(every) == 1 else 's'}"
    only = f", {len(folded)} of them only in comments or layout" if folded else ""
    yield f"{files}{only}{'' if whole or not telling else '; --sql shows what changes'}"
    for path in folded:
        yield f"= {path}"
    for change in telling:
        if not whole:
            yield f"{_sign(change)} {change.path}"
        else:
            yield ""
            yield from (_colored(plain(line), style) for line in change.text.split("\n"))


def _sign(change: SqlChange) -> str:
    if change.text.startswith("--- /dev/null"):
        return "+"
    return "-" if "\n+++ /dev/null" in change.text[:1000] else "~"


def _colored(line: str, style: Style) -> str:
    return style(line, line[0]) if line[:1] in ("+", "-") and line[:3] not in ("+++", "---") else line
