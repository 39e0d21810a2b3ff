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


def let(
    body: Callable[..., exp.Expr], *values: exp.Expr, table: str = "v", constants: bool = False
) -> exp.Expr:
    """``body`` of ``values``, each of which it may use as often as it likes.

    What is long is computed once, in a subquery of one row: ``(SELECT .. FROM (SELECT long AS x OFFSET 0) AS v)``.
    Where one stands in the body of another, their tables need different names. Without OFFSET the planner writes the
    value out wherever it is used, and so on within: statements of 7 kB took gigabytes to plan [RAN]. It also computes
    what is constant, whatever CASE stands around it [RAN]: ``constants`` hides short ones from it too.
    """
    parts: list[Part] = []
    held: list[exp.Expr] = []
    for value, name in zip(values, "xyz", strict=False):
        if is_short(value) and not (constants and value.find(exp.Column) is None):
            parts.append(value.copy)
            continue
        held.append(exp.Alias(this=value, alias=exp.Identifier(this=name, quoted=False)))
        parts.append(row_column(table, name).copy)
    made = body(*parts)
    if not held:
        return made
    row = exp.Select(expressions=held, offset=exp.Offset(expression=number(0)))
    alias = exp.TableAlias(this=exp.Identifier(this=table, quoted=False))
    return chosen(made, exp.Subquery(this=row, alias=alias))


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
