"""Every function and cast of the language as SQL of a dialect: for engines that do not run here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.casts import CASTS
from fcompile.compiler.expressions.engines.registry import words_of
from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.nodes import Cast, Column
from fcompile.compiler.expressions.parser import parse
from fcompile.dialects.registry import DIALECTS
from tests.expressions.grids import calls
from tests.expressions.running import to_sql
from tests.expressions.shapes import Form, forms

Lowered = tuple[str, str]
"""The expression in words, and its SQL."""


def all_lowered(dialect: str) -> list[Lowered]:
    """Every form of every function that the dialect does not refuse, then every cast, in one order."""
    return [*_functions(dialect), *_unknown(dialect), *_casts(dialect)]


def _functions(dialect: str) -> Iterator[Lowered]:
    for form in forms():
        if form.function in words_of(dialect).refused:
            continue
        types = {f"c{i}": dtype for i, dtype in enumerate(_types(form))}
        (typed,) = calls([form], types)
        yield f"{form.function}({_words(form)})", to_sql(typed, dialect)


def _types(form: Form) -> list[DType]:
    return [a.dtype for a in form.arguments if a.dtype is not None]


def _words(form: Form) -> str:
    shown = (a.constant or a.dtype for a in form.arguments)
    return ", ".join(str(getattr(each, "value", each)) for each in shown)


_UNKNOWN = (
    "a + b * 2",
    "a / b",
    "a = b or a < b",
    "a in (b, 1)",
    "case when a > 0.5 then a else b end",
    "coalesce(a, b, 0)",
    "greatest(a, b)",
    "round(a, 2)",
    "upper(a) like 'A%'",
    "try_cast(a as int64)",
    "cast(a as float64) > 1.5",
    "date_trunc('day', a)",
    "date_diff('day', a, b)",
    "length(json_text(a, '$.b'))",
)


def _unknown(dialect: str) -> Iterator[Lowered]:
    """Of columns that no contract declares."""
    for text in _UNKNOWN:
        typed = infer(parse(text), Columns({}, closed=False))
        if not any(f"{name}(" in text for name in words_of(dialect).refused):
            yield f"unknown types: {text}", to_sql(typed, dialect)


def _casts(dialect: str) -> Iterator[Lowered]:
    refused = words_of(dialect).refused_casts
    for source, target in CASTS:
        if {(source, target), ("*", target), (source, "*")} & refused.keys():
            continue
        for safe in (False, True):
            if safe and {("try", "*"), ("try", target)} & refused.keys():
                continue
            made = Cast(Column("c0"), _dtype(target), safe=safe)
            typed = infer(made, Columns({"c0": _dtype(source)}, closed=True))
            assert typed.problems == (), (source, target, typed.problems)
            yield f"{'try_cast' if safe else 'cast'}({source} as {target})", to_sql(typed, dialect)


def _dtype(kind: str) -> DType:
    return DType(kind, precision=10, scale=2) if kind == "decimal" else DType(kind)


def words_of_windows(dialect: str) -> list[Lowered]:
    """What the dialect says of windows and keys, each with a condition on the rows."""
    engine = DIALECTS[dialect]
    value, where = exp.column("v", quoted=True), exp.column("w", quoted=True)
    order = [exp.Ordered(this=exp.column("t", quoted=True), desc=True, nulls_first=False)]
    made = {
        "percentile": engine.percentile_of(value.copy(), 0.25, where.copy()),
        "var_samp": engine.deviation(value.copy(), True, True, where.copy()),
        "stddev_samp": engine.deviation(value.copy(), False, False, where.copy()),
        "newest_value": engine.newest_value(value.copy(), order, where.copy()),
        "list_in_order": engine.list_in_order(value.copy(), order, 3, where.copy()),
        "nonempty": engine.nonempty(value.copy()),
        "estimated_distinct": engine.estimated_distinct(value.copy(), where.copy()),
        "greatest float64": engine.extreme(value.copy(), "float64", where.copy(), least=False),
        "least bool": engine.extreme(value.copy(), "bool", where.copy(), least=True),
        "sum of float32": engine.sum_of(value.copy(), "float32", where.copy()),
        "floor to 7 minutes": engine.floor_time(value.copy(), timedelta(minutes=7)),
        "floor to 1500 ms": engine.floor_time(value.copy(), timedelta(milliseconds=1500)),
        "key of text": engine.key_cast(value.copy(), "string", "int64", engine.scalar("int64")),
        "key of decimals": engine.key_cast(value.copy(), "decimal", "int64", engine.scalar("int64")),
        "hash of float64": engine.portable_hash(value.copy(), "float64"),
        "hash of timestamp": engine.portable_hash(value.copy(), "timestamp"),
    }
    return [(words, engine.sql(tree)) for words, tree in made.items()]


def text_of(dialect: str, *, windows: bool = False) -> str:
    """All of it as a page for review."""
    lowered = [*all_lowered(dialect), *(words_of_windows(dialect) if windows else [])]
    return "".join(f"-- {words}\n{sql};\n\n" for words, sql in lowered)
