"""Text and patterns in Spark's words."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom, call, constant, integer
from fcompile.compiler.expressions.engines.spark_parts import (
    bigint,
    case,
    compared,
    lambda_,
    name,
    place,
    plain,
    text,
    text_of,
)
from fcompile.compiler.expressions.engines.words import Build
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_text import JAVA, regex_text


def like(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    """A backslash escapes, whatever ESCAPE says of other characters: it is doubled to be itself [RAN]."""
    if isinstance(pattern, exp.Literal):
        pattern = text(str(pattern.this).replace("\\", "\\\\"))
    else:
        pattern = call("REPLACE", pattern, text("\\"), text("\\\\"))
    return exp.Like(this=atom(value), expression=pattern)


def substring(value: exp.Expr, start: exp.Expr, length: exp.Expr | None = None) -> exp.Expr:
    size = () if length is None else (place(length, 0),)
    return call("SUBSTRING", value, place(start, 1), *size)


def split(value: exp.Expr, separator: exp.Expr, number: exp.Expr) -> exp.Expr:
    """Part 0 is an error, and parts below it count from the end [RAN]."""
    known = constant(number)
    part = call("SPLIT_PART", value, separator, place(number, 1))
    if known is not None and known >= 1:
        return part
    nothing = call("LEFT", call("CONCAT", value.copy(), separator.copy()), integer(0))
    return case(compared(exp.LT, number.copy(), integer(1)), nothing, part)


def matches(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return call("REGEXP_LIKE", value, text(regex_text(parse_regex(text_of(pattern)).tree, JAVA)))


def extract(value: exp.Expr, pattern: exp.Expr, group: exp.Expr | None = None) -> exp.Expr:
    """REGEXP_EXTRACT gives the empty text where nothing matches [RAN]."""
    number = 0 if group is None else constant(group) or 0
    written = text(regex_text(parse_regex(text_of(pattern)).tree, JAVA, number))
    found = call("REGEXP_EXTRACT", value.copy(), written, integer(1 if number else 0))
    return case(matches(value, pattern), found)


# -- case: Spark's ICU knows Unicode 16, and letters that become several --------------------------------

_LATER_LOWER = (
    "\\u019B\\u0264\\u1C8A\\uA7CD\\uA7CF\\uA7D3\\uA7D5\\uA7DB\\x{10D70}-\\x{10D85}\\x{16EBB}-\\x{16ED3}"
)
_LATER_UPPER = (
    "\\u1C89\\uA7CB\\uA7CC\\uA7CE\\uA7D2\\uA7D4\\uA7DA\\uA7DC\\x{10D50}-\\x{10D65}\\x{16EA0}-\\x{16EB8}"
)
_SEVERAL = (
    "ßŉǰΐΰև\\u1E96-\\u1E9Aὐὒὔὖ\\u1F80-\\u1FAF\\u1FB2-\\u1FB4ᾶᾷᾼ\\u1FC2-\\u1FC4ῆῇῌῒΐῖῗῢΰῤῦῧ"
    "\\u1FF2-\\u1FF4ῶῷῼ\\uFB00-\\uFB06\\uFB13-\\uFB17"
)
_TITLED = (
    "ßᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ",
    "ẞᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ",
)
"""Letters, and what they become instead."""


def upper(value: exp.Expr) -> exp.Expr:
    titled = call("TRANSLATE", name("_c"), *map(text, _TITLED))
    return _by_letter(value, f"[{_SEVERAL}{_LATER_LOWER}]", call("UPPER", value.copy()), titled)


def lower(value: exp.Expr) -> exp.Expr:
    """A Σ at a word's end would become ς, and İ two characters [RAN]."""
    simple = call("TRANSLATE", value, text("Σİ"), text("σi"))
    return _by_letter(simple, f"[{_LATER_UPPER}]", call("LOWER", simple.copy()), name("_c"))


def _by_letter(value: exp.Expr, special: str, whole: exp.Expr, odd: exp.Expr) -> exp.Expr:
    """``whole``; where special letters are among it, the same letter by letter, with ``odd`` for those."""
    found = call("REGEXP_LIKE", value.copy(), text(special))
    usual = call(str(whole.this), name("_c"))
    changed = case(call("REGEXP_LIKE", name("_c"), text(special)), odd, usual)
    letters = call("TRANSFORM", call("SPLIT", value.copy(), text("")), lambda_(changed, "_c"))
    return case(found, call("ARRAY_JOIN", letters, text("")), whole)


TEXTS: Mapping[str, Build] = {
    "like": plain(like),
    "contains": plain(lambda value, part: call("CONTAINS", value, part)),
    "ends_with": plain(lambda value, part: call("ENDSWITH", value, part)),
    "starts_with": plain(lambda value, part: call("STARTSWITH", value, part)),
    "length": plain(lambda value: bigint(call("CHAR_LENGTH", value))),
    # These take away U+0020 alone [RAN].
    "trim": plain(lambda value: call("TRIM", value)),
    "ltrim": plain(lambda value: call("LTRIM", value)),
    "rtrim": plain(lambda value: call("RTRIM", value)),
    "replace": plain(lambda value, old, new: call("REPLACE", value, old, new)),
    "substr": plain(substring),
    "split_part": plain(split),
    "regexp_matches": plain(matches),
    "regexp_extract": plain(extract),
    "upper": plain(upper),
    "lower": plain(lower),
}
