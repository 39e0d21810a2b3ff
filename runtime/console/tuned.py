"""The command ``tune``: what was found, which form each view's windows take, and whether that is news."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from fcompile.compiler.definitions import FeatureView, Label
from fcompile.compiler.selectors import nothing_selected, of_kind
from fcompile.compiler.tuning_file import windowed
from fcompile.runtime.console.forms import form_text
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import fitted, table, write
from fcompile.runtime.project_files import TUNING_FILE
from fcompile.runtime.tune import Tuned, TunePlan, plan_tuning, write_plan

_HEADINGS = ("view", "rows", "keys", "largest key", "form", "before", "why")


def tuned(session: Session, selects: Sequence[str], excludes: Sequence[str], check: bool) -> None:
    """Tune the selected views and labels; with ``check`` write nothing, and leave with 3 where that is drift."""
    session.stale_tuning = True
    project = session.project
    with session.progress() as progress:
        plan = plan_tuning(project, _chosen(session, selects, excludes), progress)
        progress.stop()
    if plan.tuned:
        write(fitted(_table(plan.tuned)))
    if plan.changed and not check:
        write_plan(project, plan)
    _say(session, plan, check)
    if check and plan.changed:
        raise typer.Exit(3)


def _chosen(
    session: Session, selects: Sequence[str], excludes: Sequence[str]
) -> tuple[FeatureView | Label, ...]:
    """Return what has windows among the selected; views next to them where that is none."""
    known = windowed(session.project.definitions)
    nodes = session.nodes(selects, excludes)
    found = [n.definition for n in nodes if isinstance(n.definition, FeatureView | Label)]
    if not found and selects:
        around = of_kind(session.graph, nodes, "feature_view")
        found = [n.definition for n in around if isinstance(n.definition, FeatureView)]
    chosen = tuple(each for each in known.values() if any(each is other for other in found))
    if not chosen and (selects or excludes):
        raise nothing_selected(selects, excludes, "feature view with windows and no label")
    return chosen


def _table(tuned: Sequence[Tuned]) -> str:
    found = [each.statistics for each in tuned]
    numbers = [
        _aligned(column, heading)
        for column, heading in zip(
            ([f.rows for f in found], [f.keys for f in found], [f.largest for f in found]),
            _HEADINGS[1:4],
            strict=True,
        )
    ]
    forms = [(form_text(each.form), _before(each), each.why) for each in tuned]
    names = [each.name for each in tuned]
    return table(
        _HEADINGS, [(n, *c, *f) for n, c, f in zip(names, zip(*numbers, strict=True), forms, strict=True)]
    )


def _aligned(column: Sequence[int], heading: str) -> list[str]:
    """Numbers with their thousands apart, to the right."""
    texts = [f"{number:,}" for number in column]
    width = max(map(len, [*texts, heading]))
    return [text.rjust(width) for text in texts]


def _before(each: Tuned) -> str:
    if each.before is None:
        return "none"
    return "same" if each.before == each.form else form_text(each.before)


def _say(session: Session, plan: TunePlan, check: bool) -> None:
    count = len(plan.tuned)
    changed = [each.name for each in plan.tuned if each.before != each.form]
    if not plan.changed:
        message = f"OK: {TUNING_FILE} is as it should be" if count else "OK: there are no windows to tune"
    elif check:
        message = f"{TUNING_FILE} would change: run `fcompile tune`, then `fcompile build`, and commit both"
    else:
        message = f"Wrote {TUNING_FILE}: run `fcompile build`, and commit both"
    session.log.say(message, event="tuned", views=count, changed=changed, written=plan.changed and not check)
