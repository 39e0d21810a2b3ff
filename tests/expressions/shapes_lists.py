"""What the functions of lists and vectors take. The form: shapes_numbers.py."""

from __future__ import annotations

_ITEMS = ("int64", "float64", "string", "timestamp", "decimal(10,2)")
_VECTORS = ("list<float64>", "vector<float32,3>")
_PAIRS: list[tuple[str, ...]] = [(x, y) for x in _VECTORS for y in _VECTORS]

SHAPES: dict[str, list[tuple[str, ...]]] = {
    "list_length": [*((f"list<{item}>",) for item in _ITEMS), ("vector<float32,3>",)],
    "list_contains": [
        *((f"list<{item}>", item) for item in _ITEMS),
        ("list<int64>", "int32"),
        ("list<int64>", "= 7"),
        ("list<float64>", "= 2.5"),
        ("list<string>", "= 'Ab'"),
        ("vector<float32,3>", "float32"),
    ],
    "list_element": [
        *((f"list<{item}>", n) for item in _ITEMS for n in ("int64", "= 1", "= 4")),
        ("vector<float32,3>", "int32"),
    ],
    "list_sum": [(f"list<{item}>",) for item in ("int64", "int32", "float64", "float32", "decimal(10,2)")],
    "dot": _PAIRS,
    "cosine_similarity": _PAIRS,
    "l2_distance": _PAIRS,
}
