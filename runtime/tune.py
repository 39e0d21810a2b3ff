"""``tune``: reads how the sources' rows lie in the warehouse, and pins the form of each view's windows.

The rule is in compiler/tuning_rule.py, the file in compiler/tuning_file.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, Label
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.statistics import Statistics, statistics_of, statistics_text
from fcompile.compiler.tuning import Form, Tuning
from fcompile.compiler.tuning_file import lengths_of, windowed, write_tuning
from fcompile.compiler.tuning_rule import choose_form, why
from fcompile.runtime.build import write_atomically
from fcompile.runtime.events import Finished, Report, Started, silent
from fcompile.runtime.project import Project
from fcompile.runtime.project_files import TUNING_FILE
from fcompile.runtime.sources import Found, check_sources
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.registry import open_warehouse

Windowed = FeatureView | Label


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was found for one view or label: ``before`` is what tuning.yaml pinned, None: nothing.

    ``why``: what decided, in a few words; an entry that stays keeps the longer reason it was pinned for.
    """

    name: str
    statistics: Statistics
    form: Form
    before: Form | None
    why: str


@dataclass(frozen=True, slots=True)
class TunePlan:
    """``text`` is what tuning.yaml should hold; ``changed``: it holds something else, or is not there."""

    tuned: tuple[Tuned, ...]
    text: str
    changed: bool


def plan_tuning(project: Project, chosen: Sequence[Windowed], report: Report = silent) -> TunePlan:
    """Choose the form of each of ``chosen``; entries of others stay, those of what is gone do not.

    One query a source and key, and no row leaves the warehouse. An entry whose form stays the best keeps its
    reason too, so that new rows alone change nothing. Raises FcompileError (FC401 to FC403, FC45x).
    """
    groups = _groups(chosen)
    report(Started("tune", len(groups)))
    tuned: list[Tuned] = []
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        found = _found(warehouse, project, chosen)
        for group in groups:
            started = time.monotonic()
            done = list(_tuned(warehouse, project, found, group))
            tuned += done
            seconds = time.monotonic() - started
            report(Finished(group[0].source.name, "OK", done[0].statistics.rows, seconds))
    tuned.sort(key=lambda each: each.name)
    known = windowed(project.definitions)
    forms = {name: form for name, form in project.tuning.forms.items() if name in known}
    forms.update((each.name, each.form) for each in tuned)
    text = write_tuning(Tuning(MappingProxyType(forms), project.tuning.joins))
    before = _on_disk(project)
    changed = before != text.encode() and bool(forms or before)
    return TunePlan(tuple(tuned), text, changed)


def write_plan(project: Project, plan: TunePlan) -> None:
    """Write tuning.yaml, whole or not at all; raise FcompileError (FC420) where it cannot be."""
    path = project.root / TUNING_FILE
    try:
        write_atomically(path, plan.text)
    except OSError as error:
        raise FcompileError(Diagnostic("FC420", f"{path} cannot be written: {error.strerror}")) from error


def _on_disk(project: Project) -> bytes | None:
    try:
        return (project.root / TUNING_FILE).read_bytes()
    except OSError:
        return None


def _groups(chosen: Sequence[Windowed]) -> list[list[Windowed]]:
    """Those of one source and key together."""
    groups: dict[object, list[Windowed]] = {}
    for each in chosen:
        groups.setdefault((each.source, tuple(each.join_keys)), []).append(each)
    return list(groups.values())


def _found(warehouse: Warehouse, project: Project, chosen: Sequence[Windowed]) -> Found:
    views = [each for each in chosen if isinstance(each, FeatureView)]
    labels = [each for each in chosen if isinstance(each, Label)]
    return check_sources(warehouse, views, project.files, labels=labels)


def _tuned(
    warehouse: Warehouse, project: Project, found: Found, group: Sequence[Windowed]
) -> Iterator[Tuned]:
    source = found.source(group[0].source)
    lengths = _stretches(group)
    text = statistics_text(source, group, lengths, dialect_named(project.target.warehouse.type))
    statistics = statistics_of(warehouse.simple_rows(text)[0], lengths)
    for each in group:
        before = project.tuning.forms.get(each.name)
        form = choose_form(statistics, lengths_of(each))
        form = before if before is not None and before == form else form
        yield Tuned(each.name, statistics, form, before, why(statistics, lengths_of(each)))


def _stretches(group: Sequence[Windowed]) -> tuple[timedelta, ...]:
    """The longest window of each, where it has an end."""
    longest = {lengths_of(each)[-1] for each in group}
    return tuple(sorted(length for length in longest if length is not None))
