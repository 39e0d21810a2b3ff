"""The rights that docs/how-to/choose-an-online-store.md names: they suffice, and a reader's do not let it write."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis

from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import PostgresOnline, RedisOnline
from fcompile.runtime.online.base import Generation, OnlineStore
from fcompile.runtime.online.registry import open_online
from tests.engines.servers import postgres_connection, postgres_database
from tests.online.rows import SCHEMA, Row, held, shown, stands, write
from tests.online.servers import own_valkey, own_valkey_cluster

pytestmark = pytest.mark.engines

PAGE = (Path(__file__).parents[2] / "docs/how-to/choose-an-online-store.md").read_text()
USERS = re.findall("^user .*$", PAGE, re.MULTILINE)


def redis_of(url: str, user: str, **settings: Any) -> OnlineStore:
    with_user = re.sub("//(.*@)?", f"//{user}:password@", url)
    config = RedisOnline.model_validate({"type": "redis", "url": with_user, **settings})
    return open_online(config, Path(), "p")


def a_loader_can_all_and_a_server_can_read(loader: OnlineStore, server: OnlineStore) -> None:
    with closing(loader), closing(server):
        for number in (7, 8, 9):
            shown(loader, number=number)
            write(loader, Row("[1]", number), Row("[2]", 1), number=number)
        loader.rollback("v")
        loader.begin("w", Generation(1, SCHEMA, ttl=10**15))
        assert write(loader, Row("[1]", 10**15), view="w", number=1) == 1
        assert loader.erase("v", ["[2]"]) == 1 and len(held(loader, 8)) == 2
        loader.drop("w")
        assert stands(server) == Row("[1]", 8) and loader.identity()
        with pytest.raises(FcompileError) as error:
            write(server, Row("[1]", 9), number=8)
        assert error.value.diagnostics[0].code == "FC506"


def test_users_of_redis() -> None:
    with own_valkey(USERS) as valkey:
        url = valkey.url()
        a_loader_can_all_and_a_server_can_read(redis_of(url, "loader"), redis_of(url, "server"))


def test_users_of_a_cluster() -> None:
    (more,) = re.findall(r"In a cluster both also need `([^`]+)`", PAGE)
    with own_valkey_cluster() as cluster:
        for node in cluster.primaries:
            made: Any = redis.Redis.from_url(node.url())
            with closing(made) as client:
                for line in USERS:
                    client.execute_command("ACL", "SETUSER", *f"{line} {more}".split()[1:])
        stores = [redis_of(cluster.url(), user, cluster=True) for user in ("loader", "server")]
        a_loader_can_all_and_a_server_can_read(*stores)


def test_users_of_postgres() -> None:
    uri = postgres_database()
    (grants,) = re.findall("```sql\n(.*?)```", PAGE, re.DOTALL)
    loader, server = (
        open_online(PostgresOnline.model_validate({"type": "postgres", "dsn": uri, **user}), Path(), "p")
        for user in ({}, {"user": "server"})
    )
    loader.identity()
    with postgres_connection(uri) as connection:
        connection.execute("CREATE ROLE server LOGIN")
        connection.execute(grants)
    a_loader_can_all_and_a_server_can_read(loader, server)
    with postgres_connection(uri) as connection:
        connection.execute("DROP OWNED BY server")
        connection.execute("DROP ROLE server")
