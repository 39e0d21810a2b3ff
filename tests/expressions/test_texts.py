"""Functions of text: the stated edges, on DuckDB and in Python."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from fcompile.compiler.expressions.text_values import like
from tests.expressions.agreed import texts

TEXTS = [
    "",
    " ",
    "a",
    "A",
    "aa",
    "aaa",
    "ab",
    "a,b,,c",
    ",",
    ",,",
    "  a\t ",
    "\u00a0a ",
    "é",
    "e\u0301",
    "👩\u200d👧",
    "%_",
    "a\\",
    "a\nb",
    "a\0b ",
    None,
]
PARTS = ["", "\0", "a", ",", ",,", "aa", "é", "b", " ", None]


def pairs(*columns: list[Any]) -> dict[str, list[Any]]:
    rows = list(itertools.product(*columns))
    return {name: [row[i] for row in rows] for i, name in enumerate("xyz"[: len(columns)])}


@pytest.mark.parametrize(
    "text", ["starts_with(x, y)", "ends_with(x, y)", "contains(x, y)", "x like y", "concat(x, y)"]
)
def test_functions_of_two_texts_agree_on_every_pair(text: str) -> None:
    texts(text, pairs(TEXTS, [*TEXTS, *PARTS, "%a%", "a%", "%,_,%", "_", "__%"]))


@pytest.mark.parametrize("text", ["ltrim(x)", "rtrim(x)", "trim(x)", "length(x)", "lower(x)", "upper(x)"])
def test_functions_of_one_text_agree_on_every_text(text: str) -> None:
    texts(text, {"x": TEXTS})


def test_replace_goes_from_left_to_right_and_changes_nothing_for_an_empty_text() -> None:
    texts("replace(x, y, z)", pairs(TEXTS, PARTS, ["", "aa", "-", None]))
    assert texts("replace(x, 'aa', 'b')", {"x": ["aaa"]}) == ["ba"]
    assert texts("replace(x, '', 'b')", {"x": ["aaa", ""]}) == ["aaa", ""]


def test_trims_take_spaces_only() -> None:
    assert texts("ltrim(x)", {"x": ["  \ta ", "\u00a0 a"]}) == ["\ta ", "\u00a0 a"]
    assert texts("rtrim(x)", {"x": [" a\t  ", "a \u00a0"]}) == [" a\t", "a \u00a0"]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 9_000_000_000, 9_223_372_036_854_775_807])
def test_split_part_of_a_constant_part(number: int) -> None:
    texts(f"split_part(x, y, {number})", pairs(TEXTS, PARTS))


def test_split_part_is_empty_beyond_the_parts_and_below_the_first() -> None:
    numbers = ["-9223372036854775808", "-1", "0", "1", "2", "4", "5", "9223372036854775807", None]
    found = texts("split_part(x, y, cast(z as int64))", pairs(TEXTS, PARTS, numbers))
    assert set(found[:1]) == {""}
    assert texts("split_part(x, ',', 2)", {"x": ["a,b,,c", "a", "", None]}) == ["b", "", "", None]
    assert texts("split_part(x, ',', 3)", {"x": ["a,b,,c"]}) == [""]
    assert texts("split_part(x, y, 1)", {"x": ["abc", ""], "y": ["", ""]}) == ["abc", ""]


def test_case_is_mapped_alike_for_every_character() -> None:
    every = "".join(chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000)
    pieces = [every[at : at + 1_000] for at in range(0, len(every), 1_000)]
    for text in ("lower(x)", "upper(x)"):
        assert [len(found) for found in texts(text, {"x": pieces})] == [len(piece) for piece in pieces]


def test_case_is_mapped_character_by_character() -> None:
    words = ["ΌΔΟΣ", "İI", "straße", "ŉ", "ﬁ", "ǅ", "Ꭰꭰ", "ᾳ", "ΰ"]
    assert texts("lower(x)", {"x": words}) == ["όδοσ", "ii", "straße", "ŉ", "ﬁ", "ǆ", "ꭰꭰ", "ᾳ", "ΰ"]
    assert texts("upper(x)", {"x": words}) == ["ΌΔΟΣ", "İI", "STRAẞE", "ŉ", "ﬁ", "Ǆ", "ᎠᎠ", "ᾼ", "ΰ"]


def test_like_agrees_on_all_short_texts_and_patterns() -> None:
    short = ["".join(t) for n in range(4) for t in itertools.product("ab", repeat=n)]
    patterns = ["".join(t) for n in range(5) for t in itertools.product("ab%_", repeat=n)]
    texts("x like y", pairs(short, patterns))


def test_like_is_not_slow_for_any_pattern() -> None:
    before = time.process_time()
    assert not like("a" * 20_000, "%a" * 50 + "%b")
    assert not like("a" * 2_000, "%_a" * 50 + "%b")
    assert time.process_time() - before < 2
