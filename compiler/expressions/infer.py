"""Types: from columns and literals up, every problem collected, literals adapted to what they meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fcompile.compiler.dtypes import BOOL, DType
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.expressions.casts import CASTS, refusal
from fcompile.compiler.expressions.conversions import Operand, adapt, unify
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal, Raw
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.text import quote_name, to_text

MAX_WEIGHT = 5_000
"""Nodes of SQL one expression may become: some functions repeat their arguments, and that multiplies."""


@dataclass(frozen=True)
class Columns:
    """What an expression may read. A type of None is unknown. ``closed``: there are no columns but these."""

    types: Mapping[str, DType | None]
    closed: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """``dtype`` None: unknown, or NULL. With problems, ``expr`` is not to be lowered.

    ``written`` is the tree before implicit conversions, for messages.
    """

    expr: Expr
    dtype: DType | None
    problems: tuple[Problem, ...] = ()
    written: Expr | None = field(default=None, compare=False, repr=False)


def infer(expr: Expr, columns: Columns) -> Typed:
    """Return ``expr`` with its type, implicit conversions written out, and every problem in it."""
    checker = _Checker(columns)
    operand = checker.visit(expr)
    if operand.weight > MAX_WEIGHT and not checker.problems:
        message = "the expression becomes too much SQL: //, %, substr and cast repeat what they take"
        checker.report(Problem("FC311", message, expr.place, "split it into several features"))
    return Typed(operand.expr, operand.dtype, tuple(checker.problems), expr)


def conform(typed: Typed, dtype: DType) -> Typed:
    """Return ``typed`` as a declared ``dtype``: a literal adapts, a narrower number widens; else a problem.

    An unknown type is taken as it is; NULL becomes NULL of the type.
    """
    operand = Operand(typed.expr, typed.dtype)
    if operand.null:
        return replace(typed, expr=Cast(typed.expr, dtype, place=typed.expr.place), dtype=dtype)
    if operand.unknown or typed.problems:
        return typed
    made = adapt(operand, dtype)
    if made is not None:
        return replace(typed, expr=made, dtype=dtype)
    assert typed.dtype is not None  # noqa: S101  unknown types have returned above
    text = to_text(typed.written or typed.expr)
    castable = (typed.dtype.kind, dtype.kind) in CASTS
    hint = f"write cast({text if len(text) <= 60 else '...'} as {dtype})" if castable else ""
    hint = hint or refusal(typed.dtype, dtype)
    problem = Problem("FC356", f"the expression is {typed.dtype}, not {dtype}", typed.expr.place, hint)
    return replace(typed, problems=(*typed.problems, problem))


class _Checker:
    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.problems: list[Problem] = []

    def report(self, problem: Problem) -> None:
        # The operand of a simple CASE stands in the tree once for each WHEN.
        if problem not in self.problems:
            self.problems.append(problem)

    def visit(self, expr: Expr) -> Operand:
        match expr:
            case Column():
                dtype = self.column(expr)
                return Operand(replace(expr, dtype=dtype), dtype)
            case Literal(_, dtype):
                return Operand(expr, dtype)
            case Cast(operand, dtype):
                return self.cast(expr, self.visit(operand), dtype)
            case Case():
                return self.case(expr)
            case Call():
                return self.call(expr)
            case Raw():
                return Operand(expr, expr.dtype)

    def column(self, column: Column) -> DType | None:
        types = self.columns.types
        if column.name not in types and self.columns.closed:
            folded = [name for name in types if name.lower() == column.name.lower()]
            hint = f"did you mean `{quote_name(folded[0])}`?" if folded else did_you_mean(column.name, types)
            hint = hint or f"known: {listed(list(types))}"
            self.report(Problem("FC312", f"there is no column `{column.name}`", column.place, hint))
        return types.get(column.name)

    def call(self, call: Call) -> Operand:
        function = TABLE[call.function]
        operands = [self.visit(a) for a in call.arguments]
        expr, dtype = function.rule(call, operands, self.report)
        copies = dict(function.copies)
        weight = 1 + sum(o.weight * copies.get(i, 1) for i, o in enumerate(operands))
        return Operand(expr, dtype, weight)

    def cast(self, cast: Cast, operand: Operand, dtype: DType) -> Operand:
        source = operand.dtype
        made = replace(cast, operand=operand.expr, source=source)
        if source == dtype and isinstance(operand.expr, Cast) and operand.expr.dtype == dtype:
            return Operand(operand.expr, dtype, operand.weight)  # what a rule has cast is not cast again
        if source is None or source == dtype:
            return Operand(made, dtype, operand.weight + 1)
        rule = CASTS.get((source.kind, dtype.kind))
        if rule is None:
            message = f"{source} does not cast to {dtype}"
            self.report(Problem("FC310", message, cast.place, refusal(source, dtype)))
            return Operand(made, dtype)
        return Operand(made, dtype, operand.weight * rule.copies + 1)

    def case(self, case: Case) -> Operand:
        conditions = [self.visit(condition) for condition, _ in case.whens]
        for condition in conditions:
            if condition.dtype not in (None, BOOL):
                message = f"a condition of `case` is bool, not {condition.dtype}"
                self.report(Problem("FC306", message, condition.expr.place, "write a comparison"))
        values = [self.visit(value) for _, value in case.whens] + [self.visit(case.otherwise)]
        exprs, dtype = unify("`case`", values, case.place, self.report)
        whens = tuple((c.expr, v) for c, v in zip(conditions, exprs, strict=False))
        weight = 1 + sum(o.weight for o in (*conditions, *values))
        return Operand(replace(case, whens=whens, otherwise=exprs[-1]), dtype, weight)
