"""What is PostgreSQL's own: its types, its text of them, its errors, and how a session is opened and ended."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import psycopg
import pyarrow as pa
import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import PostgresWarehouse as Settings
from fcompile.runtime.warehouses import postgres, retry
from fcompile.runtime.warehouses.postgres import PostgresWarehouse, open_server
from fcompile.runtime.warehouses.postgres_dsn import connection_settings
from fcompile.runtime.warehouses.postgres_failures import cannot_open, refuses_for_now
from tests.engines.servers import postgres_connection, postgres_database

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def uri() -> str:
    return postgres_database()


@pytest.fixture
def warehouse(uri: str) -> Iterator[PostgresWarehouse]:
    with closing(open_server({"dsn": uri})) as opened:
        yield opened


def table(warehouse: PostgresWarehouse, sql: str) -> pa.Table:
    stream = warehouse.stream(sql)
    return pa.Table.from_batches(stream.batches, schema=stream.schema)


TYPES = [
    ("1::smallint", "SMALLINT", "smallint"),
    ("1.5::numeric(10,2)", "DECIMAL(10,2)", "numeric(10,2)"),
    ("1.5::numeric(5,-2)", "NUMERIC", "numeric(5,-2)"),
    ("1.5::numeric", "NUMERIC", "numeric"),
    ("ARRAY[1.5]::numeric(4,1)[]", "DECIMAL(4,1)[]", "numeric(4,1)[]"),
    ("'a'::varchar(3)", "VARCHAR", "character varying"),
    ("'a'::char(3)", "VARCHAR", "character"),
    ("ARRAY[1]::bigint[]", "BIGINT[]", "bigint[]"),
    ("'{}'::jsonb", "JSON", "jsonb"),
    ("gen_random_uuid()", "UUID", "uuid"),
    ("'happy'::mood", "ENUM(mood)", "mood"),
    ("1::positive", "INTEGER", "integer"),
    ("'1 day'::interval", "INTERVAL", "interval"),
    ("ROW(1, 2)", "RECORD", "record"),
]


def test_types_are_told_in_the_one_vocabulary(warehouse: PostgresWarehouse) -> None:
    with warehouse.connection.transaction(force_rollback=True):
        warehouse.execute("CREATE TYPE mood AS ENUM ('sad', 'happy')")
        warehouse.execute("CREATE DOMAIN positive AS int CHECK (value > 0)")
        columns = warehouse.describe("SELECT " + ", ".join(sql for sql, _, _ in TYPES))
        assert [(c.kind, c.said) for c in columns] == [(kind, said) for _, kind, said in TYPES]


def test_infinite_and_far_times_come_as_in_duckdb(warehouse: PostgresWarehouse) -> None:
    found = table(
        warehouse,
        "SELECT * FROM (VALUES (timestamp 'infinity', true, 1.5::float8, NULL::text), "
        "(timestamp '-infinity', false, 'NaN', ''), (NULL, NULL, NULL, 'x'), "
        "(timestamp '9999-12-31 23:59:59.999999', true, '-Infinity', 'a,b')) AS v (a, b, c, d)",
    )
    assert found.column("a").cast(pa.int64()).to_pylist() == [
        2**63 - 1,
        -(2**63) + 1,
        None,
        253402300799999999,
    ]
    assert found.column("b").to_pylist() == [True, False, None, True]
    assert str(found.column("c").to_pylist()) == "[1.5, nan, None, -inf]"
    assert found.column("d").to_pylist() == [None, "", "x", "a,b"]


def test_a_column_of_nothing_but_null_keeps_its_rows(warehouse: PostgresWarehouse) -> None:
    assert warehouse.rows("SELECT NULL::bigint AS a FROM generate_series(1, 3)") == [(None,)] * 3
    assert warehouse.rows("SELECT '' AS a") == [("",)]
    assert warehouse.rows(r"SELECT E'\\.' AS a") == [("\\.",)]


def test_lists_come_as_lists(warehouse: PostgresWarehouse) -> None:
    found = table(
        warehouse,
        "SELECT ARRAY[1, NULL, 9007199254740993]::bigint[] AS a, ARRAY['x', '', NULL, '\"']::text[] AS b, "
        "ARRAY['2026-01-01 00:00:00.000001'::timestamp] AS c, ARRAY['NaN', 1.5, 'Infinity']::float8[] AS d, "
        "NULL::real[] AS e, ARRAY[1.50]::numeric(4,2)[] AS f",
    )
    assert str(found.to_pylist()[0]) == (
        "{'a': [1, None, 9007199254740993], 'b': ['x', '', None, '\"'], "
        "'c': [datetime.datetime(2026, 1, 1, 0, 0, 0, 1)], 'd': [nan, 1.5, inf], 'e': None, 'f': [Decimal('1.50')]}"
    )


def test_lists_and_structs_are_loaded(warehouse: PostgresWarehouse) -> None:
    rows = pa.table(
        {
            "a": pa.array([[1, None], None, []], pa.list_(pa.int64())),
            "b": pa.array([['x"', "\\", "", "{,}"], [None], None]),
            "c": pa.array([{"m": 1}, None, {"m": None}]),
        }
    )
    loaded = warehouse.load(rows)
    found = table(warehouse, f'SELECT a, b, c FROM "{loaded[0]}"')
    assert found.column("a").to_pylist() == rows.column("a").to_pylist()
    assert found.column("b").to_pylist() == rows.column("b").to_pylist()
    assert found.column("c").to_pylist() == ['{"m": 1}', None, '{"m": null}']


def test_what_has_no_type_there_is_refused_with_its_name(warehouse: PostgresWarehouse) -> None:
    with pytest.raises(FcompileError, match=r"FC419.*`wait` is duration"):
        warehouse.load(pa.table({"wait": pa.array([1], pa.duration("s"))}))


def test_settings_of_the_server_change_no_answer(uri: str) -> None:
    name = uri.partition("?")[0].rpartition("/")[2]
    ask = "SELECT '2026-02-01'::timestamptz AS a, 0.1::float8 AS b, '\\x00ff'::bytea AS c, '02/03/2026'::date AS d"
    with postgres_connection(uri) as other:
        for setting in ("timezone = 'Asia/Tokyo'", "datestyle = 'German'", "extra_float_digits = -10"):
            other.execute(f"ALTER DATABASE {name} SET {setting}")
        with closing(open_server({"dsn": uri})) as warehouse:
            ((a, b, c, d),) = warehouse.rows(ask)
        other.execute(f"ALTER DATABASE {name} RESET ALL")
    assert (a, b, c) == (datetime(2026, 2, 1), 0.1, b"\x00\xff")
    assert str(d) == "2026-02-03"


# -- opening -------------------------------------------------------------------------------------


def test_a_dsn_stands_unless_a_key_beside_it_says_otherwise() -> None:
    said = {"type": "postgres", "dsn": "postgresql://u@h:1/d"}
    assert connection_settings(Settings.model_validate(said)) == {"dsn": "postgresql://u@h:1/d"}
    beside = connection_settings(Settings.model_validate({**said, "port": 5, "password": "p"}))
    assert beside == {"dsn": "postgresql://u@h:1/d", "password": "p", "port": "5"}
    parts = connection_settings(Settings.model_validate({"type": "postgres", "user": "u"}))
    assert parts == {"user": "u", "host": "localhost", "port": "5432"}


def test_a_password_is_in_no_message(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "DEADLINE", 0.0)
    for settings in (
        {"dsn": "host=h password = 'sesame street"},
        {"dsn": "postgresql://u:sesame@127.0.0.1:1/d"},
        # Not escaped: libpq takes parts of them for the host and the database.
        {"dsn": "postgresql://u:p@sesame@127.0.0.1:1/d"},
        {"dsn": "postgresql://u:p/sesame@127.0.0.1:1/d"},
        {"dsn": "postgres://u:p@x:w/sesame#d@127.0.0.1:1/d?sslmode=disable"},
        {"dsn": uri, "user": "nobody_here", "password": "sesame"},
        {"dsn": uri, "dbname": "no_such_database", "password": "sesame"},
    ):
        with pytest.raises(FcompileError) as error:
            open_server(settings)
        assert error.value.diagnostics[0].code == "FC451"
        chain = [error.value, error.value.__cause__]
        assert all("sesame" not in str(each) for each in chain)


def test_a_refused_connection_says_what_to_correct(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "DEADLINE", 0.0)
    wrong = {"user": "`user` and `password`", "dbname": "`database`"}
    for key, hint in wrong.items():
        with pytest.raises(FcompileError) as error:
            open_server({"dsn": uri, key: "no_such"})
        (problem,) = error.value.diagnostics
        assert problem.message.endswith('"no_such" does not exist')
        assert problem.hint == f"correct {hint} of the target's warehouse"


def test_the_refusals_of_a_connection_are_told_apart() -> None:
    start = 'connection failed: connection to server at "h", port 1 failed: FATAL:  '
    found = [
        (cannot_open(error, "it").diagnostics[0], refuses_for_now(error))
        for said in (
            'password authentication failed for user "u"',
            "sorry, too many clients already",
            "the database system is starting up",
        )
        for error in [psycopg.OperationalError(start + said)]
    ]
    assert [(problem.code, again) for problem, again in found] == [
        ("FC451", False),
        ("FC450", True),
        ("FC450", True),
    ]
    assert found[0][0].message == 'it cannot be opened: password authentication failed for user "u"'
    assert found[0][0].hint == "correct `user` and `password` of the target's warehouse"


def test_a_schema_that_is_there_needs_no_right_to_create_one(uri: str, warehouse: PostgresWarehouse) -> None:
    warehouse.execute("CREATE ROLE only_here LOGIN")
    warehouse.execute('CREATE SCHEMA "Given""s"')
    warehouse.execute('GRANT ALL ON SCHEMA "Given""s" TO only_here')
    with closing(open_server({"dsn": uri, "user": "only_here"})) as limited:
        limited.execute('CREATE SCHEMA IF NOT EXISTS "Given""s"')
        limited.replace(('Given"s', "t"), "SELECT 1 AS a")
        assert limited.rows('SELECT a FROM "Given""s".t') == [(1,)]
        with pytest.raises(FcompileError, match=r"FC459.*permission denied for database"):
            limited.execute('CREATE SCHEMA IF NOT EXISTS "not_there"')


def test_a_server_that_comes_up_is_waited_for(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[float] = []
    real = psycopg.connect

    def late(*arguments: object, **named: object) -> object:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise psycopg.OperationalError("connection failed: Connection refused")
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg, "connect", late)
    with closing(open_server({"dsn": uri})) as warehouse:
        assert warehouse.rows("SELECT 1") == [(1,)]
    assert len(tries) == 3


def test_a_refused_connection_is_told_after_the_deadline() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        started = time.monotonic()
        with pytest.raises(FcompileError, match=r"FC451.*127.0.0.1, database d, cannot be opened"):
            postgres.open_server({"host": "127.0.0.1", "port": str(port), "dbname": "d"}, seconds=0.5)
        assert time.monotonic() - started < 5


# -- ending --------------------------------------------------------------------------------------


_INTERRUPTED = """
import os, signal, sys, threading, time
from fcompile.runtime.warehouses.postgres import open_server
warehouse, other = open_server({"dsn": sys.argv[1]}), open_server({"dsn": sys.argv[1]})
running = "SELECT query FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
for ask in (warehouse.execute, warehouse.rows):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    try:
        ask("SELECT pg_sleep(60), 1 AS n")
    except KeyboardInterrupt:
        print("interrupted", time.monotonic() - started < 20)
    print([query for (query,) in other.rows(running) if "pg_sleep" in query], warehouse.rows("SELECT 1"))
