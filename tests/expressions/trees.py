"""Random typed trees over all functions, and the table of edge values that they read."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from fcompile.compiler.dtypes import BOOL, FLOAT64, INT64, STRING, DType
from fcompile.compiler.expressions.infer import Columns, Typed, infer
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal
from tests.expressions.edges import edges
from tests.expressions.shapes import Argument, Form, cast_sources, column_types, forms, producers

ROWS = 30
DEPTH = 4
_SMALL = (0, 1, 2, 3, 7, 10, 100, -1, -3)


def column_name(dtype: DType, number: int) -> str:
    return f"{dtype}_{number}"


def table() -> tuple[dict[str, DType], list[tuple[Any, ...]]]:
    """Two columns of each type, and rows in which every edge value stands beside several others."""
    types = {column_name(dtype, n): dtype for n in (0, 1) for dtype in column_types()}
    drawn = Random(7)
    columns = []
    for dtype in types.values():
        values = edges(dtype)
        column = [values[i % len(values)] for i in range(ROWS)]
        drawn.shuffle(column)
        columns.append(column)
    return types, list(zip(*columns, strict=True))


class Trees:
    """Trees from a seed: the same seed gives the same trees as long as the shapes are the same."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.columns = Columns(table()[0], closed=True)

    def typed(self) -> Typed:
        """A tree of any function, ``case`` or ``cast``, not too deep to be SQL."""
        while True:
            made = infer(self._root(), self.columns)
            if not made.problems:
                return made
            codes = [p.code for p in made.problems]
            # A tree may become too much SQL, or be NULL compared with something, or a position below 1.
            assert set(codes) <= {"FC311", "FC308", "FC309"}, (made.written, made.problems)

    def _root(self) -> Expr:
        kind = self.random.randrange(8)
        if kind < 6:
            return self.call(self.random.choice(forms()), DEPTH)
        dtype = self.random.choice(column_types())
        return self.case(dtype, DEPTH) if kind == 6 else self.cast(dtype, DEPTH) or self.leaf(dtype)

    def tree(self, dtype: DType, depth: int) -> Expr:
        """A tree whose type is exactly ``dtype``."""
        if depth > 0:
            kind = self.random.randrange(10)
            if kind == 0:
                return self.case(dtype, depth)
            if kind == 1:
                return self.cast(dtype, depth) or self.leaf(dtype)
            made = producers().get(dtype)
            if kind < 8 and made:
                return self.call(self.random.choice(made), depth)
        return self.leaf(dtype)

    def call(self, form: Form, depth: int) -> Expr:
        made = []
        for i, argument in enumerate(form.arguments):
            adapts = i > 0 and argument.dtype == form.arguments[0].dtype
            made.append(self.argument(argument, depth - 1, adapts))
        if form.function in ("and", "or"):
            # As the parser makes them: a call of the same within is one with it.
            made = [e for m in made for e in _flat(m, form.function)]
        if form.function == "negate" and isinstance(made[0], Literal):
            return made[0]
        return Call(form.function, tuple(made))

    def argument(self, argument: Argument, depth: int, adapts: bool) -> Expr:
        if argument.constant is not None:
            return argument.constant
        assert argument.dtype is not None
        if argument.column:
            return self.column(argument.dtype)
        if adapts and self.random.randrange(5) == 0:
            return self.adapting(argument.dtype)
        return self.tree(argument.dtype, depth)

    def case(self, dtype: DType, depth: int) -> Expr:
        count = self.random.choice((1, 1, 2))
        whens = tuple((self.tree(BOOL, depth - 1), self.tree(dtype, depth - 1)) for _ in range(count))
        null = self.random.randrange(4) == 0
        return Case(whens, Literal(None, None) if null else self.tree(dtype, depth - 1))

    def cast(self, dtype: DType, depth: int) -> Expr | None:
        sources = cast_sources(dtype)
        if not sources:
            return None
        operand = self.tree(self.random.choice(sources), depth - 1)
        return Cast(operand, dtype, safe=self.random.random() < 0.6)

    def leaf(self, dtype: DType) -> Expr:
        constant = self.constant(dtype) if self.random.randrange(4) == 0 else None
        return constant or self.column(dtype)

    def column(self, dtype: DType) -> Expr:
        name = column_name(dtype, self.random.randrange(2))
        if name in self.columns.types:
            return Column(name)
        source = self.random.choice([t for t in column_types() if (t.kind == dtype.kind)] or [dtype])
        return Cast(self.column(source), dtype, safe=True)

    def constant(self, dtype: DType) -> Expr | None:
        """A constant as the parser makes it; there is none of most types."""
        draw = self.random
        match dtype.kind:
            case "int64":
                return Literal(
                    draw.choice((*_SMALL, 2**63 - 1, -(2**63), draw.randrange(-1000, 1000))), INT64
                )
            case "float64":
                return Literal(draw.choice((0.0, 0.5, -2.5, 1e300, draw.gauss(0, 100), 0.1)), FLOAT64)
            case "bool":
                return Literal(draw.random() < 0.5, BOOL)
            case "string":
                return Literal(draw.choice(_words()), STRING)
            case "date":
                return Literal(draw.choice(("2024-02-29", "1969-12-31")), dtype)
            case "timestamp":
                return Literal("2024-02-29 00:00:00.500000", dtype)
        return None

    def adapting(self, dtype: DType) -> Expr:
        """A constant of another type that becomes ``dtype`` beside it, where there is one."""
        match dtype.kind:
            case "int32" | "float64" | "float32" | "decimal":
                return Literal(self.random.choice(_SMALL), INT64)
            case "date" | "timestamp":
                return Literal("2024-02-29", STRING)
        return self.leaf(dtype)


def _words() -> Sequence[str]:
    return [v for v in edges(STRING) if v is not None]


def _flat(expr: Expr, function: str) -> tuple[Expr, ...]:
    return expr.arguments if isinstance(expr, Call) and expr.function == function else (expr,)
