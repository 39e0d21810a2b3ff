"""What the functions of numbers, operators and conditionals take, for random trees and grids of edge values.

A file ``shapes_<family>.py`` beside this has a ``SHAPES``: function -> its forms, each a tuple of its arguments.

- ``"int64"``, ``"decimal(10,2)"``, ``"list<int64>"``: any tree of that type. A type in ``edges.EDGES``, or one that
  ``edges.py`` can make values of.
- ``"= 'a%'"``: the constant that stands after ``=``, as it is written in an expression: for arguments that have to
  be constants. List a form for each constant that is worth trying.
- ``"columns.string"``: a column of that type and nothing deeper, where deep trees are refused or slow.

The result's type is what ``infer`` makes of it. Every function of the family has at least one form, casts do not
stand here. Forms that are refused at compile time are an error.
"""

from __future__ import annotations

Shapes = dict[str, list[tuple[str, ...]]]
MONEY = "decimal(10,2)"

_COMPARED = ("int64", "float64", "string", "bool", "date", "timestamp", "int32", "float32", MONEY)
_NUMBERS = ("int64", "float64", MONEY)
_PAIRS: list[tuple[str, ...]] = [(t, t) for t in _COMPARED]
_FLOATS: list[tuple[str, ...]] = [("float64",), ("int64",), ("float32",), (MONEY,)]

SHAPES: Shapes = {
    "add": [(t, t) for t in ("int64", "float64", MONEY)],
    "subtract": [(t, t) for t in ("int64", "float64", MONEY)],
    "multiply": [("int64", "int64"), ("float64", "float64"), ("float32", "float64")],
    "divide": [("int64", "int64"), ("float64", "float64"), ("int32", "float32"), (MONEY, "int64")],
    "floor_divide": [("int64", "int64"), ("int64", "= 7"), ("int64", "= -3"), ("int64", "int32")],
    "modulo": [("int64", "int64"), ("int64", "= 7"), ("int64", "= -3"), ("int64", "int32")],
    "negate": [(t,) for t in _NUMBERS],
    "eq": _PAIRS,
    "ne": _PAIRS,
    "lt": _PAIRS,
    "le": _PAIRS,
    "gt": _PAIRS,
    "ge": _PAIRS,
    "and": [("bool", "bool"), ("bool", "bool", "bool")],
    "or": [("bool", "bool"), ("bool", "bool", "bool")],
    "not": [("bool",)],
    "is_null": [(t,) for t in _COMPARED],
    "in": [*_PAIRS, *((t, t, t) for t in _COMPARED), ("int64", "= 1", "= 7"), ("string", "= 'Ab'", "= ''")],
    "between": [(t, t, t) for t in _COMPARED],
    "abs": [(t,) for t in _NUMBERS],
    "ceil": [(t,) for t in _NUMBERS],
    "floor": [(t,) for t in _NUMBERS],
    "round": [
        *((t,) for t in _NUMBERS),
        *((t, n) for t in ("float64", MONEY) for n in ("= 0", "= 1", "= 2", "= 15")),
    ],
    "sign": _FLOATS,
    "sqrt": _FLOATS,
    "ln": _FLOATS,
    "log10": _FLOATS,
    "exp": _FLOATS,
    "pow": [
        ("float64", "float64"),
        ("int64", "int32"),
        ("float32", MONEY),
        *(("float64", n) for n in ("= 0", "= 2", "= 0.5", "= -1", "= -0.5", "= 1e300")),
    ],
    "clamp": [*((t, t, t) for t in _COMPARED), ("int64", "= 0", "= 100"), ("float64", "= null", "= 2.5")],
    "bucketize": [
        ("int64", "= -7", "= 0", "= 7"),
        ("float64", "= 0", "= 0.5", "= 1e300"),
        ("float32", "= 0.5"),
        ("int32", "= 3"),
        (MONEY, "= -9.99", "= 1.55"),
    ],
    "is_nan": [("float64",), ("float32",)],
    "ifnull": _PAIRS,
    "coalesce": [*_PAIRS, *((t, t, t) for t in _COMPARED)],
    "greatest": [*_PAIRS, *((t, t, t) for t in _COMPARED)],
    "least": [*_PAIRS, *((t, t, t) for t in _COMPARED)],
    "nullif": _PAIRS,
}
"""``like`` is of the texts."""
