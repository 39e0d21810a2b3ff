"""Text, patterns and hashes in Trino: trino.io/docs/current. [READ] is Trino's own source, by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines.shorthand import (
    both,
    call,
    compare,
    number,
    of_trees,
    present,
    text,
    when,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_text import JAVA, regex_text
from fcompile.dialects.trino import Trino

_DIALECT = Trino()


def contains(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """functions/string#strpos: counted from 1, 0 if not found; the empty text is found at 1 [READ StringFunctions]."""
    return compare(exp.GT, call("STRPOS", x, y), number(0))


def ends_with(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """functions/string has STARTS_WITH and REVERSE, by code points, and no ENDS_WITH."""
    return call("STARTS_WITH", call("REVERSE", x), call("REVERSE", y))


def upper(x: exp.Expr) -> exp.Expr:
    """functions/string: no mapping of one character to several; Java leaves ß, which has the capital ẞ."""
    return call("UPPER", call("REPLACE", x, text("ß"), text("ẞ")))


def replace(x: exp.Expr, old: exp.Expr, new: exp.Expr) -> exp.Expr:
    """functions/string#replace: an empty text is found before every character and at the end."""
    replaced = call("REPLACE", x, old, new)
    if isinstance(old, exp.Literal) and old.this:
        return replaced
    nothing = both(compare(exp.EQ, old, text("")), present(new))
    return when((nothing, x.copy()), otherwise=replaced)


def trimmed(side: str) -> Build:
    """functions/string: TRIM of one argument removes all kinds of white space."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        return exp.Trim(this=arguments[0], expression=text(" "), position=side or None)

    return build


def split(x: exp.Expr, separator: exp.Expr, place: exp.Expr) -> exp.Expr:
    """functions/string#split_part: NULL beyond the end, an error below 1; an empty separator cuts everywhere [READ]."""
    known = b.constant(place)
    some = isinstance(separator, exp.Literal) and separator.this
    if not some:
        # One that is longer than the text is not in it.
        empty = compare(exp.EQ, separator, text(""))
        longer = exp.DPipe(this=b.atom(x.copy()), expression=text(" "))
        separator = when((empty, longer), otherwise=separator)
    if known is None:
        at: exp.Expr = call("GREATEST", place, number(1))
        inside = compare(exp.LT, place, number(1))
    else:
        at, inside = place, exp.false()
    found = call("SPLIT_PART", x, separator, at)
    given = [present(each) for each in (x, separator, place) if not isinstance(each, exp.Literal)]
    part: exp.Expr = exp.Coalesce(this=found, expressions=[text("")])
    if known is None:
        part = when((inside, text("")), otherwise=part)
    return when((both(*given), part)) if given else part


def matches(x: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    """functions/regexp#regexp_like: the pattern has to be somewhere in the text; Java's syntax."""
    return call("REGEXP_LIKE", x, text(regex_text(parse_regex(str(pattern.this)).tree, JAVA)))


def extract(x: exp.Expr, pattern: exp.Expr, group: exp.Expr | None = None) -> exp.Expr:
    """functions/regexp#regexp_extract: NULL where nothing matches, and for a group that takes no part."""
    place = 0 if group is None else b.constant(group) or 0
    spelled = text(regex_text(parse_regex(str(pattern.this)).tree, JAVA, place))
    if not place:
        return call("REGEXP_EXTRACT", x, spelled)
    found = call("REGEXP_EXTRACT", x.copy(), spelled, number(1))
    return when((matches(x, pattern), exp.Coalesce(this=found, expressions=[text("")])))


def hash_bucket(value: exp.Expr, buckets: exp.Expr, dtype: exp.Expr) -> exp.Expr:
    kind = parse_dtype(str(dtype.this)).kind
    return exp.Mod(this=_DIALECT.portable_hash(value, kind), expression=buckets)


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "contains": of_trees(contains),
        "starts_with": of_trees(lambda x, y: call("STARTS_WITH", x, y)),
        "ends_with": of_trees(ends_with),
        "upper": of_trees(upper),
        "replace": of_trees(replace),
        "trim": trimmed(""),
        "ltrim": trimmed("LEADING"),
        "rtrim": trimmed("TRAILING"),
        "split_part": of_trees(split),
        "regexp_matches": of_trees(matches),
        "regexp_extract": of_trees(extract),
        "hash_bucket": of_trees(hash_bucket),
    }
)
