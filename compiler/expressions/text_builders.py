"""Trees of SQL for text, patterns, and JSON, as DuckDB says it."""

from __future__ import annotations

from functools import partial

from sqlglot import exp

from fcompile.compiler.expressions.builders import Builder, atom, call, clamped, constant, integer
from fcompile.compiler.expressions.json_paths import parse_path, path_text


def called(name: str) -> Builder:
    """What calls this function of DuckDB."""
    return partial(call, name)


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def trimmed_left(value: exp.Expr) -> exp.Expr:
    """DuckDB's LTRIM of one argument also removes other Unicode spaces."""
    return call("LTRIM", value, _text(" "))


def trimmed_right(value: exp.Expr) -> exp.Expr:
    return call("RTRIM", value, _text(" "))


def split(value: exp.Expr, separator: exp.Expr, number: exp.Expr) -> exp.Expr:
    """DuckDB splits by an empty separator into characters, and counts negative numbers from the end.

    An empty separator becomes one that is longer than the text, and so not in it.
    """
    if not (isinstance(separator, exp.Literal) and separator.this):
        longer = exp.DPipe(this=atom(value.copy()), expression=_text(" "))
        empty = exp.EQ(this=atom(separator), expression=_text(""))
        separator = exp.Case(ifs=[exp.If(this=empty, true=longer)], default=separator.copy())
    return call("SPLIT_PART", value, separator, clamped(number, 0))


def matches(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    return call("REGEXP_MATCHES", value, _text(_as_re2(pattern)))


def extract(value: exp.Expr, pattern: exp.Expr, group: exp.Expr | None = None) -> exp.Expr:
    """DuckDB gives the empty text where nothing matches."""
    number = 0 if group is None else constant(group) or 0
    found = call("REGEXP_EXTRACT", value.copy(), _text(_as_re2(pattern, number)), integer(1 if number else 0))
    return exp.Case(ifs=[exp.If(this=matches(value, pattern), true=found)])


def _as_re2(pattern: exp.Expr, group: int = 0) -> str:
    from fcompile.compiler.expressions.regex_parser import parse_regex
    from fcompile.compiler.expressions.regex_text import RE2, regex_text

    return regex_text(parse_regex(str(pattern.this)).tree, RE2, group)


_STRINGS = r'"([^"\\]|\\.)*"'
_LENIENT = r"(?i)nan|inf|,\s*[]}]"
"""What DuckDB takes for JSON, outside its strings, and no other engine: NaN, Infinity, and a last comma."""


def json_text(value: exp.Expr, path: exp.Expr) -> exp.Expr:
    """NULL unless the text is strict JSON and the path leads to a scalar."""
    # Strings are taken out only where they may be what looks lenient: that costs most of the time.
    strings = call("REGEXP_REPLACE", value.copy(), _text(_STRINGS), _text("0"), _text("g"))
    clean = (exp.Not(this=call("REGEXP_MATCHES", tree, _text(_LENIENT))) for tree in (value.copy(), strings))
    strict = exp.Paren(this=exp.Or(this=next(clean), expression=next(clean)))
    valid = exp.And(this=call("JSON_VALID", value), expression=strict)
    steps = _text(path_text(parse_path(str(path.this))))
    scalar = call("JSON_VALUE", value.copy(), steps)
    return exp.Case(ifs=[exp.If(this=valid, true=call("JSON_EXTRACT_STRING", scalar, _text("$")))])
