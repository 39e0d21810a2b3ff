"""The stores that the contract is tested on: a way to open each, as often as wanted, for a project."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fcompile.compiler.schema.project import DynamoDBOnline, PostgresOnline, RedisOnline
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.registry import open_online
from tests.engines.servers import postgres_database
from tests.online.servers import dynamodb, redis7, valkey_cluster, valkey_database

Open = Callable[[str], OnlineStore]
"""Opens the same store for the project of the given name."""


@dataclass(frozen=True)
class SqliteConfig:
    type: str = "sqlite"
    path: str = "online.db"


def _sqlite(folder: Path) -> Open:
    return lambda project: open_online(SqliteConfig(), folder, project)


def redis_config(url: str, **settings: object) -> RedisOnline:
    return RedisOnline.model_validate({"type": "redis", "url": url, **settings})


def _valkey(folder: Path) -> Open:
    url = valkey_database()
    return lambda project: open_online(redis_config(url), folder, project)


def _redis7(folder: Path) -> Open:
    url = redis7().url(database=next(_databases))
    return lambda project: open_online(redis_config(url), folder, project)


def _cluster(folder: Path) -> Open:
    cluster = valkey_cluster()
    cluster.flush()
    return lambda project: open_online(redis_config(cluster.url(), cluster=True), folder, project)


def _postgres(folder: Path) -> Open:
    config = PostgresOnline.model_validate({"type": "postgres", "dsn": postgres_database()})
    return lambda project: open_online(config, folder, project)


def _dynamodb(folder: Path) -> Open:
    # Where boto3 looks for them.
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    config = DynamoDBOnline(
        type="dynamodb",
        region="us-east-1",
        endpoint_url=dynamodb(),
        table_prefix=f"t{next(_databases)}_",
        # A process serves all tests, one request after the other.
        deadline="1m",
    )
    return lambda project: open_online(config, folder, project)


_databases = iter(range(1, 10_000))

OPENERS: dict[str, Callable[[Path], Open]] = {
    "sqlite": _sqlite,
    "valkey": _valkey,
    "redis7": _redis7,
    "cluster": _cluster,
    "postgres": _postgres,
    "dynamodb": _dynamodb,
}
"""By the kind of store; each call of an opener is an empty store of its own."""

SLOW = {"dynamodb": 5}
"""By how much less a test of many requests does with a store whose server is written in Python."""
