"""The table of operators and functions: what each takes, means and becomes. To add one, add an entry.

``docs/reference/expressions.md`` is written from this table, and a test runs each meaning on a real engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import BOOL, INT64, STRING
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import signatures as s

_STRICT = "NULL if any argument is NULL"


@dataclass(frozen=True, slots=True)
class Function:
    """One operator or function.

    Attributes:
        name: as ``Call.function`` holds it.
        syntax: how it is written, for docs and messages.
        arity: the fewest and the most arguments; None = any number.
        takes, gives: types in words, for docs.
        rule: types the arguments and the result.
        meaning: exactly what it does, edge cases included.
        build: lowered arguments to SQL; a dialect may override it by ``name``.
        nulls: what a NULL argument does.
        plain: positions of arguments that are counts, whose constants need no type of their own.
        leads: engines give the result the first argument's type, so a constant there always says its own.
        copies: how often the SQL repeats each argument, where that is not once.
    """

    name: str
    syntax: str
    arity: tuple[int, int | None]
    takes: str
    gives: str
    rule: s.Rule
    meaning: str
    build: b.Builder
    nulls: str = _STRICT
    plain: tuple[int, ...] = ()
    leads: bool = False
    copies: tuple[tuple[int, int], ...] = ()


_NUMBERS = "two numbers of one type"
_COMPARED = "two values of one type"
_SAME = "values of one type"

_OPERATORS = (
    Function(
        "add",
        "x + y",
        (2, 2),
        _NUMBERS,
        "int64, float64 or decimal",
        s.arithmetic,
        "Sum. int64 beyond its range is an error when it runs; float64 follows IEEE 754 (infinity beyond its "
        "range). decimal(p,s) gives one digit more.",
        b.binary(exp.Add),
    ),
    Function(
        "subtract",
        "x - y",
        (2, 2),
        _NUMBERS,
        "int64, float64 or decimal",
        s.arithmetic,
        "Difference; ranges as for `+`.",
        b.binary(exp.Sub),
    ),
    Function(
        "multiply",
        "x * y",
        (2, 2),
        "two int64 or two float64",
        "int64 or float64",
        s.arithmetic,
        "Product; ranges as for `+`.",
        b.binary(exp.Mul),
    ),
    Function(
        "divide",
        "x / y",
        (2, 2),
        "any two numbers",
        "float64",
        s.division,
        "Quotient of both read as float64: `1 / 2` is 0.5. NULL if y is 0.",
        b.divide,
        "NULL if any argument is NULL, or y is 0",
    ),
    Function(
        "floor_divide",
        "x // y",
        (2, 2),
        "two integers",
        "int64",
        s.integers,
        "Quotient rounded down, towards minus infinity: `-7 // 2` is -4. NULL if y is 0. The smallest int64 "
        "divided by -1 is an error when it runs.",
        b.floor_divide,
        "NULL if any argument is NULL, or y is 0",
        copies=((1, 2),),
    ),
    Function(
        "modulo",
        "x % y",
        (2, 2),
        "two integers",
        "int64",
        s.integers,
        "What `//` leaves: `x - y * (x // y)`. It has the sign of y: `-7 % 2` is 1, `7 % -2` is -1. "
        "NULL if y is 0.",
        b.modulo,
        "NULL if any argument is NULL, or y is 0",
        copies=((1, 2),),
    ),
    Function(
        "negate",
        "-x",
        (1, 1),
        "a number",
        "int64, float64 or decimal",
        s.number,
        "The number with its sign changed. The smallest int64 is an error when it runs.",
        b.negate,
    ),
    Function(
        "eq",
        "x = y",
        (2, 2),
        _COMPARED,
        "bool",
        s.comparison,
        "Equal; also written `==`. NaN equals NaN, -0.0 equals 0.0. Text is compared by code point.",
        b.test(exp.EQ),
    ),
    Function(
        "ne",
        "x <> y",
        (2, 2),
        _COMPARED,
        "bool",
        s.comparison,
        "Not equal; also written `!=`.",
        b.test(exp.NEQ),
    ),
    Function(
        "lt",
        "x < y",
        (2, 2),
        _COMPARED,
        "bool",
        s.comparison,
        "Less. NaN is greater than every number; false is less than true; text is ordered by code point.",
        b.test(exp.LT),
    ),
    Function(
        "le",
        "x <= y",
        (2, 2),
        _COMPARED,
        "bool",
        s.comparison,
        "Less or equal.",
        b.test(exp.LTE),
    ),
    Function("gt", "x > y", (2, 2), _COMPARED, "bool", s.comparison, "Greater.", b.test(exp.GT)),
    Function(
        "ge",
        "x >= y",
        (2, 2),
        _COMPARED,
        "bool",
        s.comparison,
        "Greater or equal.",
        b.test(exp.GTE),
    ),
    Function(
        "and",
        "x and y",
        (2, None),
        "bools",
        "bool",
        s.logic,
        "Both are true.",
        b.connected(exp.And),
        "false if either is false, else NULL if either is NULL",
    ),
    Function(
        "or",
        "x or y",
        (2, None),
        "bools",
        "bool",
        s.logic,
        "Either is true.",
        b.connected(exp.Or),
        "true if either is true, else NULL if either is NULL",
    ),
    Function("not", "not x", (1, 1), "a bool", "bool", s.logic, "The other truth value.", b.negated),
    Function(
        "is_null",
        "x is [not] null",
        (1, 1),
        "any value",
        "bool",
        s.anything,
        "Whether x is NULL. NaN is not NULL.",
        b.is_null,
        "never NULL",
    ),
    Function(
        "in",
        "x [not] in (a, b, ...)",
        (2, None),
        _SAME,
        "bool",
        s.comparison,
        "Equal to any of the list, which is not empty.",
        b.within,
        "NULL if x is NULL, or no value is equal and one is NULL",
    ),
    Function(
        "between",
        "x [not] between a and b",
        (3, 3),
        "three values of one type",
        "bool",
        s.comparison,
        "`x >= a and x <= b`: both ends belong to it.",
        b.between,
        "as `x >= a and x <= b`",
    ),
    Function(
        "like",
        "x [not] like p",
        (2, 2),
        "two strings",
        "bool",
        s.texts(BOOL),
        "The whole of x matches the pattern: `%` is any text, also none and over line ends, `_` any one "
        "character. With case. There is no escape: a backslash is itself.",
        b.binary(exp.Like),
    ),
)

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

OPERATORS: Mapping[str, Function] = MappingProxyType({f.name: f for f in _OPERATORS})
"""Written with symbols or keywords, in the order of the docs."""

FUNCTIONS: Mapping[str, Function] = MappingProxyType({f.name: f for f in _FUNCTIONS})
"""Written as ``name(...)``, by name."""

TABLE: Mapping[str, Function] = MappingProxyType({**OPERATORS, **FUNCTIONS})
