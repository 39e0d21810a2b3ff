"""Tables of a small shop in DuckDB, as they are or as they were at an instant, and what a query gives of either."""

# ruff: noqa: E501 - queries stand on one line each, as in a table
from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

START = datetime(2026, 1, 1)
FOREVER = datetime(2100, 1, 1)

SOURCES = """\
  - {name: events, table: raw.events, timestamp_field: made_at, available_at: loaded_at}
  - {name: orders, table: raw.orders, timestamp_field: made_at, available_at: loaded_at}
  - {name: profiles, table: raw.profiles, timestamp_field: made_at, available_at: loaded_at}
  - {name: items, table: raw.items, timestamp_field: made_at, available_at: loaded_at}
  - {name: tiers, table: raw.tiers, timestamp_field: valid_from, available_at: valid_from}
  - {name: clicks, table: raw.clicks, timestamp_field: made_at, availability_lag: 1h}
"""
"""How the project declares them. `raw.visits` is a table that no source declares; `raw.countries` never changes."""

_AS_OF = {
    "events": "loaded_at", "orders": "loaded_at", "profiles": "loaded_at", "items": "loaded_at", "tiers": "loaded_at",
    "visits": "loaded_at", "clicks": "made_at + interval '1 hour'",
}  # fmt: skip


@dataclass(frozen=True)
class Times:
    """A source's times: ``known`` is its `available_at`; else rows are known ``lag`` after ``event``."""

    event: str = "made_at"
    known: str | None = "loaded_at"
    lag: str = ""

    @property
    def yaml(self) -> str:
        known = f"\n    available_at: {self.known}" if self.known else ""
        return f"timestamp_field: {self.event}{known}" + (
            f"\n    availability_lag: {self.lag}" if self.lag else ""
        )

    @property
    def visible(self) -> str:
        """From when a row is visible, in SQL; NULL is never."""
        if self.known is not None:
            return f"case when {self.known} is not null then greatest({self.event}, {self.known}) end"
        return f"{self.event} + interval '{self.lag or '0h'}'"


@contextmanager
def warehouse(seed: int = 1) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database whose `raw` tables show what was known by the variable `cut`; ends of validity likewise."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; create schema base; create schema raw")
        for statement in _tables(random.Random(seed)):
            connection.execute(statement)
        for name, known in _AS_OF.items():
            columns = "*"
            if name == "tiers":
                columns = "* replace (case when valid_to <= getvariable('cut') then valid_to end as valid_to, coalesce(valid_to > getvariable('cut'), true) as is_current)"
            connection.execute(
                f"create view raw.{name} as select {columns} from base.{name} where {known} <= getvariable('cut')"
            )
        connection.execute("create view raw.countries as select * from base.countries")
        yield connection


def _tables(chance: random.Random) -> Iterator[str]:
    def when() -> datetime:
        return START + timedelta(minutes=chance.randrange(0, 20 * 24 * 60))

    def late() -> timedelta:
        return timedelta(minutes=chance.choice((0, 1, 30, 60, 600, 3000)))

    def number(most: int) -> float:
        return float(chance.randrange(most + 1))

    def versions(user: int) -> list[tuple[object, ...]]:
        times = sorted(when() for _ in range(4))
        ends = [*times[1:], None]
        return [
            (user, start, end, number(9), start, end is None) for start, end in zip(times, ends, strict=True)
        ]

    for name, value in (("events", "amount"), ("orders", "total"), ("visits", "amount")):
        columns = f"id, user_id, made_at, loaded_at, {value}, category, item_id"
        made = [(n, chance.randrange(3), when()) for n in range(40)]
        yield _made(
            name,
            columns,
            [(*row, row[2] + late(), number(99), chance.choice("ab"), chance.randrange(4)) for row in made],
        )
    scores = [(n % 3, when()) for n in range(14)]
    yield _made(
        "profiles",
        "user_id, made_at, loaded_at, score, city",
        [(*row, row[1] + late(), number(9), chance.choice("ab")) for row in scores],
    )
    prices = [(n % 4, when()) for n in range(14)]
    yield _made(
        "items", "item_id, made_at, loaded_at, price", [(*row, row[1] + late(), number(9)) for row in prices]
    )
    yield _made(
        "clicks", "user_id, made_at, pages", [(chance.randrange(3), when(), number(9)) for _ in range(40)]
    )
    yield _made(
        "tiers",
        "user_id, valid_from, valid_to, tier, loaded_at, is_current",
        [row for user in range(3) for row in versions(user)],
    )
    yield _made("countries", "user_id, country, size", [(0, "at", 9.0), (1, "be", 11.0), (2, "ch", 8.0)])


def _made(name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> str:
    values = ", ".join("(" + ", ".join(_literal(value) for value in row) + ")" for row in rows)
    return f"create table base.{name} as select * from (values {values}) as t({columns})"


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return f"timestamp '{value}'"
    return (
        f"'{value}'"
        if isinstance(value, str)
        else f"{value}::double"
        if isinstance(value, float)
        else str(value)
    )


def cuts(connection: duckdb.DuckDBPyConnection, count: int) -> list[datetime]:
    """Instants shortly before something becomes known, and one after all has happened."""
    connection.execute(f"set variable cut = timestamp '{FOREVER}'")
    rows = connection.execute("select distinct loaded_at from raw.events order by hash(loaded_at)").fetchall()
    return [START + timedelta(days=20, hours=12), *(at - timedelta(minutes=3) for (at,) in rows[:count])]


def changed(connection: duckdb.DuckDBPyConnection, sql: str, times: Times, count: int = 12) -> bool:
    """Whether what is visible of the query at some instant changes with what was not known by then."""
    visible = f"select * from ({sql}) as q where {times.visible} <= $at"

    def rows(at: datetime, cut: datetime) -> Counter[str]:
        connection.execute(f"set variable cut = timestamp '{cut}'")
        return Counter(map(repr, connection.execute(visible, {"at": at}).fetchall()))

    return any(rows(at, FOREVER) != rows(at, at) for at in cuts(connection, count))
