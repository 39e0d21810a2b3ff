"""Every dialect by its name."""

from __future__ import annotations

from collections.abc import Mapping
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

DIALECTS: Mapping[str, Dialect] = MappingProxyType({dialect.name: dialect() for dialect in _ALL})
