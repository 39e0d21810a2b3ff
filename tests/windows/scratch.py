"""A project of windows in a scratch folder, run and asked as users do, and held to the reference at each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from fcompile import FeatureStore
from fcompile.runtime.project import load_project
from fcompile.runtime.run import RunSummary, materialize
from tests.differential.project_dir import ProjectDir
from tests.laws.test_no_skew import assert_no_skew
from tests.oracle.case import Case, Row, to_yaml

START = datetime(2026, 1, 1)
TYPES = {"user_id": "int64", "ts": "timestamp", "amount": "float64", "note": "string"}
SOURCE = {"name": "purchases", "table": "raw.purchases", "timestamp_field": "ts", "columns": TYPES}
KNOWN = {**SOURCE, "available_at": "known", "columns": {**TYPES, "known": "timestamp"}}
"""The source with the time at which a row became known."""
VIEW = {
    "name": "spend",
    "entities": ["user"],
    "source": "purchases",
    "aggregations": [
        {"name": "total", "function": "sum", "column": "amount", "windows": ["2h", "1d", "lifetime"]},
        {"name": "n", "function": "count", "windows": ["2h", "3d"], "filter": "amount > 0"},
        {"name": "notes", "function": "last_n(2)", "column": "note", "windows": ["1d"]},
        {"name": "kinds", "function": "count_distinct", "column": "note", "windows": ["2h"]},
        {"name": "half", "function": "percentile(0.5)", "column": "amount", "windows": ["1d"]},
    ],
}


def hours(n: float) -> datetime:
    return START + timedelta(hours=n)


def bought(user: Any, at: float, amount: float | None = 1.0, note: str | None = "a") -> Row:
    """A purchase; ``at`` in hours after ``START``."""
    return {"user_id": user, "ts": hours(at), "amount": amount, "note": note}


class Scratch:
    """``view`` and ``source`` are what the YAML says of them, where it is not ``VIEW`` and ``SOURCE``."""

    TYPES = TYPES

    def __init__(
        self,
        root: Path,
        *,
        view: Mapping[str, Any] | None = None,
        source: Mapping[str, Any] | None = None,
        keys: Mapping[str, str] | None = None,
        storage: str = "table",
    ) -> None:
        self.root = root
        self.view = {**VIEW, **(view or {})}
        self.source = {**SOURCE, **(source or {})}
        self.types: dict[str, str] = dict(self.source["columns"])
        self.keys = dict(keys or {"user_id": "int64"})
        self.storage = storage
        self._dir = ProjectDir(root, self.case([]), {"purchases": storage})
        self.rows: list[Row] = []

    def case(self, rows: Sequence[Row]) -> Case:
        project = {
            "entities": [{"name": "user", "join_keys": self.keys}],
            "sources": [self.source],
            "feature_views": [self.view],
        }
        asked = {**(self.keys if self.view["entities"] else {}), "event_timestamp": "timestamp"}
        return Case(project, {"purchases": self.types}, {"purchases": rows}, asked, [], [self.view["name"]])

    def define(self, **view: Any) -> None:
        """Change the view's definition; None takes a key away."""
        self.view = {k: v for k, v in {**self.view, **view}.items() if v is not None}
        text = to_yaml(self.case([]).project)
        (self.root / "featuredefs" / "all.yaml").write_text(text, encoding="utf-8")

    def land(self, *rows: Row) -> None:
        """The source now has these rows."""
        self.rows = list(rows)
        self._dir.land({"purchases": self.rows})

    def attempt(self, end: datetime | None, **options: Any) -> RunSummary:
        project = load_project(self.root)
        return materialize(project, list(project.definitions.feature_views.values()), end=end, **options)

    def run(self, end: datetime, *, read_at: datetime | None = None, **options: Any) -> int:
        """Run, hold the answers of every entity to the historical ones and the reference; rows sent."""
        before = self.sequences()
        summary = self.attempt(end, **options)
        (result,) = summary.results
        assert summary.exit_code == 0, summary
        self.check(read_at or end)
        after = self.sequences()
        changed = [key for key, sequence in after.items() if before.get(key) != sequence]
        if not options.get("warehouse_only"):
            assert result.rows >= len(changed)
        return result.rows

    def check(self, t: datetime) -> None:
        keys = list(self.keys) if self.view["entities"] else []
        found = {repr([row[k] for k in keys]): {k: row[k] for k in keys} for row in self.rows}
        strangers = [dict.fromkeys(keys)]
        case = self.case(self.rows)
        types = {k: self.keys[k] for k in keys}
        with FeatureStore(self.root) as store:
            assert_no_skew(store, case, t, (types, [*found.values(), *strangers]))

    def sequences(self) -> dict[Any, int]:
        """Return entity -> the load that last changed its row."""
        keys = ", ".join(f'"{k}"' for k in (self.keys if self.view["entities"] else {}))
        try:
            rows = self.query(f'SELECT {keys or "1"}, "__sequence" FROM features.p__{self.view["name"]}')
        except duckdb.CatalogException:
            return {}
        assert len({row[:-1] for row in rows}) == len(rows), "an entity has two rows"
        return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in rows}

    def tables(self) -> list[str]:
        """Return the names of fcompile's tables in the warehouse."""
        found = self.query(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'features' ORDER BY ALL"
        )
        return [name for (name,) in found]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.root / ".fcompile" / "dev.duckdb")) as database:
            return database.execute(sql).fetchall()

    def values(self, user: Any, at: datetime) -> dict[str, Any]:
        """Return what is online of an entity: feature -> value."""
        with FeatureStore(self.root) as store:
            rows = [{"user_id": user} if self.view["entities"] else {}]
            answer = store.get_online_features([self.view["name"]], rows, at=at)
        return {name: column[0] for name, column in answer.to_dict().items() if name not in self.keys}
