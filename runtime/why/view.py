"""Why a view's windows hold what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import Feature, FeatureView
from fcompile.runtime.clock import naive_utc
from fcompile.runtime.sources import check_sources
from fcompile.runtime.warehouses.registry import open_warehouse
from fcompile.runtime.why.answers import view_answer
from fcompile.runtime.why.keys import key_values
from fcompile.runtime.why.question import of_view
from fcompile.runtime.why.window_report import WindowReport, report
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

    The answer is computed by the SQL of a training set, not from the rows that are shown. Raises UsageError
    (FC430) where the key is not the view's, and what ``check_sources`` raises.
    """
    values = key_values(view.name, view.join_keys, key)
    time = naive_utc(at)
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        found = check_sources(warehouse, [view], project.files).view(view)
        asked = tuple(features) or found.features
        question = of_view(found, asked, time)
        answer = view_answer(warehouse, found, asked, values, time)
        return report(question, values, find(warehouse, question, values), answer)
