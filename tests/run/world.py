"""A small project in a folder: purchases in DuckDB, a view of them, state and an online store in SQLite."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from fcompile.compiler.definitions import (
    Entity,
    Feature,
    FeatureView,
    JoinKey,
    Selected,
    Source,
    Table,
    Window,
)
from fcompile.compiler.dtypes import FLOAT64, INT64, STRING, DType
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.materialize import MaterializeSql, compile_materialize
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.events import Report, silent
from fcompile.runtime.interval import Wish
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.codec import read_schema
from fcompile.runtime.online.packed import Layout, read_version
from fcompile.runtime.online.sqlite import SqliteOnlineStore
from fcompile.runtime.procedure import Ports, RunSummary, leased, no_failpoint, run_views
from fcompile.runtime.state import State, ViewState
from fcompile.runtime.state.sqlite import SqliteDatabase
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, open_database
from tests.online.decoding import decoded

Row = tuple[int | None, datetime, datetime, datetime | None, float | None, str | None]
"""user_id, at, known, created, amount, note."""

START = datetime(2026, 1, 1)


def hours(n: float) -> datetime:
    return START + timedelta(hours=n)


def _window(function: str, length: int, dtype: DType) -> Window:
    return Window(function, (), timedelta(hours=length), dtype)


USER = Entity("user", (JoinKey("user_id", INT64),))
PURCHASES = Source("purchases", Table(("raw", "purchases")), "at", "created", "known")
AMOUNT = Feature("amount", FLOAT64, Column("amount"))
NOTE = Feature("note", STRING, Column("note"))
SPEND = FeatureView("spend", (USER,), PURCHASES, (AMOUNT, NOTE))
WINDOWS = FeatureView(
    "spend",
    (USER,),
    PURCHASES,
    (
        Feature("sum_2h", FLOAT64, Column("amount"), window=_window("sum", 2, FLOAT64)),
        Feature("sum_6h", FLOAT64, Column("amount"), window=_window("sum", 6, FLOAT64)),
        Feature("kinds_3h", INT64, Column("note"), window=_window("count_distinct", 3, STRING)),
        Feature("last_6h", STRING, Column("note"), window=_window("last", 6, STRING)),
    ),
)
"""Sums and what is not made of tiles, whose width is an hour; of the same name as ``SPEND``."""


def request_of(*views: FeatureView) -> Request:
    """All features of the views, under full names where there are several views."""
    selected = tuple(Selected(view, view.features) for view in views)
    columns = tuple(
        OutputColumn(f.name if len(views) == 1 else f"{s.label}__{f.name}", s, f)
        for s in selected
        for f in s.features
    )
    return Request(selected, columns)


@dataclass(frozen=True)
class World:
    root: Path

    @contextmanager
    def warehouse(self) -> Iterator[DuckDBWarehouse]:
        with closing(open_database("dev.duckdb", self.root)) as warehouse:
            yield warehouse

    @contextmanager
    def state(self, clock: Callable[[], float] | None = None) -> Iterator[State]:
        database = SqliteDatabase(self.root / "state.db", clock or time.time)
        with closing(State(database, "p", "dev")) as state:
            yield state

    @contextmanager
    def online(self) -> Iterator[OnlineStore]:
        with closing(SqliteOnlineStore(self.root / "online.db", "p")) as store:
            yield store

    def view_state(self, view: str = "spend") -> ViewState:
        with self.state() as state:
            return state.view(view)

    def put(self, rows: Sequence[Row]) -> None:
        """Replace the source's rows."""
        with self.warehouse() as warehouse:
            warehouse.execute("CREATE SCHEMA IF NOT EXISTS raw")
            warehouse.execute(
                'CREATE OR REPLACE TABLE raw.purchases (user_id BIGINT, "at" TIMESTAMP, known TIMESTAMP,'
                " created TIMESTAMP, amount DOUBLE, note VARCHAR)"
            )
            if rows:
                warehouse.connection.executemany("INSERT INTO raw.purchases VALUES (?, ?, ?, ?, ?, ?)", rows)

    def run(
        self,
        wish: Wish,
        *views: FeatureView,
        failpoint: Callable[[str], None] = no_failpoint,
        batch_rows: int = 1_000,
        report: Report = silent,
    ) -> RunSummary:
        chosen = views or (SPEND,)
        with (
            self.state() as state,
            leased(state, chosen) as lease,
            self.warehouse() as warehouse,
            self.online() as online,
        ):
            store = None if wish.warehouse_only else online
            ports = Ports(warehouse, state, store, compiled, failpoint=failpoint, batch_rows=batch_rows)
            return run_views(ports, lease, chosen, wish, report)

    def table(self, view: FeatureView = SPEND) -> list[tuple[object, ...]]:
        """Rows of the warehouse's table by key, without their sequence."""
        names = ", ".join([*(k.name for k in view.join_keys), *(f.name for f in view.features)])
        with self.warehouse() as warehouse:
            return warehouse.rows(
                f"SELECT {names}, __event, __created FROM features.p__{view.name} ORDER BY ALL"
            )

    def kept(self) -> list[tuple[object, ...]]:
        """Tiles and digests, as text: their states hold times that Python does not know."""
        tables = "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, '__') ORDER BY ALL"
        with self.warehouse() as warehouse:
            return [
                (name, *row)
                for (name,) in warehouse.simple_rows(tables)
                for row in warehouse.rows(f"SELECT CAST(t AS VARCHAR) FROM features.{name} AS t ORDER BY ALL")
            ]

    def stored(self, view: str = "spend") -> list[tuple[object, ...]]:
        """Rows that readers see by key, without their sequence: key, event, created, members of the payload."""
        with self.online() as store:
            current = store.generations(view).current
            if current is None:
                return []
            decode = decoded(Layout(read_schema(current.schema)))
            pairs = [pair for rows in store.scan(view, current.number) for pair in rows.pairs()]
        rows = [
            (key, *read_version(value)[:2], decode(value), current.schema) for key, value in sorted(pairs)
        ]
        return [
            (key.decode(), event, created, repr(found), schema) for key, event, created, found, schema in rows
        ]

    def outcome(self) -> tuple[object, ...]:
        """Everything that two histories must agree on."""
        state = replace(self.view_state(), loaded=0, store="", generation=0)
        return self.table(), self.stored(), state


@cache
def compiled(view: FeatureView) -> MaterializeSql:
    return compile_materialize(view, "features", "p")


def simple(user: int, at: float, amount: float, note: str = "", created: float | None = None) -> Row:
    """A purchase known at once; times in hours."""
    return (user, hours(at), hours(at), None if created is None else hours(created), amount, note)
