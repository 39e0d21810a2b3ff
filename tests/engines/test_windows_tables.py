"""Windows made anew in one statement leave the table that stored tiles leave: values, events and sequences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.materialize import Step, steps_of, table_definition
from fcompile.dialects.base import Dialect
from fcompile.dialects.duckdb import DuckDB
from fcompile.dialects.postgres import Postgres
from tests.differential.engine import Engine, definitions_of
from tests.differential.settings import examples
from tests.engines.plain_duckdb import PlainDuckDB
from tests.engines.postgres_cases import PostgresEngine, execute
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.spines import turning_points
from tests.oracle.vocabulary import boundaries

Row = tuple[Any, ...]
FLOATS = ("avg", "sum", "stddev_samp", "var_samp", "percentile")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def postgres() -> PostgresEngine:
    return PostgresEngine(Postgres())


class Run:
    """Runs of one view by a dialect, in a schema of its own."""

    def __init__(self, engine: Engine, view: FeatureView, dialect: Dialect, schema: str) -> None:
        self.engine = engine
        self.view = view
        self.steps: Sequence[Step] = steps_of(view, schema, "p", dialect)
        self.table = f'"{schema}"."p__{view.name}"'
        self.previous: datetime | None = None
        engine.connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        for statement in table_definition(view, schema, "p", dialect):
            engine.connection.execute(statement)

    def to(self, end: datetime, sequence: int) -> None:
        values = {
            "as_of": end,
            "since": None,
            "previous": self.previous,
            "sequence": sequence,
            "newest": True,
        }
        for step in self.steps:
            self.engine.connection.execute(step.text, {name: values[name] for name in step.parameters})
        self.previous = end

    def rows(self) -> list[dict[str, Any]]:
        found = self.engine.connection.execute(f"SELECT * FROM {self.table}")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def content(self) -> dict[Row, dict[str, Any]]:
        rows = self.rows()
        keyed = {tuple(repr(row[k.name]) for k in self.view.join_keys): row for row in rows}
        assert len(keyed) == len(rows), "an entity has two rows"
        return keyed

    def types(self) -> list[Row]:
        return self.engine.connection.execute(f"DESCRIBE {self.table}").fetchall()


class PostgresRun(Run):
    """The same on PostgreSQL; the types are told by those of DuckDB's values."""

    def __init__(self, postgres: PostgresEngine, view: FeatureView) -> None:
        self.postgres = postgres
        self.view = view
        self.steps = steps_of(view, "anew", "p", postgres.dialect)
        self.table = f'"anew"."p__{view.name}"'
        self._run('DROP SCHEMA IF EXISTS "anew" CASCADE', {})
        for statement in table_definition(view, "anew", "p", postgres.dialect):
            self._run(statement, {})

    def to(self, end: datetime, sequence: int) -> None:
        values = {"as_of": end, "since": None, "sequence": sequence, "newest": True}
        for step in self.steps:
            self._run(step.text, {name: values[name] for name in step.parameters})

    def _run(self, text: str, parameters: Mapping[str, Any]) -> None:
        with self.postgres.connection.cursor() as cursor:
            execute(cursor, text, parameters)

    def rows(self) -> list[dict[str, Any]]:
        with self.postgres.connection.cursor(binary=True) as cursor:
            execute(cursor, f"SELECT * FROM {self.table}", {})
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def types(self) -> list[Row]:
        return []


def is_float(view: FeatureView, name: str) -> bool:
    """Is it computed from floats, or of what is?"""
    feature = next((f for f in view.features if f.name == name), None)
    return feature is not None and (feature.window is None or feature.window.function in FLOATS)


def near(a: Any, b: Any, most: float) -> bool:
    """Do two floats agree to 1e-9 of the most that a sum, or one of squares, can have had in it?"""
    if not isinstance(a, float) or not isinstance(b, float):
        return repr(a) == repr(b)
    if not (math.isfinite(a) and math.isfinite(b)):
        return repr(a) == repr(b)
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), most)


def most_of(case: Case) -> float:
    """The sum of all numbers' sizes, squared where it is not small already."""
    numbers = [v for rows in case.tables.values() for row in rows for v in row.values()]
    total = math.fsum(abs(v) for v in numbers if isinstance(v, (int, float)) and math.isfinite(v))
    return max(1.0, total) ** 2


def assert_same_tables(one: Run, other: Run, case: Case) -> None:
    left, right = one.content(), other.content()
    assert other.types() in ([], one.types())
    assert left.keys() == right.keys(), f"{one.view.name}\n{case}"
    most = most_of(case)
    floats = [f.name for f in one.view.features if is_float(one.view, f.name)]
    for key, row in left.items():
        for name, value in row.items():
            found = right[key][name]
            where = f"{name} of {key}: {value!r}, {found!r}\n{one.view.name}\n{case}"
            if name in floats:
                assert near(value, found, most), where
            elif not floats or name != "__sequence":
                assert repr(value) == repr(found), where


def landed(case: Case, steps: Mapping[str, Sequence[tuple[int, int]]], load: int) -> Case:
    """The case with the rows that are there at a load: from the first of its two until before the second."""
    return case.with_tables(
        {
            n: [r for r, (first, gone) in zip(rows, steps[n], strict=True) if first <= load < gone]
            for n, rows in case.tables.items()
        }
    )


def loads_of(data: st.DataObject, case: Case) -> tuple[list[datetime], dict[str, list[tuple[int, int]]]]:
    possible = [*boundaries(["0s"]), *turning_points(case)]
    ends = sorted(set(data.draw(st.lists(st.sampled_from(possible), min_size=2, max_size=3))))
    first, gone = st.integers(0, len(ends) - 1), st.sampled_from([9, 9, 9, 9, 1, 2])
    stays = st.tuples(first, gone)
    return ends, {n: [data.draw(stays) for _ in rows] for n, rows in case.tables.items()}


def hold(engine: Engine, case: Case, data: st.DataObject, postgres: PostgresEngine | None = None) -> None:
    ends, steps = loads_of(data, case)
    definitions = definitions_of(case)
    for view in definitions.feature_views.values():
        if not view.windowed:
            continue
        engine.load(case.types, case.tables)
        stored = Run(engine, view, DuckDB(), "stored")
        anew = Run(engine, view, PlainDuckDB(), "anew") if postgres is None else PostgresRun(postgres, view)
        for load, end in enumerate(ends):
            now = landed(case, steps, load)
            engine.load(now.types, now.tables)
            if postgres is not None:
                postgres.load(now.types, now.tables)
            stored.to(end, load + 1)
            anew.to(end, load + 1)
            assert_same_tables(stored, anew, now)


@examples(dev=20, ci=250)
@given(case=cases(spine_rows=1, windowed=True), data=st.data())
def test_windows_made_anew_are_those_of_stored_tiles(engine: Engine, case: Case, data: st.DataObject) -> None:
    hold(engine, case, data)


@examples(dev=10, ci=120)
@given(case=cases(spine_rows=1, windowed=True, nested=True), data=st.data())
def test_windows_of_views_made_anew_are_those_of_stored_tiles(
    engine: Engine, case: Case, data: st.DataObject
) -> None:
    hold(engine, case, data)


@pytest.mark.engines
@examples(dev=6, ci=80)
@given(case=cases(rows=16, spine_rows=1, windowed=True), data=st.data())
def test_windows_made_anew_on_postgres_are_those_of_stored_tiles(
    engine: Engine, postgres: PostgresEngine, case: Case, data: st.DataObject
) -> None:
    hold(engine, case, data, postgres)
