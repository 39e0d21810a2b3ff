"""Every dialect's answers by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers import (
    bigquery,
    clickhouse,
    databricks,
    duckdb,
    postgres,
    redshift,
    snowflake,
    spark,
    trino,
)
from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Mapping[str, Answer]] = MappingProxyType(
    {
        "bigquery": bigquery.ANSWERS,
        "clickhouse": clickhouse.ANSWERS,
        "databricks": databricks.ANSWERS,
        "duckdb": duckdb.ANSWERS,
        "postgres": postgres.ANSWERS,
        "redshift": redshift.ANSWERS,
        "snowflake": snowflake.ANSWERS,
        "spark": spark.ANSWERS,
        "trino": trino.ANSWERS,
    }
)
"""Dialect -> question -> answer, dialects sorted."""
