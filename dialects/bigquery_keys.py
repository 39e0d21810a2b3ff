"""A spine's column as a key of another type in BigQuery: what is no value of the key's type is NULL.

SAFE_CAST rounds numbers and reads more texts than keys are written as, so their forms are tested.
"""

from __future__ import annotations

from sqlglot import exp

_INTEGERS = ("int32", "int64")
_NUMBERS = (*_INTEGERS, "float32", "float64", "decimal")
_TIMES = ("date", "timestamp", "timestamptz")
_WHOLE = r"^\s*([+-]?[0-9]{1,19})\s*$"
_DATED = r"^\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T].*?)?)\s*$"
_MINUTE = r"^([0-9-]+[ T][0-9]{1,2}:[0-9]{2})(Z|[+-].*)?$"
_ASCII = r"^[ -\[\]-~]*$"
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def tested_cast(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    """Return ``key``, a column of ``kind`` (``SpineColumn.kind``), as ``to``, a key's type of ``to_kind``; or NULL."""
    if kind not in ("string", "bool", "bytes", *_NUMBERS, *_TIMES):
        key, kind = _cast(key, exp.DataType(this=exp.DataType.Type.TEXT)), "string"
    match to_kind:
        case "string":
            return _nothing(to) if kind == "bytes" else _cast(key, to)
        case "int32" | "int64":
            return _whole_number(key, kind, to_kind, to)
        case "bool":
            return _truth(key, kind, to)
        case "date" | "timestamp":
            return _time(key, kind, to)
    return _if(_like(key, _ASCII), _cast(key.copy(), to)) if kind == "string" else _nothing(to)


def _whole_number(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    if kind == "string":
        key = _call("REGEXP_EXTRACT", key, _text(_WHOLE))
    elif kind in _NUMBERS and kind not in _INTEGERS:
        key = _if(exp.EQ(this=key, expression=_call("FLOOR", key.copy())), key.copy())
    elif kind not in ("bool", *_INTEGERS):
        return _nothing(to)
    number = exp.TryCast(this=key, to=to)
    if to_kind == "int64" or kind == "bool":
        return number
    low, high = exp.Neg(this=exp.Literal.number(2**31)), exp.Literal.number(2**31 - 1)
    return _if(exp.Between(this=number, low=low, high=high), number.copy())


def _truth(key: exp.Expr, kind: str, to: exp.DataType) -> exp.Expr:
    if kind in _NUMBERS:
        return exp.NEQ(this=key, expression=exp.Literal.number(0))
    if kind != "string":
        return _nothing(to)
    text = _call("LOWER", key)
    words = [(_TRUE, exp.true()), (_FALSE, exp.false())]
    return exp.Case(
        ifs=[
            exp.If(this=exp.In(this=text.copy(), expressions=[_text(w) for w in known]), true=value)
            for known, value in words
        ]
    )


def _time(key: exp.Expr, kind: str, to: exp.DataType) -> exp.Expr:
    """A time of day may stand without seconds, which BigQuery does not read [RAN]."""
    if kind in _TIMES:
        return _cast(key, to)
    if kind != "string":
        return _nothing(to)
    text = _call("REGEXP_EXTRACT", key, _text(_DATED))
    seconds = _call("REGEXP_REPLACE", text, _text(_MINUTE), _text(r"\1:00\2"))
    return exp.TryCast(this=seconds, to=to)


def _nothing(to: exp.DataType) -> exp.Expr:
    return _cast(exp.Null(), to)


def _cast(tree: exp.Expr, to: exp.DataType) -> exp.Cast:
    return exp.Cast(this=tree, to=to)


def _if(condition: exp.Expr, then: exp.Expr) -> exp.If:
    return exp.If(this=condition, true=then, false=exp.Null())


def _like(key: exp.Expr, pattern: str) -> exp.Expr:
    return _call("REGEXP_CONTAINS", key, _text(pattern))


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _text(value: str) -> exp.Literal:
    return exp.Literal.string(value)
