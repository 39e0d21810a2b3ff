"""Typed trees as the evaluator walks them: each distinct part once, with its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.conversions import Operand
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal, Raw, children


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of a tree. Equal parts of one ``Nodes`` are one node; ``dtype`` None is NULL's own type.

    ``fixed``: it reads no column, so its value (or error) is the same for every row.
    """

    expr: Expr
    dtype: DType | None
    parts: tuple[Node, ...]
    fixed: bool


class Nodes:
    """Makes nodes of trees over columns of these types. Raw SQL stands for its default."""

    def __init__(self, types: Mapping[str, DType]) -> None:
        self.types = types
        self._known: dict[Expr, Node] = {}

    def of(self, expr: Expr) -> Node:
        if isinstance(expr, Raw):
            return self.of(expr.default)
        known = self._known.get(expr)
        if known is None:
            parts = tuple(self.of(e) for e in children(expr))
            fixed = not isinstance(expr, Column) and all(p.fixed for p in parts)
            known = self._known[expr] = Node(expr, self._dtype(expr, parts), parts, fixed)
        return known

    def _dtype(self, expr: Expr, parts: tuple[Node, ...]) -> DType | None:
        match expr:
            case Column(name):
                return self.types[name]
            case Literal(_, dtype) | Cast(_, dtype) | Raw(dtype=dtype):
                return dtype
            case Case():
                values = (*parts[1::2], parts[-1])
                return next((p.dtype for p in values if p.dtype is not None), None)
            case Call(function):
                operands = [Operand(p.expr, p.dtype) for p in parts]
                return TABLE[function].rule(expr, operands, lambda _: None)[1]


def constant(literal: Literal) -> Any:
    """The value of a literal as expressions compute with it: dates and times are no longer text."""
    value, dtype = literal.value, literal.dtype
    if isinstance(value, str) and dtype is not None:
        if dtype.kind == "date":
            return date.fromisoformat(value)
        if dtype.kind == "timestamp":
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value
