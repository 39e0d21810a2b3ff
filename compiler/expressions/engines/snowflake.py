"""Snowflake's words of the expression language."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import (
    postgres_patterns,
    snowflake_casts,
    snowflake_integers,
    snowflake_numbers,
    snowflake_texts,
    snowflake_times,
)
from fcompile.compiler.expressions.engines.shorthand import call, cast, compare, number, of_trees, when
from fcompile.compiler.expressions.engines.words import Kinds, Words
from fcompile.compiler.lower.types import lower_type
from fcompile.dialects.snowflake import Snowflake

_DIALECT = Snowflake()


def _list_element(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """functions/get: counted from 0, NULL beyond the end, a VARIANT."""
    items, place = arguments
    known = b.constant(place)
    before = number(known - 1) if known is not None else compare(exp.Sub, place, number(1))
    item = None if kinds[0] is None else kinds[0].item
    found = call("GET", items, before)
    typed = found if item is None else cast(found, lower_type(item, _DIALECT))
    return typed if known is not None else when((compare(exp.GTE, place, number(1)), typed))


_VARIANTS = (
    "its arrays hold VARIANTs, and the docs do not say how NULLs, NaN and numbers of several types compare and add "
    "up in them"
)
_VECTORS = "its vectors have 32 bits an element, and the docs do not say in which order sums are made"

WORDS = Words(
    functions=MappingProxyType(
        {
            **snowflake_integers.FUNCTIONS,
            **snowflake_numbers.FUNCTIONS,
            **snowflake_texts.FUNCTIONS,
            **snowflake_times.FUNCTIONS,
            "list_length": of_trees(lambda items: call("ARRAY_SIZE", items)),
            "list_element": _list_element,
        }
    ),
    casts=snowflake_casts.CASTS,
    refused=MappingProxyType(
        {
            "json_text": "PARSE_JSON takes more than JSON, and a VARIANT does not keep whether a number was 1 or 1.0",
            "list_contains": _VARIANTS,
            "list_sum": _VARIANTS,
            "dot": _VECTORS,
            "cosine_similarity": _VECTORS,
            "l2_distance": _VECTORS,
        }
    ),
    # Whether it takes the first match or the longest is not said: both are the same where Postgres's is.
    refused_calls=MappingProxyType({"regexp_extract": postgres_patterns.refusal}),
    refused_casts=snowflake_casts.REFUSED,
    literal=snowflake_numbers.literal,
)
