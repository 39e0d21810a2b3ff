"""Non-interference, tried: each feature is computed on all rows, and again without those not known at t.

What is proved of definitions is here seen on data: of 25 sampled entities, at known times of their rows and a
microsecond to either side. Rows are deleted from the tables at the bottom, also from those that a ``query:`` or a
view of the database reads; a table of which nothing says when its rows were known keeps all of them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fcompile.compiler.compile import compile_historical
from fcompile.compiler.definitions import FeatureView, OnDemandView, Selected, Source, views_read
from fcompile.compiler.errors import Diagnostic, FcompileError, Span, UsageError
from fcompile.compiler.nested import base_of, rebased, view_read
from fcompile.compiler.request import ComputedColumn, OutputColumn, Request, member_of, request_of
from fcompile.runtime.cells import is_summed, same
from fcompile.runtime.dynamic.cuts import VARIABLE, Cuts
from fcompile.runtime.dynamic.spines import ROW, TIME, AskedRows, NotDrawn, asked_rows, key_expression
from fcompile.runtime.events import Finished, Report, Started, silent
from fcompile.runtime.sources import check_sources, moved
from fcompile.runtime.warehouses.base import Parts
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, connect, dotted, quoted_name

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

SAMPLE = 50
"""Instants a view, each of which costs one deletion."""


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that the future changed: join keys with values, the instant in ISO 8601, the cell with and without it."""

    keys: tuple[tuple[str, str], ...]
    t: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CheckedFeature:
    """One feature.

    Attributes:
        name: ``view:feature``.
        rows: how many were compared; ``filled``: in how many there was a value at all.
        first: the earliest changed cell; None where none changed.
    """

    name: str
    rows: int
    filled: int
    changed: int
    first: ChangedCell | None
    span: Span


@dataclass(frozen=True, slots=True)
class DynamicCheck:
    """What was seen, sorted by name.

    Attributes:
        skipped: (view, why it could not be tried).
        kept: base tables that kept all of their rows, as nothing says when these were known.
        failed: what went wrong while a view was computed, at the view.
    """

    features: tuple[CheckedFeature, ...]
    skipped: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]
    failed: tuple[Diagnostic, ...] = ()


def dynamic_check(
    project: Project,
    views: Sequence[FeatureView | OnDemandView],
    sample: int = SAMPLE,
    report: Report = silent,
) -> DynamicCheck:
    """Try every feature of ``views`` on the target's data, which is opened to be read only.

    ``sample``: at most so many instants a view, 1 or more. Raises UsageError (FC910) for a target whose warehouse
    is not DuckDB, and FcompileError: FC401 to FC403 the sources are not as declared.
    """
    _refuse_other_warehouses(project)
    views = sorted(views, key=lambda view: view.name)
    read = tuple(dict.fromkeys(s.view for v in views for s in views_read([member_of(v)])))
    report(Started("check", len(views)))
    with closing(connect(project, read_only=True)) as warehouse:
        found = check_sources(warehouse, read, project.files)
        declared = [found.sources.get(name, source) for name, source in project.definitions.sources.items()]
        cuts = Cuts(warehouse, declared, [found.view(view) for view in read])
        each: list[DynamicCheck] = []
        for view in views:
            started = time.monotonic()
            request = found.request(request_of([member_of(view)], True))
            each.append(_of_view(warehouse, project, view, request, cuts, sample))
            report(_finished(view, each[-1], time.monotonic() - started))
        kept = {t.shown for cut in cuts.made.values() for t in cut.tables if t.known is None}
    return DynamicCheck(
        tuple(feature for one in each for feature in one.features),
        tuple(skipped for one in each for skipped in one.skipped),
        tuple(sorted(kept)),
        tuple(problem for one in each for problem in one.failed),
    )


def _of_view(
    warehouse: DuckDBWarehouse,
    project: Project,
    view: FeatureView | OnDemandView,
    request: Request,
    cuts: Cuts,
    sample: int,
) -> DynamicCheck:
    try:
        return DynamicCheck(tuple(_tried(warehouse, project, view, request, cuts, sample)), (), ())
    except NotDrawn as reason:
        return DynamicCheck((), ((view.name, str(reason)),), ())
    except FcompileError as error:
        return DynamicCheck((), (), (), tuple(_placed(problem, view) for problem in error.diagnostics))


def _finished(view: FeatureView | OnDemandView, found: DynamicCheck, seconds: float) -> Finished:
    wrong = found.failed or any(feature.changed for feature in found.features)
    status = "ERROR" if wrong else "SKIP" if found.skipped else "OK"
    return Finished(view.name, status, max((f.rows for f in found.features), default=0), seconds)


def _placed(said: Diagnostic, view: FeatureView | OnDemandView) -> Diagnostic:
    return replace(
        said, message=f"`{view.name}` could not be computed: {said.message}", span=said.span or view.span
    )


def _refuse_other_warehouses(project: Project) -> None:
    kind = project.target.warehouse.type
    if kind != "duckdb":
        message = f"rows are deleted and compared in DuckDB only; target `{project.target_name}` is {kind}"
        hint = "use a target with `warehouse: {type: duckdb}`, such as one with a sample of the tables"
        raise UsageError(Diagnostic("FC910", message, hint=hint))


