"""What is wrong with an expression: the code, the place and what to write instead."""

from __future__ import annotations

import re

import pytest

from fcompile.compiler.dtypes import FLOAT64, INT32, INT64, STRING, parse_dtype
from fcompile.compiler.expressions import refused
from fcompile.compiler.expressions.functions import FUNCTIONS
from fcompile.compiler.expressions.infer import Columns, conform, infer
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.text import to_text
from tests.expressions.running import columns, problems, sql

COLUMNS = columns(
    i="int64",
    k="int32",
    f="float64",
    g="float32",
    s="string",
    b="bool",
    d="date",
    t="timestamp",
    m="decimal(10,2)",
    w="decimal(38,2)",
    j="json",
    amount="float64",
    Mixed="int64",
)


CASES = [
    # text, code, what the place covers, a part of the hint
    ("", "FC301", "", ""),
    ("amount +", "FC301", "", ""),
    ("amount amount", "FC301", "amount", ""),
    ("(amount", "FC301", "", ""),
    ("1 < i < 3", "FC301", "<", "a < b and b < c"),
    ("s = 'abc", "FC301", "'abc", "closing '"),
    ("i in ()", "FC301", ")", "at least one"),
    ("i -- more", "FC301", "--", "description"),
    ("1abc + 1", "FC301", "1abc", '"1abc"'),
    ("case when b then 1", "FC301", "", ""),
    ("end + 1", "FC301", "end", '"end"'),
    ("`i`", "FC301", "`", '"name"'),
    ('""', "FC301", '""', "single quotes"),
    ("lenght(s)", "FC302", "lenght", "`length`"),
    ("nvl(i, 0)", "FC302", "nvl", "coalesce(x, y)"),
    ("power(f, 2)", "FC302", "power", "pow(x, y)"),
    ("bucketize(f)", "FC305", "bucketize(f)", "bucketize(x, b1, b2, ...)"),
    ("bucketize(f, 1, f)", "FC306", "f", "bucketize(x, 10"),
    ("bucketize(f, 1, null)", "FC306", "null", "bucketize(x, 10"),
    ("bucketize(f, 1, 2, 2)", "FC306", "2", "bucketize(x, 10"),
    ("bucketize(i, 0.5)", "FC307", "bucketize(i, 0.5)", "cast(i as float64)"),
    ("is_nan(i)", "FC306", "i", "only float64"),
    ("sqrt(s)", "FC306", "s", "cast(x as int64)"),
    ("clamp(f, 1)", "FC305", "clamp(f, 1)", "clamp(x, low, high)"),
    ("sum(i)", "FC302", "sum", "aggregations"),
    ("now()", "FC303", "now", "read a timestamp column of the source; in an on-demand view"),
    ("RANDOM() * f", "FC303", "RANDOM", "hash_bucket(key, n)"),
    ("nextval('s')", "FC303", "nextval", "hash_bucket(key, n)"),
    ("version()", "FC303", "version", "column of the source"),
    ("t < current_timestamp", "FC303", "current_timestamp", "request data"),
    ("s = current_user", "FC303", "current_user", 'is written "current_user"'),
    ("i::float", "FC304", "::", "cast(x as dtype)"),
    ("s || 'a'", "FC304", "||", "concat(x, y)"),
    ("j -> 'a'", "FC304", "->", "json_text(x, '$.name')"),
    ("s ~ 'a'", "FC304", "~", "regexp_matches(x"),
    ("s rlike 'a'", "FC304", "rlike", "regexp_matches(x"),
    ("regexp_like(s, 'a')", "FC302", "regexp_like", "regexp_matches(x"),
    ("md5(s)", "FC302", "md5", "hash_bucket(x, n)"),
    ("uuid()", "FC303", "uuid", "hash_bucket(key, n)"),
    ("starts_with(s)", "FC305", "starts_with(s)", "starts_with(x, y)"),
    ("contains(i, '1')", "FC306", "i", "cast(x as string)"),
    ("split_part(s, ',', 0)", "FC309", "0", "from 1"),
    ("split_part(s, '', 1)", "FC309", "''", "substr(x, n, 1)"),
    ("split_part(s, ',', f)", "FC306", "f", ""),
    ("regexp_matches(s, 'a(?=b)')", "FC313", "(?=", "two conditions"),
    ("json_text(j, 'a')", "FC314", "a", "$.name"),
    ("view.i", "FC304", ".", "without a table"),
    ("i; drop table t", "FC304", ";", ""),
    ("*", "FC304", "*", "column's name"),
    ("(select 1)", "FC304", "select", "query"),
    ("select 1", "FC304", "select", "query"),
    ("i over (partition by k)", "FC304", "over", "query"),
    ("s ilike 'a'", "FC304", "ilike", "lower(x)"),
    ("s like 'a' escape '!'", "FC304", "escape", "% and _"),
    ("{{ i }}", "FC304", "{", ""),
    ("substr(s)", "FC305", "substr(s)", "substr(x, start [, length])"),
    ("nullif(i, 0, 1)", "FC305", "nullif(i, 0, 1)", "nullif(x, y)"),
    ("s + 'a'", "FC306", "s", "concat"),
    ("t - t", "FC306", "t", "date_diff"),
    ("f // 2", "FC306", "f", "floor(x / y)"),
    ("lower(i)", "FC306", "i", "cast(x as string)"),
    ("i and b", "FC306", "i", "x <> 0"),
    ("round(f, i)", "FC306", "i", "round(x, 2)"),
    ("j = j", "FC306", "j = j", ""),
    ("m * m", "FC306", "m * m", "cast(x as float64) on both sides"),
    ("w + w", "FC306", "w + w", "or a decimal of fewer digits"),
    ("case when i then 1 end", "FC306", "i", "comparison"),
    ("i * f", "FC307", "i * f", "cast(i as float64)"),
    ("f > i + 1", "FC307", "f > i + 1", "cast(i + 1 as float64)"),
    ("i + 1.5", "FC307", "i + 1.5", "cast(i as float64)"),
    ("coalesce(s, 0)", "FC307", "coalesce(s, 0)", "cast"),
    ("t = d", "FC307", "t = d", "cast(d as timestamp)"),
    ("case when b then i else 'none' end", "FC307", "case when b then i else 'none' end", ""),
    ("m = i", "FC307", "m = i", ""),
    ("i = null", "FC308", "null", "x is null"),
    ("i <> null", "FC308", "null", "x is not null"),
    ("i in (1, null)", "FC308", "null", "x is null or x in"),
    ("null in (1, i)", "FC308", "null", "x is null"),
    ("i not between null and 3", "FC308", "null", "the one end"),
    ("i + 9223372036854775808", "FC309", "9223372036854775808", "1e19"),
    ("f > 1e999", "FC309", "1e999", ""),
    ("f = 9007199254740993", "FC309", "9007199254740993", ""),
    ("d > '2024-1-1'", "FC309", "'2024-1-1'", "'2024-01-31'"),
    ("d > date 'yesterday'", "FC309", "'yesterday'", "date '2024-01-31'"),
    ("substr(s, 0)", "FC309", "0", "from 1"),
    ("cast(i as bool)", "FC310", "cast(i as bool)", "x <> 0"),
    ("cast(f as string)", "FC310", "cast(f as string)", "engines"),
    ("cast(i as varchar)", "FC310", "varchar", "string"),
    ("cast(i as itn64)", "FC310", "itn64", "int64"),
    ("amuont * 2", "FC312", "amuont", "`amount`"),
    ("mixed + 1", "FC312", "mixed", "`Mixed`"),
]


