"""fakesnow, an emulator of Snowflake on DuckDB: installed apart from us, and started once a process.

It is for the driver's path alone: what it answers proves nothing of what Snowflake means.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

PACKAGES = ("fakesnow[server]==0.12.1", "snowflake-connector-python<5")
STARTS_WITHIN = 60.0
INSTALLS_WITHIN = 180.0
_numbers = count()


def environment(variable: str, name: str, packages: tuple[str, ...]) -> Path:
    """Return a virtual environment with ``packages``: the one that ``variable`` names, else one in the user's cache.

    It is made once; the test is skipped where that fails, as it does without a package index.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get(variable) or cache / "fcompile" / name)
    done, python = folder / "fcompile-installed", folder / "bin" / "python"
    if not done.exists() and not (variable in os.environ and python.exists()):
        try:
            for command in (
                [sys.executable, "-m", "venv", "--clear", str(folder)],
                [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
            ):
                subprocess.run(command, check=True, capture_output=True, timeout=INSTALLS_WITHIN)
        except (subprocess.SubprocessError, OSError) as error:
            said = getattr(error, "stderr", None) or str(error).encode()
            pytest.skip(f"{name} cannot be installed: {said[-200:]!r}")
        done.touch()
    return folder


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def started(command: list[str], port: int, **given: Any) -> None:
    """Start a server that ends with this process, and wait until it listens."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **given)
    atexit.register(server.kill)
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.skip(f"{command[1]} did not start: {server.poll()}")


@cache
def server() -> int:
    """Return the port of fakesnow."""
    folder = environment("FCOMPILE_FAKESNOW_VENV", "fakesnow-0.12.1", PACKAGES)
    port = free_port()
    script = Path(__file__).with_name("fakesnow_server.py")
    started([str(folder / "bin" / "python"), str(script), str(port)], port)
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
