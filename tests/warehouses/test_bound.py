"""Parameters put into a statement as literals, and nothing else changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fcompile.runtime.warehouses.bound import bound_text

AT = datetime(2026, 1, 31, 12, 30, 15, 5, tzinfo=UTC)
VALUES = {"as_of": AT, "sequence": 7, "newest": False, "since": None}


def test_each_type_has_its_literal() -> None:
    found = bound_text("SELECT :as_of, :sequence, :newest, :since", VALUES, "postgres")
    assert found == "SELECT CAST('2026-01-31 12:30:15.000005' AS TIMESTAMP), 7, FALSE, NULL"
    assert bound_text("SELECT @sequence, :sequence", VALUES, "bigquery") == "SELECT 7, :sequence"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ':sequence'",
        "SELECT 'it''s :sequence'",
        'SELECT ":sequence"',
        "SELECT `:sequence`",
        "SELECT 1 -- :sequence",
        "SELECT 1 /* :sequence\n :sequence */",
        "SELECT a::sequence",
        "SELECT a:sequence",
        'SELECT "a":sequence',
        "SELECT `a`:sequence",
        "SELECT (a):sequence",
        "SELECT a[1]:sequence",
        "SELECT :sequence_of, :other",
        "SELECT $$ :sequence $$",
        "SELECT $a$ :sequence $$ :sequence $a$",
        r"SELECT E'\' :sequence'",
        "SELECT ':sequence",
        "SELECT /* :sequence",
    ],
)
def test_what_only_looks_like_a_parameter_stays(text: str) -> None:
    assert bound_text(text, VALUES, "postgres") == text


def test_strings_end_where_the_dialect_ends_them() -> None:
    assert bound_text(r"SELECT '\', :sequence, ''", VALUES, "postgres") == r"SELECT '\', 7, ''"
    assert bound_text(r"SELECT '\' :sequence'", VALUES, "spark") == r"SELECT '\' :sequence'"
    assert bound_text("SELECT price$, :sequence, x$", VALUES, "postgres") == "SELECT price$, 7, x$"


@pytest.mark.parametrize("dialect", ["bigquery", "clickhouse", "snowflake"])
def test_an_apostrophe_in_any_comment_opens_no_string(dialect: str) -> None:
    mark, sign = "//" if dialect == "snowflake" else "#", "@" if dialect == "bigquery" else ":"
    text = f"SELECT 1 {mark} don't {sign}sequence\n, {{}}, 'x'"
    assert bound_text(text.format(f"{sign}sequence"), VALUES, dialect) == text.format(7)


def test_a_parameter_stands_at_both_ends_and_beside_signs() -> None:
    assert bound_text(":sequence", VALUES, "trino") == "7"
    assert bound_text("(:sequence,:sequence)-:sequence", VALUES, "trino") == "(7,7)-7"


def test_other_values_are_refused() -> None:
    with pytest.raises(ValueError, match="a str is no parameter"):
        bound_text("SELECT :a", {"a": "x"}, "postgres")
