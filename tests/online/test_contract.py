"""What every online store does: one contract, a parameter an adapter."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.runtime.online.base import Ask, Found, Generation, Generations, OnlineStore
from fcompile.runtime.online.packed import VERSION_BYTES, packed_of
from tests.online.rows import FIRST, SCHEMA, Row, held, read, row_of, shown, stands, write
from tests.online.stores import OPENERS, SLOW, Open


@pytest.fixture(params=[pytest.param(k, marks=pytest.mark.engines) if k != "sqlite" else k for k in OPENERS])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    return OPENERS[request.param](tmp_path)


@pytest.fixture
def fewer(request: pytest.FixtureRequest) -> int:
    """By how much less there is to do where each request takes milliseconds."""
    return SLOW.get(request.node.callspec.params["opened"], 1)


@pytest.fixture
def store(opened: Open) -> Iterator[OnlineStore]:
    """With a generation of the view `v` that readers see."""
    with closing(opened("p")) as store:
        shown(store)
        yield store


# -- rows ----------------------------------------------------------------------------------------


def test_what_was_written_is_read_and_what_was_not_is_absent(store: OnlineStore) -> None:
    rows = [
        Row("[1]", 5),
        Row("[2]", -7, 3),
        Row('["\\u0000 \\ud800"]', 2**60),
        Row("[" + "9" * 500 + "]", 1),
    ]
    assert write(store, *rows) == len(rows)
    assert read(store, *(r.key for r in rows), "[9]") == {r.key: r for r in rows}
    assert read(store) == {}
    assert store.read([]) == []


def test_a_payload_is_any_bytes(store: OnlineStore) -> None:
    value = Row("[1]", 1).value + bytes(range(256)) * 4
    store.write("v", FIRST, packed_of([(b"[1]", value)]))
    assert store.read([Ask("v", ["[1]"])])[0].values == [value]


def test_the_order_and_the_repeats_of_an_ask_are_kept(store: OnlineStore) -> None:
    write(store, Row("[1]", 1), Row("[2]", 2))
    (found,) = store.read([Ask("v", ["[2]", "[3]", "[1]", "[2]"])])
    assert found.generation == Generation(FIRST, SCHEMA)
    assert found.values == [Row("[2]", 2).value, None, Row("[1]", 1).value, Row("[2]", 2).value]


def test_several_views_are_read_at_once(store: OnlineStore) -> None:
    shown(store, "w", 9)
    write(store, Row("[1]", 1))
    write(store, Row("[1]", 2), view="w", number=9)
    assert store.read([Ask("w", ["[1]"]), Ask("none", ["[1]", "[2]"]), Ask("v", [])]) == [
        Found(Generation(9, SCHEMA), [Row("[1]", 2).value]),
        Found(None, [None, None]),
        Found(Generation(FIRST, SCHEMA), []),
    ]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (Row("[1]", 1, 9, 9), Row("[1]", 2, None, 1)),
        (Row("[1]", -1, 9, 9), Row("[1]", 0, None, 1)),
        (Row("[1]", 1, None, 9), Row("[1]", 1, -(10**15), 1)),
        (Row("[1]", 1, 1, 9), Row("[1]", 1, 2, 1)),
        (Row("[1]", 1, None, 1), Row("[1]", 1, None, 2)),
        (Row("[1]", 1, 1, 1), Row("[1]", 1, 1, 2)),
        (Row("[1]", 2**55, 1, 2**53), Row("[1]", 2**55, 1, 2**53 + 1)),
        (Row("[1]", 2**55, 1, 1), Row("[1]", 2**55 + 1, 1, 1)),
    ],
)
def test_newer_wins_by_event_then_created_then_sequence(older: Row, newer: Row, store: OnlineStore) -> None:
    assert (write(store, older), write(store, newer), write(store, older)) == (1, 1, 0)
    assert stands(store) == newer


def test_in_any_order_and_any_number_of_times_the_newest_stands(store: OnlineStore) -> None:
    draw = random.Random(3)
    rows = [Row(f"[{draw.randrange(5)}]", draw.randrange(3), draw.choice([None, 0, 1]), n) for n in range(60)]
    for _ in range(20):
        draw.shuffle(rows)
        # No key stands twice in one write.
        write(store, *{r.key: r for r in rows}.values())
    for row in rows:
        write(store, row)
    for key in {r.key for r in rows}:
        mine = [r for r in rows if r.key == key]
        newest = max(mine, key=lambda r: (r.event, r.created is not None, r.created or 0, r.sequence))
        assert stands(store, key) == newest


def test_the_same_version_again_changes_nothing(store: OnlineStore) -> None:
    write(store, Row("[1]", 1))
    assert write(store, Row("[1]", 1, payload="other")) == 0
    assert stands(store) == Row("[1]", 1)


def test_many_keys_are_written_and_read_at_once(store: OnlineStore, fewer: int) -> None:
    rows = [Row(f"[{n}]", n) for n in range(3_000 // fewer)]
    assert write(store, *rows) == len(rows)
    found = read(store, *(f"[{n}]" for n in range(20_000 // fewer)))
    assert found == {r.key: r for r in rows}
    assert held(store) == {r.key.encode(): r.value for r in rows}


def test_writers_at_a_time_leave_the_newest(opened: Open, store: OnlineStore, fewer: int) -> None:
    def work(seed: int) -> None:
        draw = random.Random(seed)
        with closing(opened("p")) as mine:
            for _ in range(25 // fewer):
                write(mine, *(Row(f"[{k}]", draw.randrange(1000), None, seed) for k in range(20)))

    newest: dict[str, Row] = {}
    for seed in range(4):
        draw = random.Random(seed)
        for _ in range(25 // fewer):
            for k in range(20):
                row = Row(f"[{k}]", draw.randrange(1000), None, seed)
                newest[row.key] = max(newest.get(row.key, row), row, key=lambda r: (r.event, r.sequence))
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(store, *newest) == newest


# -- generations ---------------------------------------------------------------------------------


def test_what_is_being_built_is_not_seen_until_it_is_shown(store: OnlineStore) -> None:
    write(store, Row("[1]", 5), Row("[2]", 5))
    store.begin("v", Generation(8, "[]"))
    # Older by event time, in a generation of its own.
    write(store, Row("[1]", 1), Row("[3]", 1), number=8)
    assert read(store, "[1]", "[2]", "[3]") == {"[1]": Row("[1]", 5), "[2]": Row("[2]", 5)}
    store.flip("v", 8)
    assert store.read([Ask("v", ["[1]", "[2]", "[3]"])]) == [
        Found(Generation(8, "[]"), [Row("[1]", 1).value, None, Row("[3]", 1).value])
    ]
    store.flip("v", 8)
    assert store.generations("v") == Generations(Generation(8, "[]"), Generation(FIRST, SCHEMA))


def test_newer_wins_in_what_is_being_built_too(store: OnlineStore) -> None:
    store.begin("v", Generation(8, "[]"))
    first = [Row(f"[{n}]", 5) for n in range(4)]
    assert write(store, *first, number=8) == 4
    # A new one among those that are there, newer and older.
    assert write(store, Row("[9]", 1), Row("[1]", 7), Row("[0]", 4), number=8) == 2
    assert write(store, *first, number=8) == 0
    assert held(store, 8) == {
        row.key.encode(): row.value for row in (first[0], Row("[1]", 7), *first[2:], Row("[9]", 1))
    }


def test_writers_of_what_is_being_built_leave_the_newest(
    opened: Open, store: OnlineStore, fewer: int
) -> None:
    store.begin("v", Generation(8, "[]"))
    rounds = [[Row(f"[{k}]", event) for k in range(200)] for event in range(24 // fewer)]

    def work(seed: int) -> None:
        with closing(opened("p")) as mine:
            for rows in random.Random(seed).sample(rounds[seed::3], len(rounds[seed::3])):
                write(mine, *random.Random(seed).sample(rows, len(rows)), number=8)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held(store, 8) == {row.key.encode(): row.value for row in rounds[-1]}


def test_the_previous_generation_comes_back_and_goes_again(store: OnlineStore) -> None:
    with pytest.raises(FcompileError) as error:
        store.rollback("v")
    assert error.value.diagnostics[0].code == "FC522"
    write(store, Row("[1]", 5))
    shown(store, number=8)
    assert read(store, "[1]") == {}
    assert store.rollback("v") == store.generations("v")
    assert store.generations("v") == Generations(Generation(FIRST, SCHEMA), Generation(8, SCHEMA))
    assert stands(store) == Row("[1]", 5)
    # A loader goes on with the generation that its state names.
    write(store, Row("[1]", 6), number=8)
    store.rollback("v")
    assert stands(store) == Row("[1]", 6)


def test_of_more_than_two_generations_the_oldest_is_removed(store: OnlineStore) -> None:
    write(store, Row("[1]", 5))
    for number in (8, 9):
        shown(store, number=number)
    assert store.generations("v").numbers() == (9, 8)
    for late in (lambda: write(store, Row("[1]", 9)), lambda: held(store), lambda: store.flip("v", FIRST)):
        with pytest.raises(FcompileError) as error:
            late()
        assert error.value.diagnostics[0].code == "FC520"


def test_what_was_left_half_built_is_replaced_by_the_next(store: OnlineStore) -> None:
    store.begin("v", Generation(8, SCHEMA))
    write(store, Row("[1]", 9), number=8)
    store.begin("v", Generation(9, SCHEMA))
    store.begin("v", Generation(9, SCHEMA))
    assert store.generations("v") == Generations(Generation(FIRST, SCHEMA), None, Generation(9, SCHEMA))
    store.flip("v", 9)
    assert read(store, "[1]") == {}
    with pytest.raises(FcompileError):
        write(store, Row("[1]", 9), number=8)


def test_a_generation_of_a_number_used_before_is_empty(store: OnlineStore) -> None:
    write(store, Row("[1]", 1))
    store.drop("v")
    assert store.generations("v") == Generations()
    shown(store)
    assert (read(store, "[1]"), held(store)) == ({}, {})


def test_readers_see_one_generation_at_a_time(opened: Open, store: OnlineStore, fewer: int) -> None:
    keys = [f"[{n}]" for n in range(50 // fewer)]
    write(store, *(Row(key, 1, None, FIRST) for key in keys))
    stop, torn = threading.Event(), []

    def watch() -> None:
        last = 0
        with closing(opened("p")) as reader:
            while not stop.is_set():
                (found,) = reader.read([Ask("v", keys)])
                seen = {row_of("", value).sequence if value else None for value in found.values}
                number = found.generation.number if found.generation else 0
                if seen != {number} or number < last:
                    torn.append((number, seen))
                last = number

    thread = threading.Thread(target=watch)
    thread.start()
    for number in range(FIRST + 1, FIRST + 12):
        store.begin("v", Generation(number, SCHEMA))
        write(store, *(Row(key, 1, None, number) for key in keys), number=number)
        store.flip("v", number)
    stop.set()
    thread.join()
    assert torn == []


# -- ends ----------------------------------------------------------------------------------------


def test_what_was_erased_is_gone_from_all_generations_and_stays_so(store: OnlineStore) -> None:
    write(store, Row("[1]", 5), Row("[2]", 5))
    store.begin("v", Generation(8, SCHEMA))
    write(store, Row("[1]", 4), number=8)
    assert store.erase("v", ["[1]", "[9]"]) == 1
    assert read(store, "[1]", "[2]", "[9]") == {"[2]": Row("[2]", 5)}
    for number, event in ((FIRST, 5), (8, 4)):
        assert held(store, number)[b"[1]"] == Row("[1]", event).value[:VERSION_BYTES]
        # The same rows, by a loader that had them in hand.
        assert write(store, Row("[1]", event), number=number) == 0
    store.flip("v", 8)
    assert stands(store) is None
    write(store, Row("[1]", 6), number=8)
    assert stands(store) == Row("[1]", 6)


def test_dropping_a_view_leaves_the_others_and_can_be_done_again(store: OnlineStore) -> None:
    shown(store, "v_2")
    for view in ("v", "v_2"):
        write(store, Row("[1]", 1), view=view)
    store.drop("v")
    store.drop("v")
    assert stands(store) is None
    assert stands(store, view="v_2") is not None


def test_projects_do_not_see_each_other(opened: Open, store: OnlineStore) -> None:
    with closing(opened("p_2")) as two:
        shown(two)
        write(two, Row("[1]", 2))
        write(store, Row("[1]", 1))
        store.drop("v")
        assert stands(two) == Row("[1]", 2)


def test_the_store_keeps_its_identity(opened: Open, store: OnlineStore) -> None:
    with closing(opened("p")) as again:
        assert again.identity() == store.identity() != ""


def test_it_can_be_closed_twice(opened: Open) -> None:
    store = opened("p")
    store.close()
    store.close()
