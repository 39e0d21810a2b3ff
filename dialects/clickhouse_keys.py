"""A spine's column as a key of another type in ClickHouse: what is no value of the key's type is NULL.

A CAST wraps numbers around, and reads 30 February as 1 March [RAN], so both are tested.
"""

from __future__ import annotations

from sqlglot import exp

_INTEGERS = ("int32", "int64")
_NUMBERS = (*_INTEGERS, "float32", "float64", "decimal")
_TIMES = ("date", "timestamp", "timestamptz")
_WHOLE = r"^\s*([+-]?[0-9]+)\s*$"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?"
_DAY = rf"^ *([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:[ T]{_CLOCK} *(?:Z|[+-][0-9:]+)?)? *$"
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
_NAMES = {"int32": "Int32", "int64": "Int64"}


def tested_cast(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    """Return ``key``, a column of ``kind`` (``SpineColumn.kind``), as ``to``, a key's type of ``to_kind``; or NULL."""
    if kind not in ("string", "bool", "bytes", *_NUMBERS, *_TIMES):
        key, kind = _call("toString", key), "string"
    match to_kind:
        case "string":
            return _nothing(to) if kind == "bytes" else exp.Cast(this=key, to=to)
        case "int32" | "int64":
            return _whole_number(key, kind, to_kind, to)
        case "bool":
            return _truth(key, kind, to)
        case "date" | "timestamp":
            return _time(key, kind, to_kind, to)
    # String is the type of texts and of bytes.
    return exp.Cast(this=key, to=to) if kind == "string" else _nothing(to)


def _whole_number(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    if kind == "bool":
        return exp.Cast(this=key, to=to)
    if kind == "string":
        return _call(f"to{_NAMES[to_kind]}OrNull", _call("regexpExtract", key, _text(_WHOLE), _number(1)))
    if kind not in _NUMBERS:
        return _nothing(to)
    if kind == "decimal":
        whole = exp.EQ(this=key, expression=_call("floor", key.copy()))
        key = _if(whole, _call("toInt256", key.copy()))
    return _call("accurateCastOrNull", key, _text(_NAMES[to_kind]))


def _truth(key: exp.Expr, kind: str, to: exp.DataType) -> exp.Expr:
    if kind in _NUMBERS:
        return exp.NEQ(this=key, expression=_number(0))
    if kind != "string":
        return _nothing(to)
    word = _call("lower", key)
    ifs = [
        exp.If(this=exp.In(this=word.copy(), expressions=[_text(w) for w in words]), true=value)
        for words, value in ((_TRUE, exp.true()), (_FALSE, exp.false()))
    ]
    return exp.Case(ifs=ifs)


def _time(key: exp.Expr, kind: str, to_kind: str, to: exp.DataType) -> exp.Expr:
    if kind in _TIMES:
        return exp.Cast(this=key, to=to)
    if kind != "string":
        return _nothing(to)
    day = _call("regexpExtract", key, _text(_DAY), _number(1))
    read = _call("toDate32OrNull", day)
    sound = exp.EQ(this=_call("toString", read), expression=day.copy())
    if to_kind == "date":
        return _if(sound, read.copy())
    trimmed = _call("trimBoth", key.copy())
    return _if(sound, _call("parseDateTime64BestEffortOrNull", trimmed, _number(6), _text("UTC")))


def _nothing(to: exp.DataType) -> exp.Expr:
    return exp.Cast(this=exp.Null(), to=to)


def _if(condition: exp.Expr, then: exp.Expr) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=condition, true=then)])


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))
