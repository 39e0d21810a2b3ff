"""Erasing in warehouses that make no tiles: keys of every type, and a whole project in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import Entity, Feature, FeatureView, JoinKey, Source, Table
from fcompile.compiler.dtypes import INT64, parse_dtype
from fcompile.compiler.entities import entities_known, rows_of_entities
from fcompile.compiler.erase import compile_erase
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.materialize import compile_materialize
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.warehouses.base import Warehouse
from tests.engines.servers import postgres_connection, postgres_database
from tests.online.project import OnlineProject
from tests.warehouses.test_contract import name_of, opened

KINDS = {
    "b": "bytes",
    "d": "date",
    "f": "bool",
    "i": "int32",
    "n": "int64",
    "s": "string",
    "t": "timestamp",
}
ONE = {
    "b": b"\x00\xff'\\",
    "d": date(1969, 12, 31),
    "f": False,
    "i": -1,
    "n": -(2**63),
    "s": 'it\'s \\ "ü" -- ; :loaded $a ',
    "t": datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
}
OTHER = {
    "b": b"",
    "d": date(2026, 1, 1),
    "f": True,
    "i": 2**31 - 1,
    "n": 2**63 - 1,
    "s": "",
    "t": datetime(2026, 1, 1, tzinfo=UTC),
}


def view_of(kinds: dict[str, str]) -> FeatureView:
    keys = tuple(JoinKey(name, parse_dtype(kind)) for name, kind in kinds.items())
    source = Source("rows", Table(("features", "rows")), "at")
    return FeatureView("v", (Entity("e", keys),), source, (Feature("x", INT64, Column("x")),))


@pytest.fixture(
    params=["duckdb", *(pytest.param(n, marks=pytest.mark.engines) for n in ("postgres", "clickhouse"))]
)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    with closing(opened(request.param, tmp_path)) as warehouse:
        yield warehouse


@pytest.mark.parametrize("names", [[name] for name in KINDS] + [list(KINDS)])
def test_exactly_the_entity_goes_whatever_its_key(warehouse: Warehouse, names: list[str]) -> None:
    view = view_of({name: KINDS[name] for name in names})
    engine = dialect_named(warehouse.dialect)
    sql = compile_materialize(view, "features", "p", warehouse.dialect)
    for statement in sql.drop + sql.create:
        warehouse.execute(statement)
    rows = [{name: row[name] for name in names} for row in (ONE, OTHER)]
    columns = {name: pa.array([row[name] for row in rows], _arrow(name)) for name in names}
    source = warehouse.load(pa.table({**columns, "x": pa.array([1, 2], pa.int64())}))
    listed = ", ".join(engine.quoted(name) for name in names)
    time = "CAST('2026-01-01 00:00:00' AS TIMESTAMP)"
    table = engine.quoted("features") + "." + engine.quoted("p__v")
    warehouse.execute(
        f"INSERT INTO {table} SELECT {listed}, x, {time}, {time}, 5 FROM {name_of(warehouse, source)}"
    )
    (own, *_) = compile_erase(view, "features", "p", warehouse.dialect, rows[:1])
    assert warehouse.simple_rows(own.count) == [(1,)]
    found = list(warehouse.batches(rows_of_entities(view, "features", "p", warehouse.dialect, rows[:1])))
    assert [value for batch in found for value in batch.column("x").to_pylist()] == [1]
    warehouse.execute(own.delete)
    assert warehouse.rows(f"SELECT x FROM {table}") == [(2,)]


def _arrow(name: str) -> pa.DataType:
    kind = arrow_type(parse_dtype(KINDS[name]))
    return pa.timestamp("us") if KINDS[name] == "timestamp" else kind


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery", "redshift", "databricks", "trino"])
def test_statements_are_those_of_the_dialect(dialect: str) -> None:
    import sqlglot

    view = view_of(KINDS)
    (own,) = compile_erase(view, "features", "p", dialect, [ONE, OTHER])
    texts = (own.count, own.delete, rows_of_entities(view, "features", "p", dialect, [ONE]))
    for text in (*texts, entities_known(view, dialect)):
        assert len(sqlglot.parse(text, dialect=dialect)) == 1


@pytest.mark.engines
def test_a_project_in_postgres_is_erased_and_verified(project: OnlineProject) -> None:
    uri = postgres_database()
    path = project.root / "fcompile.yaml"
    path.write_text(
        path.read_text().replace("{type: duckdb, path: dev.duckdb}", f'{{type: postgres, dsn: "{uri}"}}')
    )
    with postgres_connection(uri) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute(
            'CREATE TABLE raw.purchases (user_id bigint, shop_id text, "at" timestamp, known timestamp,'
            " amount double precision, note text)"
        )
        for user in (1, 2):
            time = "2026-01-01 01:00"
            row = (user, "s", time, time, 10.0 * user, "")
            connection.execute("INSERT INTO raw.purchases VALUES (%s, %s, %s, %s, %s, %s)", row)
        project.run(2)
        assert project.call("verify").code == 0
        ended = project.call("erase", "spend", "1", "--yes")
        assert "1 row of its tables; 1 of them known online" in ended.err
        assert "`purchases` still has rows of 1 of them" in ended.err
        (view,) = project.call("verify", "-s", "spend", "--output", "json").json
        assert view["causes"] == {"erased": 3}
        connection.execute("DELETE FROM raw.purchases WHERE user_id = 1")
        project.run(3)
        assert project.call("verify", "-s", "spend").code == 0
        assert set(project.online("spend").values()) <= {None, 0}
