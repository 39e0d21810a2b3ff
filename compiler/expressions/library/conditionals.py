"""What chooses between values."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import comparisons as c
from fcompile.compiler.expressions import signatures as s
from fcompile.compiler.expressions.function import Function

_COMPARED = "two values of one type"
_SAME = "values of one type"

ENTRIES = (
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
        evaluate=c.first_known,
        sees_null=True,
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
        evaluate=c.greatest,
        sees_null=True,
    ),
    Function(
        "ifnull",
        "ifnull(x, y)",
        (2, 2),
        _SAME,
        "their type",
        s.same,
        "x, or y where x is NULL: coalesce of two.",
        b.several(exp.Coalesce),
        "NULL if both arguments are NULL",
        evaluate=c.first_known,
        sees_null=True,
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
        evaluate=c.least,
        sees_null=True,
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
        evaluate=c.unless_equal,
        sees_null=True,
    ),
)
