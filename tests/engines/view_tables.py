"""A view's table after runs, engine by engine: the statements of a run as they are, and the rows that they leave.

Spark and BigQuery's reference implementation run the SELECT of a run alone, over the rows that the one before left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import pyarrow as pa
from sqlglot import exp

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import INT64, TIMESTAMP
from fcompile.compiler.lower.sql import cast, named
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.materialize import Step, steps_of, table_content, table_definition
from fcompile.compiler.stages import Script, staged
from fcompile.dialects.base import Dialect
from fcompile.runtime.warehouses.bound import bound_text
from tests.differential.engine import Engine
from tests.engines.bigquery_cases import BigQueryEngine, table_of
from tests.engines.clickhouse_cases import ClickHouseEngine
from tests.engines.googlesql import Table
from tests.engines.postgres_cases import PostgresEngine, execute
from tests.engines.spark_cases import SparkEngine
from tests.oracle.case import Case, Row
from tests.oracle.tables import from_arrow

E = TypeVar("E", PostgresEngine, ClickHouseEngine)
_PROJECT = "p"
_INTERNAL = (("__event", TIMESTAMP), ("__created", TIMESTAMP), ("__sequence", INT64))


class ViewTables(Protocol):
    """The tables of views on one engine."""

    def load(self, case: Case) -> None:
        """Put the rows of the case's sources where the views read them."""
        ...

    def begin(self, views: Sequence[FeatureView]) -> None:
        """Make the views' tables, without rows, and no others."""
        ...

    def run(self, view: FeatureView, values: Mapping[str, Any]) -> None:
        """Bring the table up to date; ``values`` are those of all parameters of a run."""
        ...

    def rows(self, view: FeatureView) -> list[Row]: ...

    def read_like(
        self, expected: Sequence[Row], rows: Sequence[tuple[Any, ...]]
    ) -> Sequence[tuple[Any, ...]]:
        """As ``CaseEngine.read_like``."""
        return rows


class _Steps(ViewTables):
    """By the steps of a run, in a schema of its own."""

    clear = 'DROP SCHEMA IF EXISTS "{}" CASCADE'

    def __init__(self, dialect: Dialect, schema: str) -> None:
        self._dialect = dialect
        self._schema = schema
        self._steps: dict[FeatureView, Sequence[Step]] = {}

    def begin(self, views: Sequence[FeatureView]) -> None:
        self._execute(self.clear.format(self._schema), {})
        for view in views:
            for text in table_definition(view, self._schema, _PROJECT, self._dialect):
                self._execute(text, {})
        self._steps = {view: steps_of(view, self._schema, _PROJECT, self._dialect) for view in views}

    def run(self, view: FeatureView, values: Mapping[str, Any]) -> None:
        for step in self._steps[view]:
            self._execute(step.text, {name: values[name] for name in step.parameters})

    def table(self, view: FeatureView) -> str:
        """The table's name, quoted."""
        return ".".join(map(self._dialect.quoted, (self._schema, f"{_PROJECT}__{view.name}")))

    def _execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        raise NotImplementedError


class DuckTables(_Steps):
    def __init__(self, engine: Engine, dialect: Dialect, schema: str) -> None:
        super().__init__(dialect, schema)
        self._engine = engine

    def load(self, case: Case) -> None:
        self._engine.load(case.types, case.tables)

    def rows(self, view: FeatureView) -> list[Row]:
        found = self._engine.connection.execute(f"SELECT * FROM {self.table(view)}")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def types(self, view: FeatureView) -> list[tuple[Any, ...]]:
        return self._engine.connection.execute(f"DESCRIBE {self.table(view)}").fetchall()

    def _execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        self._engine.connection.execute(text, dict(parameters))


class _ServerTables(_Steps, Generic[E]):
    """Tables of an engine that gives rows with their columns' names."""

    def __init__(self, engine: E) -> None:
        super().__init__(engine.dialect, "tables")
        self._engine: E = engine

    def load(self, case: Case) -> None:
        self._engine.load(case.types, case.tables)

    def rows(self, view: FeatureView) -> list[Row]:
        columns, rows = self._engine.run(Script((), f"SELECT * FROM {self.table(view)}"), {})
        return [dict(zip(columns, row, strict=True)) for row in rows]


