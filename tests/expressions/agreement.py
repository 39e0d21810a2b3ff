"""Whether an engine gives what the evaluator's row form gives, and errors for the same rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.evaluator import EvaluationFailed
from fcompile.compiler.expressions.evaluator_nodes import Node, Nodes
from fcompile.compiler.expressions.evaluator_rows import FIRST_KNOWN, Read, RowReader
from fcompile.compiler.expressions.function import EvaluationError
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.infer import Typed
from fcompile.compiler.expressions.nodes import Call, Case, walk
from fcompile.compiler.expressions.text import to_text
from tests.expressions.engines import ENGINES, Engine, Failed, Rows, evaluator_of

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
    types: Mapping[str, DType]
    rows: Rows

    @property
    def good(self) -> list[int]:
        return [i for i in range(len(self.values)) if i not in self.errors and i not in self.doubtful]

    def calm(self) -> list[int] | None:
        """The rows where no part at all is an error, if DuckDB may compute parts that it does not need; else None.

        It does so for ``coalesce`` where a part occurs twice, and for parts that a constant makes constant.
        """
        parts = list(_parts(self.typed, self.types))
        if not any(_may_be_computed(p) for p in parts):
            return None
        reader = RowReader({name: i for i, name in enumerate(self.types)})
        reads = [reader.of(p) for p in parts]
        return [i for i, row in enumerate(self.rows) if not any(_fails(read, row) for read in reads)]


def expected(typed: Typed, types: Mapping[str, DType], rows: Rows) -> Expected:
    """What the row form gives."""
    evaluator = evaluator_of([typed], types)
    read = RowReader({name: i for i, name in enumerate(types)}).of(Nodes(types).of(typed.expr))
    made = Expected(typed, [], [], [], types, rows)
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


def _may_be_computed(part: Node) -> bool:
    match part.expr:
        case Call(function) if function in FIRST_KNOWN:
            return True
        case Case() | Call("and" | "or"):
            return any(p.fixed for p in part.parts)
    return False


def _fails(read: Read, row: Sequence[Any]) -> bool:
    try:
        read(row)
    except EvaluationError:
        return True
    return False


def _parts(typed: Typed, types: Mapping[str, DType]) -> Iterator[Node]:
    """Every part once."""
    found = dict.fromkeys([Nodes(types).of(typed.expr)])
    queue = list(found)
    while queue:
        node = queue.pop()
        yield node
        queue.extend(p for p in node.parts if p not in found)
        found.update(dict.fromkeys(node.parts))


def has_constant_error(typed: Typed, types: Mapping[str, DType]) -> bool:
    """Whether a part without columns is an error: engines compute it once, also where no row needs it."""
    return any(_fails(RowReader({}).of(p), ()) for p in _parts(typed, types) if p.fixed)


def differences(
    cases: Sequence[Expected], errors: int = 1, engines: Sequence[type[Engine]] = ENGINES
) -> list[str]:
    """What any of ``engines`` gives for cases of one table that the row form does not."""
    found = []
    for kind in engines:
        engine = kind(cases[0].types, cases[0].rows)
        found += [f"{kind.__name__}: {line}" for line in disagreements(engine, cases, errors)]
        engine.close()
    return found


def disagreements(engine: Engine, cases: Sequence[Expected], errors: int = 1) -> Iterator[str]:
    """Yield what differs, each with its expression. At most ``errors`` rows that are errors are tried of each."""
    sound = [case for case in cases if not case.errors and not case.doubtful]
    for start in range(0, len(sound), GROUP):
        yield from _compared(engine, sound[start : start + GROUP])
    for case in cases:
        if case.errors or case.doubtful:
            yield from _compared(engine, [case])
        for row in case.errors[:errors]:
            if not engine.fails(case.typed, row):
                yield f"{_name(case)}: {case.rows[row]}: not an error"
        if case.doubtful:
            with suppress(Failed):
                yield from _differing(engine, [case], case.doubtful[:1])


def _compared(engine: Engine, cases: Sequence[Expected]) -> Iterator[str]:
    """Compare all rows that are good, which cases beside each other have in common."""
    try:
        yield from _differing(engine, cases, cases[0].good)
        return
    except Failed as error:
        reason = str(error)
    if len(cases) > 1:
        for case in cases:
            yield from _compared(engine, [case])
        return
    calm = cases[0].calm()
    if calm is None:
        yield f"{_name(cases[0])}: an error, {reason}"
    else:
        yield from _differing(engine, cases, calm)


def _differing(engine: Engine, cases: Sequence[Expected], rows: Sequence[int]) -> Iterator[str]:
    if not rows:
        return
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
