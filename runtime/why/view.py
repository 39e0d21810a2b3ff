"""Why a view's windows hold what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import Feature, FeatureView
from fcompile.compiler.expressions.nodes import column_names
from fcompile.compiler.expressions.text import to_text
from fcompile.runtime.clock import naive_utc
from fcompile.runtime.sources import check_sources
from fcompile.runtime.warehouses.registry import open_warehouse
from fcompile.runtime.why.answers import view_answer
from fcompile.runtime.why.keys import key_values
from fcompile.runtime.why.nearby import nearby
from fcompile.runtime.why.question import of_view
from fcompile.runtime.why.window_report import Made, WindowReport, report
from fcompile.runtime.why.window_rows import find

if TYPE_CHECKING:
    from fcompile.runtime.project import Project


def why_windows(
    project: Project,
    view: FeatureView,
    key: Mapping[str, object],
    at: datetime,
    features: Sequence[Feature] = (),
) -> WindowReport:
    """Return what lies in the windows of ``features`` (none: all) for ``key`` at ``at`` (naive is UTC).

    Of features computed from windows: what lies in those, and the expressions. The answer is computed by the
    SQL of a training set, not from the rows that are shown. Raises UsageError (FC430) where the key is not
    the view's, and what ``check_sources`` raises.
    """
    values = key_values(view.name, view.join_keys, key)
    time = naive_utc(at)
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        whole = check_sources(warehouse, [view], project.files).view(view)
        with nearby(warehouse, whole, values, project.root) as (local, found):
            asked = tuple(features) or found.features
            windows, computed = _windows(found, asked), [f for f in asked if f.window is None]
            question = of_view(found, windows, time)
            answer = view_answer(local, found, (*windows, *computed), values, time)
            told = report(question, values, find(local, question, values), answer[: len(windows)])
            made = zip(computed, answer[len(windows) :], strict=True)
            return replace(told, computed=tuple(Made(f.name, to_text(f.expr), value) for f, value in made))


def _windows(view: FeatureView, asked: Sequence[Feature]) -> tuple[Feature, ...]:
    """The windows among ``asked``, with those that its computed features read, in the view's order."""
    read = {name for f in asked if f.window is None for name in column_names(f.expr)}
    names = {f.name for f in asked} | read
    return tuple(f for f in view.features if f.window is not None and f.name in names)
