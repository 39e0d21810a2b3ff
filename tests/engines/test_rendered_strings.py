"""Strings of the user's own SELECT that go over lines stay as they are, in every dialect's way of writing them."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler import render
from fcompile.compiler.bind import bind
from fcompile.compiler.compile import canonical_spine, historical_script
from fcompile.compiler.render import spans_lines
from fcompile.compiler.request import resolve
from fcompile.compiler.stages import Script
from fcompile.dialects.registry import DIALECTS
from tests.differential.settings import examples
from tests.engines.servers import postgres_connection, postgres_database

PLAIN = [
    ("SELECT 'a\nb'", True),
    ("SELECT 'a',\n 'b'", False),
    ("-- it's\nSELECT 'a'", True),
    ('SELECT "a\nb"', True),
]
ESCAPED = [
    (r"SELECT '\'', 'x" + "\ny'", True),
    (r"SELECT '\\', 'x'," + "\n 1", False),
    (r"SELECT '\'',".replace("'", '"') + "\n" + r' "x"', True),
    ('SELECT """it\'s\n"""', True),
    ("SELECT `a\nb`", True),
]
OF_POSTGRES = [
    (r"SELECT E'\'', 'x" + "\ny'", True),
    ("SELECT $q$ it's\n $q$", True),
    ("SELECT $1,\n $2", False),
]


@pytest.mark.parametrize(("text", "spans"), PLAIN + OF_POSTGRES)
def test_a_string_over_lines_is_seen(text: str, spans: bool) -> None:
    assert spans_lines(text) is spans


@pytest.mark.parametrize(("text", "spans"), PLAIN + ESCAPED)
def test_a_string_over_lines_is_seen_where_a_backslash_escapes(text: str, spans: bool) -> None:
    assert spans_lines(text, backslashes=True) is spans


def test_where_a_backslash_escapes() -> None:
    escaping = [name for name, dialect in DIALECTS.items() if dialect.escapes_by_backslash]
    assert sorted(escaping) == ["bigquery", "clickhouse", "databricks", "redshift", "snowflake", "spark"]


def script_of(query: str, dialect: str) -> Script:
    lines = query.replace("\n", "\n      ")
    definitions = f"""
entities: [{{name: user, join_keys: {{user_id: int64}}}}]
sources:
- name: s
  timestamp_field: ts
  query: |
      {lines}
feature_views:
- {{name: v, entities: [user], source: s, features: [{{name: x, dtype: string}}]}}
"""
    bound = bind({"all.yaml": definitions}, dialect)
    assert not bound.diagnostics, bound.diagnostics
    asked = resolve(bound.definitions, ["v"])
    return historical_script(asked, canonical_spine(asked), DIALECTS[dialect])


@pytest.mark.parametrize("dialect", ["bigquery", "clickhouse", "databricks", "snowflake", "spark"])
def test_the_query_of_a_source_is_written_word_for_word(dialect: str) -> None:
    query = r"SELECT user_id, ts, concat('\'', 'one" + "\ntwo') AS x\nFROM t"
    assert query in script_of(query, dialect).whole()


@pytest.mark.engines
def test_a_string_over_lines_has_its_value() -> None:
    query = "SELECT 1 AS user_id, timestamp '2024-01-01' AS ts, concat($$it's\n$$, E'\\'', 'one\ntwo') AS x"
    spine = "CREATE TABLE spine AS SELECT 1 AS user_id, TIMESTAMP '2024-01-02' AS event_timestamp"
    connection = duckdb.connect()
    connection.execute(spine)
    here = connection.execute(script_of(query, "duckdb").text).fetchall()
    with postgres_connection(postgres_database()) as session:
        session.execute(spine.encode())
        there = session.execute(script_of(query, "postgres").text.encode()).fetchall()
    assert [row[-1] for row in here] == [row[-1] for row in there] == ["it's\n'one\ntwo"]


@given(st.text(alphabet="'\"`\n$aeE\\ ", max_size=14), st.booleans())
@examples(dev=500, ci=10_000)
def test_the_quick_look_at_quotes_finds_what_the_slow_one_finds(text: str, backslashes: bool) -> None:
    patterns = (render._QUOTED, render._ESCAPED) if backslashes else (render._QUOTED,)
    slow = any("\n" in found[0] for pattern in patterns for found in pattern.finditer(text))
    assert spans_lines(text, backslashes) is slow
