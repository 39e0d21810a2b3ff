"""Casts in Snowflake: docs.snowflake.com/en/sql-reference/data-type-conversion, functions/try_cast.

TRY_CAST reads text alone, so what does not fit is found before: a text by its form, a number by its range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.cast_forms import DATE, DECIMAL, INTEGER, TIMESTAMP
from fcompile.compiler.expressions.engines.shorthand import (
    both,
    call,
    cast,
    compare,
    number,
    present,
    text,
    when,
)
from fcompile.compiler.expressions.engines.snowflake_integers import in_range
from fcompile.compiler.expressions.engines.snowflake_numbers import float_of
from fcompile.compiler.expressions.engines.words import CastBuild
from fcompile.dialects.snowflake import Snowflake

_DIALECT = Snowflake()
_LONG = _DIALECT.scalar("int64")

_BOOL = "[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]"
_FLOAT = f"{DECIMAL}([eE][+-]?[0-9]+)?"
_NAN = "[+-]?[nN][aA][nN]"
_INFINITY = "[iI][nN][fF]([iI][nN][iI][tT][yY])?"

Fits = Callable[[exp.Expr, DType], exp.Expr]
"""(operand, target) -> whether its value fits; NULL for NULL."""
Read = Callable[[exp.Expr, DType, exp.DataType], exp.Expr]
"""(operand, target, its SQL) -> the value, where it fits."""


def _guarded(fits: Fits, read: Read, attempt: Read | None = None) -> CastBuild:
    """``read`` where it ``fits``; otherwise NULL, or the error of reading a text that says what was wrong.

    ``attempt`` is the function that gives NULL for a text of the right form which it cannot read.
    """

    def build(
        operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
    ) -> exp.Expr:
        if safe:
            return when((fits(operand, target), (attempt or read)(operand.copy(), target, to)))
        return when((fits(operand, target), read(operand.copy(), target, to)), _unfit(operand, target, to))

    return build


def _unfit(operand: exp.Expr, target: DType, to: exp.DataType) -> tuple[exp.Expr, exp.Expr]:
    said = exp.DPipe(this=text(f"not {target}: "), expression=call("TO_VARCHAR", operand.copy()))
    return present(operand), cast(said, to.copy())


# -- text -----------------------------------------------------------------------------------------------


def _is(operand: exp.Expr, pattern: str) -> exp.Expr:
    """functions/regexp_like: the whole text has this form."""
    return call("REGEXP_LIKE", operand.copy(), text(pattern))


def _formed(pattern: str) -> Fits:
    return lambda operand, target: _is(operand, pattern)


def _whole_text(operand: exp.Expr, target: DType) -> exp.Expr:
    read = call("TRY_TO_NUMBER", operand.copy(), number(38), number(0))
    return both(_is(operand, INTEGER), in_range(read, *_limits(target)))


def _limits(target: DType) -> tuple[int, int]:
    end = 2**31 if target.kind == "int32" else 2**63
    return -end, end - 1


def _size(target: DType) -> tuple[exp.Expr, exp.Expr]:
    return number(target.precision), number(target.scale)


_DAY = "YYYY-MM-DD"
_TIME = "YYYY-MM-DD HH24:MI:SS.FF6"
_MIDNIGHT = "0001-01-01 00:00:00.000000"


def _canonical(operand: exp.Expr) -> exp.Expr:
    """A time's text with all its parts: what it lacks is that of midnight."""
    plain = call("TRANSLATE", operand.copy(), text("TZ"), text(" "))
    from_here = exp.Add(this=call("LENGTH", plain.copy()), expression=number(1))
    return exp.DPipe(this=plain, expression=call("SUBSTR", text(_MIDNIGHT), from_here))


def _as_timestamp(name: str) -> Read:
    return lambda operand, target, to: cast(call(name, _canonical(operand), text(_TIME)), to)


def _with(name: str, *more: exp.Expr) -> Read:
    return lambda operand, target, to: call(name, operand, *(each.copy() for each in more))


