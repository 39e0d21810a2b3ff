"""The table of operators and functions: what each takes, means and becomes, in SQL and in Python.

To add a function, add an entry to the file of its family in ``library/``. ``docs/reference/expressions.md`` is
written from this table, and tests run each meaning on a real engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.compiler.expressions.function import Function
from fcompile.compiler.expressions.library import (
    conditionals,
    hashes,
    json,
    lists,
    numbers,
    operators,
    texts,
    times,
    vectors,
)

__all__ = ["FAMILIES", "FUNCTIONS", "OPERATORS", "TABLE", "Function"]

FAMILIES: Mapping[str, tuple[Function, ...]] = MappingProxyType(
    {
        "Choice": conditionals.ENTRIES,
        "Numbers": numbers.ENTRIES,
        "Text": texts.ENTRIES,
        "JSON": json.ENTRIES,
        "Hashes": hashes.ENTRIES,
        "Dates and times": times.ENTRIES,
        "Lists": lists.ENTRIES,
        "Vectors": vectors.ENTRIES,
    }
)
"""Functions by what they are about, in the order of the docs."""

OPERATORS: Mapping[str, Function] = MappingProxyType({f.name: f for f in operators.ENTRIES})
"""Written with symbols or keywords, in the order of the docs."""

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {f.name: f for f in sorted((f for family in FAMILIES.values() for f in family), key=lambda f: f.name)}
)
"""Written as ``name(...)``, by name."""

TABLE: Mapping[str, Function] = MappingProxyType({**OPERATORS, **FUNCTIONS})
