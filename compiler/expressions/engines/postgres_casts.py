"""Casts in Postgres: a text has to have the form of its type, and what does not fit is found without an attempt.

There is no TRY_CAST: ``try_cast`` reads only what is known to fit. What does not have the form becomes a text that no
cast reads, whose error then says what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import cast_forms as forms
from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.postgres_floats import GREATEST, tame
from fcompile.compiler.expressions.engines.words import CastBuild

Fits = Callable[[p.Part, DType], exp.Expr]
"""Whether an operand fits a type."""

_RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}

_DAYS = (
    "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_DAYS = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29"
_CALENDAR = f"({_DAYS}|{_LEAP_DAYS})"
"""The days that there are, of texts that have the form of one."""
_TIME = "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?Z?)?"
"""A cast takes second 60 for the next minute [RAN]."""

_UTF8 = (
    "^([1-7][0-9a-f]|0[1-9a-f]|(c[2-9a-f]|d[0-9a-f])[89ab][0-9a-f]|e0[ab][0-9a-f][89ab][0-9a-f]"
    "|(e[1-9abcef]([89ab][0-9a-f]){2}|ed[89][0-9a-f][89ab][0-9a-f])|f0[9ab][0-9a-f]([89ab][0-9a-f]){2}"
    "|f[1-3]([89ab][0-9a-f]){3}|f48[0-9a-f]([89ab][0-9a-f]){2})*$"
)
"""The hexadecimal digits of what is UTF-8, and no NUL, which no text of Postgres has."""


def _has_form(x: p.Part, pattern: str) -> exp.Expr:
    flags, body = ("(?i)", pattern.removeprefix("(?i)")) if pattern.startswith("(?i)") else ("", pattern)
    return exp.RegexpLike(this=atom(x()), expression=p.text(f"{flags}^({body})$"))


def _of_text(
    form: str, read: Callable[[p.Part, DType, exp.DataType], exp.Expr], fits: Fits | None
) -> CastBuild:
    """A text of this form, as ``read`` reads it; for a ``try_cast`` also one that ``fits``."""

    def build(
        operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
    ) -> exp.Expr:
        def body(x: p.Part) -> exp.Expr:
            formed = _has_form(x, form)
            if safe:
                inner = read(x, target, to)
                return p.case((formed, inner if fits is None else p.case((fits(x, target), inner))))
            wrong = exp.DPipe(this=p.text(f"not {target}: "), expression=atom(x()))
            return p.case((formed, read(x, target, to)), default=exp.Cast(this=wrong, to=to.copy()))

        # The parser reads a bare text that is cast at once, whether it is needed or not [RAN].
        given = p.cast(operand, exp.DType.TEXT) if isinstance(operand, exp.Literal) else operand
        return p.let(body, given, table="given", constants=True)

    return build


def _plain(x: p.Part, target: DType, to: exp.DataType) -> exp.Expr:
    return exp.Cast(this=x(), to=to.copy())


def _whole_text_fits(x: p.Part, target: DType) -> exp.Expr:
    """NUMERIC has room for any whole number of a text."""
    low, high = _RANGES[target.kind]
    return exp.Between(this=_numeric(x()), low=p.number(low), high=p.number(high))


def _numeric(value: exp.Expr) -> exp.Expr:
    return p.cast(value, exp.DType.DECIMAL)


def _decimal_fits(x: p.Part, target: DType) -> exp.Expr:
    rounded = exp.Round(this=_numeric(x()), decimals=p.number(target.scale))
    end = p.number(10 ** (target.precision - target.scale))
    return exp.LT(this=exp.Abs(this=rounded), expression=end)


def _date_fits(x: p.Part, target: DType) -> exp.Expr:
    return _has_form(x, _CALENDAR)


def _timestamp_fits(x: p.Part, target: DType) -> exp.Expr:
    return _has_form(x, f"{_CALENDAR}{_TIME}")


_BOUNDS = {
    "float64": ("2.4703282292062327e-324", "1.7976931348623158e308"),
    "float32": ("7.006492321624085e-46", "3.4028235677973366e38"),
}
"""Up to the first is the nearest number 0, from the second on it is infinite."""


def _float(x: p.Part, target: DType, to: exp.DataType) -> exp.Expr:
    """The nearest number: a cast raises where that is 0 or infinite. NUMERIC holds what any exponent makes."""
    short = p.call("REGEXP_REPLACE", x(), p.text("(e[+-]?)0*[1-9][0-9]{4,}$"), p.text(r"\19999"), p.text("i"))
    digits = exp.Not(this=exp.RegexpLike(this=atom(x()), expression=p.text("(?i)n")))
    least, greatest = _BOUNDS[target.kind]

    def body(n: p.Part) -> exp.Expr:
        near = exp.LTE(this=exp.Abs(this=n()), expression=p.number(least))
        beyond = exp.GTE(this=exp.Abs(this=n()), expression=p.number(greatest))
        infinite = exp.Cast(this=exp.Mul(this=exp.Sign(this=n()), expression=p.infinity()), to=to.copy())
        return p.case((near, p.number(0)), (beyond, infinite), default=exp.Cast(this=x(), to=to.copy()))

    # NaN and infinity, which have an n, are no numbers here.
    return p.let(body, _numeric(p.case((digits, short))), table="exact")


def float_of_text(x: p.Part) -> exp.Expr:
    """A text that is a number as float64."""
    return _float(x, DType("float64"), exp.DataType(this=exp.DType.DOUBLE))


def _ranged(prepare: Callable[[exp.Expr], exp.Expr], fits: Fits) -> CastBuild:
    """A number; a ``try_cast`` looks whether it fits."""

    def build(
        operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
    ) -> exp.Expr:
        if not safe:
            return exp.Cast(this=prepare(operand), to=to)
        return p.let(
            lambda x: p.case((fits(x, target), exp.Cast(this=prepare(x()), to=to))), operand, table="given"
        )

    return build


def _same(value: exp.Expr) -> exp.Expr:
    return value


def _truncated(value: exp.Expr) -> exp.Expr:
    return exp.Trunc(this=value)


def _within(x: p.Part, target: DType) -> exp.Expr:
    low, high = _RANGES[target.kind]
    return exp.Between(this=exp.Trunc(this=x()), low=p.number(low), high=p.number(high))


def _int_fits(x: p.Part, target: DType) -> exp.Expr:
    low, high = _RANGES[target.kind]
    return exp.Between(this=atom(x()), low=p.number(low), high=p.number(high))


def _float_within(x: p.Part, target: DType) -> exp.Expr:
    """2**63 is a float64, and the number before it is not."""
    low, high = _RANGES[target.kind]
    above = exp.GTE(this=exp.Trunc(this=x()), expression=p.as_double(p.number(low)))
    return p.both(above, exp.LT(this=exp.Trunc(this=x()), expression=p.as_double(p.number(high + 1))))


def _single(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    """float64 to float32: the cast raises where the nearest is 0."""
    least, greatest = _BOUNDS["float32"]

    def body(x: p.Part) -> exp.Expr:
        near = exp.LTE(this=exp.Abs(this=x()), expression=p.number(least))
        whens: list[tuple[exp.Expr, exp.Expr]] = [(near, exp.Cast(this=p.number(0), to=to.copy()))]
        if safe:
            finite = exp.Between(this=exp.Abs(this=x()), low=p.number(greatest), high=p.number(GREATEST))
            whens.append((finite, exp.Null()))
        return p.case(*whens, default=exp.Cast(this=x(), to=to.copy()))

    return p.let(body, operand, table="given")


def _exact(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    """To float64, of what is far from its bounds."""
    return tame(exp.Cast(this=operand, to=to))


def _always(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    return exp.Cast(this=operand, to=to)


def _bit(operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool) -> exp.Expr:
    """A bool casts to INT alone."""
    bit = p.cast(operand, exp.DType.INT)
    return bit if target.kind == "int32" else exp.Cast(this=bit, to=to)


def _called(name: str, *rest: str) -> CastBuild:
    def build(
        operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
    ) -> exp.Expr:
        return p.call(name, operand, *map(p.text, rest))

    return build


def _written_decimal(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """With all digits of its scale: a NUMERIC has those that it was written with."""
    return exp.Cast(this=scaled(operand, source), to=to)


def scaled(operand: exp.Expr, dtype: DType | None) -> exp.Expr:
    if dtype is None:
        return operand
    size = [exp.DataTypeParam(this=p.number(n)) for n in (dtype.precision, dtype.scale)]
    return exp.Cast(this=operand, to=exp.DataType(this=exp.DType.DECIMAL, expressions=size))


def _decoded(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    def read(x: p.Part) -> exp.Expr:
        return p.call("CONVERT_FROM", x(), p.text("UTF8"))

    def body(x: p.Part) -> exp.Expr:
        digits = p.call("ENCODE", x(), p.text("hex"))
        return p.case((exp.RegexpLike(this=digits, expression=p.text(_UTF8)), read(x)))

    return p.let(body, operand, table="given") if safe else read(operand.copy)


def _attempted(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """Of an unknown type, the engine's own cast."""
    return exp.Cast(this=operand, to=to)


