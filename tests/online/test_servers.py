"""The servers and the proxy of the tests do what the tests of the stores rely on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.engines.servers import postgres_connection
from tests.online.certificates import certificate, server_tls
from tests.online.postgres_process import own_postgres
from tests.online.proxy import HALF_OPEN, PASS, REFUSE, TRICKLE, Proxy, reset_after, slow
from tests.online.servers import (
    AWS,
    DURABLE,
    dynamodb,
    own_valkey,
    own_valkey_cluster,
    redis7,
    valkey,
    valkey_database,
)

pytestmark = pytest.mark.engines


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy in front of the shared Valkey."""
    with Proxy(valkey().address) as made:
        yield made


def client_of(proxy: Proxy, **options: Any) -> redis.Redis:
    """Return a client through the proxy that waits for two seconds and does not try again."""
    given = {"socket_timeout": 2.0, "retry": Retry(NoBackoff(), 0), **options}
    return redis.Redis(port=proxy.port, **given)


@pytest.mark.parametrize("server", [valkey, redis7])
def test_a_server_is_shared_and_has_what_the_stores_use(server: Any) -> None:
    client = server().client()
    assert server() is server()
    packed: Any = b"\0\0\0\0\1\0"
    assert client.eval("return struct.unpack('>I6', ARGV[1])", 0, packed) == 256
    code = "redis.register_function('fc_one', function() return 1 end)"
    client.function_load(f"#!lua name=fc_smoke\n{code}", replace=True)
    assert client.fcall("fc_one", 0) == 1


def test_each_database_is_empty_and_apart_from_the_others() -> None:
    one, other = redis.Redis.from_url(valkey_database()), redis.Redis.from_url(valkey_database())
    one.set("key", 1)
    assert (one.dbsize(), other.dbsize()) == (1, 0)


def test_what_was_acknowledged_outlives_a_kill_if_the_server_is_durable() -> None:
    with own_valkey(**DURABLE) as server:
        server.client().set("key", 1)
        server.kill()
        with pytest.raises(redis.ConnectionError):
            server.client().get("key")
        server.start()
        assert server.client().get("key") == b"1"
        server.restart()
        assert server.client().get("key") == b"1"
        folder = server.folder
    assert not folder.exists()


def test_a_paused_server_takes_connections_and_does_not_answer() -> None:
    with own_valkey() as server:
        with server.paused(), pytest.raises(redis.TimeoutError):
            server.client(socket_timeout=0.1).ping()
        assert server.client().ping()


def test_a_server_with_little_memory_refuses_writes() -> None:
    client = valkey(maxmemory="5mb", maxmemory_policy="noeviction").client()
    with pytest.raises(redis.OutOfMemoryError):
        for at in range(100):
            client.set(f"key{at}", bytes(200_000))


def test_users_may_do_what_their_line_says() -> None:
    server = valkey(users=("user default off", "user reader on >secret ~fc:* +@read +@connection"))
    reader = redis.Redis.from_url(server.url("reader", "secret"))
    assert reader.get("fc:key") is None
    with pytest.raises(redis.exceptions.NoPermissionError):
        reader.set("fc:key", 1)
    with pytest.raises(redis.exceptions.NoPermissionError):
        reader.get("other")
    with pytest.raises(redis.AuthenticationError):
        server.client().get("fc:key")


def test_a_cluster_serves_all_slots_also_after_one_of_its_primaries_was_killed() -> None:
    with own_valkey_cluster(replicas=1) as cluster:
        before = cluster.client()
        for at in range(50):
            before.set(f"key{at}", 1)
        assert all(node.client().dbsize() for node in cluster.nodes)
        assert cluster.primaries[0].client().wait(1, 1000) == 1
        cluster.fail_over()
        after = cluster.client()
        assert [after.get(f"key{at}") for at in range(50)] == [b"1"] * 50


