"""Postgres at the edges of text, patterns and JSON, where it and the language differ most."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.expressions.regex_parser import parse_regex
from tests.expressions.agreed_engines import leaves_out
from tests.expressions.agreement import differences, expected
from tests.expressions.engine_postgres import Postgres
from tests.expressions.running import to_sql, typed

pytestmark = pytest.mark.engines


def differing(written: Sequence[str], values: Sequence[Any], dtype: str = "string") -> list[str]:
    """What differs for expressions of a column ``s`` that has these values and NULL."""
    types, rows = {"s": parse_dtype(dtype)}, [(v,) for v in (None, *values)]
    cases = [expected(typed(text, s=dtype), types, rows) for text in written]
    return differences(cases, len(rows), (Postgres,))


NUMBERS = """
1e400 -1e400 1e-400 5e-324 2.4e-324 2.5e-324 1.7976931348623157e308 1.7976931348623159e308 1e99999 1e-99999 0e99999
-0 +5 00012 .5 5. . e5 nan -NaN +inf Infinity infinit 1e40 3.4028235e38 3.4028236e38 7e-46 7.1e-46 0.1 16777217
9223372036854775807 9223372036854775808 -9223372036854775809 2147483648 -2147483648 99.994999 99.995 -99.995
99999999.994 99999999.995 1_000 0x10 12a true TRUE t yes
"""


def test_texts_of_numbers_are_read_alike() -> None:
    targets = ("int32", "int64", "float32", "float64", "decimal(10,2)", "decimal(38,0)", "bool")
    casts = [f"{word}(s as {target})" for target in targets for word in ("cast", "try_cast")]
    assert differing(casts, [*NUMBERS.split(), " 1", "1 ", "1\n", ""]) == []


DAYS = [
    f"{year}-{month}-{day}"
    for year in ("2023", "2024", "1900", "2000", "0001", "0004", "0000", "9999", "12024")
    for month, day in itertools.product(
        ("00", "01", "02", "04", "12", "13"), ("00", "28", "29", "30", "31", "32")
    )
]
TIMES = [
    *("", " 00:00", "T23:59:59.999999Z", " 24:00", " 23:60", " 12:00:60", " 12:00:00+02:00"),
    *("T1:00", " 12:00:00.1234567"),
]


def test_texts_of_times_are_read_alike() -> None:
    casts = [f"{word}(s as {target})" for target in ("date", "timestamp") for word in ("cast", "try_cast")]
    words = ["epoch", "infinity", "now", "today", "2024-1-1", "20240101", "2024-01-01 BC", "2024-01-01\n"]
    assert differing(casts, [*DAYS, *words, *(f"2024-02-29{time}" for time in TIMES)]) == []


def test_bytes_that_are_no_utf8_are_told() -> None:
    good = ["é".encode(), "👨".encode(), "\ud7ff\ue000".encode(), b"", b"a\n"]
    bad = [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\xe2\x82", b"\xf8"]
    assert differing(["cast(s as string)", "try_cast(s as string)"], [*good, *bad], "bytes") == []


PIECES = [
    *("a", "b", "[ab]", "[^a]", "(a|ab)", "(a|b)", "(?:b|ba)", "a+", "b*", "a?", "(?:ab)?", ".", "^", "$"),
    *("(ab?)", "a{1,2}"),
]


def test_patterns_that_are_not_refused_extract_the_same() -> None:
    draw = Random(5)
    texts = ["".join(t) for n in range(5) for t in itertools.product("ab", repeat=n)] + ["xabax", "a\nb"]
    taken = []
    for _ in range(400):
        pattern = "".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 5)))
        if draw.randrange(3) == 0:
            pattern = f"{pattern}|{draw.choice(PIECES)}"
        group = draw.randrange(parse_regex(pattern).groups + 1)
        asked = typed(f"regexp_extract(s, '{pattern}', {group})", s="string")
        if not leaves_out(asked, "postgres"):
            taken.append(f"regexp_extract(s, '{pattern}', {group})")
            taken.append(f"regexp_matches(s, '{pattern}')")
    assert len(taken) > 300
    assert differing(list(dict.fromkeys(taken)), texts) == []


def test_patterns_of_everyday_are_not_refused() -> None:
    for pattern, group in (
        (r"(\d+)-(\d+)", 2),
        (r"^https?://([^/]+)", 1),
        (r"utm_source=([^&]*)", 1),
        (r"([a-z0-9._]+)@([a-z0-9.]+)\.com$", 1),
        (r"(\d+)\.?(\d*)", 1),
        (r"(jpeg|jpg|png)$", 1),
        (r"v(\d+)(?:\.(\d+))?", 2),
    ):
        assert not leaves_out(typed(f"regexp_extract(s, '{pattern}', {group})", s="string"), "postgres"), (
            pattern
        )


def test_the_longest_match_is_refused_where_it_is_another() -> None:
    for pattern, group in (("a|ab", 0), ("(a|ab)(c|bcd)(d*)", 1), ("a?(?:ab)?", 0), ("(a|ab)(c|bcd)?$", 1)):
        assert leaves_out(typed(f"regexp_extract(s, '{pattern}', {group})", s="string"), "postgres"), pattern


SCALARS = r"""
1 -0 1.50 1e2 1e21 1e22 123456789012345678 1e15 0.000001 1e-7 -0.0 0e5 1e400 -1e400 1e-400 5e-324 12345678901234567890
01 1. NaN +1 true false null [1,] [] "x\u00e9\n" "\ud83d\ude00" "\ud83d" "\\ud83d" "\ude00\ud83d" "\uD83D\n" "'"
"""
DOCUMENTS = [
    *(f'{{"a": {scalar}}}' for scalar in SCALARS.split()),
    '{"a": 1, "a": 2}',
    '{"b": {"a": [1, {"a": "deep"}]}}',
    "[10, 20]",
    '"text"',
    "17",
    "",
    " {} ",
    "{'a': 1}",
    '{"a": 1} x',
    "\u00a0{}",
]


def test_json_is_read_alike() -> None:
    asked = [f"json_text(s, '{path}')" for path in ("$", "$.a", "$.b.a[1].a", "$[1]", "$.b.a")]
    assert differing(asked, DOCUMENTS) == []


def test_upper_and_lower_case_of_every_character() -> None:
    # Surrogates are no characters, and Postgres has no NUL. What came after Unicode 14 is each library's own.
    codes = (c for c in range(1, 0x1E944) if not 0xD800 <= c < 0xE000)
    changed = [chr(c) for c in codes if chr(c).upper() != chr(c) or chr(c).lower() != chr(c)]
    later = {c for text in (0x019B, 0x0264) for c in (chr(text),)}
    assert differing(["upper(s)", "lower(s)"], [c for c in changed if c not in later]) == []


def test_ratios_of_whole_numbers_are_plain() -> None:
    made = to_sql(typed("a / b", a="int64", b="int64"), "postgres")
    assert made == 'CAST("a" AS DOUBLE PRECISION) / NULLIF(CAST("b" AS DOUBLE PRECISION), 0)'
    assert "CASE" not in to_sql(typed("a + 1.5", a="float64"), "postgres")


def test_operands_are_written_once_however_deep() -> None:
    deep = "a" + " * (a + b)" * 8
    assert len(to_sql(typed(deep, a="float64", b="float64"), "postgres")) < 40_000


def test_text_is_compared_by_code_point_whatever_the_locale() -> None:
    for text in ("a < b", "greatest(a, b)", "a between b and b", "clamp(a, b, b)"):
        assert 'COLLATE "C"' in to_sql(typed(text, a="string", b="string"), "postgres")


def test_a_constant_that_is_chosen_is_read_where_it_is_asked_for() -> None:
    chosen = "case when false then s when true then 'x' end"
    asked = [
        f"json_text({chosen}, '$.a')",
        "json_text(coalesce('x', s), '$.a')",
        f"case when s is null then cast({chosen} as int64) end",
        "case when s = 'a' then round(cast(coalesce('nan', s) as float64), 2) end",
    ]
    assert differing(asked, ["a", "b"]) == []


def test_what_is_named_is_computed_once() -> None:
    types = {"x": parse_dtype("float64")}
    deep = "x" + " / (x + 1.5)" * 6
    planned = "EXPLAIN (VERBOSE) SELECT " + to_sql(typed(deep, x="float64"), "postgres") + " FROM t"
    engine = Postgres(types, [(2.5,)])
    plan = "".join(line for (line,) in engine.connection.execute(planned.encode()))
    engine.close()
    assert len(plan) < 2 * len(planned)
