"""Numbers."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.expressions import arithmetic as a
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import signatures as s
from fcompile.compiler.expressions.function import Function

ENTRIES = (
    Function(
        "abs",
        "abs(x)",
        (1, 1),
        "a number",
        "int64, float64 or decimal",
        s.number,
        "The number without its sign. The smallest int64 is an error when it runs.",
        b.one(exp.Abs),
        evaluate=a.absolute,
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
        evaluate=a.ceil,
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
        evaluate=a.floor,
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
        evaluate=a.rounded,
    ),
)