def test_dynamodb_writes_under_a_condition() -> None:
    import boto3
    from botocore.exceptions import ClientError

    client: Any = boto3.client("dynamodb", endpoint_url=dynamodb(), **AWS)
    client.create_table(
        TableName="smoke",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    write = {
        "TableName": "smoke",
        "Item": {"key": {"S": "a"}, "version": {"B": b"\2"}},
        "ConditionExpression": "attribute_not_exists(version) OR version < :new",
        "ExpressionAttributeValues": {":new": {"B": b"\2"}},
    }
    client.put_item(**write)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        client.put_item(**write)


def test_a_proxy_passes_on_and_counts_round_trips(proxy: Proxy) -> None:
    client = client_of(proxy)
    client.ping()
    before = proxy.round_trips
    many = client.pipeline(transaction=False)
    for at in range(100):
        many.echo(str(at).encode())
    assert len(many.execute()) == 100
    assert proxy.round_trips == before + 1


def test_a_proxy_in_front_of_a_unix_socket() -> None:
    with Proxy(valkey().socket) as proxy:
        assert client_of(proxy).echo(bytes(1_000_000)) == bytes(1_000_000)


def test_a_slow_proxy_answers_late(proxy: Proxy) -> None:
    client, hasty = client_of(proxy), client_of(proxy, socket_timeout=0.2)
    for made in (client, hasty):
        made.ping()
    proxy.switch(slow(0.2))
    start = time.monotonic()
    client.ping()
    assert time.monotonic() - start >= 0.4
    with pytest.raises(redis.TimeoutError):
        hasty.ping()


def test_a_trickle_comes_whole(proxy: Proxy) -> None:
    client = client_of(proxy)
    proxy.switch(TRICKLE)
    value = bytes(range(256)) * 8
    assert client.echo(value) == value


def test_a_half_open_connection_is_taken_and_never_answered(proxy: Proxy) -> None:
    client = client_of(proxy, socket_timeout=0.2)
    client.ping()
    proxy.switch(HALF_OPEN)
    for at in (client, client_of(proxy, socket_timeout=0.2)):
        with pytest.raises(redis.TimeoutError):
            at.ping()
    proxy.switch(PASS)
    assert client.ping()


def test_a_reset_in_the_middle_of_a_reply(proxy: Proxy) -> None:
    client = client_of(proxy)
    client.ping()
    accepted = proxy.accepted
    proxy.switch(reset_after(1000, once=True))
    with pytest.raises(redis.ConnectionError):
        client.echo(bytes(5000))
    assert client.echo(bytes(5000)) == bytes(5000)
    assert proxy.accepted == accepted + 1


def test_a_reset_before_the_reply_loses_no_command(proxy: Proxy) -> None:
    client = client_of(proxy)
    client.set("lost reply", 1)
    proxy.switch(reset_after(0, once=True))
    with pytest.raises(redis.ConnectionError):
        client.incr("lost reply")
    assert client.get("lost reply") == b"2"


def test_a_proxy_that_refuses_resets_what_stands_and_comes_back(proxy: Proxy) -> None:
    client = client_of(proxy)
    client.ping()
    proxy.switch(REFUSE)
    for _ in range(2):
        with pytest.raises(redis.ConnectionError):
            client.ping()
    proxy.switch(PASS)
    assert client.ping()


def test_tls_in_front_of_a_server_is_trusted_by_its_certificate_only() -> None:
    with Proxy(valkey().address, tls=server_tls()) as proxy:
        trusting = client_of(proxy, ssl=True, ssl_ca_certs=str(certificate()))
        assert trusting.echo(bytes(200_000)) == bytes(200_000)
        with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
            client_of(proxy, ssl=True).ping()


def test_postgres_comes_back_behind_its_proxy_with_what_was_committed() -> None:
    with own_postgres() as server, Proxy(server.address) as proxy:
        uri = server.uri(proxy.port)
        with postgres_connection(uri) as client:
            client.execute("CREATE TABLE written AS SELECT 1 AS number")
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                client.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            postgres_connection(uri)
        server.start()
        with postgres_connection(uri) as client:
            assert client.execute("SELECT number FROM written").fetchall() == [(1,)]
