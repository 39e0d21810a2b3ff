"""The words of every dialect by its name. DuckDB's are those of the table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.compiler.expressions.engines.bigquery import BIGQUERY
from fcompile.compiler.expressions.engines.clickhouse import WORDS as CLICKHOUSE
from fcompile.compiler.expressions.engines.postgres import POSTGRES
from fcompile.compiler.expressions.engines.snowflake import SNOWFLAKE
from fcompile.compiler.expressions.engines.redshift import REDSHIFT
from fcompile.compiler.expressions.engines.spark import SPARK
from fcompile.compiler.expressions.engines.trino import TRINO
from fcompile.compiler.expressions.engines.words import PLAIN, Words

WORDS: Mapping[str, Words] = MappingProxyType(
    {
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
)


def words_of(dialect: str) -> Words:
    return WORDS.get(dialect, PLAIN)
