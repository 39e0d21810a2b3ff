"""The words of every dialect by its name. DuckDB's are those of the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from fcompile.compiler.expressions.engines.bigquery import BIGQUERY
from fcompile.compiler.expressions.engines.clickhouse import WORDS as CLICKHOUSE
from fcompile.compiler.expressions.engines.postgres import POSTGRES
from fcompile.compiler.expressions.engines.redshift import REDSHIFT
from fcompile.compiler.expressions.engines.snowflake import SNOWFLAKE
from fcompile.compiler.expressions.engines.spark import SPARK
from fcompile.compiler.expressions.engines.trino import TRINO
from fcompile.compiler.expressions.engines.words import PLAIN, Words

_known: dict[str, Words] = {
    "bigquery": BIGQUERY,
    "clickhouse": CLICKHOUSE,
    "databricks": SPARK,
    "duckdb": PLAIN,
    "postgres": POSTGRES,
    "redshift": REDSHIFT,
    "snowflake": SNOWFLAKE,
    "spark": SPARK,
    "trino": TRINO,
}

WORDS: Mapping[str, Words] = MappingProxyType(_known)


def words_of(dialect: str) -> Words:
    return WORDS.get(dialect, PLAIN)


@contextmanager
def extended(dialect: str, words: Words) -> Iterator[None]:
    """``WORDS`` with those of one more dialect, for as long as the block lasts, as ``dialects.registry.extended``.

    Raises ``ValueError`` for a name that is taken.
    """
    if dialect in _known:
        raise ValueError(f"there are words of `{dialect}` already")
    _known[dialect] = words
    try:
        yield
    finally:
        del _known[dialect]
