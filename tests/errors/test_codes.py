"""Codes, their use, their page and their examples hold together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.codes import CODES, RANGES, errors_page
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.project import parse_project

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent
PAGE = ROOT / "docs/reference/errors.md"
LITERAL = re.compile(r"""["'](FC\d{3})["']""")
PROJECT = "# fcompile.yaml\n"
DEFINITIONS = tuple(
    f"{kind}:"
    for kind in (
        "entities",
        "sources",
        "feature_views",
        "on_demand_feature_views",
        "feature_services",
        "labels",
        "tests",
        "exposures",
    )
)


def _runs(example: str) -> bool:
    return example.startswith((PROJECT, *DEFINITIONS))


RUNNING = [code for code, about in CODES.items() if _runs(about.example)]
OTHERS = [code for code in CODES if code not in RUNNING]


def _used() -> set[str]:
    files = [
        ROOT / "cli.py",
        *(f for d in ("compiler", "runtime", "dialects") for f in (ROOT / d).rglob("*.py")),
    ]
    return {code for f in files if f.parent.name != "codes" for code in LITERAL.findall(f.read_text("utf-8"))}


def test_every_code_used_is_listed() -> None:
    assert sorted(_used() - set(CODES)) == []


def test_every_code_listed_is_used() -> None:
    assert sorted(set(CODES) - _used()) == []


def test_codes_are_sorted_and_in_a_range() -> None:
    assert list(CODES) == sorted(CODES)
    assert [c for c in CODES if not re.fullmatch(r"FC\d{3}", c) or c[:3] not in RANGES] == []


def test_page_lists_every_code_as_it_is(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(errors_page(), encoding="utf-8")
    assert PAGE.read_text("utf-8") == errors_page()
    assert [c for c in CODES if f"### {c}: " not in errors_page()] == []


def _problems(example: str) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    if not example.startswith(PROJECT):
        files = {"featuredefs/example.yaml": example}
        return bind(files).diagnostics, files
    files = {"fcompile.yaml": example}
    try:
        parse_project(example, "fcompile.yaml", {})
    except FcompileError as error:
        return error.diagnostics, files
    return (), files


@pytest.mark.parametrize("code", RUNNING)
def test_example_gives_its_code_and_message(code: str, update_golden: bool) -> None:
    diagnostics, files = _problems(CODES[code].example)
    assert code in [d.code for d in diagnostics]
    shown = "\n\n".join(d.render(files) for d in diagnostics) + "\n"
    expected = GOLDEN / f"{code}.txt"
    if update_golden:
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text("utf-8")


@pytest.mark.parametrize("code", OTHERS)
def test_code_whose_example_is_not_yaml_is_named_in_a_test(code: str) -> None:
    tests = [f for f in (ROOT / "tests").rglob("test_*.py") if code in f.read_text("utf-8")]
    assert tests, f"name {code} in a test that provokes it"


def test_expected_messages_are_of_listed_codes() -> None:
    assert sorted({f.stem for f in GOLDEN.glob("FC*.txt")} - set(RUNNING)) == []
