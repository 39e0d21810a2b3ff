"""JSON as ClickHouse says it, over its functions of JSON in text."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import integer
from fcompile.compiler.expressions.engines.clickhouse_parts import Value, case, either, fn, once, text
from fcompile.compiler.expressions.json_paths import Path, parse_path

_WHOLE = "^-?[0-9]+$"


def json_text(value: exp.Expr, path: exp.Expr) -> exp.Expr:
    """NULL unless the text is strict JSON and the path leads to a scalar.

    Whole numbers beyond 64 bits come as text, with their digits. A number beyond the range of float64 makes the
    whole no JSON, as does a depth beyond 1,024 [RAN].
    """
    steps = parse_path(str(path.this))
    return once(lambda x: _at(x, steps), value)


def _at(x: Value, path: Path) -> exp.Expr:
    """An index takes the members of an object too [RAN]: there has to be an array."""
    inside = [_is(x, path[:place], "Array") for place, step in enumerate(path) if isinstance(step, int)]
    number = exp.Cast(this=_call("JSONExtractFloat", x, path), to=exp.DataType(this=exp.DType.DOUBLE))
    whens = [
        (either(exp.Not(this=fn("isValidJSON", x())), *(exp.Not(this=i) for i in inside)), exp.Null()),
        (_is(x, path, "String"), _call("JSONExtractString", x, path)),
        (_is(x, path, "Bool", "Int64", "UInt64"), _call("JSONExtractRaw", x, path)),
        (_is(x, path, "Double"), once(_number, fn("toString", number))),
    ]
    return exp.Case(ifs=[exp.If(this=condition, true=made) for condition, made in whens])


def _is(x: Value, path: Path, *types: str) -> exp.Expr:
    found = fn("toString", _call("JSONType", x, path))
    if len(types) == 1:
        return exp.EQ(this=found, expression=text(types[0]))
    return exp.In(this=found, expressions=[text(name) for name in types])


def _number(written: Value) -> exp.Expr:
    """The shortest text of a float64, as ClickHouse writes it but for .0 after whole numbers."""
    whole = fn("match", written(), text(_WHOLE))
    return case(whole, fn("concat", written(), text(".0")), written())


def _call(name: str, x: Value, path: Path) -> exp.Expr:
    return fn(name, x(), *_steps(path))


def _steps(path: Path) -> Sequence[exp.Expr]:
    """Keys, and places in arrays from 1."""
    return [integer(step + 1) if isinstance(step, int) else text(step) for step in path]
