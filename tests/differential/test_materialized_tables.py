"""The tables of latest values that a run writes in the warehouse, after runs to growing ends with rows landing
between them. Those of windows are held to the reference where they are read: tests/laws/test_no_skew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.materialize import MaterializeSql, compile_materialize
from tests.differential.engine import Engine, definitions_of
from tests.differential.settings import examples
from tests.oracle import oracle
from tests.oracle.case import Case
from tests.oracle.latest import feature_value
from tests.oracle.projects import cases
from tests.oracle.rows import keys_of
from tests.oracle.same import comparable
from tests.oracle.vocabulary import MICRO, boundaries

Landing = Mapping[str, Sequence[int]]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def expected_rows(case: Case, view: Mapping[str, Any], t: datetime) -> dict[Any, list[Any]]:
    """Return key -> key, features, event and created of the row in force at ``t``, whatever its age."""
    source = next(s for s in case.project["sources"] if s["name"] == view["source"])
    names = keys_of(case.project, view)
    found: dict[Any, list[Any]] = {}
    for key in [[row[n] for n in names] for row in case.tables[source["name"]]]:
        row = oracle.latest_row(case.project, case.tables, view, key, t)
        if row is not None:
            times = [row[source["timestamp_field"]], row.get(source.get("created_timestamp_field", ""))]
            values = [*key, *(feature_value(f, row) for f in view["features"]), *times]
            found[tuple(map(comparable, key))] = [comparable(v) for v in values]
    return found


def landed(case: Case, landing: Landing, load: int) -> Case:
    """Return the case with the rows of the first loads only."""
    return case.with_tables(
        {
            n: [r for r, at in zip(rows, landing[n], strict=True) if at <= load]
            for n, rows in case.tables.items()
        }
    )


def merge(engine: Engine, sql: MaterializeSql, end: datetime, since: datetime | None, sequence: int) -> None:
    parameters = {"as_of": end, "since": since, "sequence": sequence, "newest": True}
    for step in sql.steps:
        engine.connection.execute(step.text, {name: parameters[name] for name in step.parameters})


def table_of(engine: Engine, sql: MaterializeSql, keys: int) -> dict[Any, list[Any]]:
    columns = [*(f'"{name}"' for name, _ in sql.columns), '"__event"', '"__created"']
    rows = engine.connection.execute(f"SELECT {', '.join(columns)} FROM {sql.table}").fetchall()
    found = {tuple(comparable(v) for v in row[:keys]): [comparable(v) for v in row] for row in rows}
    assert len(found) == len(rows), "an entity has two rows"
    return found


def loads_of(data: st.DataObject, case: Case) -> tuple[list[datetime], Landing]:
    spans = ["0s", *(v["ttl"] for v in case.project["feature_views"] if "ttl" in v)]
    ends = sorted(set(data.draw(st.lists(st.sampled_from(boundaries(spans)), min_size=1, max_size=3))))
    which = st.integers(0, len(ends) - 1)
    return ends, {n: [data.draw(which) for _ in rows] for n, rows in case.tables.items()}


@examples(dev=20, ci=150)
@given(case=cases(rows=16, spine_rows=1, windowed=False), data=st.data())
def test_a_view_table_holds_the_row_in_force_of_every_entity(
    engine: Engine, case: Case, data: st.DataObject
) -> None:
    ends, landing = loads_of(data, case)
    definitions = definitions_of(case)
    for view in case.project["feature_views"]:
        sql = compile_materialize(definitions.feature_views[view["name"]], "features", "p")
        keys = len(keys_of(case.project, view))
        for statement in sql.drop:
            engine.connection.execute(statement)
        for load, end in enumerate(ends):
            now = landed(case, landing, load)
            engine.load(now.types, now.tables)
            for statement in sql.create:
                engine.connection.execute(statement)
            merge(engine, sql, end, None, load + 1)
            assert table_of(engine, sql, keys) == expected_rows(now, view, end), (
                f"{view['name']} at {end}\n{now}"
            )


@examples(dev=10, ci=75)
@given(case=cases(rows=16, spine_rows=1, windowed=False), data=st.data())
def test_looking_only_at_entities_with_news_gives_the_same_table(
    engine: Engine, case: Case, data: st.DataObject
) -> None:
    """Without rows that land late, entities with nothing new since the last run need no second look."""
    ends, _ = loads_of(data, case)
    definitions = definitions_of(case)
    engine.load(case.types, case.tables)
    for view in case.project["feature_views"]:
        sql = compile_materialize(definitions.feature_views[view["name"]], "features", "p")
        keys = len(keys_of(case.project, view))
        for statement in (*sql.drop, *sql.create):
            engine.connection.execute(statement)
        for number, (before, end) in enumerate(zip([None, *ends[:-1]], ends, strict=True)):
            merge(engine, sql, end, before_exact(view, before), number + 1)
            assert table_of(engine, sql, keys) == expected_rows(case, view, end), (
                f"{view['name']} at {end}\n{case}"
            )


def before_exact(view: Mapping[str, Any], before: datetime | None) -> datetime | None:
    """With strict matching, what was known exactly at the last end is news to this run."""
    strict = view.get("allow_exact_matches", True) is False
    return before and (before - MICRO if strict else before)
