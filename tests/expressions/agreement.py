"""Whether an engine gives what the evaluator's row form gives, and errors for the same rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.evaluator import EvaluationFailed
from fcompile.compiler.expressions.evaluator_nodes import Nodes
from fcompile.compiler.expressions.evaluator_rows import RowReader
from fcompile.compiler.expressions.function import EvaluationError
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.infer import Typed
from fcompile.compiler.expressions.nodes import Call, walk
from fcompile.compiler.expressions.text import to_text
from tests.expressions.engines import Engine, Failed, Rows, evaluator_of

GROUP = 50
"""Expressions asked for at once."""


@dataclass(frozen=True)
class Expected:
    """An expression and what it is for each row.

    Attributes:
        values: nothing of use where an error.
        errors: rows that are errors.
        doubtful: rows with an error that the answer does not depend on: an engine may report it all the same.
    """

    typed: Typed
    values: list[Any]
    errors: list[int]
    doubtful: list[int]

    @property
    def good(self) -> list[int]:
        return [i for i in range(len(self.values)) if i not in self.errors and i not in self.doubtful]


def expected(typed: Typed, types: Mapping[str, DType], rows: Rows) -> Expected:
    """What the row form gives."""
    evaluator = evaluator_of([typed], types)
    read = RowReader({name: i for i, name in enumerate(types)}).of(Nodes(types).of(typed.expr))
    made = Expected(typed, [], [], [])
    for i, row in enumerate(rows):
        try:
            made.values.append(read(row))
            continue
        except EvaluationError:
            made.doubtful.append(i)
        try:
            made.values.append(evaluator.row(row)[0])
        except EvaluationFailed:
            made.values.append(None)
            made.errors.append(made.doubtful.pop())
    return made


def has_constant_error(typed: Typed, types: Mapping[str, DType]) -> bool:
    """Whether a part without columns is an error: engines compute it once, also where no row needs it."""
    parts = [Nodes(types).of(typed.expr)]
    while parts:
        node = parts.pop()
        parts.extend(node.parts)
        try:
            if node.fixed:
                RowReader({}).of(node)(())
        except EvaluationError:
            return True
    return False


def disagreements(engine: Engine, cases: Sequence[Expected]) -> Iterator[str]:
    """Yield what differs, each with its expression."""
    sound = [case for case in cases if not case.errors and not case.doubtful]
    for start in range(0, len(sound), GROUP):
        yield from _compared(engine, sound[start : start + GROUP])
    for case in cases:
        if case.errors or case.doubtful:
            yield from _compared(engine, [case])
        if case.errors and not engine.fails(case.typed, case.errors[0]):
            yield f"{_name(case)}: row {case.errors[0]}: not an error"
        if case.doubtful:
            with suppress(Failed):
                yield from _differing(engine, [case], case.doubtful[:1])


def _compared(engine: Engine, cases: Sequence[Expected]) -> Iterator[str]:
    """Compare all rows that are good, which cases beside each other have in common."""
    rows = cases[0].good
    if not rows:
        return
    try:
        yield from _differing(engine, cases, rows)
    except Failed as error:
        if len(cases) == 1:
            yield f"{_name(cases[0])}: an error, {error}"
            return
        for case in cases:
            yield from _compared(engine, [case])


def _differing(engine: Engine, cases: Sequence[Expected], rows: Sequence[int]) -> Iterator[str]:
    found = engine.columns([case.typed for case in cases], rows)
    for case, column in zip(cases, found, strict=True):
        for i, value in zip(rows, column, strict=True):
            if not same(case.values[i], value, tolerance(case.typed)):
                yield f"{_name(case)}: row {i}: {value!r}, not {case.values[i]!r}"
                break


def _name(case: Expected) -> str:
    return to_text(case.typed.written or case.typed.expr)


def tolerance(typed: Typed) -> int:
    """Units in the last place that two engines may lie apart."""
    return max((TABLE[n.function].ulps for n in walk(typed.expr) if isinstance(n, Call)), default=0)


def same(a: Any, b: Any, ulps: int = 0) -> bool:
    """Equal and of one type; NaN is NaN, and floats may be ``ulps`` apart."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y, ulps) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and not (math.isfinite(a) and math.isfinite(b)):
        return a == b or (math.isnan(a) and math.isnan(b))
    return bool(a == b) or (isinstance(a, float) and abs(a - b) <= ulps * math.ulp(a))