class PostgresTables(_ServerTables[PostgresEngine]):
    def _execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        with self._engine.connection.cursor() as cursor:
            execute(cursor, text, parameters)


class ClickHouseTables(_ServerTables[ClickHouseEngine]):
    clear = "DROP DATABASE IF EXISTS `{}`"

    def read_like(
        self, expected: Sequence[Row], rows: Sequence[tuple[Any, ...]]
    ) -> Sequence[tuple[Any, ...]]:
        return self._engine.read_like(expected, rows)

    def _execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        self._engine.client.command(bound_text(text, parameters, "clickhouse"))


class SparkTables(ViewTables):
    def __init__(self, engine: SparkEngine) -> None:
        self._engine = engine
        self._tables: dict[FeatureView, pa.Table] = {}

    def load(self, case: Case) -> None:
        for name, rows in case.tables.items():
            self._engine.view(f"raw {name}", rows, case.types[name])

    def begin(self, views: Sequence[FeatureView]) -> None:
        nothing = {view: Script((), _nothing(view, self._engine.dialect)) for view in views}
        self._tables = {view: self._engine.run_table(text, {}) for view, text in nothing.items()}

    def run(self, view: FeatureView, values: Mapping[str, Any]) -> None:
        before = self._engine.session.createDataFrame(self._tables[view])
        before.createOrReplaceTempView(f"`raw {_PROJECT}__{view.name}`")
        script, parameters = _content(view, self._engine.dialect, values)
        self._tables[view] = self._engine.run_table(script, parameters)

    def rows(self, view: FeatureView) -> list[Row]:
        columns, rows = from_arrow(self._tables[view])
        return [dict(zip(columns, row, strict=True)) for row in rows]


class BigQueryTables(ViewTables):
    def __init__(self, engine: BigQueryEngine) -> None:
        self._engine = engine
        self._sources: dict[str, Table] = {}
        self._tables: dict[FeatureView, Table] = {}

    def load(self, case: Case) -> None:
        self._sources = {f"raw.{n}": table_of(rows, case.types[n]) for n, rows in case.tables.items()}

    def begin(self, views: Sequence[FeatureView]) -> None:
        nothing = {view: Script((), _nothing(view, self._engine.dialect)) for view in views}
        self._tables = {view: self._engine.answer(text, {}, {}).table() for view, text in nothing.items()}

    def run(self, view: FeatureView, values: Mapping[str, Any]) -> None:
        script, parameters = _content(view, self._engine.dialect, values)
        tables = {**self._sources, f"raw.{_PROJECT}__{view.name}": self._tables[view]}
        self._tables[view] = self._engine.answer(script, tables, parameters).table()

    def rows(self, view: FeatureView) -> list[Row]:
        table = self._tables[view]
        names = [name for name, _ in table.columns]
        return [dict(zip(names, row, strict=True)) for row in table.rows]


def _content(view: FeatureView, dialect: Dialect, values: Mapping[str, Any]) -> tuple[Script, dict[str, Any]]:
    """The rows that the table holds after a run, as tables before it and a SELECT; and the parameters of these."""
    content, used = table_content(view, "raw", _PROJECT, dialect)
    return staged(content, dialect), {name: values[name] for name in used}


def _nothing(view: FeatureView, dialect: Dialect) -> str:
    """A SELECT of the table's columns, without rows."""
    columns = [(key.name, key.dtype) for key in view.join_keys]
    columns += [(feature.name, feature.dtype) for feature in view.features]
    columns += _INTERNAL
    typed = [named(cast(exp.Null(), lower_type(dtype, dialect)), name) for name, dtype in columns]
    return dialect.sql(exp.Select(expressions=typed, limit=exp.Limit(expression=exp.Literal.number(0))))
