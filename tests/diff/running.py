"""The values that a state of a project gives: its SQL, run on small tables full of ties, NULLs and late rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import duckdb

from fcompile.compiler.columns import member_of
from fcompile.compiler.compile import Spine, canonical_spine, compile_historical
from fcompile.compiler.definitions import Definitions, Label
from fcompile.compiler.materialize import MaterializeSql
from fcompile.compiler.request import Request, request_of, request_of_members
from tests.diff.generated import TYPES

START = datetime(2026, 1, 1)
AS_OF = START + timedelta(hours=9)
SQL_TYPES = {
    "int64": "BIGINT",
    "timestamp": "TIMESTAMP",
    "float64": "DOUBLE",
    "float32": "FLOAT",
    "int32": "INTEGER",
    "decimal(10,2)": "DECIMAL(10,2)",
    "string": "VARCHAR",
    "bool": "BOOLEAN",
    "date": "DATE",
    "list<int32>": "INTEGER[]",
}
KINDS = {
    "int32": "INTEGER",
    "int64": "BIGINT",
    "string": "VARCHAR",
    "float64": "DOUBLE",
    "timestamp": "TIMESTAMP",
}
POOLS: Mapping[str, list[Any]] = {
    "user_id": [1, 1, 2, 2, 3, None],
    "item_id": [1, 2, 2, None],
    "amount": [0.1, 1.0, 1.5, 2.5, 7.25, None],
    "small": [0.1, 1.5, 2.25, None],
    "qty": [1, 1, 2, 3, None],
    "big": [1, 5, 2**40, None],
    "price": ["1.25", "10.00", "3.10", None],
    "note": ["a", "a", "b", "", None],
    "flag": [True, False, None],
    "day": ["2026-01-01", "2025-12-31", None],
    "sizes": [[1, 2], [1], [], None],
}
ROWS = 26


@dataclass(frozen=True)
class Values:
    """What one statement gives: a column's name -> its values, in the order of the rows that ask or of the keys."""

    columns: Mapping[str, list[Any]]


@dataclass(frozen=True)
class Historical:
    """The SQL of a training set, and the spine that it is written for."""

    spine: Spine
    sql: str

    @classmethod
    def of(cls, definitions: Definitions, id: str) -> Historical:
        request, labels = _request(definitions, id)
        spine = canonical_spine(request, labels)
        return cls(spine, compile_historical(request, spine, "duckdb", labels).select)


class World:
    """An in-memory DuckDB with both tables and the rows that ask."""

    def __init__(self, rng: Random) -> None:
        self.database = duckdb.connect()
        self.database.execute("SET TimeZone = 'UTC'; SET threads = 1; CREATE SCHEMA raw")
        for number in range(2):
            columns = ", ".join(f"{name} {SQL_TYPES[dtype]}" for name, dtype in TYPES.items())
            self.database.execute(f"CREATE TABLE raw.t{number} ({columns})")
            marks = ", ".join("?" for _ in TYPES)
            rows = [list(_row(rng)) for _ in range(ROWS)]
            self.database.executemany(f"INSERT INTO raw.t{number} VALUES ({marks})", rows)
        self.database.execute(
            "CREATE TABLE asked AS SELECT row_number() OVER () AS n, u AS user_id, i AS item_id, u AS customer_id, "
            "i AS big, t AS event_timestamp, 1.5::DOUBLE AS asked, 3::BIGINT AS unread, 2::BIGINT AS more "
            "FROM (VALUES (1), (2), (3), (NULL)) AS a(u), (VALUES (1), (2)) AS b(i), "
            "(SELECT unnest($times) AS t)",
            {"times": [*_moments(), None]},
        )

    def close(self) -> None:
        self.database.close()

    def historical(self, statement: Historical) -> Values:
        """Return a training set of all of an object, or of a label."""
        columns = ", ".join(f"CAST({c.name} AS {KINDS[c.kind]}) AS {c.name}" for c in statement.spine.columns)
        self.database.execute(f"CREATE OR REPLACE TABLE spine AS SELECT {columns} FROM asked ORDER BY n")
        found = self._fetch(statement.sql)
        own = {c.name for c in statement.spine.columns}
        return Values({name: values for name, values in found.items() if name not in own})

    def materialized(self, made: MaterializeSql) -> Values:
        """Return what a first run as of a time, and another some hours later, leave of a view: its table, by keys."""
        for statement in (*made.drop, *made.create):
            self.database.execute(statement)
        bound: dict[str, Any] = {"as_of": AS_OF - timedelta(hours=4)}
        for sequence, since in ((1, None), (2, AS_OF - timedelta(hours=4))):
            bound |= {"sequence": sequence, "newest": True, "since": since, "previous": since}
            for step in made.steps:
                self.database.execute(step.text, {name: bound[name] for name in step.parameters})
            bound["as_of"] = AS_OF
        found = self._fetch(f"SELECT * FROM {made.table} ORDER BY ALL")
        return Values({name: values for name, values in found.items() if not name.startswith("__")})

    def _fetch(self, sql: str) -> dict[str, list[Any]]:
        read = "\n".join(line for line in sql.split("\n") if not line.lstrip().startswith("--"))
        bound = {"as_of": AS_OF} if re.search(r"\$as_of\b", read) else {}
        result = self.database.execute(sql, bound)
        names = [each[0] for each in result.description]
        rows = result.fetchall()
        return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def _request(definitions: Definitions, id: str) -> tuple[Request, tuple[Label, ...]]:
    kind, _, name = id.partition(".")
    if kind == "label":
        return Request((), ()), (definitions.labels[name],)
    if kind == "feature_service":
        return request_of_members(definitions.feature_services[name].members), ()
    view = definitions.view(name)
    assert view is not None
    return request_of((member_of(view),), full_feature_names=False), ()


def _moments() -> list[datetime]:
    """The instants at which rows happen, and those that ask: on each, and right before and after."""
    hours = [timedelta(hours=h) for h in (0, 1, 1.5, 2, 4, 6, 8)]
    near = (timedelta(0), timedelta(microseconds=1), timedelta(minutes=20))
    return [START + hour + each for hour in hours for each in near]


def _row(rng: Random) -> Iterator[Any]:
    moments = _moments()[::3]
    ts = rng.choice([*moments, *moments, None])
    late = rng.choice([0, 0, 30, 90, 240])
    times = {
        "ts": ts,
        "ts2": None if ts is None else ts - timedelta(minutes=rng.choice([0, 30, 60])),
        "created": rng.choice([None, *moments[:2]]),
        "known": None if ts is None or late == 240 else ts + timedelta(minutes=late),
        "known2": None if ts is None else ts + timedelta(minutes=late // 2),
    }
    yield from (times[name] if name in times else rng.choice(POOLS[name]) for name in TYPES)
