"""Databricks' SQL, which runs nowhere here: read by Spark's own parser, whose grammar it extends, and by sqlfluff's.

What it means is Spark's, which tests/expressions/test_spark.py and the training sets hold to the language.
"""

from __future__ import annotations

import re

import pytest

from fcompile.dialects.registry import DIALECTS
from tests.engines.lowered import all_lowered, words_of_windows
from tests.engines.parsers import sqlfluff_problems
from tests.engines.servers import spark
from tests.golden.test_golden import CASES, REFUSED, built

pytestmark = pytest.mark.engines


def parse(sql: str) -> None:
    # As in fcompile's sessions; the parser asks the active one.
    spark().conf.set(_AS_OF, "true")
    try:
        spark()._jsparkSession.sessionState().sqlParser().parsePlan(sql)
    finally:
        spark().conf.unset(_AS_OF)


_AS_OF = "spark.sql.join.asofJoin.enabled"


def statements(case: str, dialect: str) -> list[str]:
    files = built(case, dialect)
    files.pop(REFUSED, None)
    code = (re.sub(r"--.*", "", text) for text in files.values())
    return [each for text in code for each in text.split(";") if each.strip()]


@pytest.mark.parametrize("dialect", ["spark", "databricks"])
@pytest.mark.parametrize("case", CASES)
def test_whole_statements_are_of_sparks_grammar(case: str, dialect: str) -> None:
    for statement in statements(case, dialect):
        parse(statement)


@pytest.mark.parametrize("dialect", ["spark", "databricks"])
def test_every_function_and_cast_is_of_sparks_grammar(dialect: str) -> None:
    lowered = [*all_lowered(dialect), *words_of_windows(dialect)]
    parse("SELECT\n" + ",\n".join(f"{sql} AS v{i}" for i, (_, sql) in enumerate(lowered)) + "\nFROM t")


def test_databricks_says_expressions_as_spark_does() -> None:
    assert all_lowered("databricks") == all_lowered("spark")


@pytest.mark.parametrize("case", ["aliases", "labels"])
def test_whole_statements_are_of_databricks_grammar(case: str) -> None:
    for text in sorted(statements(case, "databricks"), key=len)[-1:]:
        assert sqlfluff_problems(text.strip() + "\n", "databricks") == []


def test_databricks_replaces_a_table_in_one_statement() -> None:
    assert any("CREATE OR REPLACE TABLE" in each for each in statements("latest", "databricks"))
    assert not any("CREATE OR REPLACE TABLE" in each for each in statements("latest", "spark"))
    assert DIALECTS["databricks"].temporary_tables is False
