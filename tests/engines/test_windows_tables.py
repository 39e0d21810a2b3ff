"""A view's table after runs is the same on every engine: values, entities, times and sequences.

DuckDB's, which keeps windows up to date from stored tiles, is what the others are held to; a value computed from
floats is what the reference says, as closely as SPEC 4 asks. Rows land, and are gone, between the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.refusals import refused
from fcompile.dialects.duckdb import DuckDB
from fcompile.dialects.registry import DIALECTS
from tests.differential.engine import Engine, definitions_of
from tests.differential.settings import examples
from tests.engines.bigquery_cases import BigQueryEngine
from tests.engines.clickhouse_cases import ClickHouseEngine
from tests.engines.of_tables import of_tables
from tests.engines.plain_duckdb import PlainDuckDB
from tests.engines.postgres_cases import PostgresEngine
from tests.engines.spark_cases import SparkEngine
from tests.engines.view_tables import (
    BigQueryTables,
    ClickHouseTables,
    DuckTables,
    PostgresTables,
    SparkTables,
    ViewTables,
)
from tests.oracle import oracle
from tests.oracle.case import Case, Row
from tests.oracle.projects import cases
from tests.oracle.same import Approximate, agrees, comparable
from tests.oracle.spines import turning_points
from tests.oracle.vocabulary import boundaries

Spans = Mapping[str, Sequence[tuple[int, int]]]
"""Of each row of each source: the first load at which it is there, and the one at which it is gone."""

ENGINES: Mapping[str, tuple[Callable[[], ViewTables], int]] = {
    "duckdb": (lambda: DuckTables(Engine(), PlainDuckDB(), "anew"), 50),
    "postgres": (lambda: PostgresTables(PostgresEngine(DIALECTS["postgres"])), 20),
    "clickhouse": (lambda: ClickHouseTables(ClickHouseEngine(DIALECTS["clickhouse"])), 16),
    "bigquery": (lambda: BigQueryTables(BigQueryEngine(DIALECTS["bigquery"])), 6),
    "spark": (lambda: SparkTables(SparkEngine(DIALECTS["spark"])), 2),
}
"""The engines, and how many examples of each property CI tries."""

DEAR, MOST = ("bigquery", "spark"), 2
"""Where each SELECT costs much, and how many views and runs of an example are tried there."""

LATEST = cases(rows=16, spine_rows=1, windowed=False)
WINDOWS = cases(rows=16, spine_rows=1, windowed=True)
OF_VIEWS = cases(rows=16, spine_rows=1, windowed=True, nested=True)


@cache
def tables_of(name: str) -> ViewTables:
    return ENGINES[name][0]()


@cache
def stored() -> DuckTables:
    return DuckTables(Engine(), DuckDB(), "stored")


def hold(name: str, drawn: st.SearchStrategy[Case], share: int = 1) -> None:
    """Hold the engine to DuckDB's tables in as many examples as it has, or a half, a third and so on by ``share``."""
    count = ENGINES[name][1] // share

    @examples(dev=max(2, count // 10), ci=count, shrinks=False)
    @given(case=drawn, data=st.data())
    def each(case: Case, data: st.DataObject) -> None:
        case = of_tables(case)
        views = list(definitions_of(case).feature_views.values())
        dialect = PlainDuckDB() if name == "duckdb" else DIALECTS[name]
        if refused(views, dialect):
            reject()
        ends, spans = loads_of(data, case)
        most = MOST if name in DEAR else len(views)
        hold_to_stored(tables_of(name), case, views[-most:], ends[:most], spans)

    each()


def loads_of(data: st.DataObject, case: Case) -> tuple[list[datetime], Spans]:
    possible = [*boundaries(["0s"]), *turning_points(case)]
    ends = sorted(set(data.draw(st.lists(st.sampled_from(possible), min_size=2, max_size=3))))
    first, gone = st.integers(0, len(ends) - 1), st.sampled_from([9, 9, 9, 9, 1, 2])
    stays = st.tuples(first, gone)
    return ends, {n: [data.draw(stays) for _ in rows] for n, rows in case.tables.items()}


def landed(case: Case, spans: Spans, load: int) -> Case:
    """The case with the rows that are there at a load."""
    return case.with_tables(
        {
            n: [r for r, (first, gone) in zip(rows, spans[n], strict=True) if first <= load < gone]
            for n, rows in case.tables.items()
        }
    )


def hold_to_stored(
    tables: ViewTables, case: Case, views: Sequence[FeatureView], ends: Sequence[datetime], spans: Spans
) -> None:
    both = (stored(), tables)
    for each in both:
        each.begin(views)
    previous = None
    for load, end in enumerate(ends):
        now = landed(case, spans, load)
        values = {"as_of": end, "since": None, "previous": previous, "sequence": load + 1, "newest": True}
        for each in both:
            each.load(now)
            for view in views:
                each.run(view, values)
        for view in views:
            assert_same_rows(tables, view, now, end)
        previous = end


def assert_same_rows(tables: ViewTables, view: FeatureView, case: Case, end: datetime) -> None:
    expected = stored().rows(view)
    found = tables.rows(view)
    if isinstance(tables, DuckTables):
        assert tables.types(view) == stored().types(view)
    alike = tables.read_like(expected, [tuple(row.values()) for row in found])
    keyed = by_key(
        view, [dict(zip(row, values, strict=True)) for row, values in zip(found, alike, strict=True)]
    )
    assert keyed.keys() == by_key(view, expected).keys(), f"{view.name} at {end}\n{case}"
    for key, row in by_key(view, with_approximates(view, case, expected, end)).items():
        # The last digits of a float may change from run to run, and with them the sequence.
        told = not any(isinstance(value, Approximate) for value in row.values())
        for name, value in row.items():
            where = f"{name} of {key} at {end}: {value!r}, {keyed[key][name]!r}\n{view.name}\n{case}"
            assert agrees(value, keyed[key][name]) or (name == "__sequence" and not told), where


def by_key(view: FeatureView, rows: Sequence[Row]) -> dict[tuple[object, ...], Row]:
    keys = [key.name for key in view.join_keys]
    keyed: dict[tuple[object, ...], Row] = {tuple(comparable(row[key]) for key in keys): row for row in rows}
    assert len(keyed) == len(rows), "an entity has two rows"
    return keyed


def with_approximates(view: FeatureView, case: Case, rows: Sequence[Row], end: datetime) -> list[Row]:
    """The rows with the reference's values where those may differ in the last digits; windows only."""
    if not view.windowed or not rows:
        return list(rows)
    keys = [{key.name: row[key.name] for key in view.join_keys} for row in rows]
    said = oracle.online(case.project, case.tables, end, keys, [view.name])
    approximate = [{n: v for n, (v, _) in row.items() if isinstance(v, Approximate)} for row in said]
    return [{**row, **floats} for row, floats in zip(rows, approximate, strict=True)]


every_engine = pytest.mark.parametrize(
    "name", [n if n == "duckdb" else pytest.param(n, marks=pytest.mark.engines) for n in ENGINES]
)


@every_engine
def test_tables_of_latest_values_are_those_of_duckdb(name: str) -> None:
    hold(name, LATEST)


@every_engine
def test_windows_made_anew_are_those_of_stored_tiles(name: str) -> None:
    hold(name, WINDOWS)


@every_engine
def test_windows_of_views_made_anew_are_those_of_stored_tiles(name: str) -> None:
    hold(name, OF_VIEWS, share=2)
