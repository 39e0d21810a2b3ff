"""The table of operators and functions: what each takes, means and becomes. To add a function, add an entry.

``docs/reference/expressions.md`` is written from this table, and a test runs each meaning on a real engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import INT64, STRING
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import operators
from fcompile.compiler.expressions import signatures as s
from fcompile.compiler.expressions.function import Function

__all__ = ["FUNCTIONS", "OPERATORS", "TABLE", "Function"]

_COMPARED = "two values of one type"
_SAME = "values of one type"

_FUNCTIONS = (
    Function(
        "abs",
        "abs(x)",
        (1, 1),
        "a number",
        "int64, float64 or decimal",
        s.number,
        "The number without its sign. The smallest int64 is an error when it runs.",
        b.one(exp.Abs),
    ),
    Function(
        "ceil",
        "ceil(x)",
        (1, 1),
        "a number",
        "float64; an integer or decimal as it is",
        s.whole,
        "The least whole number that is not less than x. decimal(p,s) gives decimal(p,0).",
        b.one(exp.Ceil),
    ),
    Function(
        "coalesce",
        "coalesce(x, y, ...)",
        (1, None),
        _SAME,
        "their type",
        s.same,
        "The first argument that is not NULL.",
        b.several(exp.Coalesce),
        "NULL if all arguments are NULL",
    ),
    Function(
        "concat",
        "concat(x, y, ...)",
        (2, None),
        "strings",
        "string",
        s.texts(STRING),
        "The strings one after another. Write coalesce(x, '') where a NULL is to count as nothing.",
        b.joined,
    ),
    Function(
        "floor",
        "floor(x)",
        (1, 1),
        "a number",
        "float64; an integer or decimal as it is",
        s.whole,
        "The greatest whole number that is not greater than x. decimal(p,s) gives decimal(p,0).",
        b.one(exp.Floor),
    ),
    Function(
        "greatest",
        "greatest(x, y, ...)",
        (1, None),
        _SAME,
        "their type",
        s.ordered,
        "The greatest argument that is not NULL; NaN is greater than every number.",
        b.extreme(exp.Greatest),
        "NULLs are left out; NULL if all arguments are NULL",
    ),
    Function(
        "least",
        "least(x, y, ...)",
        (1, None),
        _SAME,
        "their type",
        s.ordered,
        "The least argument that is not NULL.",
        b.extreme(exp.Least),
        "NULLs are left out; NULL if all arguments are NULL",
    ),
    Function(
        "length",
        "length(x)",
        (1, 1),
        "a string",
        "int64",
        s.texts(INT64),
        "The number of characters (Unicode code points, so a combined emoji counts several).",
        b.one(exp.Length),
    ),
    Function(
        "lower",
        "lower(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Lower case, character by character (Unicode simple case mapping).",
        b.one(exp.Lower),
    ),
    Function(
        "nullif",
        "nullif(x, y)",
        (2, 2),
        _COMPARED,
        "their type",
        s.ordered,
        "NULL if x = y, else x.",
        b.nullif,
        "x if y is NULL",
        leads=True,
    ),
    Function(
        "round",
        "round(x [, n])",
        (1, 2),
        "a number, and a constant n from 0 to 15",
        "float64; an integer or decimal as it is",
        s.whole,
        "Rounded to n digits after the point (0 if left out), halves away from zero: `round(2.5)` is 3, "
        "`round(-2.5)` is -3. For float64 with n it is round(x * 10^n) / 10^n, or x where that overflows. "
        "decimal(p,s) gives decimal(p,n).",
        b.rounded,
        plain=(1,),
    ),
    Function(
        "substr",
        "substr(x, start [, length])",
        (2, 3),
        "a string and one or two integers",
        "string",
        s.part_of_text,
        "The characters from position start, counted from 1; at most length of them, all if left out. A "
        "start below 1 is read as 1, a length below 0 as 0 (as constants they are errors).",
        b.substring,
        plain=(1, 2),
        copies=((1, 3), (2, 3)),
    ),
    Function(
        "trim",
        "trim(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Without the spaces (U+0020 only) at both ends.",
        b.trimmed,
    ),
    Function(
        "upper",
        "upper(x)",
        (1, 1),
        "a string",
        "string",
        s.texts(STRING),
        "Upper case, character by character (Unicode simple case mapping; what has none, such as ŉ, "
        "stays; ß becomes ẞ).",
        b.one(exp.Upper),
    ),
)

OPERATORS: Mapping[str, Function] = MappingProxyType({f.name: f for f in operators.ENTRIES})
"""Written with symbols or keywords, in the order of the docs."""

FUNCTIONS: Mapping[str, Function] = MappingProxyType({f.name: f for f in _FUNCTIONS})
"""Written as ``name(...)``, by name."""

TABLE: Mapping[str, Function] = MappingProxyType({**OPERATORS, **FUNCTIONS})
