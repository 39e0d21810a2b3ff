"""``check --dynamic``: what was compared, and every feature that the future changed as an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import FeatureView, OnDemandView
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.compiler.graph import Node
from fcompile.compiler.selectors import of_kind
from fcompile.runtime.console import tables
from fcompile.runtime.console.proved import check_definitions
from fcompile.runtime.console.session import Session

if TYPE_CHECKING:
    from fcompile.runtime.dynamic.check import CheckedFeature, DynamicCheck

_HEADINGS = ("feature", "rows", "with a value", "changed")


def checked_dynamically(session: Session, nodes: Sequence[Node], sample: int | None) -> None:
    """Try the views among and next to ``nodes``; print what was compared.

    Raises FcompileError with FC256 for what changed, beside the leaks that the proof finds.
    """
    from fcompile.runtime.dynamic.check import SAMPLE, dynamic_check

    if sample is not None and sample < 1:
        hint = "give the number of instants, such as 50"
        raise UsageError(Diagnostic("FC285", f"--sample: `{sample}` is less than 1", hint=hint))
    leaks = _leaks(session)
    with session.progress() as progress:
        found = dynamic_check(session.project, _views(session, nodes), sample or SAMPLE, progress)
    tables.write(tables.table(_HEADINGS, [(f.name, f.rows, f.filled, f.changed) for f in found.features]))
    _say_left_out(session, found)
    changed = [_problem(feature) for feature in found.features if feature.changed]
    if leaks or changed or found.failed:
        raise FcompileError(*leaks, *changed, *found.failed, files=session.project.files)


def _leaks(session: Session) -> tuple[Diagnostic, ...]:
    """Return what the proof calls leaks: they are tried all the same. Raises what keeps SQL from being made."""
    try:
        check_definitions(session)
    except FcompileError as error:
        if any(not each.code.startswith("FC25") for each in error.diagnostics):
            raise
        return error.diagnostics
    return ()


def _views(session: Session, nodes: Sequence[Node]) -> list[FeatureView | OnDemandView]:
    """Return the feature views and on-demand views that are selected, else those that what is selected reads."""
    graph = session.graph
    found = [*of_kind(graph, nodes, "feature_view"), *of_kind(graph, nodes, "on_demand_view")]
    views = (node.definition for node in dict.fromkeys(found))
    return [view for view in views if isinstance(view, FeatureView | OnDemandView)]


def _say_left_out(session: Session, found: DynamicCheck) -> None:
    for name, reason in found.skipped:
        session.log.say(f"Skipped {name}: {reason}", event="skipped", view=name, reason=reason)
    for table in found.kept:
        session.log.say(
            f"No row of {table} was deleted: nothing says when its rows were known", event="kept", table=table
        )


def _problem(feature: CheckedFeature) -> Diagnostic:
    counted = f"{feature.changed:,} of {feature.rows:,} cells"
    message = f"`{feature.name}` sees the future: {counted} change when rows not known at t are deleted"
    first = feature.first
    if first is not None:
        keys = ", ".join(f"{name}={value}" for name, value in first.keys)
        of = f"of {keys} " if keys else ""
        message += f"; {of}at {first.t} it is {_short(first.before)}, and {_short(first.after)} without them"
    hint = "use only rows known by t: no statistics over all rows, no LEAD, and a known time that is not too early"
    return Diagnostic("FC256", message, feature.span, hint)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