def _tried(
    warehouse: DuckDBWarehouse,
    project: Project,
    view: FeatureView | OnDemandView,
    request: Request,
    cuts: Cuts,
    sample: int,
) -> list[CheckedFeature]:
    asked = asked_rows(warehouse, request, cuts, sample)
    select = _select(project, request, asked, cuts)
    before = warehouse.stage(select)
    after = warehouse.stage(f"SELECT * FROM {dotted(before)} LIMIT 0")  # noqa: S608
    try:
        for n in range(asked.count):
            instant = f"(SELECT t FROM {dotted(asked.instants)} WHERE n = {n})"  # noqa: S608
            warehouse.execute(f"SET VARIABLE {VARIABLE} = {instant}")
            warehouse.execute(f"INSERT INTO {dotted(after)}\n{select}")
    finally:
        warehouse.execute(f"RESET VARIABLE {VARIABLE}")
    checked = _compared(warehouse, view, request.columns, asked, before, after)
    for table in (before, after):
        warehouse.drop(table)
    asked.drop(warehouse)
    return checked


def _select(project: Project, request: Request, asked: AskedRows, cuts: Cuts) -> str:
    """Return the training set over the views that are cut: the same text with and without the future."""

    few = _of_asked(request, asked, cuts)

    def cut(view: FeatureView) -> FeatureView:
        return replace(
            view, source=rebased(view.source, lambda base: few.get(base) or cuts.source(base).source)
        )

    return compile_historical(moved(request, cut), asked.spine, tuning=project.tuning).select


def _of_asked(request: Request, asked: AskedRows, cuts: Cuts) -> dict[Source, Source]:
    """Return the sources of the request that are read by keys alone, with only the rows of the entities asked for."""
    readers: dict[Source, list[Selected]] = {}
    for each in request.selected:
        readers.setdefault(base_of(each.view.source), []).append(each)
    found = {}
    for source, selected in readers.items():
        if all(view_read(each.view.source) is None and each.view.join_keys for each in selected):
            asked_for = " OR ".join(_is_asked(each, asked) for each in selected)
            keys = [key.name for key in selected[0].view.join_keys]
            found[source] = cuts.of_entities(source, asked_for, keys).source
    return found


def _is_asked(selected: Selected, asked: AskedRows) -> str:
    """Return the condition that a row of the source is of an entity that is asked for."""
    keys = [
        (selected.spine_key(k.name), key_expression(selected.view, k.name, k.dtype))
        for k in selected.view.join_keys
    ]
    names, values = (", ".join(each) for each in zip(*((quoted_name(n), e) for n, e in keys), strict=True))
    if len(keys) == 1:
        return f"{values} IN (SELECT {names} FROM {dotted(asked.rows)})"  # noqa: S608
    return f"({values}) IN (SELECT ({names}) FROM {dotted(asked.rows)})"  # noqa: S608


def _compared(
    warehouse: DuckDBWarehouse,
    view: FeatureView | OnDemandView,
    columns: Sequence[OutputColumn | ComputedColumn],
    asked: AskedRows,
    before: Parts,
    after: Parts,
) -> list[CheckedFeature]:
    joined = f"FROM {dotted(before)} AS b JOIN {dotted(after)} AS a USING ({ROW})"
    differs = {}
    for column in columns:
        name = quoted_name(column.name)
        summed = is_summed(view, column.feature)
        differs[column.name] = f"NOT {same(f'b.{name}', f'a.{name}', column.feature.dtype, summed=summed)}"
    counts = [f"count(*) FILTER (WHERE {differs[c.name]}), count(b.{quoted_name(c.name)})" for c in columns]
    ((rows, *each),) = warehouse.simple_rows(f"SELECT count(*), {', '.join(counts)} {joined}")
    found = []
    for n, column in enumerate(columns):
        changed, filled = int(str(each[2 * n])), int(str(each[2 * n + 1]))
        first = _first(warehouse, joined, column.name, differs[column.name], asked.keys) if changed else None
        name = f"{view.name}:{column.feature.name}"
        found.append(CheckedFeature(name, int(str(rows)), filled, changed, first, column.feature.span))
    return found


def _first(
    warehouse: DuckDBWarehouse, joined: str, column: str, differs: str, keys: Sequence[str]
) -> ChangedCell:
    name = quoted_name(column)
    shown = [f"b.{quoted_name(key)}" for key in keys] + [f"b.{TIME}", f"b.{name}", f"a.{name}"]
    texts = ", ".join(f"CAST({each} AS VARCHAR)" for each in shown)
    (row,) = warehouse.simple_rows(f"SELECT {texts} {joined} WHERE {differs} ORDER BY {ROW} LIMIT 1")
    *values, t, before, after = ("NULL" if value is None else str(value) for value in row)
    return ChangedCell(tuple(zip(keys, values, strict=True)), t.replace(" ", "T") + "Z", before, after)