"""


def test_ctrl_c_cancels_what_runs_on_the_server(uri: str) -> None:
    # In a process of its own: the signal would meet whatever else runs in this one.
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, uri], capture_output=True, text=True, timeout=150
    )
    assert done.stdout == "interrupted True\n[] [(1,)]\n" * 2, done.stderr


_KILLED = """
import sys
from fcompile.runtime.warehouses.postgres import open_server
open_server({"dsn": sys.argv[1]}).execute("SELECT 'of one that is killed', pg_sleep(120)")
"""


def test_a_query_ends_soon_after_its_client_was_killed(uri: str) -> None:
    # The pattern is not itself a text that it finds.
    ours = "query LIKE '%of one that is ' || 'killed%' AND state = 'active'"
    running = f"SELECT count(*) FROM pg_stat_activity WHERE {ours}"
    with (
        postgres_connection(uri) as connection,
        subprocess.Popen([sys.executable, "-c", _KILLED, uri]) as client,
    ):

        def becomes(count: int) -> bool:
            deadline = time.monotonic() + 60
            while connection.execute(running).fetchone() != (count,) and time.monotonic() < deadline:
                time.sleep(0.1)
            return time.monotonic() < deadline

        assert becomes(1)
        client.kill()
        assert becomes(0)


def test_another_thread_cancels(warehouse: PostgresWarehouse) -> None:
    threading.Timer(0.5, warehouse.cancel).start()
    with pytest.raises(FcompileError, match="FC453"):
        warehouse.execute("SELECT pg_sleep(60)")


def test_a_deadlock_is_tried_again(uri: str) -> None:
    with closing(open_server({"dsn": uri})) as one, closing(open_server({"dsn": uri})) as two:
        one.execute("CREATE TABLE d AS SELECT n, 0 AS v FROM generate_series(1, 2) AS n")
        with one.transaction():
            one.execute("UPDATE d SET v = 1 WHERE n = 1")
            first = "UPDATE d SET v = 2 WHERE n = 2 RETURNING n"
            sql = f"WITH a AS ({first}) UPDATE d SET v = 2 WHERE n = (SELECT 1 FROM a)"
            other = threading.Thread(target=two.execute, args=(sql,))
            other.start()
            time.sleep(0.3)
            # The server ends one of the two; whichever it is, both are done in the end.
            try:
                one.execute("UPDATE d SET v = 1 WHERE n = 2")
            except FcompileError as error:
                assert "deadlock" in str(error)
                raise
        other.join(20)
        assert not other.is_alive()
        assert two.rows("SELECT v FROM d WHERE n = 1") == [(2,)]
        one.execute("DROP TABLE d")
