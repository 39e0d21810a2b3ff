"""Tables of views on PostgreSQL: each has a name of its own while it is made and afterwards, however long that is."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.materialize import MaterializeSql, compile_materialize
from fcompile.runtime.warehouses.postgres import PostgresWarehouse, open_server
from tests.engines.servers import postgres_database

pytestmark = pytest.mark.engines

LONG = "everything_that_is_known_of_a_user"
PROJECT = "a_project_with_a_name_that_is_long"
VALUES: dict[str, object] = {
    "as_of": datetime(2024, 1, 2),
    "since": None,
    "previous": None,
    "sequence": 1,
    "newest": True,
}


def views() -> list[FeatureView]:
    """Two views of latest values and one of windows."""
    features = "features: [{name: age, dtype: int64}]"
    bound = bind(
        {
            "all.yaml": f"""
entities: [{{name: user, join_keys: {{user_id: int64}}}}]
sources: [{{name: users, table: public.users, timestamp_field: ts}}]
feature_views:
- {{name: {LONG}_1, entities: [user], source: users, {features}}}
- {{name: {LONG}_2, entities: [user], source: users, {features}}}
- name: {LONG}_3
  entities: [user]
  source: users
  aggregations: [{{name: ages, function: sum, column: age, dtype: int64, windows: [1d]}}]
"""
        }
    )
    assert not bound.diagnostics
    return list(bound.definitions.feature_views.values())


def database() -> str:
    uri = postgres_database()
    with closing(open_server({"dsn": uri})) as session:
        session.execute("CREATE SCHEMA features")
        session.execute("CREATE TABLE users (user_id bigint, ts timestamp, age bigint)")
        session.execute("INSERT INTO users VALUES (1, '2024-01-01 12:00', 41), (2, '2024-01-01 13:00', 42)")
    return uri


def session(uri: str) -> PostgresWarehouse:
    """One that waits for no other."""
    made = open_server({"dsn": uri})
    made.execute("SET lock_timeout = '2s'")
    return made


def run(warehouse: PostgresWarehouse, sql: MaterializeSql) -> None:
    for text in sql.create:
        warehouse.execute(text)
    for step in sql.steps:
        warehouse.execute(step.text, VALUES)


@pytest.mark.parametrize("project", ["shop", PROJECT])
def test_runs_of_different_views_in_one_schema_do_not_wait_for_each_other(project: str) -> None:
    uri = database()
    first, second, third = (compile_materialize(view, "features", project, "postgres") for view in views())
    with closing(session(uri)) as one, closing(session(uri)) as other:
        with one.transaction():
            run(one, first)
            with other.transaction():
                run(other, second)
            run(one, third)
        found = [one.simple_rows(f"SELECT * FROM {sql.table} ORDER BY 1") for sql in (first, second, third)]
    assert [[row[:2] for row in rows] for rows in found] == [[(1, 41), (2, 42)]] * 3
    assert len({first.table, second.table, third.table}) == 3


def test_a_table_has_a_name_that_postgres_keeps_whole() -> None:
    for view in views():
        sql = compile_materialize(view, "features", PROJECT, "postgres")
        name = sql.table.rpartition(".")[2]
        assert len(name) == 2 + 63
        assert name.startswith(f'"{PROJECT}__everything')
        assert (
            compile_materialize(view, "features", "shop", "postgres").table
            == f'"features"."shop__{view.name}"'
        )
        assert f"__{view.name}" in compile_materialize(view, "features", PROJECT, "duckdb").table
