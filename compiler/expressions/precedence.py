"""How tightly each operator binds, from loosest to tightest, and what a binary one is called in the tree."""

from __future__ import annotations

from collections.abc import Mapping

OR, AND, NOT, COMPARE, ADD, MULTIPLY, UNARY = range(1, 8)

BINARY: Mapping[str, tuple[int, str]] = {
    "=": (COMPARE, "eq"),
    "==": (COMPARE, "eq"),
    "!=": (COMPARE, "ne"),
    "<>": (COMPARE, "ne"),
    "<": (COMPARE, "lt"),
    "<=": (COMPARE, "le"),
    ">": (COMPARE, "gt"),
    ">=": (COMPARE, "ge"),
    "+": (ADD, "add"),
    "-": (ADD, "subtract"),
    "*": (MULTIPLY, "multiply"),
    "/": (MULTIPLY, "divide"),
    "//": (MULTIPLY, "floor_divide"),
    "%": (MULTIPLY, "modulo"),
}
WORDS: Mapping[str, int] = {
    "or": OR,
    "and": AND,
    "is": COMPARE,
    "in": COMPARE,
    "between": COMPARE,
    "like": COMPARE,
    "not": COMPARE,
}
