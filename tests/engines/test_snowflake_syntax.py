"""Snowflake's SQL: read by an independent parser of its grammar, and by reviewers.

No Snowflake runs here, so nothing of this shows what a statement means: that is argued from Snowflake's pages,
where the words are. sqlfluff takes any name for a function's. ``pytest --update-golden`` writes the page for
reviewers.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlglot import exp

from fcompile.compiler.expressions.engines.snowflake_texts import matches
from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.expressions.regex_values import regex_matches
from fcompile.dialects.registry import DIALECTS
from tests.engines.lowered import all_lowered, text_of, words_of_windows
from tests.engines.parsers import sqlfluff_problems
from tests.expressions.edges import edges_of
from tests.expressions.running import to_sql, typed
from tests.golden.test_golden import CASES, built

SNOWFLAKE = DIALECTS["snowflake"]
PAGE = Path(__file__).parent / "expressions" / "snowflake.sql"
STATEMENTS = ("aliases", "files_and_queries", "known_time", "labels", "shared_source")
"""Cases whose statements are parsed: sqlfluff takes ten seconds for one of windows."""


def a_form_each() -> list[str]:
    """The first form of each function and each cast: hundreds of others are the same grammar."""
    found: dict[str, str] = {}
    for words, sql in all_lowered("snowflake"):
        found.setdefault(words if "cast(" in words else words.split("(")[0], sql)
    return list(found.values())


@pytest.mark.engines
def test_every_function_and_cast_is_of_snowflakes_grammar() -> None:
    lowered = [*a_form_each(), *(sql for _, sql in words_of_windows("snowflake"))]
    columns = ",\n".join(f"{sql} AS v{i}" for i, sql in enumerate(lowered))
    assert sqlfluff_problems(f"SELECT\n{columns}\nFROM t\n", "snowflake") == []


@pytest.mark.engines
def test_the_parser_refuses_what_snowflake_does_not_have() -> None:
    assert sqlfluff_problems("SELECT 1 FROM a ASOF LEFT JOIN b ON a.k = b.k AND a.t >= b.t\n", "snowflake")


@pytest.mark.engines
@pytest.mark.parametrize("case", STATEMENTS)
def test_whole_statements_are_of_snowflakes_grammar(case: str) -> None:
    text = max(built(case, "snowflake").values(), key=len)
    assert sqlfluff_problems(text, "snowflake") == []


def test_expressions_are_as_reviewed(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(text_of("snowflake", windows=True))
    assert PAGE.read_text() == text_of("snowflake", windows=True)


@pytest.mark.parametrize("case", CASES)
def test_statements_have_nothing_that_sqlglot_lets_through(case: str) -> None:
    text = "\n".join(built(case, "snowflake").values())
    code = re.sub(r"--.*", "", text)
    assert not re.search(r"ASOF LEFT|FILTER\s*\(|SEMI JOIN|STRUCT\(|TIMESTAMPNTZ|INTERVAL", code)


def test_the_join_to_the_latest_row_has_the_left_time_on_the_left() -> None:
    text = "\n".join(built("latest", "snowflake").values())
    found = re.findall(r"ASOF JOIN [^\n]*\n?\s*MATCH_CONDITION\s*\(\s*\"S\"\.[^>]*>=? \"E[0-9]+\"\.", text)
    assert found


def test_names_that_need_no_quotes_are_in_upper_case() -> None:
    assert SNOWFLAKE.quoted("user_id") == '"USER_ID"'
    assert SNOWFLAKE.quoted("order") == '"ORDER"'
    assert SNOWFLAKE.quoted("userId") == '"userId"'
    assert SNOWFLAKE.quoted("first name") == '"first name"'


def test_int64_is_tested_step_by_step_in_one_case() -> None:
    made = to_sql(typed("a + b * c", a="int64", b="int64", c="int64"), "snowflake")
    assert made.count("CASE") == 1
    assert made.count("BETWEEN -9223372036854775808 AND 9223372036854775807") == 2


def test_int32_and_constants_cannot_leave_int64() -> None:
    assert "CASE" not in to_sql(typed("a * 1000 + b - 1", a="int32", b="int32"), "snowflake")
    assert "CASE" in to_sql(typed("a * a * a", a="int32"), "snowflake")
    assert "CASE" not in to_sql(typed("a + b", a="float64", b="float64"), "snowflake")


def test_numbers_of_unknown_types_are_not_taken_for_int64() -> None:

    unknown = infer(parse("a * 2"), Columns({}, closed=False))
    assert to_sql(unknown, "snowflake") == '"A" * 2'


PATTERNS = (
    "[a-z]+",
    "^.*$",
    "^a",
    "b$",
    "^$",
    "a|^b|c$",
    r"(\d+)\.?(\d*)",
    "(?:a|[^,b])+,(.)?",
    r"[(\]]",
    "^(a|b)+$",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_anywhere_is_one_of_the_whole_text(pattern: str) -> None:
    call = matches(exp.column("x"), exp.Literal.string(pattern))
    written = call.expressions[1].name
    assert "(?:" not in written
    for text in (*edges_of("string"), "a", "b", "xa", "(", "]", "a\n"):
        if text is not None:
            found = re.fullmatch(written.replace("$", r"\Z"), text) is not None
            assert found == regex_matches(text, pattern), (written, text)
