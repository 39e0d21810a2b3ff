"""Choices between values in Spark's words: it compares NaN and -0.0 as the language does [RAN]."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from fcompile.compiler.expressions.builders import call
from fcompile.compiler.expressions.engines.spark_parts import case, plain, present
from fcompile.compiler.expressions.engines.words import Build


def greatest(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    """NULLs are left out; of one value there is no GREATEST [RAN]."""
    return call("GREATEST", first, *rest) if rest else first


def least(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    return call("LEAST", first, *rest) if rest else first


def clamp(value: exp.Expr, low: exp.Expr, high: exp.Expr) -> exp.Expr:
    return case(present(value.copy()), least(greatest(value, low), high))


CHOICES: Mapping[str, Build] = {
    "greatest": plain(greatest),
    "least": plain(least),
    "clamp": plain(clamp),
}
