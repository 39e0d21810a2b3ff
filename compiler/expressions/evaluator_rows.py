"""Trees to functions of one row: a closure a node, with NULL checks where a value may be NULL.

Every operand of a function is computed, also after a NULL, as engines do: what is an error there is one here.
``case``, ``coalesce`` and ``ifnull`` compute what they need, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.casts import evaluate_cast, evaluate_try_cast
from fcompile.compiler.expressions.evaluator_nodes import Node, constant
from fcompile.compiler.expressions.evaluator_operators import exact
from fcompile.compiler.expressions.function import Evaluate
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Literal

Row = Sequence[Any]
Read = Callable[[Row], Any]

FIRST_KNOWN = frozenset({"coalesce", "ifnull"})
"""Functions that compute no argument after the first that is not NULL."""


class RowReader:
    """``slots``: where each column stands in a row."""

    def __init__(self, slots: Mapping[str, int]) -> None:
        self.slots = slots

    def of(self, node: Node) -> Read:
        """Return the function from a row to the node's value; it raises ``EvaluationError``."""
        match node.expr:
            case Column(name):
                return itemgetter(self.slots[name])
            case Literal():
                value = constant(node.expr)
                return lambda row: value
            case Cast():
                return self.one(node.parts[0], cast_of(node.expr, node.parts[0].dtype))
            case Case():
                return self.case(node.parts)
            case Call(function) if function in FIRST_KNOWN:
                return _first_known([self.of(p) for p in node.parts])
        return self.call(node)

    def call(self, node: Node) -> Read:
        evaluate, sees_null = function_of(node)
        if sees_null:
            return _whatever(evaluate, [self.of(p) for p in node.parts])
        match node.parts:
            case (only,):
                return self.one(only, evaluate)
            case (left, right):
                return self.two(left, right, evaluate)
        return _all_known(evaluate, [self.of(p) for p in node.parts])

    def one(self, part: Node, evaluate: Evaluate) -> Read:
        if isinstance(part.expr, Column):
            return _of_slot(evaluate, self.slots[part.expr.name])
        return _of_value(evaluate, self.of(part))

    def two(self, left: Node, right: Node, evaluate: Evaluate) -> Read:
        slot = self.slots[left.expr.name] if isinstance(left.expr, Column) else None
        if isinstance(right.expr, Literal) and right.expr.value is not None:
            known = constant(right.expr)
            if slot is not None:
                return _of_slot_and_constant(evaluate, slot, known)
            return _of_value_and_constant(evaluate, self.of(left), known)
        if slot is not None and isinstance(right.expr, Column):
            return _of_slots(evaluate, slot, self.slots[right.expr.name])
        return _of_values(evaluate, self.of(left), self.of(right))

    def case(self, parts: Sequence[Node]) -> Read:
        reads = [self.of(p) for p in parts]
        otherwise = reads.pop()
        arms = list(zip(reads[::2], reads[1::2], strict=True))
        if len(arms) == 1:
            return _choice(*arms[0], otherwise)
        return _choices(arms, otherwise)


def cast_of(cast: Cast, source: DType | None) -> Evaluate:
    """What casts a value of the type ``source``."""
    return (evaluate_try_cast if cast.safe else evaluate_cast)(source, cast.dtype)


def function_of(node: Node) -> tuple[Evaluate, bool]:
    """What computes a call from its arguments' values, and whether it is to see those that are NULL."""
    assert isinstance(node.expr, Call)  # noqa: S101
    entry = TABLE[node.expr.function]
    kinds = {p.dtype.kind for p in node.parts if p.dtype is not None}
    evaluate = exact(entry.name, kinds) or entry.evaluate
    if evaluate is None:
        raise NotImplementedError(f"{entry.name} has no `evaluate`")
    return evaluate, entry.sees_null


def _of_slot(evaluate: Evaluate, slot: int) -> Read:
    def read(row: Row) -> Any:
        value = row[slot]
        return None if value is None else evaluate(value)

    return read


def _of_value(evaluate: Evaluate, operand: Read) -> Read:
    def read(row: Row) -> Any:
        value = operand(row)
        return None if value is None else evaluate(value)

    return read


def _of_slot_and_constant(evaluate: Evaluate, slot: int, known: Any) -> Read:
    def read(row: Row) -> Any:
        value = row[slot]
        return None if value is None else evaluate(value, known)

    return read


def _of_value_and_constant(evaluate: Evaluate, operand: Read, known: Any) -> Read:
    def read(row: Row) -> Any:
        value = operand(row)
        return None if value is None else evaluate(value, known)

    return read


def _of_slots(evaluate: Evaluate, left: int, right: int) -> Read:
    def read(row: Row) -> Any:
        x, y = row[left], row[right]
        return None if x is None or y is None else evaluate(x, y)

    return read


def _of_values(evaluate: Evaluate, left: Read, right: Read) -> Read:
    def read(row: Row) -> Any:
        x, y = left(row), right(row)
        return None if x is None or y is None else evaluate(x, y)

    return read


def _all_known(evaluate: Evaluate, reads: Sequence[Read]) -> Read:
    def read(row: Row) -> Any:
        values = [r(row) for r in reads]
        return None if None in values else evaluate(*values)

    return read


def _whatever(evaluate: Evaluate, reads: Sequence[Read]) -> Read:
    if len(reads) == 1:
        only = reads[0]
        return lambda row: evaluate(only(row))
    if len(reads) == 2:
        left, right = reads
        return lambda row: evaluate(left(row), right(row))
    return lambda row: evaluate(*[r(row) for r in reads])


def _first_known(reads: Sequence[Read]) -> Read:
    def read(row: Row) -> Any:
        for r in reads:
            value = r(row)
            if value is not None:
                return value
        return None

    return read


def _choice(condition: Read, value: Read, otherwise: Read) -> Read:
    return lambda row: value(row) if condition(row) else otherwise(row)


def _choices(arms: Sequence[tuple[Read, Read]], otherwise: Read) -> Read:
    def read(row: Row) -> Any:
        for condition, value in arms:
            if condition(row):
                return value(row)
        return otherwise(row)

    return read
