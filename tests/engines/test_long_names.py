"""Names longer than an engine keeps: columns that agree as far as it looks stay apart within a statement."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import canonical_spine, historical_script
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.request import resolve
from fcompile.compiler.stages import Script
from fcompile.dialects.registry import DIALECTS
from tests.engines.postgres_cases import PostgresEngine

START = datetime(2024, 1, 1)
LONG = "spend_of_all_customers_in_all_shops_over_time"
ASKED = "what_customers_who_were_asked_said_of_all_the_shops_we_had"

DEFINITIONS = f"""
entities: [{{name: user, join_keys: {{user_id: int64}}}}]
sources:
- {{name: a, table: raw.a, timestamp_field: ts}}
- {{name: b, table: raw.b, timestamp_field: ts}}
feature_views:
- {{name: {LONG}_a, entities: [user], source: a, ttl: 2d, features: [{{name: {LONG}_x, dtype: int64, column: x}}]}}
- name: {LONG}_b
  entities: [user]
  source: b
  features: [{{name: {LONG}_y, dtype: int64, expr: x + 1, default: -1}}]
- name: {LONG}_c
  entities: [user]
  source: b
  filter: x > 3
  features: [{{name: {LONG}_y, dtype: int64, column: x}}]
- name: {LONG}_c2
  entities: [user]
  source: b
  filter: x > 3
  features: [{{name: {LONG}_y, dtype: int64, expr: -x}}]
- name: {ASKED}_a
  entities: [user]
  source: a
  aggregations: [{{name: total_of_all, function: sum, column: {LONG}, dtype: int64, windows: [1d, 2d]}}]
- name: {ASKED}_b
  entities: [user]
  source: b
  aggregations:
  - {{name: total_of_all, function: sum, column: x, dtype: int64, windows: [1d, 2d]}}
  - {{name: newest, function: last, column: x, dtype: int64, windows: [2d]}}
  - {{name: kinds, function: count_distinct, column: {LONG}, windows: [2d]}}
  features: [{{name: part, dtype: float64, expr: "total_of_all_1d / nullif(total_of_all_2d, 0)"}}]
on_demand_feature_views:
- name: {LONG}_ratio
  features_from: ["{LONG}_a:{LONG}_x", "{LONG}_b:{LONG}_y"]
  features: [{{name: sum, dtype: int64, expr: "{LONG}_x + {LONG}_y"}}]
labels:
- {{name: {LONG}_labelled_1, entities: [user], source: a, function: sum, column: x, horizon: 1d, dtype: int64}}
- {{name: {LONG}_labelled_2, entities: [user], source: b, function: sum, column: x, horizon: 1d, dtype: int64}}
""".replace(f"column: {LONG},", "column: x,")

VIEWS = [f"{LONG}_a", f"{LONG}_b", f"{LONG}_c", f"{LONG}_c2", f"{ASKED}_a", f"{ASKED}_b"]


def definitions() -> Definitions:
    bound = bind({"all.yaml": DEFINITIONS})
    assert not bound.diagnostics, bound.diagnostics
    return bound.definitions


def script(dialect: str, *more: str) -> Script:
    asked = resolve(definitions(), (*VIEWS, *more), full_feature_names=True)
    labels = tuple(definitions().labels.values())
    return historical_script(asked, canonical_spine(asked, labels), DIALECTS[dialect], labels)


def source_rows(times: int) -> list[dict[str, Any]]:
    return [
        {"user_id": user, "ts": START + timedelta(hours=9 * n + times), "x": times * (n + 10 * user)}
        for user in range(3)
        for n in range(8)
    ]


SPINE = [{"user_id": n % 4, "event_timestamp": START + timedelta(hours=5 * n - 3)} for n in range(24)]
TABLES = {"a": source_rows(1), "b": source_rows(3)}
AS_OF = {"as_of": START + timedelta(days=4)}


def of_duckdb(made: Script) -> tuple[list[str], list[tuple[Any, ...]]]:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA raw; CREATE TABLE spine (user_id BIGINT, event_timestamp TIMESTAMP)")
    connection.executemany("INSERT INTO spine VALUES (?, ?)", [list(row.values()) for row in SPINE])
    for name, rows in TABLES.items():
        connection.execute(f"CREATE TABLE raw.{name} (user_id BIGINT, ts TIMESTAMP, x BIGINT)")
        connection.executemany(f"INSERT INTO raw.{name} VALUES (?, ?, ?)", [list(r.values()) for r in rows])
    found = connection.execute(made.text, AS_OF)
    return [name for name, *_ in found.description or ()], found.fetchall()


@pytest.mark.engines
@pytest.mark.parametrize("more", [(), (f"{LONG}_ratio",)])
def test_columns_that_share_their_first_63_bytes_are_kept_apart_on_postgres(more: tuple[str, ...]) -> None:
    engine = PostgresEngine(DIALECTS["postgres"])
    engine.load({name: {"user_id": "int64", "ts": "timestamp", "x": "int64"} for name in TABLES}, TABLES)
    engine.create("spine", SPINE, {"user_id": "int64", "event_timestamp": "timestamp"})
    columns, rows = engine.run(script("postgres", *more), AS_OF)
    asked, expected = of_duckdb(script("duckdb", *more))
    assert rows == expected
    assert columns == [name.encode()[:63].decode() for name in asked]
    assert len(set(columns)) < len(set(asked))


@pytest.mark.parametrize(("dialect", "longest"), [("postgres", 40), ("redshift", 60)])
def test_only_the_last_select_has_names_that_the_engine_cuts(dialect: str, longest: int) -> None:
    """With names of at most 63 signs few are too long for Redshift's 127: here an engine keeps less."""
    engine = type("Short", (type(DIALECTS[dialect]),), {"longest_name": longest})()
    asked = resolve(definitions(), (*VIEWS[:4], f"{LONG}_ratio"), full_feature_names=True)
    made = historical_script(asked, canonical_spine(asked), engine).text
    tree = sqlglot.parse_one(made, dialect=dialect)
    assert isinstance(tree, exp.Select)
    shown = {id(each) for each in tree.expressions}
    made_names = {
        each.alias for each in tree.find_all(exp.Alias) if "__" in each.alias and id(each) not in shown
    }
    assert made_names
    assert {name for name in made_names if len(name) > longest} == set()
    assert [each.alias_or_name for each in tree.expressions][2:] == [c.name for c in asked.columns]
