"""Expression trees. Frozen, compared by value; places are offsets into the expression's own text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from fcompile.compiler.dtypes import DType
from fcompile.compiler.tree import Node


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``[start, start + length)`` of the expression's text, which stands at the YAML node ``origin``."""

    start: int = 0
    length: int = 1
    origin: Node | None = field(default=None, compare=False, repr=False)


def place_field() -> Place:
    return field(default=Place(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the source, by its exact name; ``dtype`` is set by ``infer`` (None = unknown)."""

    name: str
    place: Place = place_field()
    dtype: DType | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant. ``dtype`` None is NULL's own type, which fits everywhere."""

    value: bool | int | float | Decimal | str | None
    dtype: DType | None
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function, by its name in the table of functions (``functions.py`` beside this)."""

    function: str
    arguments: tuple[Expr, ...]
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Cast:
    """``cast(operand as dtype)``; ``source`` is the operand's type, set by ``infer`` (None = unknown).

    ``safe`` is ``try_cast``: NULL where the value does not fit.
    """

    operand: Expr
    dtype: DType
    source: DType | None = None
    place: Place = place_field()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Searched CASE: (condition, value) pairs in order, then ``otherwise`` (NULL if absent in the text)."""

    whens: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr
    place: Place = place_field()


@dataclass(frozen=True, slots=True)
class Raw:
    """One dialect's own SQL in place of an expression, as an expert wrote it: nothing can be proved of it.

    Attributes:
        texts: (dialect, a scalar expression in its SQL), by dialect.
        default: what it is in every other dialect, and in Python.
        columns: what any of the texts reads.
        dtype: what it is declared to be.
    """

    texts: tuple[tuple[str, str], ...]
    default: Expr
    columns: tuple[Column, ...]
    dtype: DType
    place: Place = place_field()


Expr = Column | Literal | Call | Cast | Case | Raw


def children(expr: Expr) -> tuple[Expr, ...]:
    if isinstance(expr, Column | Literal):  # by far most
        return ()
    if isinstance(expr, Call):
        return expr.arguments
    if isinstance(expr, Cast):
        return (expr.operand,)
    if isinstance(expr, Case):
        return (*(e for pair in expr.whens for e in pair), expr.otherwise)
    return (expr.default, *expr.columns)


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield ``expr`` and all below it, parents first, left to right."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        below = children(node)
        if below:
            stack.extend(reversed(below))


def column_names(expr: Expr) -> tuple[str, ...]:
    """Return the names of the columns read, each once, in the order of first use."""
    if isinstance(expr, Column):
        return (expr.name,)
    if isinstance(expr, Cast) and isinstance(expr.operand, Column):
        return (expr.operand.name,)
    return tuple(dict.fromkeys([node.name for node in walk(expr) if isinstance(node, Column)]))


def raw_dialects(expr: Expr) -> tuple[str, ...]:
    """Return the dialects with SQL of their own in it, of which nothing can be proved; by name."""
    if not has_raw(expr):
        return ()
    return tuple(sorted({name for node in walk(expr) if isinstance(node, Raw) for name, _ in node.texts}))


def has_raw(expr: Expr) -> bool:
    """Whether a dialect's own SQL stands anywhere in it."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Raw):
            return True
        stack.extend(children(node))
    return False


def is_deeper(tree: Expr, most: int) -> bool:
    """Whether ``tree`` has more than ``most`` levels."""
    level = [tree]
    for _ in range(most):
        level = [child for node in level for child in children(node)]
        if not level:
            return False
    return True


def is_larger(tree: Expr, most: int) -> bool:
    """Whether ``tree`` has more than ``most`` nodes; looks at no more than that."""
    stack, count = [tree], 0
    while stack and count <= most:
        count += 1
        stack.extend(children(stack.pop()))
    return count > most
