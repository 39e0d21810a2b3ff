"""BigQuery's words for the expression language; each family has a file of its own beside this."""

from __future__ import annotations

from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.bigquery_casts import CASTS
from fcompile.compiler.expressions.engines.bigquery_choices import CHOICES
from fcompile.compiler.expressions.engines.bigquery_json import JSON
from fcompile.compiler.expressions.engines.bigquery_lists import LISTS
from fcompile.compiler.expressions.engines.bigquery_numbers import NUMBERS
from fcompile.compiler.expressions.engines.bigquery_texts import TEXTS
from fcompile.compiler.expressions.engines.bigquery_times import TIMES
from fcompile.compiler.expressions.engines.words import Words
from fcompile.compiler.expressions.nodes import Literal

_TWICE = "a text is rounded to float64 before it is rounded to single precision; write cast(x as float64)"


def _literal(literal: Literal, kind: exp.DataType | None) -> exp.Expr | None:
    """Timestamps say that they are UTC, and decimals are no FLOAT64."""
    dtype = literal.dtype
    if dtype is None or kind is None or literal.value is None:
        return None
    if dtype.kind == "timestamp":
        return exp.Cast(this=t.text(f"{literal.value}+00"), to=kind)
    if dtype.kind == "decimal":
        return exp.Cast(this=t.text(f"{literal.value:f}"), to=kind)
    return None


WORDS = Words(
    functions=MappingProxyType({**CHOICES, **NUMBERS, **TEXTS, **TIMES, **LISTS, **JSON}),
    casts=CASTS,
    refused=MappingProxyType({}),
    refused_casts=MappingProxyType({("string", "float32"): _TWICE}),
    literal=_literal,
)
