"""Small trees of Postgres SQL, and names for what a longer one repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines.shorthand import number as number
from fcompile.compiler.expressions.engines.shorthand import text as text

Part = Callable[[], exp.Expr]
"""A new copy of an operand, each time it is called."""

_SHORT = 6
"""Nodes of a tree that is repeated rather than named: a column, a constant, a cast of one."""


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name.upper(), expressions=list(arguments))


def cast(value: exp.Expr, kind: exp.DType) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType(this=kind))


def as_double(value: exp.Expr) -> exp.Expr:
    return cast(value, exp.DType.DOUBLE)


def infinity() -> exp.Expr:
    return as_double(text("Infinity"))


def case(*whens: tuple[exp.Expr, exp.Expr], default: exp.Expr | None = None) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=c, true=v) for c, v in whens], default=default)


def both(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.And(this=left, expression=right)


def either(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Or(this=left, expression=right))


def compare(kind: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return kind(this=atom(left), expression=atom(right))


def known(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=atom(value), expression=exp.Not(this=exp.Null()))


def by_code_point(value: exp.Expr) -> exp.Expr:
    """Text that compares by its bytes, which is by code point in UTF-8; else the database's locale decides.

    docs/current/collation.html: collations of the operands must not contradict each other, so it is the same one
    wherever we write one.
    """
    return exp.Collate(this=atom(value), expression=exp.Identifier(this="C", quoted=True))


def row_column(table: str, name: str) -> exp.Expr:
    return exp.Column(
        this=exp.Identifier(this=name, quoted=False), table=exp.Identifier(this=table, quoted=False)
    )


def named(table: str, names: Sequence[str]) -> exp.TableAlias:
    """``table(names)`` behind a relation."""
    return exp.TableAlias(
        this=exp.Identifier(this=table, quoted=False),
        columns=[exp.Identifier(this=name, quoted=False) for name in names],
    )


def chosen(value: exp.Expr, source: exp.Expr) -> exp.Expr:
    """``(SELECT value FROM source)``: one row."""
    return exp.Subquery(this=exp.Select().select(value, copy=False).from_(source, copy=False))


def let(body: Callable[..., exp.Expr], *values: exp.Expr, table: str = "v") -> exp.Expr:
    """``body`` of ``values``, each of which it may use as often as it likes.

    What is long is computed once, in a subquery of one row: ``(SELECT .. FROM (VALUES (long)) AS v(x))``. Where
    one stands in the body of another, their tables need different names.
    """
    parts: list[Part] = []
    held: list[tuple[str, exp.Expr]] = []
    for value, name in zip(values, "xyz", strict=False):
        if is_short(value):
            parts.append(value.copy)
            continue
        held.append((name, value))
        parts.append(row_column(table, name).copy)
    made = body(*parts)
    if not held:
        return made
    row = exp.Tuple(expressions=[value for _, value in held])
    alias = named(table, [name for name, _ in held])
    return chosen(made, exp.Values(expressions=[row], alias=alias))


def opaque(value: exp.Expr) -> exp.Expr:
    """A value that is computed when it is asked for, also if it has no columns.

    Else a subquery's constants are computed when the statement is planned, whatever CASE stands around it [RAN].
    """
    if value.find(exp.Column) is not None:
        return value
    return exp.Subquery(this=exp.Select().select(value, copy=False))


_PLAIN = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Neg,
    exp.Cast,
    exp.DataType,
    exp.Nullif,
    exp.Null,
    exp.Boolean,
)


def is_short(tree: exp.Expr) -> bool:
    nodes = list(islice(tree.walk(), _SHORT + 1))
    return len(nodes) <= _SHORT and all(isinstance(node, _PLAIN) for node in nodes)


def kind(dtype: DType | None) -> str:
    return "" if dtype is None else dtype.kind


def bare(tree: exp.Expr) -> exp.Expr:
    """Without its sign and casts."""
    while isinstance(tree, exp.Cast | exp.Neg):
        tree = tree.this
    return tree


def constant(tree: exp.Expr) -> float | None:
    """The value of a number constant, else None."""
    if isinstance(tree, exp.Cast):
        return constant(tree.this)
    if isinstance(tree, exp.Neg):
        value = constant(tree.this)
        return None if value is None else -value
    return float(tree.this) if isinstance(tree, exp.Literal) and not tree.is_string else None
