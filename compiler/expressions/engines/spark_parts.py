"""What Spark's words are made of."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.builders import atom, call, constant, integer
from fcompile.compiler.expressions.engines.shorthand import FLOATS as FLOATS
from fcompile.compiler.expressions.engines.shorthand import all_of, of_trees
from fcompile.compiler.expressions.engines.shorthand import is_float as is_float
from fcompile.compiler.expressions.engines.shorthand import present as present

both, plain = all_of, of_trees

MOST = 2**31 - 1
"""The greatest INT: places and lengths are of that type."""


def text(value: str) -> exp.Expr:
    """A constant. ``${name}`` is replaced within texts too, unless spark.sql.variable.substitute is off [RAN]."""
    if "${" not in value:
        return exp.Literal.string(value)
    first, *rest = value.split("${")
    parts = [f"{first}$", *(f"{{{part}$" for part in rest[:-1]), f"{{{rest[-1]}"]
    return call("CONCAT", *map(exp.Literal.string, parts))


def text_of(constant_text: exp.Expr) -> str:
    """What ``text`` was made of."""
    parts = constant_text.expressions if isinstance(constant_text, exp.Anonymous) else [constant_text]
    return "".join(str(part.this) for part in parts)


def to(value: exp.Expr, kind: exp.DType) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType(this=kind))


def bigint(value: exp.Expr) -> exp.Expr:
    """Of what Spark gives as INT."""
    return to(value, exp.DType.BIGINT)


def double(value: str) -> exp.Expr:
    """A constant that has no digits: NaN, Infinity."""
    return to(text(value), exp.DType.DOUBLE)


def timestamp(value: exp.Expr) -> exp.Expr:
    """A timestamp without a zone: DATE_TRUNC and such give one of the session's zone, which is UTC [RAN]."""
    return to(value, exp.DType.TIMESTAMPNTZ)


def compared(kind: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return kind(this=atom(left), expression=atom(right))


def case(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=otherwise)


def failed(message: str) -> exp.Expr:
    """spark.apache.org/docs/latest/api/sql/#raise_error: of any type."""
    return call("RAISE_ERROR", text(message))


def place(value: exp.Expr, least: int) -> exp.Expr:
    """A whole number within [least, 2**31 - 1], as the INT that functions ask for; a NULL stays NULL."""
    known = constant(value)
    if known is not None:
        return integer(min(max(known, least), MOST))
    low = compared(exp.LT, value, integer(least))
    high = compared(exp.GT, value.copy(), integer(MOST))
    ifs = [exp.If(this=low, true=integer(least)), exp.If(this=high, true=integer(MOST))]
    return to(exp.Case(ifs=ifs, default=value.copy()), exp.DType.INT)


def lambda_(body: exp.Expr, *names: str) -> exp.Expr:
    """``x -> body``. Within it the name hides a column of that name, so ours begin with an underscore."""
    return exp.Lambda(this=body, expressions=[exp.Identifier(this=name, quoted=False) for name in names])


def name(word: str) -> exp.Expr:
    return exp.Column(this=exp.Identifier(this=word, quoted=False))


def may_be_float(kind: DType | None) -> bool:
    return kind is None or kind.kind in FLOATS
