"""Rows appended to a source's table, and pushed to both: the warehouse makes the values."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import FcompileError, LockedError
from fcompile.runtime.events import Event, Note
from fcompile.runtime.project import load_project
from fcompile.runtime.push import WAYS, push
from fcompile.runtime.state import open_state
from fcompile.runtime.warehouses import clickhouse as adapter
from fcompile.runtime.warehouses.duckdb import connect
from fcompile.runtime.warehouses.registry import open_warehouse
from tests.engines.servers import clickhouse, postgres_database
from tests.online.shop import DEFINITIONS, Shop, hours, now, row
from tests.warehouses.shop import write_project


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop.made(tmp_path / "shop")


def test_rows_are_appended_by_the_names_of_their_columns(shop: Shop) -> None:
    rows = pd.DataFrame([row(1, 1, 1.5, note="a"), row(2, 1, 2.5, many=4)])
    with shop.store() as store:
        done = store.push("spend", rows[list(rows.columns)[::-1]], to="offline")
    assert (done.rows, done.appended) == (2, 2)
    with closing(connect(shop.project)) as warehouse:
        assert warehouse.rows("SELECT * FROM raw.purchases ORDER BY user_id") == [
            (1, hours(1), hours(1), None, 1.5, "a", None),
            (2, hours(1), hours(1), None, 2.5, None, 4),
        ]
    assert shop.stored() == {}
    shop.run()
    assert shop.read("spend:amount")["amount"] == [1.5, 2.5, None]


def test_a_column_that_the_table_lacks_is_refused_and_one_that_is_not_pushed_is_null(shop: Shop) -> None:
    with shop.store() as store, pytest.raises(FcompileError) as error:
        store.push("spend", [row(1, 1, 1.5, notes="a", extra=1)], to="offline")
    assert [d.code for d in error.value.diagnostics] == ["FC541", "FC541"]
    assert "did you mean `note`?" in str(error.value)
    assert shop.source() == 0
    few = {name: value for name, value in row(1, 1, 1.5).items() if name not in ("note", "many")}
    with shop.store() as store:
        assert store.push("windows", [few], to="offline").appended == 1


def test_a_pushed_window_has_its_old_and_its_new_rows(shop: Shop) -> None:
    shop.append([row(1, 1, 10.0), row(2, 1, 20.0)])
    shop.run("windows")
    fresh = {**row(1, 1, 5.0), "at": now(), "known": now()}
    with shop.store() as store:
        done = store.push("windows", [fresh], to="both")
    assert (done.appended, done.written) == (1, 1)
    assert shop.read("windows:total_lifetime")["total_lifetime"] == [15.0, 20.0, None]
    # The other views of the source are left to their own runs.
    assert shop.stored("spend") == {}


def test_a_row_from_before_the_lookback_updates_its_window_too(shop: Shop) -> None:
    shop.append([row(1, 1, 10.0)])
    shop.run("windows")
    with shop.store() as store:
        store.push("windows", [row(1, 0, 1.0), row(3, 0, 3.0)], to="both")
    assert shop.read("windows:total_lifetime")["total_lifetime"] == [11.0, None, 3.0]


def test_both_of_latest_values_and_of_a_view_that_is_not_served(shop: Shop) -> None:
    with shop.store() as store:
        assert store.push("spend", [row(1, 1, 1.0), row(1, 2, 2.0)], to="both").written == 1
        assert store.push("hidden", [row(1, 3, 3.0)], to="both").appended == 1
    assert shop.read("spend:amount")["amount"][0] == 2.0


def test_both_appends_nothing_while_a_run_has_the_view(shop: Shop) -> None:
    with closing(open_state(shop.project.config.state, shop.root, "shop", "dev")) as state:
        state.acquire(["windows"])
        with shop.store() as store, pytest.raises(LockedError):
            store.push("windows", [row(1, 1, 1.0)], to="both")
    assert shop.source() == 0


def test_a_value_that_cannot_be_computed_is_found_before_anything_is_appended(shop: Shop) -> None:
    shop.define(DEFINITIONS.replace("amount * 2", "cast(note as float64)"))
    for to in WAYS:
        with shop.store() as store, pytest.raises(FcompileError) as error:
            store.push("spend", [row(1, 1, 1.0, note="y")], to=to)
        assert [d.code for d in error.value.diagnostics] == ["FC454"]
    assert shop.source() == 0


def test_when_the_run_of_both_fails_the_rows_are_said_to_be_there(shop: Shop) -> None:
    total = "total, function: sum, column: amount"
    shop.define(DEFINITIONS.replace(total, f'{total}, filter: "cast(note as float64) > 0"'))
    project = shop.project
    view = project.definitions.feature_views["windows"]
    said: list[Event] = []
    with pytest.raises(FcompileError):
        push(project, view, [row(1, 1, 1.0, note="y")], "both", report=said.append)
    assert shop.source() == 1
    notes = [event.message for event in said if isinstance(event, Note)]
    assert notes == ["the rows are in the warehouse; do not push again, but: fcompile run -s windows"]


@pytest.mark.engines
@pytest.mark.parametrize("kind", ["postgres", "clickhouse"])
def test_on_another_warehouse_pushed_rows_have_the_tables_types_and_give_the_same_values(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "postgres":
        write_project(tmp_path, f'{{type: postgres, dsn: "{postgres_database()}"}}')
    else:
        kept = clickhouse()
        database = str(kept.command("SELECT currentDatabase()"))
        monkeypatch.setattr(adapter, "open_client", lambda _: in_process(database))
        write_project(tmp_path, "{type: clickhouse}")
    project = load_project(tmp_path, "there")
    with closing(open_warehouse(project)) as warehouse:
        said = {
            "postgres": ("json", "numeric(12,3)"),
            "clickhouse": ("Nullable(String)", "Nullable(Decimal(12, 3))"),
        }
        more, price = said[kind]
        warehouse.execute(f"ALTER TABLE raw.purchases ADD COLUMN more {more}")
        warehouse.execute(f"ALTER TABLE raw.purchases ADD COLUMN price {price}")
    rows = [
        {
            "user_id": n % 3,
            "purchased_at": now(),
            "loaded_at": now(),
            "amount": n,
            "more": '{"a": 1}',
            "price": 1.5,
        }
        for n in range(9)
    ]
    profile = [{"user_id": 1, "updated_at": now(), "created_at": now(), "age": 7, "city": "Bonn"}]
    answers = []
    for target in ("here", "there"):
        with FeatureStore(tmp_path, target) as store:
            taken = rows if target == "there" else [{k: r[k] for k in list(r)[:4]} for r in rows]
            assert store.push("spend", taken, to="both").appended == 9
            assert store.push("profile", profile, to="online").written == 1
            answers.append(store.get_online_features("all", [{"user_id": n} for n in range(4)]).to_dict())
    assert answers[0] == answers[1]
    assert answers[0]["age"] == [None, 7, None, None] and answers[0]["total_1d"] == [9.0, 12.0, 15.0, None]
    with closing(open_warehouse(project)) as warehouse:
        ((count,),) = warehouse.rows(
            "SELECT COUNT(*) FROM raw.purchases WHERE price = 1.5 AND more IS NOT NULL"
        )
    assert count == 9


def in_process(database: str) -> Any:
    client = clickhouse(**adapter.SESSION)
    client.command(f"USE {database}")
    return client
