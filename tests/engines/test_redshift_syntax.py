"""Redshift's SQL: read by an independent parser of its grammar, and by reviewers.

No Redshift runs here, so nothing of this shows what a statement means: that is argued from Redshift's pages, where
the words are. ``pytest --update-golden`` writes the page for reviewers.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fcompile.compiler.bind import bind
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.refusals import refuse
from fcompile.dialects.registry import DIALECTS
from tests.engines.lowered import all_lowered, text_of
from tests.engines.parsers import sqlfluff_problems
from tests.golden.test_golden import CASES, HERE, built

PAGE = Path(__file__).parent / "expressions" / "redshift.sql"
STATEMENTS = ("aliases", "known_time", "labels", "shared_source")
"""Cases whose statements are parsed: sqlfluff takes ten seconds for one of windows."""


def statements(case: str) -> list[str]:
    """What is written of it, with a time for each parameter; nothing where Redshift refuses a part."""
    definitions = bind({"feature.yaml": (HERE / case / "feature.yaml").read_text()}).definitions
    try:
        refuse(definitions, DIALECTS["redshift"])
    except FcompileError:
        return []
    return [re.sub(r"(?<![:\w]):[a-z_]+\b", "NULL", text) for text in built(case, "redshift").values()]


@pytest.mark.engines
def test_every_function_and_cast_is_of_redshifts_grammar() -> None:
    found: dict[str, str] = {}
    for words, sql in all_lowered("redshift"):
        found.setdefault(words if "cast(" in words else words.split("(")[0], sql)
    columns = ",\n".join(f"{sql} AS v{i}" for i, sql in enumerate(found.values()))
    assert sqlfluff_problems(f"SELECT\n{columns}\nFROM t\n", "redshift") == []


@pytest.mark.engines
@pytest.mark.parametrize("case", STATEMENTS)
def test_whole_statements_are_of_redshifts_grammar(case: str) -> None:
    for text in sorted(statements(case), key=len)[-1:]:
        assert sqlfluff_problems(text, "redshift") == []


def test_expressions_are_as_reviewed(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(text_of("redshift"))
    assert PAGE.read_text() == text_of("redshift")


def test_expressions_have_nothing_that_redshift_does_not_have() -> None:
    """Lists, VALUES in FROM, LATERAL, FILTER, other collations and casts that only Postgres writes so."""
    page = text_of("redshift")
    assert not re.search(
        r"ARRAY|UNNEST|VALUES|LATERAL|FILTER\s*\(|COLLATE|::|\bJSON\b|CONVERT_TO|INTERVAL", page
    )


@pytest.mark.parametrize("case", CASES)
def test_statements_have_nothing_that_redshift_does_not_have(case: str) -> None:
    code = re.sub(r"--.*", "", "\n".join(statements(case)))
    bad = r"ASOF|FILTER\s*\(|SEMI JOIN|ANTI JOIN|STRUCT\(|ARRAY|UNNEST|INTERVAL|IS (NOT )?DISTINCT|QUALIFY|LATERAL"
    assert not re.search(bad, code)
    assert not re.search(r"CREATE OR REPLACE TABLE|RANGE BETWEEN", code)
