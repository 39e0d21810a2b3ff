"""The page of dialects is what the dialects say, and every question has an answer with its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fcompile.compiler.matrix import NAMES, TESTED, dialects_page, sections
from fcompile.dialects.answers.answer import QUESTIONS
from fcompile.dialects.answers.registry import ANSWERS
from fcompile.dialects.registry import DIALECTS

PAGE = Path(__file__).parents[2] / "docs/reference/dialects.md"


def test_the_page_of_dialects_is_the_matrix(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(dialects_page(), encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == dialects_page()


@pytest.mark.parametrize("name", NAMES)
def test_every_dialect_answers_every_question_with_a_page(name: str) -> None:
    assert list(ANSWERS[name]) == list(QUESTIONS)
    assert all(re.fullmatch(r"[a-z.]+\.(com|org|io)/\S+", answer.page) for answer in ANSWERS[name].values())
    assert name in TESTED


def test_duckdb_refuses_nothing() -> None:
    assert [row.name for section in sections() for row in section.rows if "duckdb" in row.reasons] == []


def test_a_refusal_has_a_reason_and_is_of_a_dialect_that_there_is() -> None:
    reasons = [pair for section in sections() for row in section.rows for pair in row.reasons.items()]
    assert {name for name, _ in reasons} <= set(DIALECTS)
    assert all(reason and not reason.endswith(".") for _, reason in reasons)
