"""Comparisons and choices of text in Postgres: by code point, whatever the database's locale.

What has no order but that of its type (numbers, NaN as the greatest, bools, times) compares as in the language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.number_builders import clamp


def _by_code_point(build: Callable[..., exp.Expr]) -> Build:
    """Text is compared in the one way. = and <> need no order: they compare bytes in every usual locale."""

    def made(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        first, *rest = arguments
        texts = any(p.kind(k) == "string" for k in kinds)
        return build(p.by_code_point(first) if texts else first, *rest)

    return made


def _within(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """IN looks at no value behind one that is equal [RAN]; an array has all of them, and an error of any shows."""
    value, *choices = arguments
    if all(isinstance(p.bare(choice), exp.Literal) for choice in choices) or len(choices) == 1:
        return b.within(value, *choices)
    # ARRAY of a subquery would be one of its rows, and sqlglot drops the rest [RAN].
    items = [exp.Paren(this=c) if isinstance(c, exp.Subquery) else c for c in choices]
    return exp.EQ(this=atom(value), expression=exp.Any(this=exp.Paren(this=exp.Array(expressions=items))))


CHOICES: Mapping[str, Build] = MappingProxyType(
    {
        name: _by_code_point(build)
        for name, build in {
            "lt": b.test(exp.LT),
            "le": b.test(exp.LTE),
            "gt": b.test(exp.GT),
            "ge": b.test(exp.GTE),
            "between": b.between,
            "greatest": b.extreme(exp.Greatest),
            "least": b.extreme(exp.Least),
            "clamp": clamp,
        }.items()
    }
    | {"in": _within}
)
