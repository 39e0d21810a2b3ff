"""Operators that Python's own compute exactly for these types: a call saved where nothing needs checking."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Set
from types import MappingProxyType

from fcompile.compiler.expressions.function import Evaluate

_ANY_FLOAT: Mapping[str, Evaluate] = MappingProxyType(
    {
        "add": operator.add,
        "subtract": operator.sub,
        "multiply": operator.mul,
        "negate": operator.neg,
        "abs": operator.abs,
    }
)
_COMPARISONS: Mapping[str, Evaluate] = MappingProxyType(
    {
        "eq": operator.eq,
        "ne": operator.ne,
        "lt": operator.lt,
        "le": operator.le,
        "gt": operator.gt,
        "ge": operator.ge,
    }
)
_FLOATS = frozenset({"float32", "float64"})
_WITHOUT_NAN = frozenset({"bool", "int32", "int64", "string", "bytes", "date", "timestamp", "decimal"})


def exact(function: str, kinds: Set[str]) -> Evaluate | None:
    """Python's operator, if for arguments of these types it does what the table says; else None."""
    if kinds and kinds <= _FLOATS:
        return _ANY_FLOAT.get(function)
    return _COMPARISONS.get(function) if kinds and kinds <= _WITHOUT_NAN else None
