"""Rows pushed to the online store are what a run makes of them."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.errors import FcompileError, LockedError, UsageError
from fcompile.runtime.interval import Wish
from fcompile.runtime.procedure import run_views
from fcompile.runtime.push import push
from fcompile.runtime.run import at_work
from fcompile.runtime.state import open_state
from tests.differential.settings import examples
from tests.online.shop import DEFINITIONS, Row, Shop, hours, now, row


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop.made(tmp_path / "shop")


def pushed(shop: Shop, rows: object, view: str = "spend", to: Any = "online") -> tuple[int, int]:
    """Push; return entities and how many of them had something written."""
    with shop.store() as store:
        done = store.push(view, rows, to=to)
    return done.entities, done.written


def codes(error: pytest.ExceptionInfo[FcompileError]) -> list[str]:
    return [d.code for d in error.value.diagnostics]


# -- the law --------------------------------------------------------------------------------------

AMOUNTS = st.sampled_from([None, -1.0, 0.0, 1.0, 2.5, float("nan"), float("inf")])
ROWS = st.builds(
    row,
    st.sampled_from([1, 2, 3, None]),
    st.sampled_from([0.0, 1.0, 2.0]),
    AMOUNTS,
    st.sampled_from([None, 0.0, 1.0]),
    note=st.sampled_from([None, "", "a", "ä\n"]),
    many=st.sampled_from([None, -1, 7]),
)


@examples(dev=4, ci=25, shrinks=False)
@given(batches=st.lists(st.lists(ROWS, max_size=8), min_size=1, max_size=4), ran=st.integers(0, 2))
def test_pushed_and_materialized_the_same_rows_are_the_same_values(
    batches: list[list[Row]], ran: int
) -> None:
    """Some of the batches are appended and run, then all others are pushed; the other project only runs."""
    with tempfile.TemporaryDirectory() as folder:
        mine, other = (Shop.made(Path(folder) / name) for name in ("mine", "other"))
        if ran:
            mine.append([r for batch in batches[:ran] for r in batch])
            mine.run(end=hours(9))
        for batch in batches[ran:]:
            typed = pa.Table.from_pylist(batch, schema=SCHEMA)
            pushed(mine, typed)
        other.append([r for batch in batches for r in batch])
        other.run(end=hours(9))
        assert mine.stored() == other.stored()
        mine.append([r for batch in batches[ran:] for r in batch])
        mine.run(end=hours(9))
        assert mine.stored() == other.stored()
        assert mine.read("spend:amount", "spend:note").keys() == {"amount", "note"}


SCHEMA = pa.schema(
    [("user_id", pa.int64())]
    + [(name, pa.timestamp("us")) for name in ("at", "known", "made")]
    + [("amount", pa.float64()), ("note", pa.string()), ("many", pa.int32())]
)


def test_a_correction_of_the_same_event_time_wins_by_created(shop: Shop) -> None:
    shop.append([row(1, 1, 10.0, made=1)])
    shop.run(end=hours(2))
    assert pushed(shop, [row(1, 1, 3.0, made=2)]) == (1, 1)
    assert pushed(shop, [row(1, 1, 99.0, made=1)]) == (1, 0)
    assert shop.read("spend:amount")["amount"] == [3.0, None, None]


def test_of_two_rows_of_one_instant_the_greater_values_win_as_in_a_training_set(shop: Shop) -> None:
    assert pushed(shop, [row(1, 1, 5.0)]) == (1, 1)
    assert pushed(shop, [row(1, 1, 3.0)]) == (1, 0)
    assert pushed(shop, [row(1, 1, 7.0)]) == (1, 1)
    shop.append([row(1, 1, 3.0), row(1, 1, 7.0), row(1, 1, 5.0)])
    before = shop.stored()
    shop.run(end=hours(2))
    assert shop.stored() == before


def test_the_same_push_twice_writes_nothing_the_second_time(shop: Shop) -> None:
    rows = [row(1, 1, 5.0), row(2, 2, 6.0, note="x")]
    assert pushed(shop, rows) == (2, 2)
    assert pushed(shop, rows) == (2, 0)


def test_older_rows_are_no_news(shop: Shop) -> None:
    shop.append([row(1, 5, 10.0)])
    shop.run(end=hours(6))
    assert pushed(shop, [row(1, 4, 11.0)]) == (1, 0)
    assert shop.read("spend:amount")["amount"][0] == 10.0


def test_rows_that_do_not_pass_the_filter_or_have_no_key_are_of_no_entity(shop: Shop) -> None:
    assert pushed(shop, pa.Table.from_pylist([row(1, 1, -5.0), row(None, 1, 5.0)], schema=SCHEMA)) == (0, 0)
    assert shop.stored() == {}


def test_a_run_after_a_push_wins_with_what_changed_in_the_warehouse(shop: Shop) -> None:
    shop.append([row(1, 1, 1.0)])
    shop.run(end=hours(2))
    pushed(shop, [row(1, 3, 3.0)])
    shop.append([row(1, 3, 3.0), row(1, 4, 4.0)])
    shop.run(end=hours(5))
    assert shop.read("spend:amount")["amount"][0] == 4.0
    pushed(shop, [row(1, 5, 5.0)])
    assert shop.read("spend:amount")["amount"][0] == 5.0


# -- generations ----------------------------------------------------------------------------------


def test_before_the_first_run_pushed_rows_are_served_and_the_run_builds_beside_them(shop: Shop) -> None:
    pushed(shop, [row(1, 1, 1.0), row(2, 1, 2.0)])
    assert shop.read("spend:amount")["amount"] == [1.0, 2.0, None]
    shop.append([row(1, 1, 1.0), row(3, 1, 3.0)])
    shop.run(end=hours(2))
    # What was pushed and is not in the warehouse is gone.
    assert shop.read("spend:amount")["amount"] == [1.0, None, 3.0]


@pytest.mark.parametrize("at", ["begun online", "batch", "before verify", "before flip", "flipped"])
def test_a_push_while_a_generation_is_built_is_in_the_old_and_the_new(shop: Shop, at: str) -> None:
    shop.append([row(1, 1, 1.0), row(2, 1, 2.0)])
    shop.run(end=hours(2))
    project = shop.project
    view = project.definitions.feature_views["spend"]
    with at_work(project, [view], wish := Wish(full_refresh=True)) as (ports, lease):

        def between(name: str) -> None:
            if name == at:
                done = push(project, view, [row(1, 3, 9.0), row(3, 3, 3.0)])
                assert (done.entities, done.written) == (2, 2)
                assert shop.read("spend:amount")["amount"] == [9.0, 2.0, 3.0]

        summary = run_views(replace(ports, failpoint=between), lease, [view], wish)
    assert summary.exit_code == 0, summary
    assert shop.read("spend:amount")["amount"] == [9.0, 2.0, 3.0]


def test_a_changed_definition_must_run_before_it_is_pushed_to(shop: Shop) -> None:
    pushed(shop, [row(1, 1, 1.0)])
    shop.define(DEFINITIONS.replace("      - {name: note, dtype: string}\n", ""))
    with pytest.raises(FcompileError) as error:
        pushed(shop, [row(1, 2, 2.0)])
    assert codes(error) == ["FC540"] and "fcompile run -s spend" in str(error.value)
    shop.run(end=hours(1))
    assert pushed(shop, [row(1, 2, 2.0)]) == (1, 1)


def test_while_the_first_run_is_in_the_warehouse_there_is_nothing_to_push_to(shop: Shop) -> None:
    scope = (shop.project.config.state, shop.root, "shop", "dev")
    with closing(open_state(*scope)) as state:
        lease = state.acquire(["spend"])
        with pytest.raises(LockedError):
            pushed(shop, [row(1, 1, 1.0)])
        state.release(lease)
    pushed(shop, [row(1, 1, 1.0)])
    with closing(open_state(*scope)) as state:
        state.acquire(["spend"])  # a run beside it does not matter any more
        assert pushed(shop, [row(1, 2, 2.0)]) == (1, 1)


# -- what may be pushed ---------------------------------------------------------------------------


def test_frames_and_files_of_all_kinds_are_read_alike(shop: Shop, tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=2))
    rows = [row(1, 1, 1.5, note="x"), row(2, 2, None, many=3), row(3, 0, 2.0, made=1)]
    aware = [{**r, "at": r["at"].replace(tzinfo=UTC).astimezone(zone)} for r in rows]
    text = [{**r, "at": r["at"].isoformat() + "Z", "known": r["known"].isoformat()} for r in rows]
    frame = pd.DataFrame(rows)
    assert frame["many"].dtype == "float64"  # a missing number made floats of all
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    pq.write_table(table, tmp_path / "rows.parquet")
    frame.to_csv(tmp_path / "rows.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S")
    files = (tmp_path / "rows.parquet", str(tmp_path / "rows.csv"))
    mixed = [*aware[:1], *text[1:]]
    kinds = (rows, aware, text, mixed, frame, pl.DataFrame(rows), table, table.to_reader(), *files)
    expected = None
    for n, given_rows in enumerate(kinds):
        other = Shop.made(tmp_path / f"shop_{n}")
        assert pushed(other, given_rows) == (3, 3)
        expected = expected or other.stored()
        assert other.stored() == expected, n


def test_nothing_is_pushed_of_nothing(shop: Shop) -> None:
    assert pushed(shop, SCHEMA.empty_table()) == (0, 0)
    assert pushed(shop, SCHEMA.empty_table(), to="offline") == (0, 0)
    assert pushed(shop, SCHEMA.empty_table(), "windows", "both") == (0, 0)


def test_every_problem_is_in_one_error_and_nothing_is_written(shop: Shop) -> None:
    bad = [{"user_id": "x", "at": "soon", "known": hours(1), "made": None, "note": 5, "many": 1}]
    for to in ("online", "offline", "both"):
        with pytest.raises(FcompileError) as error:
            pushed(shop, bad, to=to)
        assert sorted(set(codes(error))) == ["FC312", "FC402", "FC403", "FC536"]
    assert "row 1: `at` holds 'soon'" in str(error.value)
    assert "the pushed rows: feature `spend:amount` reads `amount`, which they do not have" in str(
        error.value
    )
    assert shop.stored() == {} and shop.source() == 0


@pytest.mark.parametrize("given_rows", [5, "rows.txt", "missing.csv", {"user_id": 1}, [{"a": 1}, {"a": "x"}]])
def test_what_is_no_rows_is_refused(shop: Shop, given_rows: object) -> None:
    with pytest.raises(FcompileError) as error:
        pushed(shop, given_rows)
    assert codes(error) == ["FC535"] and "spine" not in str(error.value)


def test_a_broken_file_is_refused(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        "user_id,at,known,made,amount,note,many\n1,2026-01-01,2026-01-01,,x,,\n"
    )
    with pytest.raises(FcompileError) as error:
        pushed(shop, tmp_path / "rows.csv")
    assert codes(error) == ["FC535"] and "the file" in str(error.value)


def test_a_row_without_an_event_time_is_refused(shop: Shop) -> None:
    rows = [row(1, 1, 1.0), {**row(2, 1, 1.0), "at": None}, {**row(3, 1, 1.0), "at": None}]
    with pytest.raises(FcompileError) as error:
        pushed(shop, rows)
    assert codes(error) == ["FC536"] and "row 2 has no event time (`at`), as 1 more" in str(error.value)
    assert shop.stored() == {}


def test_rows_that_are_not_known_yet_are_refused_online_and_wait_offline(shop: Shop) -> None:
    soon = {**row(1, 1, 5.0), "at": now() + timedelta(seconds=20)}
    later = {**row(2, 1, 6.0), "known": now() + timedelta(hours=1)}
    assert pushed(shop, [soon]) == (1, 1)  # clocks differ
    with pytest.raises(FcompileError) as error:
        pushed(shop, [row(3, 1, 7.0), later])
    assert codes(error) == ["FC537"] and "row 2 is known only at" in str(error.value)
    with pytest.raises(FcompileError) as error:
        pushed(shop, [{**row(1, 1, 5.0), "at": now()}], "late")
    assert codes(error) == ["FC537"]
    assert pushed(shop, [later], to="offline") == (0, 0)
    shop.run()
    assert shop.read("spend:amount")["amount"] == [None, None, None]


def test_views_that_cannot_be_pushed_to_say_what_to_do(shop: Shop) -> None:
    cases = [
        ("windows", "online", "FC539", "--to both"),
        ("hidden", "online", "FC510", "--to offline"),
        ("of_files", "offline", "FC538", "write another file"),
        ("of_files", "both", "FC538", "write another file"),
        ("of_query", "both", "FC538", "is a query"),
        ("of_spend", "online", "FC538", "push to `spend`"),
        ("of_spend", "both", "FC538", "push to `spend`"),
        ("spend", "nowhere", "FC285", "online, offline or both"),
    ]
    for view, to, code, words in cases:
        with pytest.raises(UsageError) as error:
            pushed(shop, [row(1, 1, 1.0)], view, to)
        assert codes(error) == [code] and words in str(error.value)
    with pytest.raises(UsageError) as error:
        pushed(shop, [row(1, 1, 1.0)], "spent")
    assert codes(error) == ["FC284"]


def test_a_view_of_files_or_a_query_takes_rows_online(shop: Shop) -> None:
    rows = [{"user_id": 1, "at": datetime(2026, 1, 1), "amount": 4}]
    for view in ("of_files", "of_query"):
        assert pushed(shop, rows, view) == (1, 1)
        assert shop.read(f"{view}:amount")["amount"][0] == 4.0
