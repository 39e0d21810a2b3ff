"""Typed trees to sqlglot trees, by direct construction: nothing is parsed, little is copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.builders import integer
from fcompile.compiler.expressions.casts import Types, build_cast
from fcompile.compiler.expressions.engines.registry import words_of
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.kinds import kind_of
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal, Raw


def lower(
    expr: Expr,
    column: Callable[[str], exp.Expr],
    types: Types,
    dialect: str = "duckdb",
) -> exp.Expr:
    """Return the SQL of ``expr``, as ``infer`` gives it.

    Args:
        column: a new tree for a column's name, each time it is called.
        types: a new type of the dialect for a dtype, each time it is called.
        dialect: its name, which says how it says what, and which raw SQL is meant for it.

    The SQL's type is the inferred one: engines type a bare number their own way (DuckDB's 1.5 is a DECIMAL),
    so a number stands bare only beside something whose type it takes.
    """
    return _Lowering(column, types, dialect).typed(expr)


class _Lowering:
    def __init__(self, column: Callable[[str], exp.Expr], types: Types, dialect: str) -> None:
        self.column = column
        self.types = types
        self.dialect = dialect
        self.words = words_of(dialect)

    def typed(self, expr: Expr) -> exp.Expr:
        """The SQL of ``expr``, where nothing beside it says its type."""
        made = self.visit(expr)
        if isinstance(expr, Literal) and expr.dtype and _is_number(expr) and not isinstance(made, exp.Cast):
            return exp.Cast(this=made, to=self.types(expr.dtype))
        return made

    def visit(self, expr: Expr) -> exp.Expr:
        match expr:
            case Column(name):
                return self.column(name)
            case Literal():
                return self.literal(expr)
            case Cast(operand, dtype, source, safe=safe):
                return self.cast(self.typed(operand), source, dtype, safe)
            case Case(whens, otherwise):
                values = self.group([*(v for _, v in whens), otherwise])
                ifs = [
                    exp.If(this=self.visit(c), true=v) for (c, _), v in zip(whens, values[:-1], strict=True)
                ]
                bare = isinstance(otherwise, Literal) and otherwise.value is None
                return exp.Case(ifs=ifs, default=None if bare else values[-1])
            case Call(function, arguments):
                entry = TABLE[function]
                lowered = self.group(arguments, entry.plain, entry.leads)
                own = self.words.functions.get(function)
                return entry.build(*lowered) if own is None else own(lowered, tuple(map(kind_of, arguments)))
            case Raw(texts, default):
                raw = dict(texts).get(self.dialect)
                return self.typed(default) if raw is None else exp.Paren(this=exp.Var(this=raw))

    def cast(self, operand: exp.Expr, source: DType | None, target: DType, safe: bool) -> exp.Expr:
        casts, kind = self.words.casts, "" if source is None else source.kind
        own = casts.get((kind, target.kind)) or casts.get(("*", target.kind))
        if own is None or source == target:
            return build_cast(operand, source, target, self.types, safe)
        return own(operand, source, target, self.types(target), safe)

    def group(self, exprs: Sequence[Expr], plain: Sequence[int] = (), leads: bool = False) -> list[exp.Expr]:
        """Values of one type: if all are constants the first says the type, otherwise they stand bare."""
        first = 0 if leads else None
        if all(isinstance(e, Literal) for i, e in enumerate(exprs) if i not in plain):
            first = next((i for i, e in enumerate(exprs) if i not in plain and _is_number(e)), None)
        return [self.typed(e) if i == first else self.visit(e) for i, e in enumerate(exprs)]

    def literal(self, literal: Literal) -> exp.Expr:
        value = literal.value
        if self.words.literal is not None:
            kind = None if literal.dtype is None else self.types(literal.dtype)
            own = self.words.literal(literal, kind)
            if own is not None:
                return own
        match value:
            case None:
                return exp.Null()
            case bool():
                return exp.Boolean(this=value)
            case int():
                return self.whole(value, literal.dtype)
            case float():
                return _signed(_float_text(abs(value)), value < 0 or str(value) == "-0.0")
            case Decimal():
                return _signed(f"{abs(value):f}", value < 0)
        text = exp.Literal.string(value)
        timed = literal.dtype is not None and literal.dtype.kind in ("date", "timestamp")
        return exp.Cast(this=text, to=self.types(literal.dtype)) if timed and literal.dtype else text

    def whole(self, value: int, dtype: DType | None) -> exp.Expr:
        if value == -(2**63) and dtype is not None:
            # Engines read the digits first, which fit no int64.
            return exp.Cast(this=exp.Literal.string(str(value)), to=self.types(dtype))
        return integer(value)


def _is_number(expr: Expr) -> bool:
    if not isinstance(expr, Literal) or isinstance(expr.value, bool):
        return False
    return isinstance(expr.value, int | float | Decimal)


def _signed(text: str, negative: bool) -> exp.Expr:
    number = exp.Literal.number(text)
    return exp.Neg(this=number) if negative else number


def _float_text(value: float) -> str:
    """Bare where a decimal constant converts exactly, else with an exponent, which makes it a DOUBLE."""
    text = repr(value)
    digits = text.replace(".", "").strip("0")
    return text if "e" in text or len(digits) <= 15 else f"{text}e0"
