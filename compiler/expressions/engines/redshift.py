"""The words of Redshift, over those of Postgres where its pages say the same.

Pages are those of docs.aws.amazon.com/redshift/latest/dg. A subquery reads no columns but those of the query right
around it (r_correlated_subqueries): what Postgres names in a subquery stands here as often as it is needed. Patterns
are those of PCRE (REGEXP_COUNT), and a float64 beyond its range is whatever Redshift makes of it: an error, by
r_Numeric_types201.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import postgres_numbers as numbers
from fcompile.compiler.expressions.engines import postgres_texts as texts
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines import redshift_times as times
from fcompile.compiler.expressions.engines.redshift_casts import CASTS, NO_ATTEMPT
from fcompile.compiler.expressions.engines.redshift_patterns import extract, matches
from fcompile.compiler.expressions.engines.redshift_trees import inlined, spread
from fcompile.compiler.expressions.engines.words import Build, Kinds, Words
from fcompile.dialects.redshift import Redshift

Arguments = Sequence[exp.Expr]

_REDSHIFT = Redshift()
_NO_JSON = "its JSON functions do not tell a text from an object, and write numbers in their own way"
_NO_LISTS = "it has no lists but SUPER, whose elements have no type"


def _divide(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    left, right = (a if k is not None else p.as_double(a) for a, k in zip(arguments, kinds, strict=True))
    return b.divide(left, right)


def _log10(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """r_LOG: of base 10."""
    (value,) = arguments
    above = exp.GT(this=b.atom(value.copy()), expression=p.number(0))
    return p.case((above, p.call("LOG", value)))


def _is_nan(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return exp.EQ(this=b.atom(arguments[0]), expression=p.as_double(p.text("NaN")))


def _starts_with(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    value, part = arguments
    head = p.call("LEFT", value, exp.Length(this=part.copy()))
    return exp.EQ(this=head, expression=b.atom(part))


def _like(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """r_patternmatching_condition_like: a backslash is an escape, of itself too."""
    value, pattern = arguments
    if isinstance(pattern, exp.Literal):
        pattern = p.text(str(pattern.this).replace("\\", "\\\\"))
    else:
        pattern = p.call("REPLACE", pattern, p.text("\\"), p.text("\\\\"))
    return exp.Like(this=b.atom(value), expression=pattern)


def _replace(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    value, old, new = arguments
    made = p.call("REPLACE", value, old, new)
    if isinstance(old, exp.Literal):
        return made if str(old.this) else value
    empty = exp.EQ(this=b.atom(old.copy()), expression=p.text(""))
    # NULL beside an empty text is NULL.
    kept = exp.DPipe(this=b.atom(value.copy()), expression=p.call("LEFT", new.copy(), p.number(0)))
    return p.case((empty, kept), default=made)


def _split_part(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """r_SPLIT_PART: the number is above 0; an empty separator, which splits nothing, becomes one that is not there."""
    value, separator, place = arguments
    if not (isinstance(separator, exp.Literal) and separator.this):
        longer = exp.DPipe(this=b.atom(value.copy()), expression=p.text(" "))
        empty = exp.EQ(this=b.atom(separator), expression=p.text(""))
        separator = p.case((empty, longer), default=separator.copy())
    return spread(texts.split_part([value, separator, place], kinds))


def _case(function: type[exp.Expr]) -> Build:
    return lambda arguments, kinds: function(this=arguments[0])


def _hash_bucket(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    value, buckets, written = arguments
    dtype = parse_dtype(str(written.this))
    return exp.Mod(this=_REDSHIFT.portable_hash(value, dtype.kind), expression=buckets)


_LISTS = (
    "list_contains list_element list_length list_sum cosine_similarity dot l2_distance".split()  # noqa: SIM905
)

WORDS = Words(
    functions=MappingProxyType(
        {
            "divide": _divide,
            "floor_divide": inlined(numbers.floor_divide),
            "modulo": inlined(numbers.modulo),
            "like": _like,
            "bucketize": inlined(numbers.bucketize),
            "exp": inlined(numbers.exponential),
            "is_nan": _is_nan,
            "ln": inlined(numbers.ln),
            "log10": _log10,
            "pow": inlined(numbers.power),
            "round": inlined(numbers.rounded),
            "sign": inlined(numbers.sign),
            "sqrt": inlined(numbers.sqrt),
            "concat": texts.concat,
            "contains": texts.contains,
            "ends_with": inlined(texts.ends_with),
            "length": texts.length,
            "lower": _case(exp.Lower),
            "upper": _case(exp.Upper),
            "ltrim": texts.trim_left,
            "rtrim": texts.trim_right,
            "trim": texts.trim,
            "regexp_extract": extract,
            "regexp_matches": matches,
            "replace": _replace,
            "split_part": _split_part,
            "starts_with": _starts_with,
            "substr": inlined(texts.substring),
            "hash_bucket": _hash_bucket,
            "add_duration": times.add_duration,
            "date_diff": times.date_diff,
            "date_part": times.date_part,
            "date_trunc": times.date_trunc,
            "day_of_week": times.day_of_week,
            "epoch_seconds": times.epoch_seconds,
        }
    ),
    casts=CASTS,
    refused=MappingProxyType({"json_text": _NO_JSON, **dict.fromkeys(_LISTS, _NO_LISTS)}),
    refused_casts=NO_ATTEMPT,
)
