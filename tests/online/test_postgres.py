"""PostgreSQL as an online store: servers that go away, are silent or say no, and what rows leave behind."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from fcompile.compiler.errors import FcompileError, UnavailableError
from fcompile.compiler.schema.project import PostgresOnline
from fcompile.runtime.online import postgres
from fcompile.runtime.online.base import Ask, OnlineStore
from fcompile.runtime.online.postgres_columns import array_bytes
from fcompile.runtime.online.registry import open_online
from tests.engines.servers import postgres_connection, postgres_database
from tests.online.postgres_process import PostgresProcess, own_postgres
from tests.online.proxy import HALF_OPEN, PASS, REFUSE, TRICKLE, Proxy, reset_after
from tests.online.rows import FIRST, Row, held, read, shown, stands, write

pytestmark = pytest.mark.engines

PASSWORD = "s3cr3t/@"  # noqa: S105


def opened(dsn: str, project: str = "p", **settings: Any) -> OnlineStore:
    config = PostgresOnline.model_validate({"type": "postgres", "dsn": dsn, **settings})
    return open_online(config, Path(), project)


@pytest.fixture
def uri() -> str:
    return postgres_database()


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresProcess]:
    """One that listens on a port; its tests stop and start it."""
    with own_postgres() as server:
        yield server


@pytest.fixture
def proxy(server: PostgresProcess) -> Iterator[Proxy]:
    with Proxy(server.address) as proxy:
        yield proxy


@contextmanager
def fresh(uri: str, **settings: Any) -> Iterator[OnlineStore]:
    """A store with a view and no rows."""
    with closing(opened(uri, **settings)) as store:
        store.drop("v")
        shown(store)
        yield store


def rows_left(uri: str, schema: str = "features_online") -> int:
    with postgres_connection(uri) as connection:
        ((count,),) = connection.execute(f'SELECT count(*) FROM "{schema}".rows').fetchall()
        return int(count)


def refused(work: Any) -> FcompileError:
    with pytest.raises(FcompileError) as error:
        work()
    assert "s3cr3t" not in str(error.value)
    return error.value


def unavailable(work: Any, seconds: float) -> None:
    """It gives up within that time, and says so."""
    began = time.monotonic()
    error = refused(work)
    assert time.monotonic() - began < seconds
    assert isinstance(error, UnavailableError) and error.exit_code == 75
    assert error.diagnostics[0].code == "FC521" and error.diagnostics[0].hint


# -- what it keeps -------------------------------------------------------------------------------


def test_rows_are_deleted_with_their_generation(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_ROWS_A_WRITE", 7)
    with fresh(uri) as store:
        write(store, *(Row(f"[{n}]", n) for n in range(100)))
        shown(store, number=8)
        write(store, *(Row(f"[{n}]", n) for n in range(20)), number=8)
        shown(store, number=9)
        assert rows_left(uri) == 20
        store.drop("v")
        assert rows_left(uri) == 0


def test_a_removal_that_was_broken_off_is_finished_by_the_next(
    uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh(uri) as store, monkeypatch.context() as patch:
        write(store, Row("[1]", 1))
        patch.setattr(postgres.PostgresOnlineStore, "_sweep", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.drop("v")
        assert rows_left(uri) == 1
        patch.undo()
        shown(store)
        assert (rows_left(uri), held(store)) == (0, {})


def test_a_schema_has_any_name(uri: str) -> None:
    schema = 'So "me\'s" %s {0}; DROP'
    with fresh(uri, schema=schema) as store:
        write(store, Row("[1]", 1))
        assert stands(store) == Row("[1]", 1)
    with fresh(uri) as other:
        assert stands(other) is None


def test_rows_just_written_are_found_by_their_keys(uri: str) -> None:
    with fresh(uri) as store:
        assert isinstance(store, postgres.PostgresOnlineStore)
        write(store, *(Row(f"[{n}]", n) for n in range(5_000)))
        say, sessions = store._say, store._sessions
        page = (1, b"[", 100)
        clear = {"held": 1, "last": b"[", "rows": 100}

        def plan(sql: psycopg.Connection[Any], text: str, values: Any) -> str:
            with sessions.transaction(sql, 1) as cursor:
                return "\n".join(line for (line,) in cursor.execute(f"EXPLAIN {text}", values))

        for text, values in ((say.page, page), (say.clear, clear)):
            said = sessions.run(lambda sql, text=text, values=values: plan(sql, text, values))  # type: ignore[misc]
            assert "Index Scan using rows_pkey" in said and "Seq Scan" not in said
            assert said.count("Sort") <= (2 if text == say.clear else 0)


def test_the_first_users_at_a_time_make_one_store(uri: str) -> None:
    def first(project: str) -> str:
        with closing(opened(uri, project)) as store:
            shown(store)
            return store.identity()

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(first, "abcdefgh"))) == 1


def test_tables_that_are_gone_are_made_anew_as_another_store(uri: str) -> None:
    with fresh(uri) as store:
        before = store.identity()
        with postgres_connection(uri) as connection:
            connection.execute("DROP SCHEMA features_online CASCADE")
        assert store.read([Ask("v", ["[1]"])])[0].generation is None
        assert store.identity() not in ("", before)


def test_a_commit_is_durable_also_where_the_server_is_set_otherwise(uri: str) -> None:
    with postgres_connection(uri) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchall() == [("off",)]
    with fresh(uri) as store:
        assert isinstance(store, postgres.PostgresOnlineStore)

        def work(sql: psycopg.Connection[Any]) -> object:
            with sessions.transaction(sql, 1) as cursor:
                return cursor.execute("SHOW synchronous_commit").fetchall()

        sessions = store._sessions
        assert sessions.run(work) == [("on",)]


def test_tables_of_a_newer_fcompile_or_another_program_are_left_alone(uri: str) -> None:
    with fresh(uri), postgres_connection(uri) as connection:
        connection.execute("UPDATE features_online.about SET version = 99")
        connection.execute("CREATE SCHEMA theirs")
        connection.execute("CREATE TABLE theirs.about (a int)")
        connection.execute("CREATE SCHEMA others")
        connection.execute("CREATE TABLE others.rows (a int)")
    for schema, code in (("features_online", "FC507"), ("theirs", "FC506"), ("others", "FC506")):
        with closing(opened(uri, schema=schema)) as store:
            error = refused(store.identity)
        assert error.diagnostics[0].code == code and "schema" in error.diagnostics[0].hint


def test_a_key_too_long_for_the_index_is_named_with_its_view(uri: str) -> None:
    letters = random.Random(1).randbytes(1_500).hex()
    with fresh(uri) as store:
        assert write(store, Row(f'["{letters[:2_590]}"]', 1)) == 1
        error = refused(lambda: write(store, Row("[1]", 1), Row(f'["{letters}"]', 1)))
        assert error.diagnostics[0].code == "FC529"
        assert f'`v`: the online store cannot hold the row of ["{letters[:58]}...' in str(error)
        assert stands(store) is None


def test_columns_are_sent_as_they_are(uri: str) -> None:
    draw = random.Random(2)
    values = [draw.randbytes(draw.choice([0, 1, 50, 70_000])) for _ in range(40)]
    for column in (
        pa.array(values, pa.binary()),
        pa.array(values, pa.binary())[7:31],
        pa.array([], pa.binary()),
    ):
        with postgres_connection(uri) as connection, connection.cursor(binary=True) as cursor:
            result = connection.pgconn.exec_params(
                b"SELECT md5(coalesce(string_agg(v, '|'), '')) FROM unnest($1) AS v",
                [array_bytes(column)],
                [1001],
                [1],
            )
            cursor.execute("SELECT md5(%b::bytea)", (b"|".join(column.to_pylist()),))
            assert result.get_value(0, 0) == (cursor.fetchone() or ("",))[0].encode()


# -- servers that go away ------------------------------------------------------------------------


def test_a_server_killed_while_rows_are_written_has_all_of_them(server: PostgresProcess) -> None:
    newest: dict[str, Row] = {}
    done = threading.Event()
    with fresh(server.uri(), deadline="30s") as store:

        def load() -> None:
            draw = random.Random(4)
            for sequence in range(60):
                rows = [Row(f"[{k}]", draw.randrange(1_000), None, sequence) for k in range(300)]
                draw.shuffle(rows)
                write(store, *rows)
                for row in rows:
                    newest[row.key] = max(newest.get(row.key, row), row, key=lambda r: (r.event, r.sequence))
            done.set()

        thread = threading.Thread(target=load)
        thread.start()
        for _ in range(3):
            time.sleep(0.3)
            server.kill()
            server.start()
        thread.join()
        assert done.is_set() and read(store, *newest) == newest


def test_a_connection_reset_at_any_byte_loses_nothing(server: PostgresProcess, proxy: Proxy) -> None:
    with fresh(server.uri(proxy.port)) as store, fresh(server.uri()) as direct:
        for event, byte in enumerate(range(0, 400, 25)):
            proxy.switch(reset_after(byte, once=True))
            write(store, Row("[1]", event), Row(f"[{byte}]", 1))
            proxy.switch(PASS)
            assert stands(direct) == Row("[1]", event)
            proxy.switch(reset_after(byte, once=True))
            assert read(store, "[1]") == {"[1]": Row("[1]", event)}
            proxy.switch(PASS)


def test_a_rollback_whose_answer_is_lost_is_done_once(server: PostgresProcess, proxy: Proxy) -> None:
    with fresh(server.uri(proxy.port)) as store, closing(opened(server.uri())) as direct:
        shown(store, number=8)
        for byte in range(0, 500, 25):
            before = direct.generations("v")
            proxy.switch(reset_after(byte, once=True))
            assert store.rollback("v") == before.rolled_back() == direct.generations("v")
            proxy.switch(PASS)


def test_a_server_that_is_down_or_silent_is_given_up_within_the_deadline(
    server: PostgresProcess, proxy: Proxy
) -> None:
    dsn = server.uri(proxy.port).replace("postgres@", "postgres:s3cr3t%2F%40@")
    with fresh(dsn, deadline="2s") as store:
        proxy.switch(HALF_OPEN)
        # On a connection that stands, and on a new one.
        unavailable(lambda: write(store, Row("[1]", 1)), 2.6)
        unavailable(lambda: store.read([Ask("v", ["[1]"])]), 2.6)
        proxy.switch(REFUSE)
        unavailable(lambda: store.flip("v", FIRST), 2.6)
        proxy.switch(PASS)
        assert write(store, Row("[1]", 2)) == 1
        assert stands(store) == Row("[1]", 2)


def test_a_deadline_may_be_shorter_than_connecting_can_be(server: PostgresProcess, proxy: Proxy) -> None:
    with closing(opened(server.uri(proxy.port), deadline="300ms")) as store:
        proxy.switch(HALF_OPEN)
        unavailable(lambda: stands(store), 0.9)
        proxy.switch(PASS)
        assert store.generations("v")


def test_a_server_that_comes_back_in_time_is_waited_for(server: PostgresProcess, proxy: Proxy) -> None:
    with fresh(server.uri(proxy.port)) as store:
        proxy.switch(REFUSE)
        later = threading.Timer(0.8, proxy.switch, [PASS])
        later.start()
        assert write(store, Row("[1]", 1)) == 1
        proxy.switch(TRICKLE)
        assert stands(store) == Row("[1]", 1)
        later.join()


def test_rows_that_another_session_keeps_locked_are_given_up(uri: str) -> None:
    with fresh(uri, deadline="1s") as store:
        write(store, Row("[1]", 1))
        with psycopg.connect(uri) as other:
            other.execute("SELECT FROM features_online.rows FOR UPDATE")
            unavailable(lambda: write(store, Row("[1]", 2)), 1.6)
            assert stands(store) == Row("[1]", 1)
        assert write(store, Row("[1]", 2)) == 1


def test_writers_do_not_keep_a_generation_from_being_shown(uri: str) -> None:
    stop = threading.Event()
    with fresh(uri) as store:

        def work(seed: int) -> None:
            draw = random.Random(seed)
            while not stop.is_set():
                write(store, *(Row(f"[{k}]", draw.randrange(10**6), None, seed) for k in range(200)))

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        shown(store, number=8)
        for _ in range(10):
            store.rollback("v")
        stop.set()
        for thread in threads:
            thread.join()


# -- servers that say no -------------------------------------------------------------------------


def test_a_wrong_password_is_said_without_the_password(server: PostgresProcess) -> None:
    with psycopg.connect(server.uri(), autocommit=True) as connection:
        connection.execute("CREATE ROLE secured LOGIN PASSWORD 'another'")
        rules = server.folder / "data" / "pg_hba.conf"
        rules.write_text("host all secured 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        connection.execute("SELECT pg_reload_conf()")
    began = time.monotonic()
    with closing(opened(server.uri().replace("postgres@", "secured:s3cr3t%2F%40@"))) as store:
        error = refused(store.identity)
    assert error.diagnostics[0].code == "FC506" and "online" in error.diagnostics[0].hint
    assert "secured" in str(error) and time.monotonic() - began < 5


def test_a_dsn_that_cannot_be_read_is_not_repeated() -> None:
    error = refused(lambda: opened(f"postgresql://u:{PASSWORD}@h/d"))
    assert error.diagnostics[0].code == "FC506" and "the online store" in str(error)


def test_a_closed_store_says_so(uri: str) -> None:
    store = opened(uri)
    store.identity()
    store.close()
    assert "it is closed" in str(refused(store.identity))
