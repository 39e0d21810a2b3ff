"""A cluster of server processes on loopback, whose members tests stop and kill one by one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.online.redis_process import RedisProcess

if TYPE_CHECKING:
    import redis

_SLOTS: Final = 16384
_DEADLINE: Final = 30.0


@dataclass(frozen=True, slots=True)
class RedisCluster:
    """Attributes:
    primaries: each has an equal part of the slots, in this order.
    replicas: of the first primary.
    """

    primaries: tuple[RedisProcess, ...]
    replicas: tuple[RedisProcess, ...] = ()

    @property
    def nodes(self) -> tuple[RedisProcess, ...]:
        """All members."""
        return self.primaries + self.replicas

    def url(self) -> str:
        """Return the URL of the last primary, which has no replica: a client learns the others from it."""
        return self.primaries[-1].url()

    def client(self, **options: Any) -> redis.RedisCluster:
        """Return a new client of the cluster."""
        import redis

        return redis.RedisCluster.from_url(self.url(), **options)

    def flush(self) -> None:
        """Empty it."""
        for node in self.primaries:
            _ask(node, "FLUSHALL")

    def join(self) -> None:
        """Make a cluster of nodes that run and know nothing, and wait until it serves."""
        first, *others = self.nodes
        for epoch, node in enumerate(self.nodes, 1):
            # Else the nodes have to agree on an order first.
            _ask(node, "CLUSTER SET-CONFIG-EPOCH", epoch)
        for node in others:
            _ask(first, "CLUSTER MEET", "127.0.0.1", node.port, node.options["cluster_port"])
        bounds = [_SLOTS * part // len(self.primaries) for part in range(len(self.primaries) + 1)]
        for node, start, end in zip(self.primaries, bounds, bounds[1:], strict=False):
            _ask(node, "CLUSTER ADDSLOTSRANGE", start, end - 1)
        self._replicate()
        self.wait()

    def wait(self) -> None:
        """Wait until every node that runs says that all slots are served."""
        _until(lambda: all(_state(node) == "ok" for node in self.nodes if node.running))

    def fail_over(self) -> None:
        """Kill the first primary and wait until a replica serves its slots."""
        self.primaries[0].kill()
        _until(lambda: any(_role(node) == "master" for node in self.replicas))
        self.wait()

    def _replicate(self) -> None:
        known = len(self.nodes)
        _until(lambda: all(_known(node) == known for node in self.nodes))
        name = _ask(self.primaries[0], "CLUSTER MYID").decode()
        for node in self.replicas:
            _ask(node, "CLUSTER REPLICATE", name)
        _until(lambda: all(_link(node) == "up" for node in self.replicas))


def _ask(node: RedisProcess, *words: Any) -> Any:
    """Return the reply as it came: a client gives it another form with every version."""
    import redis

    untyped: Any = redis
    connection = untyped.Connection(*node.address)
    try:
        connection.send_command(*words)
        return connection.read_response()
    finally:
        connection.disconnect()


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _DEADLINE
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError("the cluster does not come up")
        time.sleep(0.05)


def _state(node: RedisProcess) -> str:
    return _info(_ask(node, "CLUSTER INFO"))["cluster_state"]


def _known(node: RedisProcess) -> int:
    return int(_info(_ask(node, "CLUSTER INFO"))["cluster_known_nodes"])


def _link(node: RedisProcess) -> str:
    return _info(_ask(node, "INFO replication")).get("master_link_status", "down")


def _role(node: RedisProcess) -> str:
    return _info(_ask(node, "INFO replication"))["role"]


def _info(answer: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in answer.decode().splitlines())
    return {name: value.strip() for name, mark, value in lines if mark}
