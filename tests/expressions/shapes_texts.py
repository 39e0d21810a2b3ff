"""What the functions of text, patterns, JSON and hashes take; ``shapes_numbers.py`` says how this is written."""

from __future__ import annotations

from tests.expressions.shapes_numbers import MONEY, Shapes

_ONE: list[tuple[str, ...]] = [("string",)]
_TWO: list[tuple[str, ...]] = [
    ("string", "string"),
    ("string", "= 'a'"),
    ("string", "= ''"),
    ("string", "= 'é'"),
]
_PATTERNS = (
    "= '[a-z]+'",
    "= '^.*$'",
    "= '(\\d+)\\.?(\\d*)'",
    "= '(?:a|[^,b])+,(.)?'",
    "= '\\s\\w|ŉ'",
    "= '(b|é)(\\n.)?'",
)
_PATHS = ("= '$'", "= '$.a[0]'", "= '$.a[1].b'", "= '$.t'", "= '$[1]'", "= '$.\"a.b\"'")
_HASHED = ("int64", "int32", "string", "bool", "date", "timestamp", "bytes", MONEY)

SHAPES: Shapes = {
    "concat": [("string", "string"), ("string", "= '-'", "string")],
    "contains": _TWO,
    "ends_with": _TWO,
    "hash_bucket": [(t, n) for t in _HASHED for n in ("= 10", "= 2147483647")],
    "json_text": [(t, path) for t in ("string", "json") for path in _PATHS],
    "length": _ONE,
    "like": [
        ("string", "string"),
        *(("string", f"= '{p}'") for p in ("%", "a%", "%a%", "%_", "__%b", "it''s", "a\\b", "%,%,%")),
    ],
    "lower": _ONE,
    "ltrim": _ONE,
    "regexp_extract": [
        *(("string", pattern) for pattern in _PATTERNS),
        *(("string", pattern, "= 1") for pattern in _PATTERNS[2:4]),
        ("string", "= '(b|é)(\\n.)?'", "= 2"),
        ("string", "= '(a)(b)?'", "= 0"),
    ],
    "regexp_matches": [("string", pattern) for pattern in _PATTERNS],
    "replace": [("string", "string", "string"), ("string", "= 'a'", "= 'bb'"), ("string", "= ''", "= 'x'")],
    "rtrim": _ONE,
    "split_part": [
        ("string", "columns.string", "columns.int64"),
        *(("string", "= ','", n) for n in ("= 1", "= 2", "= 3", "= 9", "columns.int32")),
    ],
    "starts_with": _TWO,
    "substr": [
        *(("string", n) for n in ("= 1", "= 3", "columns.int64", "columns.int32")),
        *(("string", a, b) for a, b in (("= 2", "= 0"), ("= 1", "= 3"), ("columns.int64", "columns.int64"))),
        ("string", "columns.int32", "= 2"),
    ],
    "trim": _ONE,
    "upper": _ONE,
}
