"""What every online store does: one contract, a parameter an adapter."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.online.base import OnlineRow, OnlineStore
from fcompile.runtime.online.registry import STORES, open_online

Open = Callable[[str], OnlineStore]


@dataclass(frozen=True)
class Config:
    type: str
    path: str = "online.db"


@pytest.fixture(params=sorted(STORES))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same store for the project of the given name."""
    return lambda project: open_online(Config(request.param), tmp_path, project)


@pytest.fixture
def store(opened: Open) -> Iterator[OnlineStore]:
    with closing(opened("p")) as store:
        yield store


def row(key: str, event: int, created: int | None = None, sequence: int = 1, payload: str = "") -> OnlineRow:
    return OnlineRow(key, event, created, sequence, "[]", payload or f"{event},{created},{sequence}")


def stands(store: OnlineStore, key: str = "[1]", view: str = "v") -> OnlineRow | None:
    return store.read(view, [key]).get(key)


def test_what_was_written_is_read_and_what_was_not_is_absent(store: OnlineStore) -> None:
    rows = [row("[1]", 5), row("[2]", -7, 3), row('["\\u0000 \\ud800"]', 2**60)]
    store.write("v", rows, 0)
    assert store.read("v", [*(r.key for r in rows), "[9]"]) == {r.key: r for r in rows}
    assert store.read("v", []) == {}
    assert store.read("other", ["[1]"]) == {}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (row("[1]", 1, 9, 9), row("[1]", 2, None, 1)),
        (row("[1]", 1, None, 9), row("[1]", 1, -(10**15), 1)),
        (row("[1]", 1, 1, 9), row("[1]", 1, 2, 1)),
        (row("[1]", 1, None, 1), row("[1]", 1, None, 2)),
        (row("[1]", 1, 1, 1), row("[1]", 1, 1, 2)),
    ],
)
def test_newer_wins_by_event_then_created_then_sequence(
    older: OnlineRow, newer: OnlineRow, store: OnlineStore
) -> None:
    for first, second in ((older, newer), (newer, older)):
        store.write("v", [first], 0)
        store.write("v", [second], 0)
        assert stands(store) == newer
        store.drop("v")


def test_in_any_order_and_any_number_of_times_the_newest_stands(store: OnlineStore) -> None:
    draw = random.Random(3)
    rows = [row(f"[{draw.randrange(5)}]", draw.randrange(3), draw.choice([None, 0, 1]), n) for n in range(60)]
    for _ in range(3):
        draw.shuffle(rows)
        store.write("v", rows[:40], 0)
        store.write("v", rows, 0)
    for key in {r.key for r in rows}:
        mine = [r for r in rows if r.key == key]
        newest = max(mine, key=lambda r: (r.event, r.created is not None, r.created or 0, r.sequence))
        assert stands(store, key) == newest


def test_the_same_version_again_changes_nothing(store: OnlineStore) -> None:
    store.write("v", [row("[1]", 1)], 0)
    store.write("v", [row("[1]", 1, payload="other")], 0)
    assert stands(store) == row("[1]", 1)


def test_below_the_floor_a_row_loses_whatever_its_event_time(store: OnlineStore) -> None:
    store.write("v", [row("[1]", 9, 9, 4)], 0)
    store.write("v", [row("[1]", 1, None, 5)], 5)
    assert stands(store) == row("[1]", 1, None, 5)
    # A run of before the rebuild that comes late does not know the floor.
    store.write("v", [row("[1]", 9, 9, 4), row("[2]", 9, 9, 4)], 0)
    assert store.read("v", ["[1]", "[2]"]) == {"[1]": row("[1]", 1, None, 5)}


def test_pruning_removes_what_is_below_the_floor_of_that_view_only(store: OnlineStore) -> None:
    for view in ("v", "w"):
        store.write(view, [row("[1]", 1, None, 4), row("[2]", 1, None, 5)], 0)
    assert store.prune("v", 5) == 1
    assert set(store.read("v", ["[1]", "[2]"])) == {"[2]"}
    assert set(store.read("w", ["[1]", "[2]"])) == {"[1]", "[2]"}
    assert store.prune("v", 5) == 0


def test_dropping_a_view_leaves_the_others_and_can_be_done_again(store: OnlineStore) -> None:
    for view in ("v", "v_2"):
        store.write(view, [row("[1]", 1)], 0)
    store.drop("v")
    store.drop("v")
    assert stands(store) is None
    assert stands(store, view="v_2") is not None


def test_projects_do_not_see_each_other(opened: Open) -> None:
    with closing(opened("p")) as one, closing(opened("p_2")) as two:
        one.write("v", [row("[1]", 1)], 3)
        two.write("v", [row("[1]", 2)], 0)
        one.drop("v")
        assert stands(two) == row("[1]", 2)


def test_the_store_keeps_its_identity(opened: Open) -> None:
    with closing(opened("p")) as one:
        first = one.identity()
    with closing(opened("p")) as again:
        assert again.identity() == first


def test_rows_of_several_schemas_stand_side_by_side(store: OnlineStore) -> None:
    rows = [row("[1]", 1), replace(row("[2]", 1), schema='[["a","int64"]]')]
    store.write("v", rows, 0)
    assert store.read("v", ["[1]", "[2]"]) == {r.key: r for r in rows}


def test_three_hundred_thousand_keys_are_read_at_once(store: OnlineStore) -> None:
    store.write("v", [row(f"[{n}]", 1) for n in range(1_000)], 0)
    assert len(store.read("v", [f"[{n}]" for n in range(300_000)])) == 1_000


def test_readers_are_not_blocked_by_a_load(opened: Open) -> None:
    with closing(opened("p")) as writer, closing(opened("p")) as reader:
        writer.write("v", [row(f"[{n}]", 1, None, 1) for n in range(100)], 0)
        stop, torn = threading.Event(), []

        def read() -> None:
            while not stop.is_set():
                found = reader.read("v", [f"[{n}]" for n in range(100)])
                if len({r.sequence for r in found.values()}) != 1:
                    torn.append(found)

        thread = threading.Thread(target=read)
        thread.start()
        for sequence in range(2, 30):
            writer.write("v", [row(f"[{n}]", 1, None, sequence) for n in range(100)], 0)
        stop.set()
        thread.join()
        assert torn == []


def test_a_type_without_an_adapter_is_said_to_be_missing(tmp_path: Path) -> None:
    for kind, message in (("redis", "not there yet"), ("sqlit", "no online store")):
        with pytest.raises(FcompileError, match=message) as error:
            open_online(Config(kind), tmp_path, "p")
        assert error.value.diagnostics[0].code == "FC951"


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "online.db")) as other:
        other.execute("CREATE TABLE t (a)")
        other.commit()
    with pytest.raises(FcompileError) as error:
        open_online(Config("sqlite"), tmp_path, "p")
    assert error.value.diagnostics[0].code == "FC507"


def test_a_file_of_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    open_online(Config("sqlite"), tmp_path, "p").close()
    with closing(sqlite3.connect(tmp_path / "online.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(FcompileError, match="another version of fcompile") as error:
        open_online(Config("sqlite"), tmp_path, "p")
    assert error.value.diagnostics[0].code == "FC507"


def test_a_file_that_is_no_database_or_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "online.db").write_text("no database" * 1_000)
    (tmp_path / "file").write_text("")
    for path in ("online.db", "file/online.db"):
        with pytest.raises(FcompileError, match="cannot use the online store at") as error:
            open_online(Config("sqlite", path), tmp_path, "p")
        assert error.value.diagnostics[0].code == "FC506"
