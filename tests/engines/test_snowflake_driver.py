"""The real Snowflake driver against fakesnow over HTTP: a smoke test of the SQL.

fakesnow rests on DuckDB, so this proves nothing of Snowflake's semantics.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import snowflake.connector

from tests.engines.fakesnow_emulator import options
from tests.expressions.running import to_sql, typed

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def cursor() -> Iterator[Any]:
    with snowflake.connector.connect(**options()) as connection:
        yield connection.cursor()


def _value(cursor: Any, text: str, **given: tuple[str, str]) -> Any:
    """``text`` over columns given as (dtype, SQL)."""
    sql = to_sql(typed(text, **{name: dtype for name, (dtype, _) in given.items()}), "snowflake")
    columns = ", ".join(f'{value} AS "{name.upper()}"' for name, (_, value) in given.items())
    return cursor.execute(f"SELECT {sql} AS V FROM (SELECT {columns})").fetchall()[0][0]


_NUMBER = "CAST({} AS DECIMAL(19, 0))"


def test_arithmetic_beyond_int64_fails(cursor: Any) -> None:
    most = ("int64", _NUMBER.format(2**63 - 1))
    assert _value(cursor, "a - 1", a=most) == 2**63 - 2
    with pytest.raises(snowflake.connector.errors.Error, match="beyond int64"):
        _value(cursor, "a + 1", a=most)


def test_a_quotient_by_zero_is_null(cursor: Any) -> None:
    zero, one = ("int64", _NUMBER.format(0)), ("int64", _NUMBER.format(1))
    assert _value(cursor, "a / b", a=one, b=zero) is None
    assert _value(cursor, "a % b", a=one, b=zero) is None
    assert _value(cursor, "a / b", a=one, b=("int64", _NUMBER.format(2))) == 0.5


def test_text_and_patterns(cursor: Any) -> None:
    given = ("string", "'a1\\nb22'")
    assert _value(cursor, r"regexp_extract(s, '[0-9]+')", s=given) == "1"
    assert _value(cursor, r"regexp_extract(s, 'b([0-9]+)', 1)", s=given) == "22"
    assert _value(cursor, r"regexp_matches(s, '^b')", s=given) is False
    assert _value(cursor, "contains(s, 'b2')", s=given) is True
    assert _value(cursor, "split_part(s, 'b', 2)", s=given) == "22"


def test_times(cursor: Any) -> None:
    given = ("timestamp", "CAST('1969-12-31 23:59:59.500000' AS TIMESTAMP_NTZ(6))")
    assert _value(cursor, "epoch_seconds(t)", t=given) == -1
    assert _value(cursor, "date_trunc('week', t)", t=given) == datetime(1969, 12, 29)
    assert _value(cursor, "add_duration(t, '500ms')", t=given) == datetime(1970, 1, 1)


def test_the_latest_row_before_a_time(cursor: Any) -> None:
    cursor.execute('CREATE TEMPORARY TABLE "F" AS SELECT 1 AS K, 10 AS T, 7 AS V UNION ALL SELECT 1, 20, 8')
    cursor.execute('CREATE TEMPORARY TABLE "Q" AS SELECT 1 AS K, 15 AS T UNION ALL SELECT 2, 15')
    found = cursor.execute(
        'SELECT Q.K, F.V FROM "Q" ASOF JOIN "F" MATCH_CONDITION (Q.T >= F.T) ON Q.K = F.K ORDER BY Q.K'
    ).fetchall()
    assert found == [(1, 7), (2, None)]
