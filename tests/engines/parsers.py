"""Parsers that others wrote of engines' SQL: they know its grammar, not its functions, names and types."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest


def trino_problems(sql: str) -> list[str]:
    """What trino-sql-validator says of one statement: grammar, functions and types that Trino's docs do not list."""
    validator = pytest.importorskip("trino_sql_validator", reason="trino-sql-validator is not installed")
    made = validator.validate(sql, jinja="reject")
    found = [] if made.valid else [str(made.error)]
    found += [f"no function {each}" for each in made.unknown_functions]
    found += [f"no type {each}" for each in made.unknown_types]
    return found + [str(each) for each in made.function_argument_warnings]


@cache
def _fluff(dialect: str) -> Any:
    pytest.importorskip("sqlfluff", reason="sqlfluff is not installed")
    from sqlfluff.core import FluffConfig, Linter

    return Linter(config=FluffConfig(overrides={"dialect": dialect}))


def sqlfluff_problems(sql: str, dialect: str) -> list[str]:
    """What sqlfluff's parser of the dialect could not read."""
    parsed = _fluff(dialect).parse_string(sql)
    found = [str(each) for each in parsed.violations]
    tree = parsed.tree
    if tree is not None:
        found += [f"not read: {each.raw[:200]}" for each in tree.recursive_crawl("unparsable")]
    return found
