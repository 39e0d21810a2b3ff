"""The words of Postgres, 15 and later (``json_text`` of a string: 16). Facts that were run are marked [RAN], on 18.6.

Pages are those of postgresql.org/docs/current. What a source does not declare has the type it has in the table:
numbers are then computed as Postgres does, and compared texts are in the order of the database's locale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.expressions.engines import postgres_floats as floats
from fcompile.compiler.expressions.engines import postgres_json as json
from fcompile.compiler.expressions.engines import postgres_lists as lists
from fcompile.compiler.expressions.engines import postgres_numbers as numbers
from fcompile.compiler.expressions.engines import postgres_patterns as patterns
from fcompile.compiler.expressions.engines import postgres_texts as texts
from fcompile.compiler.expressions.engines import postgres_times as times
from fcompile.compiler.expressions.engines.postgres_casts import CASTS, scaled
from fcompile.compiler.expressions.engines.postgres_choices import CHOICES
from fcompile.compiler.expressions.engines.words import Build, Kinds, Words
from fcompile.dialects.postgres import Postgres

_POSTGRES = Postgres()


def _hash_bucket(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value, buckets, written = arguments
    dtype = parse_dtype(str(written.this))
    if dtype.kind == "decimal":
        value = scaled(value, dtype)
    return exp.Mod(this=_POSTGRES.portable_hash(value, dtype.kind), expression=buckets)


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        **CHOICES,
        "add": floats.add,
        "subtract": floats.subtract,
        "multiply": floats.multiply,
        "divide": floats.divide,
        "floor_divide": numbers.floor_divide,
        "modulo": numbers.modulo,
        "like": texts.like,
        "bucketize": numbers.bucketize,
        "exp": numbers.exponential,
        "is_nan": numbers.is_nan,
        "ln": numbers.ln,
        "log10": numbers.log10,
        "pow": numbers.power,
        "round": numbers.rounded,
        "sign": numbers.sign,
        "sqrt": numbers.sqrt,
        "concat": texts.concat,
        "contains": texts.contains,
        "ends_with": texts.ends_with,
        "length": texts.length,
        "lower": texts.lower,
        "ltrim": texts.trim_left,
        "regexp_extract": texts.extract,
        "regexp_matches": texts.matches,
        "rtrim": texts.trim_right,
        "split_part": texts.split_part,
        "starts_with": texts.starts_with,
        "substr": texts.substring,
        "trim": texts.trim,
        "upper": texts.upper,
        "json_text": json.json_text,
        "hash_bucket": _hash_bucket,
        "add_duration": times.add_duration,
        "date_diff": times.date_diff,
        "date_part": times.date_part,
        "date_trunc": times.date_trunc,
        "day_of_week": times.day_of_week,
        "epoch_seconds": times.epoch_seconds,
        "list_contains": lists.list_contains,
        "list_element": lists.list_element,
        "list_length": lists.list_length,
        "list_sum": lists.list_sum,
        "cosine_similarity": lists.cosine_similarity,
        "dot": lists.dot,
        "l2_distance": lists.l2_distance,
    }
)

WORDS = Words(
    functions=FUNCTIONS,
    casts=CASTS,
    refused_calls=MappingProxyType({"regexp_extract": patterns.refusal}),
)
