"""The aggregation functions of ``aggregations`` and ``labels``: what each takes and gives, as a table.

>>> from fcompile.compiler.dtypes import INT32
>>> str(AGGREGATES["sum"].result(INT32))
'int64'
>>> str(AGGREGATES["last_n"].result(INT32))
'list<int32>'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fcompile.compiler.dtypes import FLOAT64, INT64, KINDS, DType

NUMBERS = ("int32", "int64", "float32", "float64", "decimal")
SCALARS = (*NUMBERS, "bool", "string", "bytes", "date", "timestamp")
"""Kinds with one equality and one order in every engine."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One function.

    Attributes:
        takes: the kinds of input.
        gives: "count" (int64, 0 over no input), "float" (float64), "sum", "value" (the input's type) or "list"
            (a list of it).
        parameter: the name of its one argument: "p" from 0 to 1, "n" or "k" at least 1; "" without one.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    parameter: str = ""

    @property
    def counts(self) -> bool:
        return self.gives == "count"

    @property
    def told(self) -> DType | None:
        """The type of the result where no input changes it."""
        return {"count": INT64, "float": FLOAT64}.get(self.gives)

    def result(self, column: DType) -> DType:
        """Return the type of the result over a column of a type that it takes."""
        match self.gives, column.kind:
            case (("count" | "float"), _):
                return self.told or INT64
            case "sum", "decimal":
                return DType("decimal", precision=38, scale=column.scale)
            case "sum", kind:
                return FLOAT64 if kind in ("float32", "float64") else INT64
            case "list", _:
                return DType("list", item=column)
        return column

    def read_as(self, result: DType) -> DType | None:
        """Return the type in which a column of unknown type is read for a ``result``; None: as it is."""
        match self.gives:
            case "count":
                return None
            case "float":
                return FLOAT64
            case "list":
                return result.item if result.kind == "list" else None
        return result


AGGREGATES: Mapping[str, Aggregate] = MappingProxyType(
    {
        each.name: each
        for each in (
            Aggregate("count", KINDS, "count"),
            Aggregate("sum", NUMBERS, "sum"),
            Aggregate("avg", NUMBERS, "float"),
            Aggregate("min", SCALARS, "value"),
            Aggregate("max", SCALARS, "value"),
            Aggregate("stddev_samp", NUMBERS, "float"),
            Aggregate("var_samp", NUMBERS, "float"),
            Aggregate("first", SCALARS, "value"),
            Aggregate("last", SCALARS, "value"),
            Aggregate("count_distinct", SCALARS, "count"),
            Aggregate("approx_count_distinct", SCALARS, "count"),
            Aggregate("percentile", NUMBERS, "float", "p"),
            Aggregate("last_n", SCALARS, "list", "n"),
            Aggregate("last_distinct_n", SCALARS, "list", "n"),
            Aggregate("top_k", SCALARS, "list", "k"),
        )
    }
)
"""By name, in the order of SPEC 3."""
