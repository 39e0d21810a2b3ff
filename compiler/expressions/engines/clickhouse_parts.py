"""What ClickHouse's words are made of: calls, values computed once, and errors that a row raises."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from fcompile.compiler.expressions.builders import integer
from fcompile.compiler.expressions.engines.shorthand import FLOATS as FLOATS
from fcompile.compiler.expressions.engines.shorthand import absent as absent
from fcompile.compiler.expressions.engines.shorthand import all_of, any_of, call, of_trees
from fcompile.compiler.expressions.engines.shorthand import is_float as is_float
from fcompile.compiler.expressions.engines.shorthand import present as present
from fcompile.compiler.expressions.engines.shorthand import text as text
from fcompile.compiler.expressions.engines.words import Build, Kinds

fn, plain = call, of_trees
"""Functions, whose names ClickHouse tells by case, and what asks for no types."""
both, either = all_of, any_of

INTEGERS = ("int32", "int64")
_UNORDERED = ("string", "bytes", "bool", "date", "timestamp")


def converted(kind: str, value: exp.Expr) -> exp.Expr:
    """A CAST to a scalar type, which may be NULL."""
    return exp.Cast(this=value, to=TYPES[kind].copy())


def _type(name: exp.DType, *size: exp.Expr) -> exp.DataType:
    return exp.DataType(this=name, expressions=[exp.DataTypeParam(this=each) for each in size])


TYPES = {
    "bool": _type(exp.DType.BOOLEAN),
    "int32": _type(exp.DType.INT),
    "int64": _type(exp.DType.BIGINT),
    "float32": _type(exp.DType.FLOAT),
    "float64": _type(exp.DType.DOUBLE),
    "string": _type(exp.DType.TEXT),
    "date": _type(exp.DType.DATE32),
    "timestamp": _type(exp.DType.DATETIME64, integer(6), text("UTC")),
}


def decimal_type(precision: int, scale: int) -> exp.DataType:
    return _type(exp.DType.DECIMAL, integer(precision), integer(scale))


def int64(value: exp.Expr) -> exp.Expr:
    """A whole number of any type as int64. UInt64 and Int64 have no common type in CASE and COALESCE [RAN]."""
    return converted("int64", value)


def fitting(wide: exp.Expr) -> exp.Expr:
    """An Int128 that has no NULLs as int64, an error beyond it."""
    return fn("accurateCast", wide, text("Nullable(Int64)"))


def wide(value: exp.Expr) -> exp.Expr:
    return fn("toInt128", value)


def case(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    """Only what is needed is computed: setting ``short_circuit_function_evaluation``, as it is by default [RAN]."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=otherwise)


def raised(condition: exp.Expr, message: str) -> exp.Expr:
    """False, or an error where the condition holds; NULL does not hold."""
    known = exp.Coalesce(this=condition, expressions=[exp.false()])
    return fn("throwIf", known, text(message))


def unless(condition: exp.Expr, message: str, value: exp.Expr) -> exp.Expr:
    """``value``, or an error where the condition holds."""
    return case(raised(condition, message), exp.Null(), value)


def is_small(tree: exp.Expr) -> bool:
    """Whether a tree is short enough to be written several times: a column, a constant, or one cast."""
    inner = tree.this if isinstance(tree, (exp.Cast, exp.Neg)) else tree
    return isinstance(inner, (exp.Column, exp.Literal, exp.Null, exp.Boolean))


def once(build: Callable[..., exp.Expr], *values: exp.Expr, always: bool = False) -> exp.Expr:
    """What ``build`` makes of values that it may use any number of times: long ones are computed first.

    An array of one element carries them into a lambda. Aliases inside an expression would be names that the whole
    SELECT sees. ``always``: short ones too, so that no lambda within has a column's name among its parameters'.
    """
    if not always and all(is_small(value) for value in values):
        return build(*(Copies(value) for value in values))
    names = [exp.Identifier(this=f"v{place}", quoted=False) for place in range(1, len(values) + 1)]
    body = build(*(Copies(exp.Column(this=name)) for name in names))
    function = exp.Lambda(this=body, expressions=[name.copy() for name in names])
    arrays = [exp.Array(expressions=[value]) for value in values]
    return fn("arrayElement", fn("arrayMap", function, *arrays), integer(1))


def function_of(build: Callable[..., exp.Expr], *names: str) -> exp.Expr:
    """A lambda with these parameters."""
    parameters = [exp.Identifier(this=name, quoted=False) for name in names]
    body = build(*(exp.Column(this=parameter.copy()) for parameter in parameters))
    return exp.Lambda(this=body, expressions=parameters)


class Copies:
    """A value that gives a tree of its own each time it is called."""

    def __init__(self, tree: exp.Expr) -> None:
        self.tree = tree

    def __call__(self) -> exp.Expr:
        return self.tree.copy()


Value = Callable[[], exp.Expr]
"""A new tree of one value, each time."""


def each_once(build: Callable[..., exp.Expr]) -> Build:
    """A function whose arguments ``build`` gets as ``Value``s."""
    return lambda arguments, kinds: once(build, *arguments)


def may_be_nan(kinds: Kinds) -> bool:
    """Whether a float may be among values of one type: of unknown types, if none of them says otherwise."""
    known = [kind.kind for kind in kinds if kind is not None]
    return any(kind in FLOATS for kind in known) or (len(known) < len(kinds) and not _says_no(known))


def _says_no(known: list[str]) -> bool:
    return any(kind in _UNORDERED or kind == "decimal" for kind in known)
