"""Text, patterns and hashes for BigQuery.

cloud.google.com/bigquery/docs/reference/standard-sql/string_functions, .../hash_functions [RAN].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.bigquery_case import lower, upper
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_text import RE2, regex_text


def _called(name: str, *more: str) -> Build:
    return lambda arguments, kinds: t.call(name, *arguments, *map(t.text, more))


def _contains(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return exp.GT(this=t.call("STRPOS", *arguments), expression=b.integer(0))


def _like(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """A backslash escapes in BigQuery's patterns, and the language has no escape."""
    value, pattern = arguments
    if isinstance(pattern, exp.Literal):
        pattern = t.text(str(pattern.this).replace("\\", "\\\\"))
    else:
        pattern = t.call("REPLACE", pattern, t.text("\\"), t.text("\\\\"))
    return b.binary(exp.Like)(value, pattern)


def _substr(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """SUBSTR counts from the end below 0, and a length below 0 is an error."""
    value, *places = arguments
    return t.call("SUBSTR", value, *(_at_least(p, least) for p, least in zip(places, (1, 0), strict=False)))


def _at_least(value: exp.Expr, least: int) -> exp.Expr:
    known = b.constant(value)
    return t.call("GREATEST", value, b.integer(least)) if known is None else b.integer(max(known, least))


def _split_part(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """SPLIT by an empty separator gives characters; beyond the list's end a part is NULL."""

    def build(value: exp.Expr, separator: exp.Expr, place: exp.Expr) -> exp.Expr:
        parts = exp.Bracket(
            this=t.call("SPLIT", value.copy(), separator), expressions=[place], offset=1, safe=True
        )
        found: exp.Expr = exp.Coalesce(this=parts, expressions=[t.text("")])
        if not t.is_constant(separator):
            empty = exp.EQ(this=separator.copy(), expression=t.text(""))
            whole = t.where(exp.EQ(this=place.copy(), expression=b.integer(1)), value.copy(), t.text(""))
            found = t.where(empty, whole, found)
        unknown = [t.absent(v.copy()) for v in (value, separator, place) if not t.is_constant(v)]
        return t.where(t.either(*unknown), exp.Null(), found) if unknown else found

    return t.once(arguments, build)


def _matches(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return _found(arguments[0], arguments[1])


def _found(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    text = regex_text(parse_regex(str(pattern.this)).tree, RE2)
    return t.call("REGEXP_CONTAINS", value, t.text(text))


def _extract(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """A group that takes no part in the match is NULL, as if nothing matched."""
    value, pattern = arguments[:2]
    group = int(t.number(arguments[2]) or 0) if len(arguments) > 2 else 0
    text = t.text(regex_text(parse_regex(str(pattern.this)).tree, RE2, group))
    if not group:
        return t.call("REGEXP_EXTRACT", value, text)

    def build(x: exp.Expr) -> exp.Expr:
        part = exp.Coalesce(this=t.call("REGEXP_EXTRACT", x, text), expressions=[t.text("")])
        return t.where(_found(x.copy(), pattern), part)

    return t.once([value], build)


def _hash_bucket(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value, buckets, dtype = arguments
    return t.call("MOD", hashed(_canonical(value, parse_dtype(str(dtype.this)))), buckets)


def hashed(text: exp.Expr) -> exp.Expr:
    """The first 60 bits of a text's MD5."""
    digits = t.call("SUBSTR", t.call("TO_HEX", t.call("MD5", text)), b.integer(1), b.integer(15))
    return t.cast_to(t.call("CONCAT", t.text("0x"), digits), "BIGINT")


def _canonical(value: exp.Expr, dtype: DType) -> exp.Expr:
    match dtype.kind:
        case "string":
            return value
        case "bytes":
            return t.call("TO_HEX", value)
        case "timestamp":
            value = t.call("UNIX_MICROS", value)
        case "decimal":
            return t.call("FORMAT", t.text(f"%.{dtype.scale}f"), value)
    return t.cast_to(value, "TEXT")


TEXTS: Mapping[str, Build] = MappingProxyType(
    {
        "contains": _contains,
        "like": _like,
        "ends_with": _called("ENDS_WITH"),
        "starts_with": _called("STARTS_WITH"),
        "replace": _called("REPLACE"),
        "length": _called("CHAR_LENGTH"),
        "lower": lambda arguments, kinds: lower(arguments[0]),
        "upper": lambda arguments, kinds: upper(arguments[0]),
        "trim": _called("TRIM", " "),
        "ltrim": _called("LTRIM", " "),
        "rtrim": _called("RTRIM", " "),
        "substr": _substr,
        "split_part": _split_part,
        "regexp_matches": _matches,
        "regexp_extract": _extract,
        "hash_bucket": _hash_bucket,
    }
)
