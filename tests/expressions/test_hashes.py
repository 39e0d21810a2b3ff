"""hash_bucket: the same integer on DuckDB, in Python, and by hand."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from fcompile.compiler.dtypes import INT64, parse_dtype
from fcompile.compiler.expressions.evaluator import Evaluator
from fcompile.compiler.expressions.hash_buckets import bucket
from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.parser import parse
from tests.expressions.running import columns, only_problem, to_sql, type_name, typed

CASES: list[tuple[str, Any, str]] = [
    ("int64", 0, "0"),
    ("int64", -(2**63), "-9223372036854775808"),
    ("int32", 7, "7"),
    ("string", "", ""),
    ("string", "é\n'😀", "é\n'😀"),
    ("bool", True, "true"),
    ("bool", False, "false"),
    ("date", date(24, 1, 2), "0024-01-02"),
    ("date", date(9999, 12, 31), "9999-12-31"),
    ("timestamp", datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC), "1000005"),
    ("timestamp", datetime(1, 1, 1, tzinfo=UTC), "-62135596800000000"),
    ("timestamp", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "253402300799999999"),
    ("decimal(10,2)", Decimal("1.5"), "1.50"),
    ("decimal(10,2)", Decimal("-0.05"), "-0.05"),
    ("decimal(10,2)", Decimal("-0.00"), "0.00"),
    ("decimal(38,0)", Decimal(10) ** 37, "1" + "0" * 37),
    ("decimal(2,2)", Decimal("0.25"), "0.25"),
    ("bytes", b"\x00\xffA", "00ff41"),
    ("bytes", b"", ""),
]


def on_duckdb(text: str, dtype: str, value: Any) -> Any:
    given = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    kind = type_name(parse_dtype(dtype))
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT CAST($1 AS {kind}) AS x", [given])
        row = connection.execute(f"SELECT {to_sql(typed(text, x=dtype))} FROM t").fetchone()
    return row and row[0]


def in_python(text: str, dtype: str, value: Any) -> Any:
    made = typed(text, x=dtype)
    return Evaluator([("out", made.expr, INT64)], [("x", parse_dtype(dtype))]).row([value])[0]


@pytest.mark.parametrize(("dtype", "value", "text"), CASES, ids=[f"{c[0]} {c[2][:12]!r}" for c in CASES])
@pytest.mark.parametrize("buckets", [1, 10, 2**31 - 1])
def test_the_bucket_is_the_md5_of_the_stated_text(dtype: str, value: Any, text: str, buckets: int) -> None:
    expected = int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16) % buckets
    call = f"hash_bucket(x, {buckets})"
    assert in_python(call, dtype, value) == expected
    assert on_duckdb(call, dtype, value) == expected


def test_null_has_no_bucket() -> None:
    assert on_duckdb("hash_bucket(x, 10)", "string", None) is None
    assert in_python("hash_bucket(x, 10)", "string", None) is None


def test_known_buckets_never_change() -> None:
    assert [bucket(n, 1000, "int64") for n in range(5)] == [598, 848, 366, 823, 729]


def test_constants_are_hashed_too() -> None:
    assert on_duckdb("hash_bucket('abc', 10) + hash_bucket(12, 10)", "int64", 0) == in_python(
        "hash_bucket('abc', 10) + hash_bucket(12, 10)", "int64", 0
    )
    assert on_duckdb("hash_bucket(date '2024-01-31', 1000)", "int64", 0) == in_python(
        "hash_bucket(x, 1000)", "date", date(2024, 1, 31)
    )


def test_buckets_are_even() -> None:
    counts = [0] * 8
    for n in range(8_000):
        counts[bucket(n, 8, "int64")] += 1
    assert max(counts) - min(counts) < 200


@pytest.mark.parametrize(
    ("text", "code", "at", "hint"),
    [
        ("hash_bucket(f, 10)", "FC306", "f", "cast"),
        ("hash_bucket(j, 10)", "FC306", "j", ""),
        ("hash_bucket(i, i)", "FC306", "i", "100"),
        ("hash_bucket(i, null)", "FC306", "null", ""),
        ("hash_bucket(i, 1.5)", "FC306", "1.5", ""),
        ("hash_bucket(i, 0)", "FC309", "0", ""),
        ("hash_bucket(i, -1)", "FC309", "-1", ""),
        ("hash_bucket(m, 10)", "FC306", "m", ""),
        ("hash_bucket(i, 2147483648)", "FC309", "2147483648", ""),
    ],
)
def test_what_cannot_be_hashed_alike_is_refused(text: str, code: str, at: str, hint: str) -> None:
    known = columns(f="float64", i="int64", j="json", m="decimal(38,38)")
    found, part, instead = only_problem(text, known)
    assert (found, part, hint in instead) == (code, at, True), instead


def test_a_column_of_unknown_type_is_refused() -> None:
    (problem,) = infer(parse("hash_bucket(u, 10)"), Columns({"u": None}, closed=False)).problems
    assert (problem.code, "columns:" in problem.hint) == ("FC306", True)
    assert (
        infer(parse("hash_bucket(cast(u as string), 10)"), Columns({"u": None}, closed=False)).problems == ()
    )
