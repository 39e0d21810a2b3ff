"""Spark's words for the expression language; Databricks has the same.

Pages: spark.apache.org/docs/latest/api/sql/ and sql-ref-ansi-compliance; facts that were run are marked [RAN].
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import STRING, parse_dtype
from fcompile.compiler.expressions.engines.spark_casts import CASTS
from fcompile.compiler.expressions.engines.spark_choices import CHOICES
from fcompile.compiler.expressions.engines.spark_json import json_text, refused_path
from fcompile.compiler.expressions.engines.spark_lists import LISTS
from fcompile.compiler.expressions.engines.spark_numbers import NUMBERS
from fcompile.compiler.expressions.engines.spark_parts import plain, text
from fcompile.compiler.expressions.engines.spark_texts import TEXTS
from fcompile.compiler.expressions.engines.spark_times import TIMES
from fcompile.compiler.expressions.engines.words import Words
from fcompile.compiler.expressions.nodes import Literal
from fcompile.dialects.spark import Spark

_ENGINE = Spark()


def hash_bucket(value: exp.Expr, buckets: exp.Expr, dtype: exp.Expr) -> exp.Expr:
    kind = parse_dtype(str(dtype.this)).kind
    return exp.Mod(this=_ENGINE.portable_hash(value, kind), expression=buckets)


def literal(literal: Literal, kind: exp.DataType | None) -> exp.Expr | None:
    """A bare number is a DECIMAL, which beside FLOAT makes a DOUBLE, and beside a DECIMAL a wider one [RAN]."""
    value = literal.value
    dtype = literal.dtype
    if isinstance(value, str):
        return text(value) if "${" in value and dtype == STRING else None
    if kind is None or dtype is None or dtype.kind not in ("float32", "decimal") or value is None:
        return None
    return exp.Cast(this=text(f"{value:f}" if isinstance(value, Decimal) else repr(value)), to=kind)


WORDS = Words(
    functions=MappingProxyType(
        {
            **NUMBERS,
            **CHOICES,
            **TEXTS,
            **TIMES,
            **LISTS,
            "hash_bucket": plain(hash_bucket),
            "json_text": plain(json_text),
        }
    ),
    casts=MappingProxyType(dict(CASTS)),
    literal=literal,
    refused_calls=MappingProxyType({"json_text": refused_path}),
)
