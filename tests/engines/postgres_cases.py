"""Random cases on PostgreSQL: their tables, the compiled text run as it is, and the rows as Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from fcompile.compiler.stages import Script
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import Dialect
from fcompile.runtime.warehouses.bound import bound_text
from tests.differential.engine import Answer
from tests.engines.case_engine import CaseEngine
from tests.engines.plain_duckdb import script_of
from tests.engines.servers import postgres_connection, postgres_database
from tests.oracle.case import Case, Row, Types
from tests.oracle.vocabulary import quoted

_TYPES = {
    "bool": "boolean",
    "int32": "integer",
    "int64": "bigint",
    "float32": "real",
    "float64": "double precision",
    "string": "text",
    "bytes": "bytea",
    "decimal(12,2)": "numeric(12,2)",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_utc": "timestamptz",
}


class PostgresEngine(CaseEngine):
    """Compiles a case's YAML for ``dialect`` and runs it in a database of its own."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.connection = postgres_connection(postgres_database())
        self.connection.execute("CREATE SCHEMA raw")

    def historical(self, case: Case, tuning: Tuning = UNTUNED) -> Answer:
        """Return the columns and rows of the training set, in the order in which the engine gives them."""
        self.load(case.types, case.tables)
        self.create("spine", case.spine, case.spine_types)
        return self.run(script_of(case, self.dialect, tuning), {"as_of": case.as_of})

    def run(self, script: Script, parameters: Mapping[str, Any]) -> Answer:
        with self.connection.cursor(binary=True) as cursor:
            for stage in script.stages:
                execute(cursor, stage.create, parameters)
            execute(cursor, script.text, parameters)
            columns = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall()
            for stage in reversed(script.stages):
                execute(cursor, stage.drop, parameters)
        return columns, rows

    def load(self, types: Mapping[str, Types], tables: Mapping[str, Sequence[Row]]) -> None:
        for name, rows in tables.items():
            self.create(f"raw.{quoted(name)}", rows, types[name])

    def create(self, name: str, rows: Sequence[Row], types: Types) -> None:
        columns = ", ".join(f"{quoted(column)} {_TYPES[dtype]}" for column, dtype in types.items())
        self.connection.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({columns})".encode())
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row([row[column] for column in types])


def execute(cursor: psycopg.Cursor[Any], text: str, parameters: Mapping[str, Any]) -> None:
    cursor.execute(bound_text(text, parameters, "postgres").encode())
