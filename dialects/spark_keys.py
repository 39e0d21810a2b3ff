"""A spine's column as a key of another type in Spark: what is no value of the key's type is NULL.

TRY_CAST cuts 1.5 to 1, makes seconds of a timestamp, reads '2024' as a day, and is refused between some types [RAN].
"""

from __future__ import annotations

from sqlglot import exp

_INTEGERS = ("int32", "int64")
_FLOATS = ("float32", "float64")
_NUMBERS = (*_INTEGERS, *_FLOATS, "decimal")
_TIMES = ("date", "timestamp", "timestamptz")
_DATED = r"^\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T].*)?$"


def tested_cast(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    """Return ``key``, a column of ``kind`` (``SpineColumn.kind``), as ``to``, a key's type of ``to_kind``; or NULL."""
    if kind not in ("string", "bool", "bytes", *_NUMBERS, *_TIMES):
        key, kind = exp.Cast(this=key, to=exp.DataType(this=exp.DataType.Type.TEXT)), "string"
    if kind == to_kind:
        return exp.Cast(this=key, to=to)
    made = exp.TryCast(this=key, to=to)
    match to_kind:
        case "int32" | "int64" if kind in (*_FLOATS, "decimal"):
            return _where(_whole(key.copy(), kind), made)
        case "int32" | "int64" | "bool":
            return made if kind in ("string", "bool", *_NUMBERS) else _nothing(to)
        case "string":
            return _nothing(to) if kind == "bytes" else made
        case "bytes":
            return made if kind == "string" else _nothing(to)
    if kind == "string":
        return _where(_call("REGEXP_LIKE", key.copy(), exp.Literal.string(_DATED)), made)
    return made if kind in _TIMES else _nothing(to)


def _whole(key: exp.Expr, kind: str) -> exp.Expr:
    """2**63 as a float would become 2**63 - 1 [RAN]."""
    if kind == "decimal":
        rest = exp.Mod(this=key, expression=exp.Literal.number(1))
        return exp.EQ(this=rest, expression=exp.Literal.number(0))
    whole = exp.EQ(this=key, expression=_call("RINT", key.copy()))
    end = exp.Literal.number("9.223372036854775808e18")
    return exp.And(this=whole, expression=exp.LT(this=key.copy(), expression=end))


def _where(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def _nothing(to: exp.DataType) -> exp.Expr:
    return exp.Cast(this=exp.Null(), to=to)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
