"""The evaluator's cost in CPU time: python -m benchmarks.evaluation prints microseconds as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks import expressions
from fcompile.compiler.dtypes import FLOAT64, INT64, DType
from fcompile.compiler.expressions.evaluator import Evaluator
from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Expr, walk
from fcompile.compiler.expressions.parser import parse

FEATURES = 20
ROWS = 1_000
REPEATS = 30
INPUTS: dict[str, DType] = {
    **dict.fromkeys((f"f{n}" for n in range(1, 6)), FLOAT64),
    **dict.fromkeys((f"i{n}" for n in range(1, 4)), INT64),
}


def operators(expr: Expr) -> int:
    return sum(isinstance(node, Call | Case | Cast) for node in walk(expr))


def main() -> None:
    begin = time.process_time()
    outputs = []
    for name, text in expressions.mixed(FEATURES).items():
        typed = infer(parse(text), Columns(INPUTS, closed=True))
        assert typed.dtype is not None and not typed.problems, (text, typed.problems)
        assert operators(parse(text)) == expressions.OPERATORS, text
        outputs.append((name, typed.expr, typed.dtype))
    evaluator = Evaluator(outputs, list(INPUTS.items()))
    built = time.process_time() - begin
    rows = _rows()
    columns = [list(column) for column in zip(*rows, strict=True)]
    first = _seconds(lambda: evaluator.batch(columns, ROWS), 1)
    same = [list(c) for c in zip(*map(evaluator.row, rows), strict=True)] == evaluator.batch(columns, ROWS)
    figures = {
        "build": built * 1e6,
        "first_batch": first * 1e6,
        "row": _seconds(lambda: [evaluator.row(row) for row in rows], REPEATS) / ROWS * 1e6,
        "batch": _seconds(lambda: evaluator.batch(columns, ROWS), REPEATS) / ROWS * 1e6,
        "same": same,
    }
    print(json.dumps(figures))


def _rows() -> list[list[Any]]:
    """5 % of the values are NULL."""
    drawn = Random(1)

    def value(dtype: DType) -> Any:
        if drawn.random() < 0.05:
            return None
        return drawn.random() * 2 if dtype == FLOAT64 else drawn.randrange(1000)

    return [[value(dtype) for dtype in INPUTS.values()] for _ in range(ROWS)]


def _seconds(call: Callable[[], object], repeats: int) -> float:
    """The median of the CPU seconds of one call."""
    taken = []
    for _ in range(repeats):
        begin = time.process_time()
        call()
        taken.append(time.process_time() - begin)
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    main()
