"""Every dialect by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.base import Dialect
from fcompile.dialects.duckdb import DuckDB

DIALECTS: Mapping[str, Dialect] = MappingProxyType({d.name: d() for d in (DuckDB,)})

PLANNED = ("bigquery", "clickhouse", "databricks", "postgres", "redshift", "snowflake", "spark", "trino")
"""Warehouse types of SPEC 2 whose dialect is still to come."""
