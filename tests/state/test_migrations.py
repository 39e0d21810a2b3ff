"""The state's tables: brought forward with what they hold, and refused where they are not what was made."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.clock import from_micros
from fcompile.runtime.state import Erasure, Pending, State, ViewState
from fcompile.runtime.state import migrate as steps
from fcompile.runtime.state.migrations import MIGRATIONS, SQLITE, Migration
from tests.engines.servers import postgres_connection
from tests.state.conftest import Open
from tests.state.kinds import open_kind
from tests.state.test_state import FULL, PENDING, committed

RELEASED = {
    1: "b22cf16ce0cc3cab",
    2: "dfd95982c5918a14",
}
"""The beginnings of their checksums. Add one with a release; those above it never change."""

VERSION_1 = (
    "CREATE TABLE tokens (value INTEGER NOT NULL)",
    "INSERT INTO tokens VALUES (0)",
    "CREATE TABLE sequences (project TEXT NOT NULL, view TEXT NOT NULL, value INTEGER NOT NULL,"
    " PRIMARY KEY (project, view)) WITHOUT ROWID",
    "CREATE TABLE leases (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
    " token INTEGER NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,"
    " expires REAL NOT NULL, PRIMARY KEY (project, target, view)) WITHOUT ROWID",
    "CREATE TABLE views (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
    " watermark INTEGER, loaded INTEGER NOT NULL, store TEXT NOT NULL, fingerprint TEXT,"
    " pending_as_of INTEGER, pending_fingerprint TEXT,"
    " PRIMARY KEY (project, target, view)) WITHOUT ROWID",
    "CREATE TABLE intervals (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
    ' "start" INTEGER, "end" INTEGER NOT NULL)',
    "CREATE INDEX intervals_view ON intervals (project, target, view)",
    "CREATE TABLE results (id INTEGER PRIMARY KEY, project TEXT NOT NULL, target TEXT NOT NULL,"
    " view TEXT NOT NULL, status TEXT NOT NULL, rows INTEGER NOT NULL, seconds REAL NOT NULL,"
    " as_of INTEGER, finished INTEGER NOT NULL, message TEXT NOT NULL)",
    "CREATE INDEX results_view ON results (project, target, view, id)",
)
"""What fcompile made before there were migrations."""
HELD = (
    "UPDATE tokens SET value = 41",
    "INSERT INTO sequences VALUES ('p', 'spend', 9000000000000)",
    "INSERT INTO leases VALUES ('p', 'dev', 'held', 41, 'another-host', 1, '', 1e12)",
    "INSERT INTO views VALUES ('p', 'dev', 'spend', 5, 6, 's', 'f', 7, 'g')",
    "INSERT INTO intervals VALUES ('p', 'dev', 'spend', NULL, 5)",
    "INSERT INTO results VALUES (NULL, 'p', 'dev', 'spend', 'OK', 3, 0.5, 5, 6, 'm')",
)


def change(place: str, *statements: str) -> list[tuple[object, ...]]:
    """Execute behind the state's back; return the rows of the last statement."""
    if place.startswith("postgresql://"):
        with postgres_connection(place) as connection:
            connection.execute("SET search_path TO fcompile_state")
            for statement in statements:
                last = connection.execute(statement.encode())
            return last.fetchall() if last.description else []
    with closing(sqlite3.connect(place, isolation_level=None)) as file:
        return [file.execute(statement).fetchall() for statement in statements][-1]


@pytest.fixture
def old(tmp_path: Path) -> str:
    place = str(tmp_path / "old.db")
    change(place, *VERSION_1, f"PRAGMA application_id = {0x66636F01}", "PRAGMA user_version = 1", *HELD)
    return place


def refused(place: str) -> FcompileError:
    with pytest.raises(FcompileError) as error:
        open_kind(place)
    return error.value


def shape(place: str) -> list[tuple[object, ...]]:
    return change(place, "SELECT name, sql FROM sqlite_master ORDER BY name")


