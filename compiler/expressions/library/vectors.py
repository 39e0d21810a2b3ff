"""Vectors of floats."""

from __future__ import annotations

from fcompile.compiler.expressions import list_builders as b
from fcompile.compiler.expressions import list_signatures as s
from fcompile.compiler.expressions import list_values as v
from fcompile.compiler.expressions.function import Function

_TAKES = "two vectors, or lists of float64 or float32"
_NULLS = "NULL if any argument is NULL, an element is NULL, or the lengths differ"

ENTRIES = (
    Function(
        "cosine_similarity",
        "cosine_similarity(x, y)",
        (2, 2),
        _TAKES,
        "float64",
        s.two_vectors,
        "`dot(x, y) / (sqrt(dot(x, x)) * sqrt(dot(y, y)))`, which rounding may leave a little outside -1 to 1. "
        "NULL if the divisor is 0.",
        b.cosine_similarity,
        f"{_NULLS}; NULL if x or y has length 0",
        copies=((0, 3), (1, 3)),
        evaluate=v.cosine_similarity,
    ),
    Function(
        "dot",
        "dot(x, y)",
        (2, 2),
        _TAKES,
        "float64",
        s.two_vectors,
        "The sum of the products of their elements, in float64, each product rounded and added from first to "
        "last; 0 of empty lists.",
        b.dot,
        _NULLS,
        copies=((0, 2), (1, 2)),
        evaluate=v.dot,
    ),
    Function(
        "l2_distance",
        "l2_distance(x, y)",
        (2, 2),
        _TAKES,
        "float64",
        s.two_vectors,
        "The Euclidean distance: the square root of the sum of `(x - y) * (x - y)` over their elements, in "
        "float64, added from first to last; 0 of empty lists.",
        b.l2_distance,
        _NULLS,
        copies=((0, 2), (1, 2)),
        evaluate=v.l2_distance,
    ),
)
