"""Text, patterns and hashes in Snowflake: docs.snowflake.com/en/sql-reference."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import regex as r
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
from fcompile.compiler.expressions.engines.words import Build
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_text import RE2, regex_text
from fcompile.dialects.snowflake import Snowflake

_DIALECT = Snowflake()


def contains(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """functions/charindex: counted from 1, 0 if not found; an empty text is found at 1."""
    return compare(exp.GT, call("CHARINDEX", y, x), number(0))


def starts_with(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """functions/left; the page of STARTSWITH does not say what the empty text gives."""
    if isinstance(y, exp.Literal) and y.this:
        return call("STARTSWITH", x, y)
    return compare(exp.EQ, call("LEFT", x, call("LENGTH", y.copy())), y)


def ends_with(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    if isinstance(y, exp.Literal) and y.this:
        return call("ENDSWITH", x, y)
    return compare(exp.EQ, call("RIGHT", x, call("LENGTH", y.copy())), y)


def lower(x: exp.Expr) -> exp.Expr:
    """functions/lower does not say how: what may become two characters, or depends on others, is done before."""
    return call("LOWER", call("TRANSLATE", x, text("Σİ"), text("σi")))


def upper(x: exp.Expr) -> exp.Expr:
    return call("UPPER", call("TRANSLATE", x, text("ß"), text("ẞ")))


def replace(x: exp.Expr, old: exp.Expr, new: exp.Expr) -> exp.Expr:
    """functions/replace does not say what an empty text to look for does."""
    replaced = call("REPLACE", x, old, new)
    if isinstance(old, exp.Literal) and old.this:
        return replaced
    nothing = both(compare(exp.EQ, old, text("")), present(new))
    return when((nothing, x.copy()), otherwise=replaced)


_NO_PART = 2**31 - 1


def split(x: exp.Expr, separator: exp.Expr, place: exp.Expr) -> exp.Expr:
    """functions/split_part: empty beyond the last part; 0 is 1; an empty separator splits nothing."""
    known = b.constant(place)
    if known is not None:
        at: exp.Expr = number(known if 0 < known < _NO_PART else _NO_PART)
    else:
        outside = exp.Not(this=exp.Between(this=b.atom(place.copy()), low=number(1), high=number(_NO_PART)))
        at = when((outside, number(_NO_PART)), otherwise=place.copy())
    return call("SPLIT_PART", x, separator, at)


# -- patterns: functions-regexp ------------------------------------------------------------------


def _posix(tree: r.Regex, group: int = 0) -> tuple[str, int]:
    """The pattern with all groups capturing, as there are no others, and the number that ``group`` then has.

    Control characters stand as themselves: the page lists no escapes for them.
    """
    spelled = regex_text(tree, RE2, group)
    made: list[str] = []
    at = count = found = 0
    inside = False
    while at < len(spelled):
        char = spelled[at]
        if char == "\\":
            made.append(_CONTROL.get(spelled[at + 1], spelled[at : at + 2]))
            at += 2
            continue
        if char == "(" and not inside:
            count += 1
            free = spelled.startswith("(?:", at)
            found = found if free else count
            at += 2 if free else 0
        inside = char == "[" or (inside and char != "]")
        made.append(char)
        at += 1
    return "".join(made), found


_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_ANYTHING = "(.|\n)*"
"""The page's own words for any text, line ends too."""


def matches(x: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    """functions/regexp_like: the pattern is tied to both ends of the text."""
    tree = parse_regex(str(pattern.this)).tree
    items = list(tree.items) if isinstance(tree, r.Sequence) else [tree]
    before = items[:1] == [r.Start()]
    after = items[-1:] == [r.End()]
    items = items[before : len(items) - after]
    if not items:
        whole = ""
    else:
        inner = _posix(items[0] if len(items) == 1 else r.Sequence(tuple(items)))[0]
        whole = f"({inner})"
    return call("REGEXP_LIKE", x, text(("" if before else _ANYTHING) + whole + ("" if after else _ANYTHING)))


def extract(x: exp.Expr, pattern: exp.Expr, group: exp.Expr | None = None) -> exp.Expr:
    """functions/regexp_substr: NULL where nothing matches; what an empty match gives it does not say."""
    tree = parse_regex(str(pattern.this)).tree
    place = 0 if group is None else b.constant(group) or 0
    spelled, number_of_group = _posix(tree, place)
    found = call("REGEXP_SUBSTR", x.copy(), text(spelled))
    if place:
        more = (number(1), number(1), text("e"), number(number_of_group))
        found = call("REGEXP_SUBSTR", x.copy(), text(spelled), *more)
    elif not r.is_nullable(tree):
        return found
    return when((matches(x, pattern), exp.Coalesce(this=found, expressions=[text("")])))


def hash_bucket(value: exp.Expr, buckets: exp.Expr, dtype: exp.Expr) -> exp.Expr:
    kind = parse_dtype(str(dtype.this)).kind
    return exp.Mod(this=_DIALECT.portable_hash(value, kind), expression=buckets)


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "contains": of_trees(contains),
        "starts_with": of_trees(starts_with),
        "ends_with": of_trees(ends_with),
        "lower": of_trees(lower),
        "upper": of_trees(upper),
        "replace": of_trees(replace),
        "split_part": of_trees(split),
        "regexp_matches": of_trees(matches),
        "regexp_extract": of_trees(extract),
        "hash_bucket": of_trees(hash_bucket),
    }
)
