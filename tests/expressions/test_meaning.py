"""Every stated meaning, on a real DuckDB."""

from __future__ import annotations

import math
import operator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.expressions.running import value

NAN, INF = math.nan, math.inf
MIN, MAX = -(2**63), 2**63 - 1

I64 = "int64"
F64 = "float64"
STR = "string"

CASES: list[tuple[str, dict[str, tuple[str, Any]], Any]] = [
    # Arithmetic
    ("x + 1", {"x": (I64, 41)}, 42),
    ("x + 1", {"x": (I64, None)}, None),
    ("x + 1.5", {"x": (F64, 1.0)}, 2.5),
    ("x + 1", {"x": ("int32", 2**31 - 1)}, 2**31),
    ("2147483647 + 1", {}, 2**31),
    ("case when x then 2000000000 else 0 end * 2", {"x": ("bool", True)}, 4_000_000_000),
    ("x * 10", {"x": (F64, 1e308)}, INF),
    ("x - y", {"x": (F64, INF), "y": (F64, INF)}, NAN),
    ("x - -3", {"x": (I64, 1)}, 4),
    ("- - x", {"x": (I64, 5)}, 5),
    ("-x", {"x": (F64, NAN)}, NAN),
    ("(x + 1) * 2", {"x": (I64, 1)}, 4),
    ("x - (1 - 2)", {"x": (I64, 1)}, 2),
    ("x / (y / 2)", {"x": (I64, 8), "y": (I64, 4)}, 4.0),
    ("m + 1", {"m": ("decimal(10,2)", Decimal("1.55"))}, Decimal("2.55")),
    ("m - 0.05", {"m": ("decimal(3,2)", Decimal("-9.99"))}, Decimal("-10.04")),
    ("x + 0.1", {"x": (F64, 0.2)}, 0.1 + 0.2),
    ("x + 0.12345678901234568", {"x": (F64, 0.0)}, 0.12345678901234568),
    ("-9223372036854775808", {}, MIN),
    # Division
    ("x / 2", {"x": (I64, 1)}, 0.5),
    ("x / y", {"x": (I64, 1), "y": (I64, 0)}, None),
    ("x / y", {"x": (F64, 1.0), "y": (F64, -0.0)}, None),
    ("x / 0", {"x": (F64, 0.0)}, None),
    ("x / y", {"x": ("int32", 7), "y": (F64, 2.0)}, 3.5),
    *(
        (f"x {op} y", {"x": (I64, x), "y": (I64, y)}, f(x, y))
        for op, f in (("//", operator.floordiv), ("%", operator.mod))
        for x in (-7, 7, 0, MIN, MAX, MIN + 1)
        for y in (2, -2, 7, MAX, MIN, 3)
    ),
    *(
        (f"x {op} {y}", {"x": (I64, x)}, f(x, y))
        for op, f in (("//", operator.floordiv), ("%", operator.mod))
        for x in (-7, 7, -1, MIN, MAX)
        for y in (2, -2, 1, 7, MAX)
    ),
    ("(x + 0) // 2", {"x": (I64, -7)}, -4),
    ("-7 // 2", {}, -4),
    ("-7 % 2", {}, 1),
    ("x // y", {"x": (I64, 1), "y": (I64, 0)}, None),
    ("x % y", {"x": (I64, 1), "y": (I64, 0)}, None),
    ("x // 0", {"x": (I64, 1)}, None),
    ("x % 0", {"x": (I64, 1)}, None),
    ("x // y", {"x": (I64, None), "y": (I64, 2)}, None),
    ("x % -1", {"x": (I64, MIN)}, 0),
    # Comparison
    ("x = y", {"x": (F64, NAN), "y": (F64, NAN)}, True),
    ("x > y", {"x": (F64, NAN), "y": (F64, INF)}, True),
    ("x = 0", {"x": (F64, -0.0)}, True),
    ("x = y", {"x": (I64, None), "y": (I64, 1)}, None),
    ("x <> y", {"x": (I64, 2), "y": (I64, 1)}, True),
    ("x <= 'Z'", {"x": (STR, "a")}, False),
    ("x > 'z'", {"x": (STR, "é")}, True),
    ("x >= '2024-01-31'", {"x": ("date", date(2024, 1, 31))}, True),
    ("x < '2024-01-31T01:00:00+02:00'", {"x": ("timestamp", datetime(2024, 1, 30, 22, 59, 59))}, True),
    ("x = 0.1", {"x": ("float32", 0.1)}, False),
    ("x = 0.5", {"x": ("float32", 0.5)}, True),
    ("x < y", {"x": ("bool", False), "y": ("bool", True)}, True),
    ("m = 1.50", {"m": ("decimal(10,1)", Decimal("1.5"))}, True),
    ("x in (1, y)", {"x": (I64, 2), "y": (I64, None)}, None),
    ("x in (1, y)", {"x": (I64, 1), "y": (I64, None)}, True),
    ("x not in (1, 2)", {"x": (I64, 3)}, True),
    ("x in (1)", {"x": (I64, None)}, None),
    ("x between 1 and 3", {"x": (I64, 3)}, True),
    ("x between y and 0", {"x": (I64, 1), "y": (I64, None)}, False),
    ("x not between 1 and 3", {"x": (I64, 1)}, False),
    # Logic
    ("x and false", {"x": ("bool", None)}, False),
    ("x and true", {"x": ("bool", None)}, None),
    ("x or true", {"x": ("bool", None)}, True),
    ("x or false", {"x": ("bool", None)}, None),
    ("not x", {"x": ("bool", None)}, None),
    ("(x or true) and false", {"x": ("bool", True)}, False),
    ("x or true and false", {"x": ("bool", True)}, True),
    ("not (x and false)", {"x": ("bool", True)}, True),
    ("not x = 1", {"x": (I64, 2)}, True),
    ("x is null", {"x": (F64, NAN)}, False),
    ("x is not null", {"x": (F64, None)}, False),
    ("(x is null) = (y is null)", {"x": (F64, None), "y": (F64, 1.0)}, False),
    # like
    ("x like 'a%'", {"x": (STR, "a\nb")}, True),
    ("x like 'A%'", {"x": (STR, "ab")}, False),
    ("x like '_'", {"x": (STR, "é")}, True),
    ("x like 'a\\%b'", {"x": (STR, "a\\zzb")}, True),
    ("x like 'b'", {"x": (STR, "abc")}, False),
    ("x not like 'a%'", {"x": (STR, None)}, None),
    # Conditional
    ("case when x > 1 then 'many' when x = 1 then 'one' end", {"x": (I64, 1)}, "one"),
    ("case when x > 1 then 'many' end", {"x": (I64, None)}, None),
    ("case x when 1 then 2.5 else 3 end", {"x": (I64, 9)}, 3.0),
    ("coalesce(x, y, 7)", {"x": (I64, None), "y": (I64, None)}, 7),
    ("coalesce(x)", {"x": (I64, None)}, None),
    ("nullif(x, 0)", {"x": (F64, -0.0)}, None),
    ("nullif(x, y)", {"x": (I64, 1), "y": (I64, None)}, 1),
    # Numbers
    ("abs(x)", {"x": (I64, -5)}, 5),
    ("abs(x)", {"x": (F64, -INF)}, INF),
    ("round(x)", {"x": (F64, 2.5)}, 3.0),
    ("round(x)", {"x": (F64, -2.5)}, -3.0),
    ("round(x)", {"x": (F64, 0.49999999999999994)}, 0.0),
    ("round(x, 2)", {"x": (F64, 2.675)}, 2.68),
    ("round(x, 2)", {"x": (F64, 1e307)}, 1e307),
    ("round(x, 2)", {"x": (F64, NAN)}, NAN),
    ("round(x)", {"x": (I64, MAX)}, MAX),
    ("round(2.5)", {}, 3.0),
    ("round(m)", {"m": ("decimal(3,2)", Decimal("9.50"))}, Decimal("10")),
    ("round(m, 1)", {"m": ("decimal(3,2)", Decimal("-9.95"))}, Decimal("-10.0")),
    ("round(m, 5)", {"m": ("decimal(3,2)", Decimal("9.95"))}, Decimal("9.95")),
    ("floor(x)", {"x": (F64, -0.5)}, -1.0),
    ("floor(x)", {"x": (I64, MAX)}, MAX),
    ("floor(m)", {"m": ("decimal(3,2)", Decimal("-9.99"))}, Decimal("-10")),
    ("ceil(x)", {"x": (F64, 1.1)}, 2.0),
    ("ceil(x)", {"x": ("int32", 3)}, 3),
    ("greatest(x, y)", {"x": (I64, None), "y": (I64, 2)}, 2),
    ("greatest(x, 1.0)", {"x": (F64, NAN)}, NAN),
    ("least(x, y)", {"x": (F64, NAN), "y": (F64, INF)}, INF),
    ("least(x, y)", {"x": (STR, None), "y": (STR, None)}, None),
    ("greatest(x, 'b')", {"x": (STR, "B")}, "b"),
    # Text
    ("length(x)", {"x": (STR, "he\u0301é")}, 4),
    ("length(x)", {"x": (STR, "👨\u200d👩\u200d👧")}, 5),
    ("lower(x)", {"x": (STR, "ÅΑΣ")}, "åασ"),
    ("upper(x)", {"x": (STR, "éŉß")}, "Éŉẞ"),
    ("trim(x)", {"x": (STR, "  a\u00a0\t ")}, "a\u00a0\t"),
    ("substr(x, 2)", {"x": (STR, "héllo")}, "éllo"),
    ("substr(x, 2, 3)", {"x": (STR, "héllo")}, "éll"),
    ("substr(x, 9)", {"x": (STR, "héllo")}, ""),
    ("substr(x, y, z)", {"x": (STR, "hello"), "y": (I64, -2), "z": (I64, 2)}, "he"),
    ("substr(x, y, z)", {"x": (STR, "hello"), "y": (I64, 2), "z": (I64, -2)}, ""),
    ("substr(x, y, z)", {"x": (STR, "hello"), "y": (I64, 1), "z": (I64, MAX)}, "hello"),
    ("substr(x, y)", {"x": (STR, "hello"), "y": (I64, MAX)}, ""),
    ("substr(x, y)", {"x": (STR, "hello"), "y": (I64, None)}, None),
    ("concat(x, '-', 'it''s \\')", {"x": (STR, "a")}, "a-it's \\"),
    ("concat(x, 'a')", {"x": (STR, None)}, None),
    ("ltrim(x)", {"x": (STR, "  a ")}, "a "),
    ("rtrim(x)", {"x": (STR, "  a ")}, "  a"),
    ("replace(x, 'aa', 'b')", {"x": (STR, "aaa")}, "ba"),
    ("replace(x, '', 'b')", {"x": (STR, "a")}, "a"),
    ("split_part(x, ',', 2)", {"x": (STR, "a,b,c")}, "b"),
    ("split_part(x, ',', 4)", {"x": (STR, "a,b,c")}, ""),
    ("split_part(x, y, 1)", {"x": (STR, "a,b"), "y": (STR, "")}, "a,b"),
    ("starts_with(x, 'a')", {"x": (STR, "ab")}, True),
    ("ends_with(x, 'a')", {"x": (STR, "ab")}, False),
    ("contains(x, '')", {"x": (STR, "ab")}, True),
    ("regexp_matches(x, '^a.$')", {"x": (STR, "a\n")}, False),
    ("regexp_extract(x, '(a)?b', 1)", {"x": (STR, "b")}, ""),
    ("regexp_extract(x, 'a')", {"x": (STR, "b")}, None),
    ("lower(x)", {"x": (STR, "İΣ")}, "iσ"),
    # JSON and hashes
    ("json_text(x, '$.a[0]')", {"x": (STR, '{"a": [1.50]}')}, "1.5"),
    ("json_text(x, '$.a')", {"x": (STR, '{"a": [1.50]}')}, None),
    ("json_text(x, '$.a')", {"x": (STR, '{"a": NaN}')}, None),
    ("hash_bucket(x, 1000)", {"x": (I64, 0)}, 598),
    # Casts
    ("cast(x as int64)", {"x": (F64, 2.9)}, 2),
    ("cast(x as int64)", {"x": (F64, -2.9)}, -2),
    ("cast(x as int32)", {"x": ("float32", 2.5)}, 2),
    ("cast(m as int64)", {"m": ("decimal(3,2)", Decimal("-9.99"))}, -9),
    ("cast(m as decimal(4,1))", {"m": ("decimal(3,2)", Decimal("-9.95"))}, Decimal("-10.0")),
    ("cast(m as float64)", {"m": ("decimal(3,2)", Decimal("0.10"))}, 0.1),
    ("cast(x as float64)", {"x": (I64, 2**53 + 1)}, float(2**53)),
    ("cast(x as decimal(10,2))", {"x": (I64, 3)}, Decimal("3.00")),
    ("cast(x as int64)", {"x": ("bool", True)}, 1),
    ("cast(x as string)", {"x": ("bool", True)}, "true"),
    ("cast(x as string)", {"x": (I64, -12)}, "-12"),
    ("cast(x as int64)", {"x": (STR, "+12")}, 12),
    ("cast(x as int64)", {"x": (STR, None)}, None),
    ("cast(x as float64)", {"x": (STR, "-1.5E3")}, -1500.0),
    ("cast(x as float64)", {"x": (STR, "NaN")}, NAN),
    ("cast(x as decimal(10,2))", {"x": (STR, "1.565")}, Decimal("1.57")),
    ("cast(x as bool)", {"x": (STR, "TRUE")}, True),
    ("cast(x as date)", {"x": (STR, "2024-02-29")}, date(2024, 2, 29)),
    ("cast(x as timestamp)", {"x": (STR, "2024-02-29T01:02:03.5Z")}, datetime(2024, 2, 29, 1, 2, 3, 500_000)),
    ("cast(x as timestamp)", {"x": (STR, "2024-02-29")}, datetime(2024, 2, 29)),
    ("cast(x as timestamp)", {"x": ("date", date(2024, 2, 29))}, datetime(2024, 2, 29)),
    ("cast(x as date)", {"x": ("timestamp", datetime(1969, 12, 31, 23, 59, 59))}, date(1969, 12, 31)),
    ("cast(x as string)", {"x": ("date", date(24, 1, 2))}, "0024-01-02"),
    (
        "cast(x as string)",
        {"x": ("timestamp", datetime(2024, 1, 2, 3, 4, 5, 600_000))},
        "2024-01-02 03:04:05.600000",
    ),
]


