from pathlib import Path

import pytest

from fcompile.compiler.expressions.functions import FAMILIES, FUNCTIONS, TABLE
from fcompile.compiler.expressions.reference import reference_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "expressions.md"


def test_the_page_of_expressions_is_the_table_of_functions(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden", default=False):
        PAGE.write_text(reference_page(), encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == reference_page()


def test_the_page_has_every_operator_and_function_with_its_meaning() -> None:
    page = PAGE.read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    for function in TABLE.values():
        syntax, meaning = (text.replace("|", "\\|") for text in (function.syntax, function.meaning))
        assert any(line.startswith(f"| `{syntax}` |") and meaning in line for line in lines), function.name
    assert sorted(f.name for family in FAMILIES.values() for f in family) == sorted(FUNCTIONS)
