"""Random cases on ClickHouse: their tables, the compiled text run as it is, and the rows as Python values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from fcompile.compiler.expressions.time_values import EPOCH
from fcompile.compiler.stages import Script
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import Dialect
from tests.differential.engine import Answer
from tests.engines.case_engine import CaseEngine
from tests.engines.plain_duckdb import script_of
from tests.engines.servers import clickhouse
from tests.oracle.case import Case, Row, Types
from tests.oracle.vocabulary import quoted

_TYPES = {
    "bool": "Bool",
    "int32": "Int32",
    "int64": "Int64",
    "float32": "Float32",
    "float64": "Float64",
    "string": "String",
    "bytes": "String",
    "decimal(12,2)": "Decimal(12, 2)",
    "date": "Date32",
    "timestamp": "DateTime64(6)",
    "timestamp_utc": "DateTime64(6, 'America/New_York')",
}
_MICROSECOND = timedelta(microseconds=1)


class ClickHouseEngine(CaseEngine):
    """Compiles a case's YAML for ``dialect`` and runs it in a session and database of its own."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        # By default a text has 256 KiB at most; one of a hundred views is longer.
        self.client = clickhouse(max_query_size=10**8)
        self.client.command("CREATE DATABASE IF NOT EXISTS raw")

    def historical(self, case: Case, tuning: Tuning = UNTUNED) -> Answer:
        """Return the columns and rows of the training set, in the order in which the engine gives them."""
        self.load(case.types, case.tables)
        self.create("spine", case.spine, case.spine_types)
        return self.run(script_of(case, self.dialect, tuning), {"as_of": case.as_of})

    def run(self, script: Script, parameters: Mapping[str, Any]) -> Answer:
        for stage in script.stages:
            self.client.command(with_literals(stage.create, parameters))
        text = with_literals(script.text, parameters)
        try:
            # Texts as bytes, times as numbers: what lies hidden under a NULL is read by the driver too.
            formats = {"String": "bytes", "Date32": "int", "DateTime64": "int"}
            answer = self.client.query(text, query_formats=formats)
            columns = list(answer.column_names) or self._columns(text)
        finally:
            for stage in reversed(script.stages):
                self.client.command(stage.drop)
        return columns, _plain(answer)

    def _columns(self, text: str) -> list[str]:
        """The names of an answer without rows, which comes without them."""
        return [str(row[0]) for row in self.client.query(f"DESCRIBE ({text})").result_rows]

    def read_like(self, expected: Sequence[Row], rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return texts where ``expected`` has no bytes: ClickHouse has one type for both."""
        if not expected:
            return list(rows)
        raw = [any(_has_bytes(row[name]) for row in expected) for name in expected[0]]
        return [tuple(v if b else _text(v) for v, b in zip(row, raw, strict=True)) for row in rows]

    def load(self, types: Mapping[str, Types], tables: Mapping[str, Sequence[Row]]) -> None:
        for name, rows in tables.items():
            self.create(f"raw.{quoted(name)}", rows, types[name])

    def create(self, name: str, rows: Sequence[Row], types: Types) -> None:
        columns = ", ".join(f"{quoted(column)} Nullable({_TYPES[dtype]})" for column, dtype in types.items())
        self.client.command(f"CREATE OR REPLACE TABLE {name} ({columns}) ENGINE = Memory")
        if rows:
            lines = ", ".join(
                "(" + ", ".join(literal_of(row[c], types[c]) for c in types) + ")" for row in rows
            )
            self.client.command(f"INSERT INTO {name} VALUES {lines}")


_TOKENS = re.compile(r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|--[^\n]*|::|:([a-z_]+)""")


def with_literals(text: str, parameters: Mapping[str, Any]) -> str:
    """``text`` with a constant for each ``:name`` outside of strings, names and comments."""

    def literal(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0]
        value = parameters[name]
        if isinstance(value, datetime):
            return f"'{value.isoformat(sep=' ')}'"
        return "NULL" if value is None else str(value).lower()

    return _TOKENS.sub(literal, text)


def literal_of(value: Any, dtype: str) -> str:
    match value:
        case None:
            return "NULL"
        case bytes():
            return f"unhex('{value.hex()}')"
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
        case datetime():
            return f"fromUnixTimestamp64Micro({(value.replace(tzinfo=EPOCH.tzinfo) - EPOCH) // _MICROSECOND})"
        case date():
            return f"toDate32({(value - EPOCH.date()).days}::Int32)"
    if dtype.startswith("decimal"):
        return f"toDecimal256('{value:f}', 2)"
    return str(value)


def _plain(answer: Any) -> list[tuple[Any, ...]]:
    readers = [_reader(kind.name) for kind in answer.column_types]
    return [tuple(read(v) for read, v in zip(readers, row, strict=True)) for row in answer.result_rows]


def _reader(kind: str) -> Any:
    def read(value: Any) -> Any:
        if isinstance(value, list):
            return [read(each) for each in value]
        if value is None:
            return None
        if "DateTime64" in kind:
            return EPOCH + value * _MICROSECOND
        return EPOCH.date() + timedelta(days=value) if "Date32" in kind else value

    return read


def _has_bytes(value: Any) -> bool:
    return isinstance(value, bytes) or (isinstance(value, list) and any(map(_has_bytes, value)))


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(each) for each in value]
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value
