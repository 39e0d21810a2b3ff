"""Rows with an error in them: whether the answer depends on it.

Engines leave out what they can tell not to matter: what stands beside a NULL, or beside a false in ``and``. Training
sets have values there, so the evaluator gives the same ones. ``in`` and ``between`` are the ``or`` and ``and`` of their
comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fcompile.compiler.expressions.comparisons import (
    conjunction,
    disjunction,
    equal,
    greater_or_equal,
    less_or_equal,
)
from fcompile.compiler.expressions.evaluator_nodes import Node, constant
from fcompile.compiler.expressions.evaluator_rows import FIRST_KNOWN, Row, cast_of, function_of
from fcompile.compiler.expressions.function import Evaluate, EvaluationError
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Literal

_NULL_OF_NULL = frozenset({"clamp", "nullif"})
"""Functions that see NULLs, and are NULL if their first argument is."""


class Careful:
    """Evaluates slowly, with an ``EvaluationError`` as a value like any other."""

    def __init__(self, slots: Mapping[str, int], row: Row) -> None:
        self.slots = slots
        self.row = row

    def of(self, node: Node) -> Any:
        """Return the node's value, or the error that it is."""
        match node.expr:
            case Column(name):
                return self.row[self.slots[name]]
            case Literal():
                return constant(node.expr)
            case Cast():
                return _strict(cast_of(node.expr, node.parts[0].dtype), [self.of(node.parts[0])])
            case Case():
                return self.case(node.parts)
            case Call(function) if function in FIRST_KNOWN:
                return self.first_known(node.parts)
        return self.call(node)

    def case(self, parts: Sequence[Node]) -> Any:
        for condition, value in zip(parts[:-1:2], parts[1:-1:2], strict=True):
            found = self.holds(condition)
            if isinstance(found, EvaluationError):
                return found
            if found:
                return self.of(value)
        return self.of(parts[-1])

    def holds(self, condition: Node) -> Any:
        """Whether a condition is true, or the error that it is: here NULL decides ``and`` as false does."""
        match condition.expr:
            case Call("and" | "or" as name):
                found = [self.holds(part) for part in condition.parts]
                decisive = name == "or"
                if any(bool(v) is decisive for v in found if not isinstance(v, EvaluationError)):
                    return decisive
                return next((v for v in found if isinstance(v, EvaluationError)), not decisive)
            case Call("between"):
                found = _ends([self.of(part) for part in condition.parts])
                return next((v for v in found if not v), next((v for v in found if v is not True), True))
        return self.of(condition)

    def first_known(self, parts: Sequence[Node]) -> Any:
        found = (self.of(part) for part in parts)
        return next((value for value in found if value is not None), None)

    def call(self, node: Node) -> Any:
        assert isinstance(node.expr, Call)  # noqa: S101
        name = node.expr.function
        evaluate, sees_null = function_of(node)
        values = [self.of(part) for part in node.parts]
        match name:
            case "and":
                return _all(values)
            case "or":
                return _any(values)
            case "between":
                return _all(_ends(values))
            case "in":
                return _any([_strict(equal, [values[0], choice]) for choice in values[1:]])
        if sees_null and not (name in _NULL_OF_NULL and values[0] is None):
            return _computed(evaluate, values)
        return _strict(evaluate, values[:1] if sees_null else values)


def _ends(values: Sequence[Any]) -> list[Any]:
    """The two comparisons of ``between``."""
    value, low, high = values
    return [_strict(greater_or_equal, [value, low]), _strict(less_or_equal, [value, high])]


def _all(values: Sequence[Any]) -> Any:
    return False if any(v is False for v in values) else _computed(conjunction, values)


def _any(values: Sequence[Any]) -> Any:
    return True if any(v is True for v in values) else _computed(disjunction, values)


def _strict(evaluate: Evaluate, values: Sequence[Any]) -> Any:
    return None if any(v is None for v in values) else _computed(evaluate, values)


def _computed(evaluate: Evaluate, values: Sequence[Any]) -> Any:
    for value in values:
        if isinstance(value, EvaluationError):
            return value
    try:
        return evaluate(*values)
    except EvaluationError as error:
        return error