@pytest.mark.parametrize(("text", "code", "at", "hint"), CASES, ids=[c[0] or "empty" for c in CASES])
def test_a_mistake_is_told_with_its_place_and_what_to_write(text: str, code: str, at: str, hint: str) -> None:
    found = problems(text, COLUMNS)
    assert found, "no problem"
    first = found[0]
    assert first.code == code, first
    assert text[first.place.start : first.place.start + first.place.length] == at
    assert hint in first.hint
    assert len(found) == 1 or text in ("s + 'a'", "t - t"), found


def test_all_problems_of_an_expression_are_told_at_once() -> None:
    assert [p.code for p in problems("lenght(s) + now() + nullif(1)", COLUMNS)] == ["FC302", "FC303", "FC305"]
    assert [p.code for p in problems("i * f > 0 and nope = 1 and s = null", COLUMNS)] == [
        "FC307",
        "FC312",
        "FC308",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "1",
        "not " * 4_000 + "b",
        "- " * 4_000 + "i",
        "i" + " + 1" * 4_000,
        "abs(" * 3_000 + "i",
        "case when b then " * 1_000,
        "i + 1" * 20_000,
        "i" + " // (i" * 60 + ")" * 60,
        "case " * 90 + "i" + " when 1 then 2 when 3 then 4 end" * 90,
        "cast(" * 30 + "s" + " as int64) as string)" * 15,
    ],
    ids=lambda text: text[:12],
)
def test_an_expression_that_is_too_large_is_a_problem_not_a_crash(text: str) -> None:
    assert any(p.code in ("FC311", "FC301", "FC310") for p in problems(text, COLUMNS))


def test_a_long_chain_of_and_does_not_nest() -> None:
    text = " and ".join(f"i <> {n}" for n in range(900))
    assert to_text(parse(text)) == text
    assert sql(text, i="int64").count(" AND ") == 899