def _float_text(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """data-types-numeric: 'NaN', 'inf' and '-inf' are read."""
    pairs = [
        (_is(operand, _FLOAT), call("TO_DOUBLE", operand.copy())),
        (_is(operand, _NAN), float_of("NaN")),
        (_is(operand, f"[+]?{_INFINITY}"), float_of("inf")),
        (_is(operand, f"-{_INFINITY}"), float_of("-inf")),
    ]
    return when(*pairs) if safe else when(*pairs, _unfit(operand, target, to))


# -- numbers --------------------------------------------------------------------------------------------


def _float_fits(operand: exp.Expr, target: DType) -> exp.Expr:
    """Bounds that are floats exactly; NaN is greater than each."""
    least, most = _limits(target)
    if target.kind == "int32":
        low, high = compare(exp.GT, operand, number(least - 1)), compare(exp.LT, operand, number(most + 1))
    else:
        low = compare(exp.GTE, operand, float_of(str(least)))
        high = compare(exp.LT, operand, float_of(str(most + 1)))
    return both(low, high)


def _truncated(operand: exp.Expr, target: DType, to: exp.DataType) -> exp.Expr:
    return cast(call("TRUNC", operand), to)


def _decimal_to_int(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    whole = cast(call("TRUNC", operand), to)
    digits = 9 if target.kind == "int32" else 18
    if source is not None and source.precision - source.scale <= digits:
        return whole
    fits: Fits = lambda tree, kind: in_range(call("TRUNC", tree.copy()), *_limits(kind))  # noqa: E731
    return _guarded(fits, _truncated)(operand, source, target, to, safe)


def _decimal_fits(operand: exp.Expr, target: DType) -> exp.Expr:
    """Rounded as the cast rounds, halves away from zero."""
    rounded = call("ROUND", operand.copy(), number(target.scale))
    return compare(exp.LT, call("ABS", rounded), number(10 ** (target.precision - target.scale)))


def _to_decimal(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """A cast that does not fit raises."""
    if not safe:
        return cast(operand, to)
    return _guarded(_decimal_fits, lambda tree, kind, made: cast(tree, made))(
        operand, source, target, to, True
    )


def _decimal_to_float(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """Of more than 15 digits through text: a quotient of two rounded numbers is not the nearest one."""
    wide = source is not None and source.precision > 15
    return cast(call("TO_VARCHAR", operand) if wide else operand, to)


def _same(read: Read) -> CastBuild:
    """What always fits."""
    return lambda operand, source, target, to, safe: read(operand, target, to)


def _plain(operand: exp.Expr, target: DType, to: exp.DataType) -> exp.Expr:
    return cast(operand, to)


def _int32_to_int64(operand: exp.Expr, target: DType, to: exp.DataType) -> exp.Expr:
    """Ten digits: so sums of it are known to be far from int64's ends."""
    return cast(operand, _DIALECT.scalar("int32"))


def _written(form: str) -> CastBuild:
    return _same(lambda operand, target, to: call("TO_CHAR", operand, text(form)))


def _decoded(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """functions/try_hex_decode_string: NULL for what is no UTF-8, where HEX_DECODE_STRING raises."""
    name = "TRY_HEX_DECODE_STRING" if safe else "HEX_DECODE_STRING"
    return call(name, call("HEX_ENCODE", operand))


def _of_unknown(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """The engine's own. TRY_CAST reads text alone, and every scalar has one."""
    if not safe:
        return cast(operand, to)
    return exp.TryCast(this=call("TO_VARCHAR", operand), to=to, requires_string=True)


_FROM_FLOAT = _guarded(_float_fits, _truncated)
_WHOLE_TEXT = _guarded(
    _whole_text, lambda operand, target, to: cast(call("TO_NUMBER", operand, number(38), number(0)), to)
)

CASTS: Mapping[tuple[str, str], CastBuild] = MappingProxyType(
    {
        ("int32", "int64"): _same(_int32_to_int64),
        ("int64", "int32"): _guarded(lambda tree, kind: in_range(tree, *_limits(kind)), _plain),
        ("int32", "decimal"): _to_decimal,
        ("int64", "decimal"): _to_decimal,
        ("decimal", "decimal"): _to_decimal,
        ("decimal", "float64"): _decimal_to_float,
        ("decimal", "int32"): _decimal_to_int,
        ("decimal", "int64"): _decimal_to_int,
        ("decimal", "string"): _same(_plain),
        ("float32", "int32"): _FROM_FLOAT,
        ("float32", "int64"): _FROM_FLOAT,
        ("float64", "int32"): _FROM_FLOAT,
        ("float64", "int64"): _FROM_FLOAT,
        ("string", "bool"): _guarded(
            _formed(_BOOL), lambda operand, target, to: call("TO_BOOLEAN", call("LOWER", operand))
        ),
        ("string", "int32"): _WHOLE_TEXT,
        ("string", "int64"): _WHOLE_TEXT,
        ("string", "float64"): _float_text,
        ("string", "decimal"): _guarded(
            _formed(DECIMAL),
            lambda operand, target, to: call("TO_NUMBER", operand, *_size(target)),
            lambda operand, target, to: call("TRY_TO_NUMBER", operand, *_size(target)),
        ),
        ("string", "bytes"): _same(lambda operand, target, to: call("TO_BINARY", operand, text("UTF-8"))),
        ("string", "date"): _guarded(
            _formed(DATE), _with("TO_DATE", text(_DAY)), _with("TRY_TO_DATE", text(_DAY))
        ),
        ("string", "timestamp"): _guarded(
            _formed(TIMESTAMP), _as_timestamp("TO_TIMESTAMP_NTZ"), _as_timestamp("TRY_TO_TIMESTAMP_NTZ")
        ),
        ("bytes", "string"): _decoded,
        ("date", "string"): _written(_DAY),
        ("timestamp", "string"): _written(_TIME),
        **{("", kind): _of_unknown for kind in _DIALECT.scalar_types if kind != "json"},
        ("", "decimal"): _of_unknown,
    }
)

_NO_SINGLE = "its FLOAT has 64 bits and nothing rounds to 32; leave it float64"

REFUSED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{(kind, "float32"): _NO_SINGLE for kind in ("int32", "int64", "float64", "string")},
        ("json", "string"): "it keeps what JSON means and not its text",
    }
)
