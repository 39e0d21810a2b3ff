"""fakesnow, an emulator of Snowflake on DuckDB: installed apart from us, and started once a process.

It is for the driver's path alone: what it answers proves nothing of what Snowflake means.
"""

from __future__ import annotations

from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from tests.engines.apart import served

# It goes with the driver before version 5 and sqlglot 30.22 alone; the rest is what they need beyond our environment.
PACKAGES = (
    "fakesnow==0.12.1",
    "snowflake-connector-python==4.8.1",
    "sqlglot==30.22.0",
    "starlette==1.10.0",
    "anyio==4.16.0",
    "h11==0.16.0",
    "uvicorn==0.54.0",
    "click==8.5.1",
    "asn1crypto==1.5.1",
    "pyOpenSSL==26.4.0",
    "filelock==4.2.11",
    "platformdirs==4.14.7",
    "sortedcontainers==2.4.0",
)
_numbers = count()


@cache
def server() -> int:
    """Return the port of fakesnow."""
    (port,) = served("fakesnow-0.12.1", PACKAGES, Path(__file__).with_name("fakesnow_server.py"))
    return port


def options() -> dict[str, Any]:
    """Return what the driver connects with to a new, empty database."""
    import snowflake.connector

    name = f"DB{next(_numbers)}"
    given = {"account": "a", "user": "u", "password": "p", "host": "127.0.0.1", "port": server()}
    given |= {"protocol": "http", "enable_server_session_keep_alive_auto_detection": False}
    with snowflake.connector.connect(**given) as connection, connection.cursor() as cursor:
        for statement in (f"CREATE DATABASE {name}", f"USE DATABASE {name}", "CREATE SCHEMA PUBLIC"):
            cursor.execute(statement)
    return {**given, "database": name, "schema": "PUBLIC"}
