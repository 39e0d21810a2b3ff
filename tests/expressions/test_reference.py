from pathlib import Path

import pytest

from fcompile.compiler.expressions.reference import reference_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "expressions.md"


def test_the_page_of_expressions_is_the_table_of_functions(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden", default=False):
        PAGE.write_text(reference_page(), encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == reference_page()
