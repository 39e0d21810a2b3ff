"""Random cases on BigQuery's reference implementation: the compiled text run as it is, statement by statement.

It executes SELECTs over tables that it is given: what a script makes on the way is run, and given as a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fcompile.compiler.stages import Script
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import Dialect
from tests.differential.engine import Answer
from tests.engines import googlesql
from tests.engines.case_engine import CaseEngine
from tests.engines.googlesql import Table
from tests.engines.of_tables import of_tables
from tests.engines.plain_duckdb import script_of
from tests.engines.servers import bigquery
from tests.oracle.case import Case, Row, Types

_TYPES = {
    "bool": "BOOL",
    "int32": "INT64",
    "int64": "INT64",
    "float32": "FLOAT64",
    "float64": "FLOAT64",
    "string": "STRING",
    "bytes": "BYTES",
    "decimal(12,2)": "NUMERIC",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamp_utc": "TIMESTAMP",
}

_PARAMETERS = {"as_of": "TIMESTAMP", "since": "TIMESTAMP", "sequence": "INT64", "newest": "BOOL"}


class BigQueryEngine(CaseEngine):
    """Compiles a case's YAML for ``dialect`` and runs it."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.engine = bigquery()

    def historical(self, case: Case, tuning: Tuning = UNTUNED) -> Answer:
        """Return the columns and rows of the training set, in the order in which the engine gives them."""
        tables = {f"raw.{name}": table_of(rows, case.types[name]) for name, rows in case.tables.items()}
        tables["spine"] = table_of(case.spine, case.spine_types)
        answer = self.answer(script_of(of_tables(case), self.dialect, tuning), tables, {"as_of": case.as_of})
        return answer.names, [tuple(map(_naive, row)) for row in answer.rows]

    def answer(
        self, script: Script, tables: Mapping[str, Table], parameters: Mapping[str, Any]
    ) -> googlesql.Answer:
        known = dict(tables)
        for stage in script.stages:
            known[stage.name] = self._select(_selected(stage.create), known, parameters).table()
        return self._select(script.text, known, parameters)

    def _select(
        self, text: str, tables: Mapping[str, Table], parameters: Mapping[str, Any]
    ) -> googlesql.Answer:
        catalog = self.engine.register(tables)
        used = {
            name: (_PARAMETERS[name], _aware(value))
            for name, value in parameters.items()
            if f"@{name}" in text
        }
        try:
            return self.engine.query(_with_whole_names(text), catalog, used)
        finally:
            self.engine.forget(catalog)


def table_of(rows: Sequence[Row], types: Types) -> Table:
    columns = [(name, _TYPES[dtype]) for name, dtype in types.items()]
    return Table(columns, [[_aware(row[name]) for name in types] for row in rows])


def _with_whole_names(text: str) -> str:
    """A table's name quoted as a whole: the engine is given dotted names, and no data sets."""
    return re.sub(r"(?:`raw`|\braw)\.(?:`((?:[^`\\]|\\.)*)`|(\w+))", r"`raw.\1\2`", text)


def _selected(create: str) -> str:
    """The SELECT of ``CREATE TEMP TABLE .. AS``."""
    return re.split(r"\bAS\s", create, maxsplit=1)[1]


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _naive(value: Any) -> Any:
    if isinstance(value, list):
        return [_naive(each) for each in value]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
