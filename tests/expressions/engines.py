"""What evaluates expressions over a table. To hold a further engine to the language, add it to ``ENGINES``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import duckdb

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.evaluator import EvaluationFailed, Evaluator
from fcompile.compiler.expressions.infer import Typed
from tests.expressions.running import to_sql, type_name

Rows = Sequence[tuple[Any, ...]]


class Failed(Exception):
    """Some expression is an error for some row."""


class Engine(Protocol):
    """Opened on a table, whose rows are then asked for by number."""

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None: ...

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        """Return each expression's values for these rows, as Python holds them; raise ``Failed``."""

    def fails(self, asked: Typed, row: int) -> bool:
        """Whether the expression is an error for this row, where no part is left out as not needed."""

    def close(self) -> None: ...


class Batches:
    """The evaluator, many rows at once."""

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None:
        self.types = types
        self.rows = rows

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        evaluator = evaluator_of(asked, self.types)
        given = list(zip(*(self.rows[i] for i in rows), strict=True))
        try:
            return evaluator.batch(given, len(rows))
        except EvaluationFailed as error:
            raise Failed(str(error)) from error

    def fails(self, asked: Typed, row: int) -> bool:
        return _fails(self, asked, row)

    def close(self) -> None:
        pass


class DuckDB:
    """One SELECT for all that is asked; its types are checked on the way."""

    def __init__(self, types: Mapping[str, DType], rows: Rows) -> None:
        self.connection = duckdb.connect()
        declared = ", ".join(f'"{name}" {type_name(dtype)}' for name, dtype in types.items())
        self.connection.execute(f'CREATE TABLE t ("row number" BIGINT, {declared})')
        mark = "(" + ", ".join("?" * (len(types) + 1)) + ")"
        given = [_naive(v) for row in _numbered(rows) for v in row]
        self.connection.execute(f"INSERT INTO t VALUES {', '.join([mark] * len(rows))}", given)

    def columns(self, asked: Sequence[Typed], rows: Sequence[int]) -> list[list[Any]]:
        chosen = ", ".join(f"{to_sql(typed)} AS c{i}" for i, typed in enumerate(asked))
        numbers = ", ".join(map(str, rows))
        values, kinds = self._run(
            f'SELECT {chosen} FROM t WHERE "row number" IN ({numbers}) ORDER BY "row number"'
        )
        for typed, kind in zip(asked, kinds, strict=True):
            assert typed.dtype is not None
            assert kind == str(duckdb.sqltype(type_name(typed.dtype))), (to_sql(typed), kind)
        types = [typed.dtype for typed in asked]
        columns = zip(types, zip(*values, strict=True), strict=True)
        return [[_plain(v, dtype) for v in column] for dtype, column in columns]

    def _run(self, query: str) -> tuple[list[tuple[Any, ...]], list[str]]:
        """The rows, and the columns' types."""
        try:
            values = self.connection.execute(query).fetchall()
            return values, [str(column[1]) for column in self.connection.description or ()]
        except duckdb.InvalidInputException as error:
            # The optimizer of DuckDB 2.0 fails at 'x' in (s, NULL) of strings, where the NULL shows up late.
            if "BindBuiltinScalarFunction" not in str(error):
                raise Failed(str(error)) from error
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise Failed(str(error)) from error
        with self._unoptimized():
            return self._run(query)

    @contextmanager
    def _unoptimized(self) -> Iterator[None]:
        self.connection.execute("PRAGMA disable_optimizer")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA enable_optimizer")

    def fails(self, asked: Typed, row: int) -> bool:
        # The optimizer may leave out what it can tell that it does not decide the answer.
        with self._unoptimized():
            return _fails(self, asked, row)

    def close(self) -> None:
        self.connection.close()


def _fails(engine: Engine, asked: Typed, row: int) -> bool:
    try:
        engine.columns([asked], [row])
    except Failed:
        return True
    return False


def _numbered(rows: Rows) -> list[tuple[Any, ...]]:
    return [(i, *row) for i, row in enumerate(rows)]


def _naive(value: Any) -> Any:
    """Timestamps as DuckDB holds them."""
    if isinstance(value, list):
        return [_naive(v) for v in value]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _plain(value: Any, dtype: DType | None) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, tuple):
        return list(value)
    return [_plain(v, None) for v in value] if isinstance(value, list) else value


ENGINES: tuple[type[Engine], ...] = (Batches, DuckDB)
"""All but the evaluator's row form, which they are compared with."""


def evaluator_of(asked: Sequence[Typed], types: Mapping[str, DType]) -> Evaluator:
    outputs = [(f"c{i}", typed.expr, typed.dtype) for i, typed in enumerate(asked) if typed.dtype is not None]
    assert len(outputs) == len(asked)
    return Evaluator(outputs, list(types.items()))