@pytest.mark.parametrize(("text", "given", "expected"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_an_expression_means_what_the_reference_says(
    text: str, given: dict[str, tuple[str, Any]], expected: Any
) -> None:
    found = value(text, **given)
    if isinstance(expected, float) and math.isnan(expected):
        assert isinstance(found, float) and math.isnan(found)
    else:
        assert found == expected
        assert type(found) is type(expected)


FAILING: list[tuple[str, dict[str, tuple[str, Any]]]] = [
    ("x + 1", {"x": (I64, MAX)}),
    ("x - 1", {"x": (I64, MIN)}),
    ("x * 2", {"x": (I64, MAX)}),
    ("-x", {"x": (I64, MIN)}),
    ("abs(x)", {"x": (I64, MIN)}),
    ("x // -1", {"x": (I64, MIN)}),
    ("cast(x as int64)", {"x": (F64, NAN)}),
    ("cast(x as int64)", {"x": (F64, 1e19)}),
    ("cast(x as int32)", {"x": (I64, 2**31)}),
    ("cast(x as float32)", {"x": (F64, 1e300)}),
    ("cast(m as decimal(3,2))", {"m": ("decimal(4,2)", Decimal("10.00"))}),
    *(("cast(x as int64)", {"x": (STR, t)}) for t in ("", " 1", "1.5", "1e3", "0x10", "1_000", "９")),
    *(("cast(x as float64)", {"x": (STR, t)}) for t in ("", " 1", "1_0.0", "one", ".")),
    *(("cast(x as bool)", {"x": (STR, t)}) for t in ("t", "1", "yes", "")),
    *(("cast(x as date)", {"x": (STR, t)}) for t in ("2024-2-1", "2024-02-30", "2024-01-01 00:00", "")),
    *(
        ("cast(x as timestamp)", {"x": (STR, t)})
        for t in ("2024-01-01T00:00:00+02:00", "now", "2024-01-01 1:00")
    ),
    ("cast(x as decimal(3,2))", {"x": (STR, "12.3")}),
    ("cast(x as decimal(5,2))", {"x": (STR, "1e1")}),
]


@pytest.mark.parametrize(("text", "given"), FAILING, ids=[f"{c[0]} {c[1]}" for c in FAILING])
def test_what_does_not_fit_is_an_error_when_it_runs(text: str, given: dict[str, tuple[str, Any]]) -> None:
    with pytest.raises(duckdb.Error):
        value(text, **given)
