"""Casts in Trino: trino.io/docs/current/functions/conversion. [READ] is Trino's own source, by class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.cast_forms import DATE, DECIMAL, INTEGER, TIMESTAMP
from fcompile.compiler.expressions.engines.shorthand import both, call, cast, compare, text, when
from fcompile.compiler.expressions.engines.words import CastBuild
from fcompile.dialects.trino import Trino

_DIALECT = Trino()
_BIGINT, _DOUBLE, _VARCHAR = (_DIALECT.scalar(kind) for kind in ("int64", "float64", "string"))

_BOOL = "[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]"
_FLOAT = f"{DECIMAL}([eE][+-]?[0-9]+)?"
_NAN = "[+-]?[nN][aA][nN]"
_INFINITY = "[iI][nN][fF]([iI][nN][iI][tT][yY])?"


def attempted(operand: exp.Expr, to: exp.DataType, safe: bool) -> exp.Expr:
    """CAST, or TRY_CAST: NULL for what does not fit, while an error inside the operand stays one."""
    return (exp.TryCast if safe else exp.Cast)(this=operand, to=to)


def _is(operand: exp.Expr, pattern: str) -> exp.Expr:
    """Whether the whole text has this form."""
    return call("REGEXP_LIKE", operand.copy(), text(rf"\A({pattern})\z"))


def _unfit(operand: exp.Expr, target: DType, safe: bool) -> exp.Expr:
    """A text that no cast reads, whose error then says what was wrong."""
    said = exp.DPipe(this=text(f"not {target}: "), expression=b.atom(operand.copy()))
    return exp.Null() if safe else said


def _formed(pattern: str, prepared: Callable[[exp.Expr], exp.Expr] = lambda tree: tree) -> CastBuild:
    def build(
        operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
    ) -> exp.Expr:
        read = when(
            (_is(operand, pattern), prepared(operand.copy())), otherwise=_unfit(operand, target, safe)
        )
        return attempted(read, to, safe)

    return build


def _float_text(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """Java reads a decimal number to the nearest float, infinity beyond its range, and has names of its own."""
    read = when(
        (_is(operand, _FLOAT), operand.copy()),
        (_is(operand, _NAN), text("NaN")),
        (_is(operand, f"[+]?{_INFINITY}"), text("Infinity")),
        (_is(operand, f"-{_INFINITY}"), text("-Infinity")),
        otherwise=_unfit(operand, target, safe),
    )
    return attempted(read, to, safe)


def _plain_time(operand: exp.Expr) -> exp.Expr:
    """A cast reads a space before the time, and text behind it as a zone."""
    return call("REPLACE", call("REPLACE", operand, text("T"), text(" ")), text("Z"), text(""))


def _truncated(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """CAST rounds. NaN and infinity fit no BIGINT, but some of them an INTEGER [READ DoubleOperators]."""
    floating = source is not None and source.kind == "float32"
    whole = call("TRUNCATE", cast(operand, _DOUBLE) if floating else operand)
    made = attempted(whole, _BIGINT, safe)
    return attempted(made, to, safe) if target.kind == "int32" else made


def _to_float32(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """A float64 beyond the type's range becomes infinite [READ DoubleOperators], which is an error here."""
    narrow = cast(operand.copy(), to)
    beyond = both(call("IS_INFINITE", narrow), call("IS_FINITE", operand.copy()))
    said = exp.DPipe(this=text(f"not {target}: "), expression=cast(operand.copy(), _VARCHAR))
    return when((beyond, exp.Null() if safe else cast(said, to.copy())), otherwise=narrow.copy())


def _decimal_to_float(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """Of more than 15 digits through text: the quotient of two rounded numbers is not the nearest one."""
    wide = source is not None and source.precision > 15
    return cast(cast(operand, _VARCHAR) if wide else operand, to)


def _decoded(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """functions/binary#from_utf8: what is no UTF-8 becomes U+FFFD, without an error."""
    decoded = call("FROM_UTF8", operand.copy())
    sound = compare(exp.EQ, call("TO_UTF8", decoded), operand)
    said = exp.DPipe(this=text("not UTF-8: "), expression=call("TO_HEX", operand.copy()))
    wrong = exp.Null() if safe else cast(cast(said, _BIGINT), to)
    return when((sound, decoded.copy()), otherwise=wrong)


def _written_timestamp(
    operand: exp.Expr, source: DType | None, target: DType, to: exp.DataType, safe: bool
) -> exp.Expr:
    """The text of a timestamp has as many digits as its type: a column may be TIMESTAMP(3)."""
    return cast(cast(operand, _DIALECT.scalar("timestamp")), to)


CASTS: Mapping[tuple[str, str], CastBuild] = MappingProxyType(
    {
        ("string", "bool"): _formed(_BOOL),
        ("string", "int32"): _formed(INTEGER),
        ("string", "int64"): _formed(INTEGER),
        ("string", "float32"): _float_text,
        ("string", "float64"): _float_text,
        ("string", "decimal"): _formed(DECIMAL),
        ("string", "bytes"): lambda operand, source, target, to, safe: call("TO_UTF8", operand),
        ("string", "date"): _formed(DATE),
        ("string", "timestamp"): _formed(TIMESTAMP, _plain_time),
        ("float32", "int32"): _truncated,
        ("float32", "int64"): _truncated,
        ("float64", "int32"): _truncated,
        ("float64", "int64"): _truncated,
        ("decimal", "int32"): _truncated,
        ("decimal", "int64"): _truncated,
        ("float64", "float32"): _to_float32,
        ("decimal", "float64"): _decimal_to_float,
        ("decimal", "string"): lambda operand, source, target, to, safe: attempted(operand, to, safe),
        ("bytes", "string"): _decoded,
        ("timestamp", "string"): _written_timestamp,
    }
)

REFUSED: Mapping[tuple[str, str], str] = MappingProxyType(
    {("json", "string"): "it keeps what JSON means and not its text; take values out with json_text"}
)
