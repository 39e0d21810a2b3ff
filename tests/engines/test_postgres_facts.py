"""What a real PostgreSQL does, on which what is written for it rests; and that it avoids the traps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.refusals import refuse
from fcompile.dialects.registry import DIALECTS
from tests.engines.servers import postgres_connection
from tests.golden.test_golden import CASES, HERE, built

pytestmark = pytest.mark.engines

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with postgres_connection() as opened:
        yield opened


def answer(connection: Connection, sql: str) -> Any:
    ((value,),) = connection.execute(f"SELECT {sql}".encode()).fetchall()
    return value


@pytest.mark.parametrize(
    "sql",
    [
        "1e308::FLOAT8 * 10",
        "5e-324::FLOAT8 / 2",
        "EXP(1000::FLOAT8)",
        "'1e400'::FLOAT8",
        "CASE WHEN FALSE THEN CAST(' a ' AS DECIMAL) END",
        "* FROM (VALUES (1)) AS v(x) QUALIFY ROW_NUMBER() OVER (ORDER BY x) = 1",
        "'+nan'::NUMERIC",
        "MAX(b) FROM (VALUES (TRUE)) AS v(b)",
        "'{}'::JSON = '{}'::JSON",
        "DATE_BIN('1 day'::INTERVAL, TIMESTAMP '2024-01-01')",
    ],
)
def test_what_is_an_error(connection: Connection, sql: str) -> None:
    with pytest.raises(psycopg.Error):
        answer(connection, sql)


@pytest.mark.parametrize(
    ("sql", "due"),
    [
        ("'NaN'::FLOAT8 = 'NaN'::FLOAT8 AND 'NaN'::FLOAT8 > 'Infinity'::FLOAT8", True),
        ("ROUND(2.5::FLOAT8)", 2.0),
        ("SIGN('NaN'::FLOAT8)", 0.0),
        ("CAST('2024-01-01 00:00:60' AS TIMESTAMP)::TEXT", "2024-01-01 00:01:00"),
        ("CAST('2024-01-01 00:00:00+02:00' AS TIMESTAMP)::TEXT", "2024-01-01 00:00:00"),
        ("(JSON '{\"a\": 1, \"a\": 2}' -> 'a')::TEXT", "2"),
        ('JSON \'{"b": 1.50,  "a": 1}\'::TEXT', '{"b": 1.50,  "a": 1}'),
        ("SUBSTRING('ab' FROM 'a|ab')", "ab"),
        ("SPLIT_PART('a,b', ',', -1)", "b"),
        ("1 = ANY(ARRAY[2, NULL]) IS NULL", True),
        ("SUM(v)::TEXT FROM (VALUES (16777216::REAL), (1)) AS t(v)", "1.6777216e+07"),
        ("VAR_SAMP(v) FROM (VALUES (1e9::FLOAT8), (1e9 + 1), (1e9 + 2)) AS t(v)", 1.0),
    ],
)
def test_what_is_otherwise_than_one_may_think(connection: Connection, sql: str, due: Any) -> None:
    assert answer(connection, sql) == due


def test_a_day_of_an_interval_is_the_sessions_for_timestamps_with_a_zone_alone(
    connection: Connection,
) -> None:
    connection.execute("SET TimeZone = 'America/New_York'")
    night = "'2024-03-10 12:00+00'"
    assert not answer(
        connection, f"TIMESTAMPTZ {night} - INTERVAL '1 day' = TIMESTAMPTZ {night} - INTERVAL '24 hours'"
    )
    assert answer(
        connection, f"TIMESTAMP {night} - INTERVAL '1 day' = TIMESTAMP {night} - INTERVAL '24 hours'"
    )
    connection.execute("SET TimeZone = 'UTC'")


@pytest.mark.parametrize("case", CASES)
def test_statements_have_nothing_that_postgres_does_not_have(case: str) -> None:
    definitions = bind({"feature.yaml": (HERE / case / "feature.yaml").read_text()}).definitions
    try:
        refuse(definitions, DIALECTS["postgres"])
    except FcompileError:
        return
    code = re.sub(r"--.*", "", "\n".join(built(case, "postgres").values()))
    bad = r"ASOF|SEMI JOIN|ANTI JOIN|STRUCT\(|QUALIFY|IGNORE NULLS|ARG_MAX|TRY_CAST|CREATE OR REPLACE TABLE|JSONB"
    assert not re.search(bad, code)
    assert not re.search(r"%\(", code)
