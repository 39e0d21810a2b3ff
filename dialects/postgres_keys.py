"""A spine's column as a key of another type, where there is no TRY_CAST: tested first, so that nothing raises.

A value that is none of the key's type is NULL, and finds nothing: ``1.5`` and ``1e3`` are no whole numbers. Texts as
dates and times ask ``pg_input_is_valid``, which PostgreSQL has since 16.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

_BITS = {"int32": 31, "int64": 63}
_FLOATS = ("float32", "float64")
_NUMBERS = (*_BITS, *_FLOATS, "decimal")
_TIMES = ("date", "timestamp", "timestamptz")
_WHOLE = r"^\s*[+-]?[0-9]{1,19}\s*$"
# Words such as `today` are dates for PostgreSQL too.
_DATED = r"^\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T].*)?$"
_ASCII = r"^[ -\[\]-~]*$"
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def tested_cast(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    """Return ``key``, a column of ``kind`` (``SpineColumn.kind``), as ``to``, a key's type of ``to_kind``; or NULL."""
    if kind not in ("string", "bool", "bytes", *_NUMBERS, *_TIMES):
        # What it is only the engine knows: a UUID, an enumeration.
        key, kind = _cast(key, exp.DataType(this=exp.DataType.Type.TEXT)), "string"
    match to_kind:
        case "string":
            return exp.Null() if kind == "bytes" else _cast(key, to)
        case "int32" | "int64":
            return _whole_number(key, kind, to_kind, to)
        case "bool":
            return _truth(key, kind, to)
        case "date" | "timestamp":
            return _time(key, kind, to_kind, to)
    plain = _if(_like(key, _ASCII), _call("CONVERT_TO", key, exp.Literal.string("UTF8")))
    return plain if kind == "string" else _nothing(to)


def _whole_number(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    if kind == "bool":
        return _cast(_cast(key, exp.DataType(this=exp.DataType.Type.INT)), to)
    bound = exp.Literal.number(2 ** _BITS[to_kind])
    number = _cast(key, exp.DataType(this=exp.DataType.Type.DECIMAL)) if kind == "string" else key
    within = exp.And(
        this=exp.GTE(this=number, expression=exp.Neg(this=bound)),
        expression=exp.LT(this=number, expression=bound),
    )
    if kind == "string":
        return _if(_like(key, _WHOLE), _if(within, _cast(number, to)))
    if kind in _BITS:
        return _if(within, _cast(key, to))
    if kind in _NUMBERS:
        whole = exp.EQ(this=key, expression=exp.Floor(this=key))
        return _if(exp.And(this=within, expression=whole), _cast(key, to))
    return _nothing(to)


def _truth(key: exp.Expr, kind: str, to: exp.DataType) -> exp.Expr:
    if kind in _NUMBERS:
        return exp.NEQ(this=key, expression=exp.Literal.number(0))
    if kind != "string":
        return _nothing(to)
    text = exp.Lower(this=key)
    return exp.Case(
        ifs=[
            exp.If(this=_among(text, _TRUE), true=exp.true()),
            exp.If(this=_among(text, _FALSE), true=exp.false()),
        ]
    )


def _time(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    if kind in _TIMES:
        return _cast(key, to)
    if kind != "string":
        return _nothing(to)
    valid = _call("PG_INPUT_IS_VALID", key, exp.Literal.string(to_kind))
    return _if(_like(key, _DATED), _if(valid, _cast(key, to)))


def _nothing(to: exp.DataType) -> exp.Expr:
    return _cast(exp.Null(), to)


def _cast(tree: exp.Expr, to: exp.DataType) -> exp.Cast:
    return exp.Cast(this=tree, to=to)


def _if(condition: exp.Expr, then: exp.Expr) -> exp.Case:
    """CASE tests one condition after the other: what it guards is not computed where it does not hold."""
    return exp.Case(ifs=[exp.If(this=condition, true=then)])


def _like(key: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=key, expression=exp.Literal.string(pattern))


def _among(text: exp.Expr, words: Sequence[str]) -> exp.Expr:
    return exp.In(this=text, expressions=[exp.Literal.string(word) for word in words])


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
