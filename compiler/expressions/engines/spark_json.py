"""``json_text`` in Spark's words.

GET_JSON_OBJECT reads more than JSON, does not say whether what it found is a text, and writes numbers as Java does.
"""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.expressions.builders import call, integer
from fcompile.compiler.expressions.engines.spark_parts import (
    both,
    case,
    compared,
    lambda_,
    name,
    present,
    text,
    text_of,
    to,
)
from fcompile.compiler.expressions.json_paths import Path, parse_path
from fcompile.compiler.expressions.nodes import Call, Literal

_PAIR = r"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_CHARACTER = r"u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
_TEXTS = rf'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|{_PAIR}|{_CHARACTER}))*+"'
"""Strict texts, read without recursion: a Java group that repeats uses up the stack otherwise."""


def refused_path(asked: Call) -> str | None:
    """Leading spaces of a key are lost in a path [RAN]."""
    path = asked.arguments[1]
    steps = parse_path(str(path.value)) if isinstance(path, Literal) else ()
    spaced = any(isinstance(step, str) and step != step.lstrip() for step in steps)
    return "Spark finds no key that begins with a space" if spaced else None


def json_text(value: exp.Expr, path: exp.Expr) -> exp.Expr:
    """NULL unless the text is strict JSON and the path leads to a scalar.

    A path with ``[*]`` gives JSON and not its text, so that a text is told from what it looks like [RAN].
    Limits: of equal keys the first that is not null counts, and a number has the digits of Java's Double.toString.
    """
    steps = _written(parse_path(text_of(path)))
    listed = call("CONCAT", text("["), value.copy(), text("]"))
    found = call("GET_JSON_OBJECT", listed, text(f"$[*]{steps}"))
    plain = call("GET_JSON_OBJECT", value.copy(), text(f"${steps}"))
    one = call("ARRAY", case(_is_json(value), found))
    return call("GET", call("TRANSFORM", one, lambda_(_scalar(plain), "_j")), integer(0))


def _written(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f"['{step}']" for step in path)


def _is_json(value: exp.Expr) -> exp.Expr:
    """JSON_ARRAY_LENGTH reads to the end of a list, and nothing after it [RAN].

    A text that ends one list and begins another has no object's end in the second form. Both read single quotes and
    control characters, which are what is left beside strict texts.
    """
    listed = call("JSON_ARRAY_LENGTH", call("CONCAT", text("["), value, text("]")))
    held = call("JSON_ARRAY_LENGTH", call("CONCAT", text('[{"k":'), value.copy(), text("}]")))
    rest = call("REGEXP_REPLACE", value.copy(), text(_TEXTS), text("0"))
    odd = call("REGEXP_LIKE", rest, text("[\"']"))
    return both(compared(exp.EQ, listed, integer(1)), present(held), exp.Not(this=odd))


def _scalar(plain: exp.Expr) -> exp.Expr:
    """The text of the JSON ``_j``; of a text it is ``plain``."""
    first = call("LEFT", name("_j"), integer(1))
    number = exp.In(this=first.copy(), expressions=[text(each) for each in "-0123456789"])
    fraction = both(number, call("REGEXP_LIKE", name("_j"), text("[.eE]")))
    whole = exp.In(this=first.copy(), expressions=[text(each) for each in "-0123456789tf"])
    ifs = [
        exp.If(this=compared(exp.EQ, first, text('"')), true=plain),
        exp.If(this=fraction, true=_float_text()),
        exp.If(this=whole, true=name("_j")),
    ]
    return exp.Case(ifs=ifs)


def _float_text() -> exp.Expr:
    """Java writes 1.0E7 where 10000000.0 is due: digits without an exponent from 1e-6 on and below 1e21."""
    written = to(to(name("_j"), exp.DType.DOUBLE), exp.DType.TEXT)
    large = call("REGEXP_LIKE", written, text(r"E(1[0-9]|20|[0-9])$"))
    small = call("REGEXP_LIKE", written.copy(), text("E-[4-6]$"))
    short = exp.Lower(this=call("REPLACE", written.copy(), text(".0E"), text("E")))
    ifs = [
        exp.If(this=large, true=_digits(written.copy(), 10)),
        exp.If(this=small, true=_digits(written.copy(), 30)),
    ]
    return exp.Case(ifs=ifs, default=exp.Case(ifs=[_short(written, short)], default=written.copy()))


def _short(written: exp.Expr, short: exp.Expr) -> exp.If:
    return exp.If(this=call("CONTAINS", written.copy(), text("E")), true=short)


def _digits(written: exp.Expr, scale: int) -> exp.Expr:
    size = [exp.DataTypeParam(this=integer(n)) for n in (38, scale)]
    number = exp.Cast(this=written, to=exp.DataType(this=exp.DType.DECIMAL, expressions=size))
    return call("REGEXP_REPLACE", to(number, exp.DType.TEXT), text(r"(\.\d+?)0+$"), text("$1"))
