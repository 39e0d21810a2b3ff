"""Functions of text, patterns and hashes as ClickHouse says them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.expressions.builders import atom, clamped, constant, integer
from fcompile.compiler.expressions.engines.clickhouse_parts import (
    Value,
    both,
    case,
    fn,
    function_of,
    int64,
    once,
    present,
    text,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_text import RE2, regex_text
from fcompile.dialects.clickhouse import ClickHouse

_DIALECT = ClickHouse()

_LATER = (
    r"[\x{19B}\x{264}\x{1C89}\x{1C8A}\x{A7CB}-\x{A7CF}\x{A7D2}-\x{A7D5}\x{A7DA}-\x{A7DC}"
    r"\x{10D50}-\x{10D85}\x{16EA0}-\x{16ED3}]"
)
"""Characters that have had the other case only since Unicode 15: these stay."""
_GREEK = [*range(0x1F80, 0x1F88), *range(0x1F90, 0x1F98), *range(0x1FA0, 0x1FA8)]
_LONG = "ß" + "".join(map(chr, _GREEK)) + "ᾳῃῳ"
_RAISED = "ẞ" + "".join(chr(code + 8) for code in _GREEK) + "ᾼῌῼ"
"""What has one upper case beside the one of several characters."""


def named(name: str) -> Build:
    """A function of the same arguments."""
    return lambda arguments, kinds: fn(name, *arguments)


def length(value: exp.Expr) -> exp.Expr:
    return int64(fn("lengthUTF8", value))


def lower(x: Value) -> exp.Expr:
    """Character by character: ``lowerUTF8`` makes two of İ, and looks at what is around a Σ [RAN]."""
    single = fn("replaceAll", x(), text("İ"), text("i"))
    return _each_character(x, "lower", single, lambda c: fn("lowerUTF8", c))


def upper(x: Value) -> exp.Expr:
    """``upperUTF8`` makes several characters of some [RAN]; those stay as they are."""

    def raised(c: exp.Expr) -> exp.Expr:
        up = fn("upperUTF8", c)
        alone = exp.EQ(this=fn("lengthUTF8", up), expression=integer(1))
        return case(alone, up.copy(), c.copy())

    return _each_character(x, "upper", fn("translateUTF8", x(), text(_LONG), text(_RAISED)), raised)


def _each_character(
    x: Value, ascii_: str, value: exp.Expr, change: Callable[[exp.Expr], exp.Expr]
) -> exp.Expr:
    plain = exp.EQ(this=fn("length", x()), expression=fn("lengthUTF8", x()))

    def changed(c: exp.Expr) -> exp.Expr:
        return case(fn("match", c, text(_LATER)), c.copy(), change(c.copy()))

    characters = fn("extractAll", fn("assumeNotNull", value), text("(?s)."))
    joined = fn("arrayStringConcat", fn("arrayMap", function_of(changed, "c"), characters))
    ifs = [exp.If(this=plain, true=fn(ascii_, x())), exp.If(this=present(x()), true=joined)]
    return exp.Case(ifs=ifs)


def contains(value: exp.Expr, part: exp.Expr) -> exp.Expr:
    return exp.GT(this=fn("position", value, part), expression=integer(0))


def like(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    """A backslash is the escape [RAN], so each is written twice."""
    if isinstance(pattern, exp.Literal):
        doubled: exp.Expr = text(str(pattern.this).replace("\\", "\\\\"))
    else:
        doubled = fn("replaceAll", pattern, text("\\"), text("\\\\"))
    return exp.Like(this=atom(value), expression=doubled)


def substring(value: exp.Expr, start: exp.Expr, size: exp.Expr | None = None) -> exp.Expr:
    limits = [clamped(start, 1)] + ([] if size is None else [clamped(size, 0)])
    return fn("substringUTF8", value, *limits)


def split(value: exp.Expr, separator: exp.Expr, place: exp.Expr) -> exp.Expr:
    """Splitting takes a constant separator alone, and of an empty one makes characters [RAN]."""
    if not isinstance(separator, exp.Literal):
        return once(_split_by, value, separator, place)

    def build(x: Value, n: Value) -> exp.Expr:
        return case(present(x()), _part(fn("splitByString", separator, x()), n))

    return once(build, value, place)


def _part(parts: exp.Expr, place: Value) -> exp.Expr:
    """Beyond the parts there is the empty text; places below 0 would count from the end [RAN]."""
    found = fn("arrayElement", parts, place())
    if constant(place()) is not None:
        return found
    return exp.Case(
        ifs=[
            exp.If(this=exp.GTE(this=place(), expression=integer(1)), true=found),
            exp.If(this=present(place()), true=text("")),
        ]
    )


def _split_by(x: Value, separator: Value, place: Value) -> exp.Expr:
    """Both as pairs of hexadecimal digits, each with a comma behind it, in which a bar is no part of any text."""
    replaced = fn("replaceAll", _pairs(x()), _pairs(separator()), text("|"))
    joined = case(exp.EQ(this=separator(), expression=text("")), _pairs(x()), replaced)
    part = _part(fn("splitByString", text("|"), joined), place)
    made = fn("unhex", fn("replaceAll", part, text(","), text("")))
    return case(both(present(x()), present(separator())), made)


def _pairs(value: exp.Expr) -> exp.Expr:
    return fn("replaceRegexpAll", fn("hex", value), text("(..)"), text("\\1,"))


def matches(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return fn("match", value, text(_pattern(pattern, 0)))


def _pattern(pattern: exp.Expr, group: int) -> str:
    """There a dot stands for a line's end too, but for the flag [RAN]."""
    return "(?-s)" + regex_text(parse_regex(str(pattern.this)).tree, RE2, group)


def extract(value: exp.Expr, pattern: exp.Expr, group: exp.Expr | None = None) -> exp.Expr:
    """The empty text where nothing matches [RAN]."""
    number = 0 if group is None else constant(group) or 0

    def build(x: Value) -> exp.Expr:
        found = fn("regexpExtract", x(), text(_pattern(pattern, number)), integer(1 if number else 0))
        return case(matches(x(), pattern), found)

    return once(build, value)


def bucket(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value, buckets, name = arguments
    kind = parse_dtype(str(name.this))
    if kind.kind == "decimal":
        value = fn("toDecimalString", value, integer(kind.scale))
    found = _DIALECT.portable_hash(value, "string" if kind.kind == "decimal" else kind.kind)
    return int64(exp.Mod(this=found, expression=buckets))