_INTEGER = _of_text(forms.INTEGER, _plain, _whole_text_fits)
_FLOAT = _of_text(forms.FLOAT, _float, None)
_DATE = _called("TO_CHAR", "YYYY-MM-DD")
_TIMESTAMP = _called("TO_CHAR", "YYYY-MM-DD HH24:MI:SS.US")

CASTS: Mapping[tuple[str, str], CastBuild] = MappingProxyType(
    {
        ("bool", "int32"): _bit,
        ("bool", "int64"): _bit,
        ("bool", "string"): _always,
        ("int32", "int64"): _always,
        ("int64", "int32"): _ranged(_same, _int_fits),
        **{(source, "float64"): _exact for source in ("int32", "int64", "float32", "decimal")},
        **{(source, "float32"): _always for source in ("int32", "int64")},
        **{(source, "decimal"): _ranged(_same, _decimal_fits) for source in ("int32", "int64", "decimal")},
        **{(source, "string"): _always for source in ("int32", "int64", "json")},
        ("float64", "float32"): _single,
        **{
            (source, target): _ranged(_truncated, _float_within)
            for source in ("float32", "float64")
            for target in ("int32", "int64")
        },
        **{("decimal", target): _ranged(_truncated, _within) for target in ("int32", "int64")},
        ("decimal", "string"): _written_decimal,
        ("string", "bool"): _of_text(forms.BOOL, _plain, None),
        ("string", "int32"): _INTEGER,
        ("string", "int64"): _INTEGER,
        ("string", "float32"): _FLOAT,
        ("string", "float64"): _FLOAT,
        ("string", "decimal"): _of_text(forms.DECIMAL, _plain, _decimal_fits),
        ("string", "bytes"): _called("CONVERT_TO", "UTF8"),
        ("string", "date"): _of_text(forms.DATE, _plain, _date_fits),
        ("string", "timestamp"): _of_text(forms.DATE + _TIME, _plain, _timestamp_fits),
        ("bytes", "string"): _decoded,
        ("date", "string"): _DATE,
        ("date", "timestamp"): _always,
        ("timestamp", "date"): _always,
        ("timestamp", "string"): _TIMESTAMP,
        **{
            ("", target): _attempted for target in ("bool", "int32", "int64", "float32", "float64", "decimal")
        },
        **{("", target): _attempted for target in ("string", "bytes", "date", "timestamp")},
    }
)
"""By the kinds of source and target; all others are as the table says."""
