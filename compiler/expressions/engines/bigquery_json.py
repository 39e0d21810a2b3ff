"""``json_text`` for BigQuery, on JSON as text: PARSE_JSON is strict, and JSON_VALUE of a text reads almost anything.

cloud.google.com/bigquery/docs/reference/standard-sql/json_functions [RAN]. A document with a number beyond FLOAT64
is none to PARSE_JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import bigquery_trees as t
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.json_paths import parse_path, path_text

_LEAST, _MOST = -6, 21
"""Between these places of the point a number is written without an exponent."""


def _json_text(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """Texts and bools as JSON_VALUE has them of the parsed document, numbers in the language's one way."""
    value, path = arguments[0], path_text(parse_path(str(arguments[1].this)))

    def build(document: exp.Expr, written: exp.Expr) -> exp.Expr:
        kind = t.call("JSON_TYPE", t.call("JSON_QUERY", document, t.text(path)))
        scalar = t.call("JSON_VALUE", document.copy(), t.text(path))
        number = exp.EQ(this=kind, expression=t.text("number"))
        return t.where(number, _number(written, scalar.copy()), scalar)

    def parsed(x: exp.Expr) -> exp.Expr:
        wide = exp.Kwarg(this=exp.Var(this="wide_number_mode"), expression=t.text("round"))
        read = [t.safe("PARSE_JSON", x, wide), t.call("JSON_VALUE", x.copy(), t.text(path))]
        return t.once(read, build, always=True)

    return t.once([value], parsed)


def _number(written: exp.Expr, nearest: exp.Expr) -> exp.Expr:
    """A whole number's digits as they are written; else the shortest text of the nearest FLOAT64, laid out anew."""
    negative = exp.EQ(this=written.copy(), expression=t.text("-0"))
    whole = t.where(negative, t.text("0"), written.copy())
    return t.where(_has("[.eE]", written.copy()), t.once([nearest], _parts), whole)


def _parts(x: exp.Expr) -> exp.Expr:
    """Digits, and how many of them stand before the point."""
    mantissa = t.call("REGEXP_EXTRACT", x.copy(), t.text("^-?([0-9.]+)"))
    exponent = t.call("REGEXP_EXTRACT", x.copy(), t.text("e([+-]?[0-9]+)$"))
    shift = exp.Coalesce(this=t.cast_to(exponent, "BIGINT"), expressions=[b.integer(0)])
    sign = t.where(t.call("STARTS_WITH", x.copy(), t.text("-")), t.text("-"), t.text(""))

    def build(digits: exp.Expr, power: exp.Expr, mark: exp.Expr) -> exp.Expr:
        whole = t.call("CHAR_LENGTH", t.call("REGEXP_EXTRACT", digits.copy(), t.text("^[0-9]+")))
        every = t.call("REPLACE", digits, t.text("."), t.text(""))
        known = t.call("LTRIM", every, t.text("0"))
        zeros = exp.Sub(
            this=t.call("CHAR_LENGTH", every.copy()), expression=t.call("CHAR_LENGTH", known.copy())
        )
        point = exp.Sub(this=exp.Add(this=whole, expression=power), expression=t.group(zeros))
        return t.joined(mark, t.once([t.call("RTRIM", known, t.text("0")), point], _laid_out, always=True))

    return t.once([mantissa, shift, sign], build, always=True)


def _laid_out(digits: exp.Expr, point: exp.Expr) -> exp.Expr:
    """The value is 0.DIGITS times ten to the power of ``point``."""
    length, zero = t.call("CHAR_LENGTH", digits.copy()), b.integer(0)
    small = exp.LTE(this=point.copy(), expression=zero.copy())
    whole = exp.GTE(this=point.copy(), expression=length)
    plain = exp.Between(this=point.copy(), low=b.integer(_LEAST + 1), high=b.integer(_MOST))
    zeros = t.call("REPEAT", t.text("0"), b.negate(point.copy()))
    after = exp.Add(this=point.copy(), expression=b.integer(1))
    ifs = [
        (exp.EQ(this=digits.copy(), expression=t.text("")), t.text("0.0")),
        (exp.Not(this=t.group(plain)), _with_exponent(digits, point)),
        (small, t.joined(t.text("0."), zeros, digits.copy())),
        (whole, t.joined(t.call("RPAD", digits.copy(), point.copy(), t.text("0")), t.text(".0"))),
    ]
    head = t.call("SUBSTR", digits.copy(), b.integer(1), point.copy())
    tail = t.call("SUBSTR", digits.copy(), after)
    made = t.joined(head, t.text("."), tail)
    return exp.Case(ifs=[exp.If(this=condition, true=value) for condition, value in ifs], default=made)


def _with_exponent(digits: exp.Expr, point: exp.Expr) -> exp.Expr:
    first, rest = t.call("SUBSTR", digits.copy(), b.integer(1), b.integer(1)), b.integer(2)
    more = t.call("REGEXP_REPLACE", t.call("SUBSTR", digits.copy(), rest), t.text("^(.)"), t.text(".\\1"))
    power = exp.Sub(this=point.copy(), expression=b.integer(1))
    return t.joined(first, more, t.text("e"), t.cast_to(power, "TEXT"))


def _has(pattern: str, value: exp.Expr) -> exp.Expr:
    return t.call("REGEXP_CONTAINS", value, t.text(pattern))


JSON: Mapping[str, Build] = MappingProxyType({"json_text": _json_text})
