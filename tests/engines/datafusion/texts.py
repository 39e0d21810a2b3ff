"""Texts in DataFusion: scalar_functions.html#string-functions. Facts were run ([RAN]) on 55.0.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines.shorthand import call, cast, compare, number, text, when
from fcompile.compiler.expressions.engines.words import Build, Kinds
from tests.engines.datafusion.numbers import BIGINT


def _named(name: str, *more: str) -> Build:
    """A function by its name, with constants after its arguments."""
    return lambda arguments, kinds: call(name, *arguments, *map(text, more))


def _length(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return cast(call("CHARACTER_LENGTH", *arguments), BIGINT)


def _like(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    r"""In its patterns \ escapes (operators.html#like)."""
    value, pattern = arguments
    if isinstance(pattern, exp.Literal):
        doubled: exp.Expr = text(str(pattern.this).replace("\\", "\\\\"))
    else:
        doubled = call("REPLACE", pattern, text("\\"), text("\\\\"))
    return exp.Like(this=b.atom(value), expression=doubled)


def _replace(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """REPLACE of the empty text puts the new one between all characters [RAN]."""
    value, old, new = arguments
    made = call("REPLACE", value, old, new)
    if isinstance(old, exp.Literal):
        return made if old.this else value
    return when((compare(exp.EQ, old, text("")), _or_null(value, new)), otherwise=made)


def _or_null(value: exp.Expr, other: exp.Expr) -> exp.Expr:
    """``value``, NULL where the other one is."""
    present = exp.Is(this=b.atom(other.copy()), expression=exp.Not(this=exp.Null()))
    return when((present, value.copy()))


def _split_part(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Negative numbers count from the end, and 0 is an error."""
    value, separator, place = arguments
    known = b.constant(place)
    if known is not None and known > 0:
        return call("SPLIT_PART", value, separator, number(known))
    within = compare(exp.LT, place, number(1))
    one = when((within, number(1)), otherwise=cast(place.copy(), BIGINT))
    some = exp.And(this=_known(value), expression=_known(separator))
    return when(
        (exp.And(this=within.copy(), expression=some), text("")),
        otherwise=call("SPLIT_PART", value.copy(), separator.copy(), one),
    )


def _known(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=b.atom(value.copy()), expression=exp.Not(this=exp.Null()))


def _substr(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value, start, *length = arguments
    sizes = [b.clamped(each, 0) for each in length]
    return call("SUBSTR", value, b.clamped(start, 1), *sizes)


TEXTS: Mapping[str, Build] = MappingProxyType(
    {
        "contains": _named("CONTAINS"),
        "starts_with": _named("STARTS_WITH"),
        "ends_with": _named("ENDS_WITH"),
        "length": _length,
        "like": _like,
        "trim": _named("BTRIM", " "),
        "ltrim": _named("LTRIM", " "),
        "rtrim": _named("RTRIM", " "),
        "replace": _replace,
        "split_part": _split_part,
        "substr": _substr,
    }
)
