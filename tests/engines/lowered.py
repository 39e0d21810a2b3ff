"""Every function and cast of the language as SQL of a dialect: for engines that do not run here."""

from __future__ import annotations

from collections.abc import Iterator

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.casts import CASTS
from fcompile.compiler.expressions.engines.registry import words_of
from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.nodes import Cast, Column
from fcompile.compiler.expressions.parser import parse
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


def text_of(dialect: str) -> str:
    """All of it as a page for review."""
    return "".join(f"-- {words}\n{sql};\n\n" for words, sql in all_lowered(dialect))
