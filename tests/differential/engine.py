"""The compiled SQL on an in-memory DuckDB: no process, no file, one connection for thousands of projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import duckdb
import pyarrow as pa

from fcompile.compiler.bind import bind
from fcompile.compiler.compile import HistoricalSql, Spine, SpineColumn, compile_historical
from fcompile.compiler.definitions import Definitions, Table
from fcompile.compiler.request import resolve
from fcompile.compiler.tuning import UNTUNED, Tuning
from tests.oracle.case import Case, Row, Types
from tests.oracle.tables import from_arrow, to_arrow
from tests.oracle.vocabulary import quoted

Answer = tuple[list[str], list[tuple[object, ...]]]


class Engine:
    """Compiles a case's YAML and runs the SQL on its rows."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'; SET threads = 1; CREATE SCHEMA raw")

    def historical(self, case: Case, tuning: Tuning = UNTUNED) -> Answer:
        """Return the columns and rows of the training set, in the order in which the engine gives them."""
        return from_arrow(self.historical_table(case, tuning))

    def historical_table(self, case: Case, tuning: Tuning = UNTUNED) -> pa.Table:
        self.load(case.types, case.tables)
        self._create("spine", to_arrow(case.spine, case.spine_types))
        compiled = compiled_of(case, tuning)
        bound = {name: value for name, value in {"as_of": case.as_of}.items() if name in compiled.parameters}
        return self.connection.sql(compiled.select, params=bound).to_arrow_table()

    def load(self, types: Mapping[str, Types], tables: Mapping[str, Sequence[Row]]) -> None:
        for name, rows in tables.items():
            self._create(f"raw.{quoted(name)}", to_arrow(rows, types[name]))

    def _create(self, name: str, table: pa.Table) -> None:
        self.connection.register("given", table)
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")
        self.connection.unregister("given")


def definitions_of(case: Case) -> Definitions:
    return _bound(case.definition_files()["featuredefs/all.yaml"])


def compiled_of(case: Case, tuning: Tuning = UNTUNED) -> HistoricalSql:
    columns = tuple(
        SpineColumn(name, dtype.replace("timestamp_utc", "timestamptz"))
        for name, dtype in case.spine_types.items()
    )
    spine = Spine(Table(("spine",)), columns, case.timestamp_column)
    definitions = definitions_of(case)
    request = resolve(definitions, case.features, case.full_feature_names)
    labels = tuple(definitions.labels[name] for name in case.labels)
    return compile_historical(request, spine, labels=labels, tuning=tuning)


@lru_cache(maxsize=4)  # one case is asked many times: with fewer rows, with each of its spine's times
def _bound(text: str) -> Definitions:
    files = {"featuredefs/all.yaml": text}
    bound = bind(files)
    assert not bound.diagnostics, "\n".join(d.render(files) for d in bound.diagnostics)
    return bound.definitions
