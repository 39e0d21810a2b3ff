"""A case as a real project: YAML, files and warehouse tables in a folder, driven as users do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.csv as csv
import pyarrow.parquet as pq

from tests.oracle.case import PROJECT_FILE, Case, Row, to_yaml
from tests.oracle.tables import to_arrow
from tests.oracle.vocabulary import quoted

STORAGE = ("parquet", "table", "query", "csv")


class ProjectDir:
    """Writes ``case`` below ``root``; ``storage`` says how each source's rows are kept, by its name."""

    def __init__(self, root: Path, case: Case, storage: Mapping[str, str]) -> None:
        self.root = root
        self.case = case
        self.storage = storage
        (root / "featuredefs").mkdir(parents=True)
        (root / "data").mkdir()
        (root / ".fcompile").mkdir()
        (root / "fcompile.yaml").write_text(PROJECT_FILE, encoding="utf-8")
        sources = [self._source(s) for s in case.project["sources"]]
        text = to_yaml({**case.project, "sources": sources})
        (root / "featuredefs" / "all.yaml").write_text(text, encoding="utf-8")
        self.land(case.tables)

    def land(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Replace the rows of every source."""
        with duckdb.connect(str(self.root / ".fcompile" / "dev.duckdb")) as database:
            database.execute("SET TimeZone = 'UTC'; CREATE SCHEMA IF NOT EXISTS raw")
            for name, rows in tables.items():
                table = to_arrow(rows, self.case.types[name])
                if self.storage[name] == "parquet":
                    pq.write_table(table, self.root / "data" / f"{name}.parquet")
                elif self.storage[name] == "csv":
                    csv.write_csv(table, self.root / "data" / f"{name}.csv")
                else:
                    database.register("given", table)
                    database.execute(f"CREATE OR REPLACE TABLE raw.{quoted(name)} AS SELECT * FROM given")
                    database.unregister("given")

    def _source(self, source: Mapping[str, Any]) -> dict[str, Any]:
        name, how = source["name"], self.storage[source["name"]]
        rest = {k: v for k, v in source.items() if k not in ("table", "query")}
        if how in ("parquet", "csv"):
            return {**rest, "path": f"data/{name}.{how}"}
        if how == "query":
            columns = ", ".join(quoted(c) for c in self.case.types[name])
            return {**rest, "query": f"SELECT {columns} FROM raw.{quoted(name)}"}
        return {**rest, "table": f"raw.{name}"}


def fits_csv(rows: Sequence[Row], dtypes: Mapping[str, str]) -> bool:
    """Tell whether CSV can hold the rows: it cannot tell '' from NULL, nor hold bytes."""
    if "bytes" in dtypes.values():
        return False
    values = [v for row in rows for v in row.values()]
    return not any(isinstance(v, str) and not v.strip() for v in values)
