"""YAML text to trees: core scalars only, places by character, limits without crashes."""

from __future__ import annotations

import math

import pytest

from fcompile.compiler.load import load
from fcompile.compiler.tree import Mapping, Scalar, plain


def _value(text: str) -> object:
    document = load(f"v: {text}\n", "f.yaml")
    assert document.diagnostics == ()
    assert document.root is not None
    data = plain(document.root)
    assert isinstance(data, dict)
    return data["v"]


def _codes(text: str) -> list[str]:
    return [d.code for d in load(text, "f.yaml").diagnostics]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("2026-01-01", "2026-01-01"),
        ("2001-13-45", "2001-13-45"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("~", None),
        ("", None),
        ("Null", None),
        ("'1'", "1"),
        ('"true"', "true"),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("=", "="),
        ("-", None if False else [None]),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = _value(text) if text != "-" else _value("\n  -")
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_number() -> None:
    value = _value(".nan")
    assert isinstance(value, float)
    assert math.isnan(value)


def test_places_count_characters_from_1() -> None:
    root = load("ключ: 'é'\nb:\n  - {c: x}\n", "f.yaml").root
    assert isinstance(root, Mapping)
    assert (root.items["ключ"].span.line, root.items["ключ"].span.column) == (1, 7)
    assert (root.keys["b"].line, root.keys["b"].column) == (2, 1)


def test_text_that_stands_unchanged_on_one_line_knows_its_offset() -> None:
    root = load("a: x y\nb: 'x y'\nc: \"x\\ty\"\nd: |\n  x\ne: 'it''s'\n", "f.yaml").root
    assert isinstance(root, Mapping)
    offsets = {key: node.verbatim for key, node in root.items.items() if isinstance(node, Scalar)}
    assert offsets == {"a": 0, "b": 1, "c": -1, "d": -1, "e": -1}


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_is_fine(text: str) -> None:
    document = load(text, "f.yaml")
    assert document.diagnostics == ()
    assert document.root is None or plain(document.root) is None


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    document = load("\ufeffa: 1\r\nb: x\r\n", "f.yaml")
    assert document.diagnostics == ()
    assert document.root is not None
    assert plain(document.root) == {"a": 1, "b": "x"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [1\n", "FC101"),
        ("a: b\n c: d: e\n", "FC101"),
        ("a:\n\t- b\n", "FC101"),
        ("a: \x01\n", "FC101"),
        ("a: \ud800\n", "FC101"),
        ("a: \x85\n", "FC101"),
        ("a: 1\rb: 2\n", "FC101"),
        ('"\\UFFFFFFFF": 1\n', "FC101"),
        ("%YAML 9.9\n---\na: 1\n", "FC101"),
        ("a: " + "x" * 1024 * 1024, "FC102"),
        ("a: " + "é" * 600_000, "FC102"),
        ("[" * 65 + "]" * 65, "FC104"),
        ("[" * 200_000, "FC104"),
        ("- " * 200_000, "FC104"),
        ("{a: " * 100 + "1" + "}" * 100, "FC104"),
        ("[" + "1," * 200_001 + "]", "FC105"),
        ("a: &x 1\n", "FC106"),
        ("a: *x\n", "FC106"),
        ("a: &x [*x]\n", "FC106"),
        ("a: {<<: {b: 1}}\n", "FC107"),
        ("a: !!int ''\n", "FC108"),
        ("a: !!timestamp foo\n", "FC108"),
        ("a: !!python/object:os.system x\n", "FC108"),
        ("a: ! x\n", "FC108"),
        ("!!map {a: 1}\n", "FC108"),
        ("a: 1\n---\nb: 2\n", "FC109"),
        ("a: 1\na: 2\n", "FC110"),
        ("1: a\n", "FC111"),
        ("? [a]\n: b\n", "FC111"),
        ("~: a\n", "FC111"),
        ('"a\\u202Eb": 1\n', "FC112"),
        ('"a\\0b": 1\n', "FC112"),
        ("a\u200bb: 1\n", "FC112"),
        ("a: 9223372036854775808\n", "FC113"),
        ("a: " + "9" * 5000 + "\n", "FC113"),
        ("a: 1e999\n", "FC113"),
    ],
)
def test_what_is_not_read_is_an_error_with_a_place(text: str, code: str) -> None:
    problems = load(text, "f.yaml").diagnostics
    assert code in [p.code for p in problems]
    for problem in problems:
        assert problem.span is not None
        assert problem.span.line >= 1
        problem.render({"f.yaml": text})


def test_every_problem_of_a_file_is_reported() -> None:
    text = "a: &x 1\nb: *x\nc: !!str d\ne: 1\ne: 2\n1: f\n"
    assert _codes(text) == ["FC106", "FC106", "FC108", "FC110", "FC111"]


def test_both_places_of_a_key_that_stands_twice_are_named() -> None:
    (problem,) = load("a: 1\nb: 2\na: 3\n", "f.yaml").diagnostics
    assert problem.span is not None
    assert (problem.span.line, problem.message) == (3, "`a` stands twice; first at 1:1")


def test_the_end_of_an_unclosed_file_is_shown_on_a_line_that_exists() -> None:
    text = "a: [1\n\n\n"
    (problem,) = load(text, "f.yaml").diagnostics
    assert problem.span is not None
    assert problem.span.line == 1
    assert "it began at 1:4" in problem.message
