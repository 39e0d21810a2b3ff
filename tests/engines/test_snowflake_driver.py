"""The real Snowflake driver against fakesnow over HTTP: the driver's path, and a smoke test of the SQL.

fakesnow rests on DuckDB, so this proves nothing of Snowflake's semantics. It needs an environment of its own:
``FCOMPILE_FAKESNOW`` names its folder, which is made with pip where it is missing; without the variable all of this
is skipped.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.expressions.running import to_sql, typed

pytestmark = pytest.mark.engines

_PACKAGES = ("fakesnow[server]==0.12.1", "snowflake-connector-python<5")
_STARTS_WITHIN = 60


def _python() -> str:
    folder = os.environ.get("FCOMPILE_FAKESNOW")
    if not folder:
        pytest.skip("FCOMPILE_FAKESNOW names no environment for fakesnow")
    python = Path(folder) / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        made = subprocess.run([python, "-m", "pip", "install", "-q", *_PACKAGES], capture_output=True)
        if made.returncode:
            pytest.skip(f"fakesnow cannot be installed: {made.stderr[-300:]!r}")
    return str(python)


@pytest.fixture(scope="module")
def cursor() -> Iterator[Any]:
    connector = pytest.importorskip("snowflake.connector", reason="the Snowflake driver is not installed")
    python = _python()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([python, str(Path(__file__).with_name("fakesnow_server.py")), str(port)])
    try:
        _wait_for(port, server)
        given = {"user": "u", "password": "p", "account": "a", "host": "127.0.0.1", "port": port}
        with connector.connect(
            **given, protocol="http", enable_server_session_keep_alive_auto_detection=False
        ) as connection:
            made = connection.cursor()
            for statement in ("CREATE DATABASE DB", "USE DATABASE DB", "CREATE SCHEMA S", "USE SCHEMA S"):
                made.execute(statement)
            yield made
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"fakesnow did not start: {server.poll()}")


def _value(cursor: Any, text: str, **given: tuple[str, str]) -> Any:
    """``text`` over columns given as (dtype, SQL)."""
    sql = to_sql(typed(text, **{name: dtype for name, (dtype, _) in given.items()}), "snowflake")
    columns = ", ".join(f'{value} AS "{name.upper()}"' for name, (_, value) in given.items())
    return cursor.execute(f"SELECT {sql} AS V FROM (SELECT {columns})").fetchall()[0][0]


_NUMBER = "CAST({} AS DECIMAL(19, 0))"


def test_arithmetic_beyond_int64_fails(cursor: Any) -> None:
    connector = pytest.importorskip("snowflake.connector")
    most = ("int64", _NUMBER.format(2**63 - 1))
    assert _value(cursor, "a - 1", a=most) == 2**63 - 2
    with pytest.raises(connector.errors.Error, match="beyond int64"):
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
