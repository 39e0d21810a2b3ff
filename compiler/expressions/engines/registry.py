"""The words of every dialect by its name. DuckDB's are those of the table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.compiler.expressions.engines.words import PLAIN, Words

WORDS: Mapping[str, Words] = MappingProxyType({"duckdb": PLAIN})


def words_of(dialect: str) -> Words:
    return WORDS.get(dialect, PLAIN)
