"""Every dialect by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from fcompile.dialects.base import Dialect
from fcompile.dialects.bigquery import BigQuery
from fcompile.dialects.clickhouse import ClickHouse
from fcompile.dialects.databricks import Databricks
from fcompile.dialects.duckdb import DuckDB
from fcompile.dialects.postgres import Postgres
from fcompile.dialects.redshift import Redshift
from fcompile.dialects.snowflake import Snowflake
from fcompile.dialects.spark import Spark
from fcompile.dialects.trino import Trino

_ALL = (BigQuery, ClickHouse, Databricks, DuckDB, Postgres, Redshift, Snowflake, Spark, Trino)

_known: dict[str, Dialect] = {dialect.name: dialect() for dialect in _ALL}

DIALECTS: Mapping[str, Dialect] = MappingProxyType(_known)


@contextmanager
def extended(dialect: Dialect) -> Iterator[None]:
    """``DIALECTS`` with one more, which does not come with fcompile, for as long as the block lasts.

    Raises ``ValueError`` for a name that is taken. It is for one thread: all of the process see it.
    """
    if dialect.name in _known:
        raise ValueError(f"there is a dialect `{dialect.name}` already")
    _known[dialect.name] = dialect
    try:
        yield
    finally:
        del _known[dialect.name]
