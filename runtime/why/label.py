"""Why a label has its value: the rows after the time asked for, up to its horizon."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import Label
from fcompile.runtime.clock import naive_utc
from fcompile.runtime.sources import check_sources
from fcompile.runtime.warehouses.registry import open_warehouse
from fcompile.runtime.why.answers import label_answer
from fcompile.runtime.why.bounds import moved
from fcompile.runtime.why.keys import key_values
from fcompile.runtime.why.nearby import nearby
from fcompile.runtime.why.question import of_label
from fcompile.runtime.why.window_report import Maturity, WindowReport, report
from fcompile.runtime.why.window_rows import find

if TYPE_CHECKING:
    from fcompile.runtime.project import Project


def why_label(
    project: Project, label: Label, key: Mapping[str, object], at: datetime, as_of: datetime | None = None
) -> WindowReport:
    """Return what lies in the label's horizon after ``at``, as of ``as_of`` (None: the warehouse's now).

    The answer is computed by the SQL of a training set, not from the rows that are shown. Raises UsageError
    (FC430) where the key is not the label's, and what ``check_sources`` raises.
    """
    values = key_values(label.name, label.join_keys, key)
    time = naive_utc(at)
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        found = check_sources(warehouse, (), project.files, labels=[label]).label(label)
        until = warehouse.now() if as_of is None else naive_utc(as_of)
        with nearby(warehouse, found, values, project.root) as (local, read):
            question = of_label(read, time, until)
            answer = label_answer(local, read, values, time, until)
            mature = Maturity(until, moved(question.bounds.end, label.maturity))
            return report(question, values, find(local, question, values), (answer,), mature)