def test_no_function_is_refused_and_what_to_write_instead_is_there() -> None:
    names = {*refused.NONDETERMINISTIC, *refused.INSTEAD, *refused.WORDS}
    assert [name for name in FUNCTIONS if name in names] == []
    hints = " ".join(
        [
            *refused.NONDETERMINISTIC.values(),
            *refused.INSTEAD.values(),
            *refused.WORDS.values(),
            *refused.SYMBOLS.values(),
        ]
    )
    called = dict.fromkeys(re.findall(r"(\w+)\(", hints))
    assert [name for name in called if name not in FUNCTIONS and name not in ("cast", "try_cast")] == []


@pytest.mark.parametrize(
    ("text", "dtype", "sql_text"),
    [
        ("age >= 18", "bool", '"age" >= 18'),
        ("i + 1 > 2 and not (b or i = 3)", "bool", '"i" + 1 > 2 AND NOT ("b" OR "i" = 3)'),
        ("s not in ('a', 'b')", "bool", "NOT \"s\" IN ('a', 'b')"),
        ("s is not null", "bool", '"s" IS NOT NULL'),
        ("f / nullif(g, 0)", "float64", '"f" / CAST(NULLIF("g", 0.0) AS DOUBLE)'),
        ("f / i", "float64", '"f" / NULLIF(CAST("i" AS DOUBLE), 0)'),
        ("f / nullif(f, 1)", "float64", '"f" / NULLIF(NULLIF("f", 1.0), 0)'),
        ("i % 7", "int64", '(("i" % 7) + 7) % 7'),
        ("1", "int64", "CAST(1 AS BIGINT)"),
        ("coalesce(g, 0)", "float32", 'COALESCE("g", 0.0)'),
        ("case when b then 1 end", "int64", 'CASE WHEN "b" THEN CAST(1 AS BIGINT) END'),
        ('"Order" = 1', "bool", '"Order" = 1'),
        ("concat(s, '!')", "string", "\"s\" || '!'"),
    ],
)
def test_the_sql_is_what_a_reviewer_expects(text: str, dtype: str, sql_text: str) -> None:
    types = {"age": "int32", "i": "int64", "b": "bool", "s": "string", "f": "float64", "g": "float32"}
    given = {**types, "Order": "int64"}
    assert str(infer(parse(text), columns(**given)).dtype) == dtype
    assert sql(text, **given) == sql_text


def test_keywords_and_functions_are_read_in_any_case_and_columns_exactly() -> None:
    tree = parse('Case When "Case" Is NOT Null Then ABS(Mixed) Else -1 End')
    assert to_text(tree) == 'case when "Case" is not null then abs(Mixed) else -1 end'


def test_an_unknown_type_fits_everywhere_and_gives_an_unknown_type() -> None:
    unknown = Columns({"u": None, "i": INT64}, closed=False)
    for text, dtype in {
        "u + 1": None,
        "u + i": None,
        "u = 'a' and v > 1.5": "bool",
        "coalesce(u, 0)": None,
        "cast(u as int64)": "int64",
        "lower(u)": "string",
    }.items():
        typed = infer(parse(text), unknown)
        assert (typed.dtype and str(typed.dtype), typed.problems) == (dtype, ())


def test_a_feature_takes_its_declared_type_or_says_how_to_convert() -> None:
    def declared(text: str, dtype: str) -> tuple[str, tuple[Problem, ...]]:
        made = conform(infer(parse(text), COLUMNS), parse_dtype(dtype))
        return to_text(made.expr), made.problems

    assert declared("1", "float64") == ("1.0", ())
    assert declared("k", "int64") == ("cast(k as int64)", ())
    assert declared("null", "string") == ("cast(null as string)", ())
    assert declared("'2024-01-31'", "date") == ("date '2024-01-31'", ())
    (problem,) = declared("k + 1", "int32")[1]
    assert (problem.code, problem.hint) == ("FC356", "write cast(k + 1 as int32)")
    assert conform(infer(parse("u"), Columns({}, closed=False)), STRING).problems == ()


def test_inferring_twice_changes_nothing() -> None:
    for text in ("cast(s as int64) + k", "round(m, 1)", "coalesce(g, 1) / 3", "f > 2"):
        once = infer(parse(text), COLUMNS)
        assert infer(once.expr, COLUMNS) == once


def test_the_numbers_that_a_constant_becomes() -> None:
    assert infer(parse("f + 2"), COLUMNS).dtype == FLOAT64
    assert infer(parse("coalesce(k, 2)"), COLUMNS).dtype == INT32
    assert infer(parse("coalesce(k, 3000000000)"), COLUMNS).dtype == INT64
