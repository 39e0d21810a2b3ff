"""A project in a folder, used by the command: purchases in DuckDB, views of them, SQLite or a server online."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fcompile.cli import app
from fcompile.runtime.console.entry import run_command
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.project import Project, load_project
from fcompile.runtime.state import State, open_state
from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, open_database

DEFINITIONS = """
entities:
  - {name: user, join_keys: {user_id: int64}}
  - {name: shop, join_keys: {shop_id: string}}
sources:
  - {name: purchases, table: raw.purchases, timestamp_field: at, available_at: known}
feature_views:
  - name: latest
    entities: [user]
    source: purchases
    features: [{name: amount, dtype: float64}, {name: note, dtype: string}]
  - name: spend
    entities: [user]
    source: purchases
    aggregations:
      - {name: spent, function: sum, column: amount, windows: [2h, lifetime], dtype: float64}
      - {name: buys, function: count, windows: [6h]}
  - name: by_shop
    entities: [user, shop]
    source: purchases
    features: [{name: paid, dtype: float64, column: amount}]
"""
Row = tuple[int, str, float, float, float | None, str | None]
"""user_id, shop_id, at, known (hours of 2026-01-01), amount, note."""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class OnlineProject:
    root: Path
    capture: pytest.CaptureFixture[str]

    def define(self, text: str = DEFINITIONS, online: str = "", state: str = "") -> None:
        """Write the definitions; ``online`` and ``state`` as in fcompile.yaml, in YAML's short form."""
        (self.root / "featuredefs").mkdir(exist_ok=True)
        (self.root / "featuredefs/all.yaml").write_text(text)
        target = f"{{warehouse: {{type: duckdb, path: dev.duckdb}}, online: {online or '{type: sqlite}'}}}"
        lines = ["project: p", f"targets: {{dev: {target}}}", *([f"state: {state}"] if state else [])]
        (self.root / "fcompile.yaml").write_text("\n".join(lines) + "\n")

    def put(self, rows: Sequence[Row]) -> None:
        """Replace the source's rows."""
        with self.warehouse() as warehouse:
            warehouse.execute("CREATE SCHEMA IF NOT EXISTS raw")
            warehouse.execute(
                'CREATE OR REPLACE TABLE raw.purchases (user_id BIGINT, shop_id VARCHAR, "at" TIMESTAMP,'
                " known TIMESTAMP, amount DOUBLE, note VARCHAR)"
            )
            hours = "TIMESTAMP '2026-01-01' + INTERVAL 1 SECOND * CAST({} AS BIGINT)"
            insert = (
                f"INSERT INTO raw.purchases VALUES (?, ?, {hours.format('?')}, {hours.format('?')}, ?, ?)"
            )
            for user, shop, at, known, amount, note in rows:
                values = [user, shop, at * 3600, known * 3600, amount, note]
                warehouse.connection.execute(insert, values)

    def call(self, *argv: str) -> Ended:
        self.capture.readouterr()
        code = run_command(app, ["-p", str(self.root), *argv])
        captured = self.capture.readouterr()
        return Ended(code, captured.out, captured.err)

    def run(self, hour: int, *argv: str) -> Ended:
        """Run as of an hour of 2026-01-01, which must go well."""
        ended = self.call("run", "--end", f"2026-01-01T{hour:02}:00:00Z", *argv)
        assert ended.code == 0, ended.err
        return ended

    def online(self, *references: str, user: int = 1, at: str = "2026-01-01T12:00:00Z") -> dict[str, Any]:
        """What the store answers for a user: values by feature."""
        asked = [word for each in references for word in ("-f", each)]
        ended = self.call("online", *asked, "-e", f"user_id={user}", "--output", "json", "--at", at)
        assert ended.code == 0, ended.err
        return {n: v[0] for n, v in ended.json.items() if n not in ("user_id", "statuses")}

    def load(self) -> Project:
        return load_project(self.root)

    @contextmanager
    def warehouse(self) -> Iterator[DuckDBWarehouse]:
        with closing(open_database("dev.duckdb", self.root)) as warehouse:
            yield warehouse

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.warehouse() as warehouse:
            return warehouse.rows(sql)

    @contextmanager
    def store(self) -> Iterator[OnlineStore]:
        project = self.load()
        opened = open_online(project.target.online, project.root, project.online_namespace)
        with closing(opened) as store:
            yield store

    @contextmanager
    def state(self) -> Iterator[State]:
        project = self.load()
        scope = (project.config.state, project.root, project.config.project, project.target_name)
        with closing(open_state(*scope)) as state:
            yield state


def bought(user: int, at: float, amount: float, note: str = "", *, known: float | None = None) -> Row:
    return (user, "s", at, at if known is None else known, amount, note)
