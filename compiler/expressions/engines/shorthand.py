"""Trees in few words, for dialects whose functions are called by their own names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.builders import Builder, atom
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.dialects.connectors import conjunction, disjunction

FLOATS = ("float32", "float64")


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def number(value: int | str) -> exp.Expr:
    """A whole number, or what stands for another number."""
    written = str(value)
    literal = exp.Literal.number(written.removeprefix("-"))
    return exp.Neg(this=literal) if written.startswith("-") else literal


def cast(tree: exp.Expr, to: exp.DataType) -> exp.Expr:
    return exp.Cast(this=tree, to=to)


def when(*pairs: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    """``CASE WHEN condition THEN value .. ELSE otherwise END``."""
    return exp.Case(ifs=[exp.If(this=condition, true=value) for condition, value in pairs], default=otherwise)


def compare(kind: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """A comparison or arithmetic of copies."""
    return kind(this=atom(left.copy()), expression=atom(right.copy()))


def quotient(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """``left / right`` as it stands: without these marks sqlglot casts a side to DOUBLE."""
    return exp.Div(this=atom(left.copy()), expression=atom(right.copy()), typed=True, safe=False)


def number_of(tree: exp.Expr) -> float | None:
    """The value of a number constant, else None."""
    if isinstance(tree, exp.Neg):
        value = number_of(tree.this)
        return None if value is None else -value
    if isinstance(tree, exp.Cast) and isinstance(tree.this, exp.Literal) and tree.to.is_type("double"):
        return float(tree.this.this)
    if isinstance(tree, exp.Cast):
        return number_of(tree.this)
    return float(tree.this) if isinstance(tree, exp.Literal) and not tree.is_string else None


def either(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    """``(a OR b ..)``, which can stand anywhere."""
    return exp.Paren(this=disjunction(_bracketed((first, *rest))))


def both(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    """``a AND b ..``, for a condition of CASE."""
    return conjunction(_bracketed((first, *rest)))


def _bracketed(parts: Sequence[exp.Expr]) -> list[exp.Expr]:
    return [exp.Paren(this=each) if isinstance(each, exp.Connector) else each for each in parts]


def any_of(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    """``a OR b ..``, as it stands."""
    return disjunction((first, *rest))


def all_of(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    """``a AND b ..``, as it stands."""
    return conjunction((first, *rest))


def absent(tree: exp.Expr) -> exp.Expr:
    return exp.Is(this=atom(tree.copy()), expression=exp.Null())


def present(tree: exp.Expr) -> exp.Expr:
    return exp.Is(this=atom(tree.copy()), expression=exp.Not(this=exp.Null()))


def is_constant(tree: exp.Expr) -> bool:
    """A constant that is not NULL, so that it is not NaN either."""
    while isinstance(tree, (exp.Cast, exp.Neg, exp.Paren)):
        tree = tree.this
    return isinstance(tree, (exp.Literal, exp.Boolean))


def is_float(kind: DType | None) -> bool:
    return kind is not None and kind.kind in FLOATS


def may_be_nan(tree: exp.Expr, kind: DType | None) -> bool:
    return (kind is None or kind.kind in FLOATS) and not is_constant(tree) and not isinstance(tree, exp.Null)


def of_trees(builder: Builder) -> Build:
    """A builder that does not look at dtypes."""
    return lambda arguments, kinds: builder(*arguments)


def lambda_of(taken: Sequence[exp.Expr], count: int, body: Callable[..., exp.Expr]) -> exp.Expr:
    """``(a, b) -> body``, with names that none of the trees in ``taken`` has: an inner name hides a column's."""
    used = {name.name.lower() for tree in taken for name in tree.find_all(exp.Identifier)}
    names: list[str] = []
    for base in ("item", "other", "third")[:count]:
        while base in used:
            base += "_"
        names.append(base)
    columns = [exp.Column(this=exp.Identifier(this=name, quoted=False)) for name in names]
    parameters = [exp.Identifier(this=name, quoted=False) for name in names]
    return exp.Lambda(this=body(*columns), expressions=parameters)


def first_kind(kinds: Kinds) -> DType | None:
    """The one type of all arguments, where any says it."""
    return next((kind for kind in kinds if kind is not None), None)
