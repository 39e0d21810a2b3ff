"""Trees to functions of whole columns: by Arrow for numbers and logic, else value by value.

Everything is computed for every row, also branches not taken. Where that is an error for some row the whole output
is given up, and computed row by row instead: so both forms agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.evaluator_nodes import Node
from fcompile.compiler.expressions.evaluator_rows import FIRST_KNOWN, RowReader, cast_of, function_of
from fcompile.compiler.expressions.evaluator_vectors import ARROW_KINDS, Vector
from fcompile.compiler.expressions.function import Evaluate, EvaluationError
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column

Step = Callable[[Sequence[Vector], int], Vector]
"""Vectors of the parts and the number of rows in, a vector out."""


class ColumnReader:
    """What computes these nodes over columns. It is made at the first batch: many services never have one."""

    def __init__(self, outputs: Sequence[Node], inputs: Sequence[tuple[str, DType]]) -> None:
        self.outputs = outputs
        self.inputs = inputs
        self._steps: dict[Node, Step] = {}

    def read(self, columns: Sequence[Sequence[Any]], rows: int) -> list[list[Any] | None]:
        """Return each output's values; None where some row is an error, or may be one."""
        import pyarrow as pa

        known = {
            name: Vector(dtype, rows, column)
            for (name, dtype), column in zip(self.inputs, columns, strict=True)
        }
        run = _Run(self, known, rows)
        found: list[list[Any] | None] = []
        for node in self.outputs:
            try:
                found.append(list(run.of(node).values))
            except (EvaluationError, pa.ArrowException, OverflowError, UnicodeError):
                found.append(None)
        return found

    def step(self, node: Node) -> Step:
        if node not in self._steps:
            self._steps[node] = _step(node)
        return self._steps[node]


class _Run:
    """One batch: each node is computed once."""

    def __init__(self, reader: ColumnReader, columns: dict[str, Vector], rows: int) -> None:
        self.reader = reader
        self.columns = columns
        self.rows = rows
        self.known: dict[Node, Vector] = {}

    def of(self, node: Node) -> Vector:
        if isinstance(node.expr, Column):
            return self.columns[node.expr.name]
        found = self.known.get(node)
        if found is None:
            parts = [] if node.fixed else [self.of(p) for p in node.parts]
            found = self.known[node] = self.reader.step(node)(parts, self.rows)
        return found


def _step(node: Node) -> Step:
    if node.fixed:
        return _fixed(node)
    arrow = _in_arrow(node)
    match node.expr:
        case Case():
            return _case(node.dtype, arrow)
        case Cast():
            return _cast(node.expr, node.parts[0].dtype)
        case Call(function) if function in FIRST_KNOWN and not arrow:
            return _first_known(node.dtype)
    return (_by_kernel(node) if arrow else None) or _by_value(node.dtype, *function_of(node))


def _fixed(node: Node) -> Step:
    """The same value for every row, and in every batch."""
    read = RowReader({}).of(node)
    first: Vector | None = None

    def step(_: Sequence[Vector], rows: int) -> Vector:
        nonlocal first
        if first is None:
            first = Vector.repeated(node.dtype, rows, read(()))
        return first.over(rows)

    return step


def _in_arrow(node: Node) -> bool:
    kinds = {p.dtype.kind for p in (node, *node.parts) if p.dtype is not None}
    return kinds <= ARROW_KINDS


def _by_kernel(node: Node) -> Step | None:
    from fcompile.compiler.expressions.evaluator_kernels import kernel

    assert isinstance(node.expr, Call)  # noqa: S101
    compute = kernel(node.expr.function)
    if compute is None:
        return None
    return lambda parts, rows: Vector(node.dtype, rows, None, compute(*_arrays(parts)))


def _arrays(parts: Sequence[Vector]) -> list[Any]:
    """Their arrays; a bare NULL has the type of the others."""
    if all(p.dtype is not None for p in parts):
        return [p.array for p in parts]
    dtype = next(p.dtype for p in parts if p.dtype is not None)
    return [(Vector.repeated(dtype, p.rows, None) if p.dtype is None else p).array for p in parts]


def _by_value(dtype: DType | None, evaluate: Evaluate, sees_null: bool) -> Step:
    def step(parts: Sequence[Vector], rows: int) -> Vector:
        columns = [repeat(p.value, rows) if p.constant else p.values for p in parts]
        if sees_null:
            return Vector(dtype, rows, list(map(evaluate, *columns)))
        if len(columns) == 1:
            return Vector(dtype, rows, [None if x is None else evaluate(x) for x in columns[0]])
        if any(p.constant and p.value is None for p in parts):
            return Vector(dtype, rows, [None] * rows)
        rest = zip(*columns, strict=True)
        return Vector(dtype, rows, [None if None in each else evaluate(*each) for each in rest])

    return step


def _cast(cast: Cast, source: DType | None) -> Step:
    from fcompile.compiler.expressions.evaluator_casts import casting

    compute = None if cast.safe or source is None else casting(source.kind, cast.dtype.kind)
    if compute is None:
        return _by_value(cast.dtype, cast_of(cast, source), sees_null=False)
    found = compute
    return lambda parts, rows: Vector(cast.dtype, rows, None, found(parts[0].array))


def _case(dtype: DType | None, arrow: bool) -> Step:
    import pyarrow as pa

    from fcompile.compiler.expressions.evaluator_kernels import choose

    def by_arrow(parts: Sequence[Vector], rows: int) -> Vector:
        values = _arrays([*parts[1::2], parts[-1]])
        found = choose([p.array for p in parts[:-1:2]], values[:-1], values[-1])
        return Vector(
            dtype, rows, *((None, found) if isinstance(found, pa.Array) else ([found.as_py()] * rows,))
        )

    def by_value(parts: Sequence[Vector], rows: int) -> Vector:
        chosen = list(parts[-1].values)
        for condition, value in zip(parts[-3::-2], parts[-2::-2], strict=True):
            chosen = [v if c else o for c, v, o in zip(condition.values, value.values, chosen, strict=True)]
        return Vector(dtype, rows, chosen)

    return by_arrow if arrow else by_value


def _first_known(dtype: DType | None) -> Step:
    def step(parts: Sequence[Vector], rows: int) -> Vector:
        chosen = list(parts[-1].values)
        for part in parts[-2::-1]:
            chosen = [o if v is None else v for v, o in zip(part.values, chosen, strict=True)]
        return Vector(dtype, rows, chosen)

    return step