def test_released_migrations_stay_as_they_are() -> None:
    assert [m.number for m in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    assert {m.number: m.checksum[:16] for m in MIGRATIONS} == RELEASED
    assert tuple(SQLITE.say(statement) for statement in MIGRATIONS[0].statements) == VERSION_1


def test_a_file_from_before_migrations_opens_and_keeps_what_it_holds(old: str, tmp_path: Path) -> None:
    with closing(open_kind(old)) as state:
        view = ViewState(
            from_micros(5),
            6,
            "s",
            fingerprint="f",
            pending=Pending(from_micros(7), "g"),
            intervals=((None, 5),),
        )
        assert dict(state.views()) == {"spend": view}
        assert [(r.rows, r.message) for r in state.results("spend")] == [(3, "m")]
        assert state.erasures("spend") == ()
        with pytest.raises(FcompileError, match="another-host"):
            state.acquire(["held"])
        lease = state.acquire(["spend"])
        assert lease.token > 41 and state.begin(lease, "spend", PENDING) == 9000000000001
        committed(state, FULL, "new")
    new = str(tmp_path / "new.db")
    open_kind(new).close()
    assert shape(old) == shape(new)
    assert change(old, "SELECT number, checksum FROM migrations") == [
        (m.number, m.checksum) for m in MIGRATIONS
    ]
    with closing(open_kind(old)) as state:
        assert state.view("new") == FULL


def test_a_newer_state_is_refused_with_what_to_do(place: str, opened: Open) -> None:
    opened().close()
    change(place, f"INSERT INTO migrations VALUES ({len(MIGRATIONS) + 1}, 'x', 0)")
    error = refused(place)
    assert error.diagnostics[0].code == "FC507"
    assert "newer fcompile" in str(error) and "upgrade fcompile" in str(error)


def test_a_newer_file_is_refused_by_its_version_alone(tmp_path: Path) -> None:
    place = str(tmp_path / "state.db")
    open_kind(place).close()
    change(place, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    assert refused(place).diagnostics[0].code == "FC507"


@pytest.mark.parametrize(
    "edit",
    ["UPDATE migrations SET checksum = 'x' WHERE number = 1", "DELETE FROM migrations WHERE number = 1"],
)
def test_tables_made_by_other_steps_are_refused(edit: str, place: str, opened: Open) -> None:
    opened().close()
    change(place, edit)
    error = refused(place)
    assert error.diagnostics[0].code == "FC960" and "migration 1" in str(error)


def later(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    """Have a version that knows one more migration."""
    more = (*MIGRATIONS, Migration(len(MIGRATIONS) + 1, statements))
    monkeypatch.setattr(steps, "MIGRATIONS", more)


NEXT = ("ALTER TABLE views ADD COLUMN extra {int}", "CREATE TABLE extras (value {int})")


def test_an_older_state_is_brought_forward_by_all_who_open_it_at_once(
    place: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened()) as state:
        committed(state, FULL)
    with monkeypatch.context() as patched:
        later(patched, *NEXT)
        states: list[State] = []
        threads = [threading.Thread(target=lambda: states.append(opened())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [s.view("spend") for s in states] == [FULL] * 4
        for state in states:
            state.close()
        assert change(place, "SELECT extra FROM views") == [(None,)]
    assert refused(place).diagnostics[0].code == "FC507"


def test_of_a_migration_that_fails_nothing_is_left(
    place: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened()) as state:
        committed(state, FULL)
    with monkeypatch.context() as patched:
        later(patched, *NEXT, "CREATE TABLE extras (value {int})")
        refused(place)
    assert change(place, "SELECT count(*) FROM migrations") == [(len(MIGRATIONS),)]
    with closing(opened()) as state:
        assert state.view("spend") == FULL


def test_another_programs_tables_are_left_alone(place: str, opened: Open) -> None:
    if place.startswith("postgresql://"):
        with postgres_connection(place) as connection:
            connection.execute("CREATE SCHEMA fcompile_state")
    change(place, "CREATE TABLE views (x bigint)")
    error = refused(place)
    assert error.diagnostics[0].code in ("FC506", "FC507") and error.diagnostics[0].hint
    change(place, "SELECT x FROM views")


def test_an_erasure_says_no_key() -> None:
    assert set(Erasure.__slots__) == {"view", "erased", "keys", "rows"}
