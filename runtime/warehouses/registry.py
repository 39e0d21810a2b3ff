"""The warehouses by their ``type:``. A new one is an adapter, a line here, a case of the differential tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from fcompile.compiler.errors import Diagnostic, UsageError, listed
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.duckdb import connect

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

Opener = Callable[["Project", bool], Warehouse]


def _postgres(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.postgres import connect

    return connect(project, read_only)


def _clickhouse(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.clickhouse import connect

    return connect(project, read_only)


def _redshift(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.redshift import connect

    return connect(project, read_only)


def _spark(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.spark import connect

    return connect(project, read_only)


def _databricks(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.databricks import connect

    return connect(project, read_only)


def _trino(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.trino import connect

    return connect(project, read_only)


def _snowflake(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.snowflake import connect

    return connect(project, read_only)


def _bigquery(project: Project, read_only: bool) -> Warehouse:
    from fcompile.runtime.warehouses.bigquery import connect

    return connect(project, read_only)


# An adapter is imported when it is opened: a project has one, and each brings a driver.
WAREHOUSES: Mapping[str, Opener] = {
    "duckdb": connect,
    "postgres": _postgres,
    "redshift": _redshift,
    "snowflake": _snowflake,
    "bigquery": _bigquery,
    "clickhouse": _clickhouse,
    "spark": _spark,
    "databricks": _databricks,
    "trino": _trino,
}


def open_warehouse(project: Project, read_only: bool = False) -> Warehouse:
    """Open the warehouse of the project's target.

    With ``read_only`` other processes may read at the same time. Raises UsageError (FC910) for a type
    without an adapter, and FcompileError (FC450, FC451) where it cannot be opened.
    """
    kind = project.target.warehouse.type
    opener = WAREHOUSES.get(kind)
    if opener is None:
        message = f"fcompile does not run on {kind} yet; target `{project.target_name}` asks for it"
        raise UsageError(
            Diagnostic("FC910", message, hint=f"use a warehouse of type {listed(list(WAREHOUSES))}")
        )
    return opener(project, read_only)
