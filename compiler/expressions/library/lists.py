"""Lists; a vector is a list whose length the type says."""

from __future__ import annotations

from fcompile.compiler.expressions import list_builders as b
from fcompile.compiler.expressions import list_signatures as s
from fcompile.compiler.expressions import list_values as v
from fcompile.compiler.expressions.function import Function

_LIST = "a list or vector"

ENTRIES = (
    Function(
        "list_contains",
        "list_contains(list, x)",
        (2, 2),
        f"{_LIST} of values that have an order, and a value of their type",
        "bool",
        s.list_contains,
        "Whether an element equals x, as `=` compares: NaN equals NaN. An element that is NULL equals nothing, "
        "and an empty list has no x.",
        b.list_contains,
        evaluate=v.list_contains,
    ),
    Function(
        "list_element",
        "list_element(list, n)",
        (2, 2),
        f"{_LIST}, and an integer",
        "the type of the elements",
        s.list_element,
        "Element n, counted from 1; NULL beyond the list's end or if n is below 1 (as a constant an error).",
        b.list_element,
        "NULL if any argument is NULL, there is no element n or it is NULL",
        plain=(1,),
        evaluate=v.list_element,
    ),
    Function(
        "list_length",
        "list_length(list)",
        (1, 1),
        _LIST,
        "int64",
        s.list_length,
        "The number of elements; those that are NULL count.",
        b.list_length,
        evaluate=len,
    ),
    Function(
        "list_sum",
        "list_sum(list)",
        (1, 1),
        f"{_LIST} of numbers",
        "int64, float64 or decimal(38,s)",
        s.list_sum,
        "The sum of the elements that are not NULL. int64 beyond its range is an error when it runs; float64 "
        "(also of float32) is added from first to last. decimal(p,s) with p up to 28 gives decimal(38,s).",
        b.list_sum,
        "NULL if the list is NULL or has no element that is not NULL",
        evaluate=v.list_sum,
    ),
)
