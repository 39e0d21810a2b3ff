"""The state on a server that goes away, is silent, is locked, or says no."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from fcompile.compiler.errors import FcompileError, UnavailableError
from fcompile.compiler.schema.project import PostgresServer, PostgresState
from fcompile.runtime.postgres_server import server_of
from fcompile.runtime.state import Heartbeat, State, open_state
from fcompile.runtime.state.postgres import PostgresDatabase
from tests.engines.servers import postgres_connection, postgres_database
from tests.state.servers import SCHEMA, cut, database, open_door
from tests.state.test_state import FULL, PENDING, RECORD, committed

pytestmark = pytest.mark.engines

PASSWORD = "s3cr3t"  # noqa: S105


@pytest.fixture
def uri() -> str:
    return postgres_database()


@pytest.fixture
def state(uri: str) -> Iterator[State]:
    with closing(State(database(uri), "p", "dev")) as state:
        yield state


def unavailable(error: pytest.ExceptionInfo[FcompileError]) -> str:
    assert isinstance(error.value, UnavailableError) and error.value.exit_code == 75
    assert error.value.diagnostics[0].code == "FC961" and error.value.diagnostics[0].hint
    return str(error.value)


# -- connections that end ------------------------------------------------------------------------


def test_a_connection_dropped_between_calls_is_opened_anew(uri: str, state: State) -> None:
    lease = state.acquire(["spend"])
    for _ in range(3):
        assert cut(uri) == 1
        state.begin(lease, "spend", PENDING)
        assert cut(uri) == 1
        assert state.view("spend").pending == PENDING
    assert cut(uri) == 1
    state.commit(lease, "spend", state.view("spend"), FULL, RECORD)
    assert cut(uri) == 1
    state.release(lease)
    assert state.view("spend") == FULL


def test_of_a_transaction_whose_connection_drops_nothing_is_left(uri: str, state: State) -> None:
    with closing(database(uri)) as other:
        with pytest.raises(FcompileError) as error, other.writing("p") as sql:
            sql.execute("UPDATE tokens SET value = 1")
            cut(uri)
            sql.execute("UPDATE tokens SET value = 2")
        unavailable(error)
        with pytest.raises(FcompileError) as error, other.writing("p") as sql:
            sql.execute("UPDATE tokens SET value = 1")
            cut(uri)
        unavailable(error)
        with other.reading() as sql:
            assert sql.execute("SELECT value FROM tokens").fetchall() == [(0,)]


def test_a_heartbeat_outlives_a_dropped_connection(uri: str, state: State) -> None:
    lease = state.acquire(["spend"], seconds=-1)
    renewed = threading.Semaphore(0)

    def renew() -> None:
        other.renew(lease)
        renewed.release()

    with closing(state.reopened()) as other, Heartbeat(renew, every=0.02):
        assert renewed.acquire(timeout=10)
        cut(uri)
        renewed.acquire(timeout=10)
        assert renewed.acquire(timeout=10) and renewed.acquire(timeout=10)


# -- servers that do not answer --------------------------------------------------------------------


def opened_at(host: str, port: int, seconds: float) -> None:
    settings = PostgresServer(host=host, port=port, user="u", database="d", password=SecretStr(PASSWORD))
    PostgresDatabase(server_of(settings), SCHEMA, seconds)


def test_a_server_that_is_down_is_given_up_within_the_deadline() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        began = time.monotonic()
        with pytest.raises(FcompileError) as error:
            opened_at("127.0.0.1", bound.getsockname()[1], 0.5)
    assert time.monotonic() - began < 5
    assert "PostgreSQL at 127.0.0.1, database d" in unavailable(error) and PASSWORD not in str(error.value)


def test_a_server_whose_socket_is_gone_is_down(tmp_path: Path) -> None:
    with pytest.raises(FcompileError) as error:
        opened_at(str(tmp_path), 5432, 0.3)
    unavailable(error)


def test_a_server_that_takes_connections_and_is_silent_is_given_up() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        began = time.monotonic()
        with pytest.raises(FcompileError) as error:
            opened_at("127.0.0.1", listening.getsockname()[1], 0.5)
    assert time.monotonic() - began < 8
    unavailable(error)


def test_a_server_that_falls_silent_within_a_transaction_is_given_up(uri: str, state: State) -> None:
    began = time.monotonic()
    with closing(database(uri, 0.5)) as other:
        with pytest.raises(FcompileError) as error, other.writing("p") as sql:
            sql.execute("UPDATE tokens SET value = 1")
            sql.execute("SELECT pg_sleep(60)")
        assert time.monotonic() - began < 5
        unavailable(error)
        cut(uri)
        with other.writing("p") as sql:
            assert sql.execute("SELECT value FROM tokens").fetchall() == [(0,)]


def test_a_project_whose_writer_hangs_is_locked_for_a_while_and_others_are_not(
    uri: str, state: State
) -> None:
    with closing(database(uri, 0.5)) as second, state._database.writing("p"):
        with pytest.raises(FcompileError) as error, second.writing("p"):
            pass
        unavailable(error)
        with second.writing("q"):
            pass
        State(second, "p", "dev").view("spend")


def test_a_writer_that_sleeps_within_a_transaction_is_ended_and_can_commit_nothing(
    uri: str, state: State
) -> None:
    with closing(database(uri, 0.3)) as sleeping:
        with pytest.raises(FcompileError) as error, sleeping.writing("p") as sql:
            sql.execute("UPDATE tokens SET value = 1")
            state.acquire(["spend"])  # waits for the sleeper's end
        unavailable(error)
    with state._database.reading() as sql:
        assert sql.execute("SELECT value > 1 FROM tokens").fetchall() == [(True,)]


def test_a_server_that_comes_back_in_time_is_waited_for(tmp_path: Path) -> None:
    door = open_door(tmp_path)
    with closing(State(database(door.dsn), "p", "dev")) as state:
        committed(state, FULL)
        door.close()
        threading.Timer(0.4, door.open).start()
        assert state.view("spend") == FULL


def test_a_server_that_was_given_up_is_asked_once_until_it_answers(tmp_path: Path) -> None:
    door = open_door(tmp_path)
    with closing(State(database(door.dsn, 2.0), "p", "dev")) as state:
        committed(state, FULL)
        door.close()
        waited = []
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(FcompileError) as error:
                state.view("spend")
            waited.append(time.monotonic() - began)
            unavailable(error)
        assert waited[0] > 1 and max(waited[1:]) < 0.5
        door.open()
        assert state.view("spend") == FULL


# -- servers that say no -------------------------------------------------------------------------


def refused(dsn: str) -> FcompileError:
    config = PostgresState.model_validate({"type": "postgres", "dsn": dsn})
    with pytest.raises(FcompileError) as error:
        open_state(config, Path(), "p", "dev").close()
    assert not isinstance(error.value, UnavailableError) and error.value.exit_code == 1
    assert error.value.diagnostics[0].code == "FC506" and error.value.diagnostics[0].hint
    return error.value


@pytest.mark.parametrize(
    "dsn", [f"postgresql://u:{PASSWORD}@x@h/d", f"password={PASSWORD}' x", f"x://{PASSWORD}"]
)
def test_a_dsn_that_cannot_be_read_is_not_repeated(dsn: str) -> None:
    assert PASSWORD not in str(refused(dsn))


def test_a_database_that_is_not_there_is_named(uri: str) -> None:
    assert "nowhere" in str(refused(uri.replace("/test_", "/nowhere_")))


def restricted(uri: str) -> str:
    """Return the URI for a user who may do nothing of their own."""
    with postgres_connection(uri) as connection:
        connection.execute("DROP ROLE IF EXISTS restricted")
        connection.execute("CREATE ROLE restricted LOGIN")
    head, _, rest = uri.partition("://")
    return f"{head}://restricted@{rest.rpartition('@')[2]}"


def test_a_user_without_the_right_to_make_the_schema_is_told_so(uri: str) -> None:
    assert "grant" in str(refused(restricted(uri)))


def test_a_user_may_run_with_no_right_but_to_the_rows(uri: str) -> None:
    owner, user = (
        PostgresState.model_validate({"type": "postgres", "dsn": dsn, "schema": "kept"})
        for dsn in (uri, restricted(uri))
    )
    open_state(owner, Path(), "p", "dev").close()
    with postgres_connection(uri) as connection:
        connection.execute("GRANT USAGE ON SCHEMA kept TO restricted")
        connection.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA kept TO restricted")
    with closing(open_state(user, Path(), "p", "dev")) as state:
        committed(state, FULL)
        assert state.view("spend") == FULL
    with postgres_connection(uri) as connection:
        connection.execute("DROP OWNED BY restricted")
        connection.execute("DROP ROLE restricted")


def test_a_commit_is_durable_also_where_the_server_is_set_otherwise(uri: str, state: State) -> None:
    with state._database.writing("p") as sql:
        assert sql.execute("SHOW synchronous_commit").fetchall() == [("on",)]


def test_a_password_is_in_no_text_of_a_state(uri: str) -> None:
    server = server_of(PostgresServer.model_validate({"dsn": uri, "password": PASSWORD}))
    assert PASSWORD in server.conninfo
    assert PASSWORD not in f"{server} {server!r}"
