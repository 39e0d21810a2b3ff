"""Spark for tests of its adapter: the session of this process, without tables."""

from __future__ import annotations

from fcompile.runtime.warehouses.spark_sessions import Classic, pinned
from tests.engines.servers import spark


def empty_spark() -> Classic:
    """Return a session of its own of this process's Spark, whose tables are all dropped."""
    session = spark().newSession()
    for database in session.catalog.listDatabases():
        for table in session.catalog.listTables(database.name):
            session.sql(f"DROP TABLE `{database.name}`.`{table.name}`")
        if database.name != "default":
            session.sql(f"DROP SCHEMA `{database.name}`")
    return Classic(pinned(session))
