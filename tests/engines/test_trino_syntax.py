"""Trino's SQL: read by an independent parser with Trino's catalog of functions and types, and by reviewers.

No Trino runs here, so nothing of this shows what a statement means: that is argued from Trino's pages and source,
where the words are. ``pytest --update-golden`` writes the page for reviewers.
"""

from __future__ import annotations

import random
import re
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from fcompile.compiler.dtypes import TIMESTAMP
from fcompile.compiler.expressions.engines.trino_json import _placed
from fcompile.compiler.expressions.json_values import _laid_out
from fcompile.compiler.lower.types import lower_type
from fcompile.dialects.registry import DIALECTS
from tests.engines.lowered import all_lowered, text_of, words_of_windows
from tests.engines.parsers import trino_problems
from tests.expressions.running import to_sql, typed
from tests.golden.test_golden import CASES, built

TRINO = DIALECTS["trino"]
PAGE = Path(__file__).parent / "expressions" / "trino.sql"


def test_every_function_and_cast_is_of_trinos_grammar_and_of_its_functions() -> None:
    lowered = [*all_lowered("trino"), *words_of_windows("trino")]
    assert len(lowered) > 500
    found = {words: trino_problems(f"SELECT {sql} AS v FROM t") for words, sql in lowered}
    assert {words: problems for words, problems in found.items() if problems} == {}


def test_the_parser_refuses_what_trino_does_not_have() -> None:
    assert trino_problems("SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1")
    assert trino_problems("SELECT LIST_TRANSFORM(a, x -> x) AS v FROM t") == ["no function list_transform"]


def test_expressions_are_as_reviewed(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(text_of("trino", windows=True))
    assert PAGE.read_text() == text_of("trino", windows=True)


@pytest.mark.parametrize("case", CASES)
def test_whole_statements_are_of_trinos_grammar(case: str) -> None:
    files = built(case, "trino")
    assert files
    assert {path: found for path, text in files.items() if (found := trino_problems(text))} == {}


@pytest.mark.parametrize("case", CASES)
def test_statements_have_nothing_that_sqlglot_lets_through(case: str) -> None:
    text = "\n".join(built(case, "trino").values())
    code = re.sub(r"--.*", "", text)
    assert not re.search(r"QUALIFY|ASOF|TEMPORARY|SEMI JOIN|STRUCT\(|TIMESTAMPLTZ", code)
    # TIMESTAMP alone has milliseconds.
    assert not re.search(r"TIMESTAMP(?!\(6\))(?=[ ),])", re.sub(r'"[^"]*"', '"x"', code))


def test_times_have_microseconds_in_utc() -> None:
    assert TRINO.sql(lower_type(TIMESTAMP, TRINO)) == "TIMESTAMP(6)"
    column = exp.column("t", quoted=True)
    made = TRINO.sql(TRINO.utc(column))
    assert made == "CAST(AT_TIMEZONE(CAST(\"t\" AS TIMESTAMP(6) WITH TIME ZONE), 'UTC') AS TIMESTAMP(6))"


def test_whole_numbers_divide_without_a_double() -> None:
    assert "DOUBLE" not in to_sql(typed("a // 7", a="int64"), "trino")
    assert "DOUBLE" not in to_sql(typed("a // b", a="int64", b="int64"), "trino")


def test_nan_is_looked_for_where_it_may_be_only() -> None:
    assert to_sql(typed("a > 0.5", a="float64"), "trino") == '(\n  "a" > 0.5 OR IS_NAN("a")\n)'
    assert to_sql(typed("a < 0.5", a="float64"), "trino") == '"a" < 0.5'
    assert to_sql(typed("a > b", a="int64", b="int64"), "trino") == '"a" > "b"'


def test_a_lambdas_name_hides_no_column() -> None:
    made = to_sql(typed("list_contains(items, item)", items="list<string>", item="string"), "trino")
    assert 'item_ -> item_ = "item"' in made


def test_numbers_in_json_are_laid_out_as_the_evaluator_does() -> None:
    drawn = random.Random(5)
    given = [
        ("", 0),
        *((str(drawn.randrange(1, 10**n)).rstrip("0"), drawn.randrange(-8, 25)) for n in range(1, 17)),
    ]
    sql = _placed(exp.column("digits"), exp.column("point")).sql("duckdb")
    with duckdb.connect() as connection:
        for digits, point in given:
            made = connection.execute(
                f"SELECT {sql} FROM (SELECT ?::VARCHAR AS digits, ?::INTEGER AS point)", [digits, point]
            ).fetchall()
            assert made == [(_laid_out(digits, point),)], (digits, point)


def test_distinct_hashes_are_counted_one_by_one() -> None:
    made = TRINO.sql(TRINO.estimated_distinct(exp.column("h", quoted=True), None))
    assert 'MIN(DISTINCT "h", 1025)' in made


def test_durations_of_many_milliseconds_are_added_in_32_bits() -> None:
    time = exp.column("t", quoted=True)
    assert TRINO.sql(TRINO.after(time, timedelta(days=30))) == "DATE_ADD('day', 30, \"t\")"
    made = TRINO.sql(TRINO.before(time, timedelta(days=30, milliseconds=500)))
    assert made == "DATE_ADD('millisecond', 86399500, DATE_ADD('day', -31, \"t\"))"
