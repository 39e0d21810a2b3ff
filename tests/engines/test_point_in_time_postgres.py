"""Latest values on PostgreSQL against the slow reference: the tables that a run writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import INT64, TIMESTAMP
from fcompile.compiler.lower.latest import lower_latest
from fcompile.compiler.lower.sql import table
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.plan import plan_latest
from fcompile.dialects.registry import DIALECTS
from tests.differential.engine import definitions_of
from tests.differential.settings import examples
from tests.differential.test_materialized_tables import expected_rows, landed, loads_of
from tests.engines.postgres_cases import PostgresEngine, execute
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.rows import keys_of
from tests.oracle.same import comparable
from tests.oracle.vocabulary import quoted

pytestmark = pytest.mark.engines

POSTGRES = DIALECTS["postgres"]


@pytest.fixture(scope="module")
def engine() -> PostgresEngine:
    return PostgresEngine(POSTGRES)


@examples(dev=20, ci=100)
@given(case=cases(rows=16, spine_rows=1, windowed=False), data=st.data())
def test_a_view_table_holds_the_row_in_force_of_every_entity(
    engine: PostgresEngine, case: Case, data: st.DataObject
) -> None:
    """Rows land between runs, late ones among them."""
    ends, landing = loads_of(data, case)
    definitions = definitions_of(case)
    for view in case.project["feature_views"]:
        defined = definitions.feature_views[view["name"]]
        execute_all(engine, *empty_table(defined))
        for load, end in enumerate(ends):
            now = landed(case, landing, load)
            engine.load(now.types, now.tables)
            merge(engine, defined, end, load + 1)
            assert rows_of(engine, defined, len(keys_of(case.project, view))) == expected_rows(
                now, view, end
            ), f"{view['name']} at {end}\n{now}"


def empty_table(view: FeatureView) -> list[str]:
    columns = [(key.name, key.dtype) for key in view.join_keys] + [(f.name, f.dtype) for f in view.features]
    columns += [("__event", TIMESTAMP), ("__created", TIMESTAMP), ("__sequence", INT64)]
    typed = (f"{quoted(name)} {POSTGRES.sql(lower_type(dtype, POSTGRES))}" for name, dtype in columns)
    name = f"features.{quoted(f'p__{view.name}')}"
    return [
        "CREATE SCHEMA IF NOT EXISTS features",
        f"DROP TABLE IF EXISTS {name}",
        f"CREATE TABLE {name} ({', '.join(typed)})",
    ]


def execute_all(engine: PostgresEngine, *statements: str, **parameters: Any) -> None:
    with engine.connection.cursor() as cursor:
        for statement in statements:
            execute(cursor, statement, parameters)


def merge(engine: PostgresEngine, view: FeatureView, end: datetime, sequence: int) -> None:
    target = table(f"p__{view.name}")
    target.set("db", table("features").this)
    rows = lower_latest(plan_latest(view), target, POSTGRES).text(POSTGRES)
    name = POSTGRES.sql(target)
    parameters: Mapping[str, Any] = {"as_of": end, "since": None, "sequence": sequence, "newest": True}
    execute_all(
        engine,
        "DROP TABLE IF EXISTS merged",
        f"CREATE TEMPORARY TABLE merged AS {rows}",
        f"DELETE FROM {name}",
        f"INSERT INTO {name} SELECT * FROM merged",
        **parameters,
    )


def rows_of(engine: PostgresEngine, view: FeatureView, keys: int) -> dict[Any, list[Any]]:
    names = [*(key.name for key in view.join_keys), *(f.name for f in view.features), "__event", "__created"]
    text = f"SELECT {', '.join(map(quoted, names))} FROM features.{quoted(f'p__{view.name}')}"
    with engine.connection.cursor(binary=True) as cursor:
        rows = cursor.execute(text.encode()).fetchall()
    found = {tuple(comparable(v) for v in row[:keys]): [comparable(v) for v in row] for row in rows}
    assert len(found) == len(rows), "an entity has two rows"
    return found
