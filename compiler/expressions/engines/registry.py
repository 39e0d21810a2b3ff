"""The words of every dialect by its name. DuckDB's are those of the table.

Those of one dialect are read when they are first asked for: a command lowers for one, and all take a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType

from fcompile.compiler.expressions.engines.words import PLAIN, Words

_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "bigquery": "bigquery",
        "clickhouse": "clickhouse",
        "databricks": "spark",
        "postgres": "postgres",
        "redshift": "redshift",
        "snowflake": "snowflake",
        "spark": "spark",
        "trino": "trino",
    }
)
"""Beside this one, by dialect: each has its ``WORDS``."""

_known: dict[str, Words] = {"duckdb": PLAIN}


def words_of(dialect: str) -> Words:
    """Return those of the table for a name that is not known."""
    if dialect not in _known and dialect in _MODULES:
        module = import_module(f"fcompile.compiler.expressions.engines.{_MODULES[dialect]}")
        words: Words = module.WORDS
        _known[dialect] = words
    return _known.get(dialect, PLAIN)


@contextmanager
def extended(dialect: str, words: Words) -> Iterator[None]:
    """``words_of`` with those of one more dialect, for as long as the block lasts, as ``dialects.registry.extended``.

    Raises ``ValueError`` for a name that is taken.
    """
    if dialect in _known or dialect in _MODULES:
        raise ValueError(f"there are words of `{dialect}` already")
    _known[dialect] = words
    try:
        yield
    finally:
        del _known[dialect]
