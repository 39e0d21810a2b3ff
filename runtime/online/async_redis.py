"""Reads of Redis by tasks of one event loop, in one round trip each and without threads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fcompile.runtime.online.base import Ask, Found
from fcompile.runtime.online.redis_client import Client, Command, pack_commands
from fcompile.runtime.online.redis_reads import Reads

MOST_CONNECTIONS = 64
"""Further tasks wait for one; a server on loopback is busy with fewer."""
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
_Send = Callable[[Sequence[Command]], Awaitable[list[Any]]]


class RedisReader:
    """See ``AsyncReader``. It says the same of a server that is down as ``client`` does, and as late."""

    def __init__(self, url: str, client: Client, reads: Reads) -> None:
        self._url = url
        self._client = client
        self._reads = reads
        self._connections = None if client.clustered else Connections(url, client.seconds)
        self._cluster: Any = None

    async def read(self, asks: Sequence[Ask]) -> list[Found]:
        send: _Send = self._connections.send if self._connections else self._send_to_cluster
        while asks:
            reading = self._reads.begin(asks)
            found = reading.found(await self._kept_at(send, reading.commands))
            if found is not None:
                return found
        return []

    async def _kept_at(self, send: _Send, commands: Sequence[Command]) -> list[Any]:
        clock = asyncio.get_running_loop().time
        end, pause = clock() + self._client.seconds, _FIRST_PAUSE
        while True:
            try:
                async with asyncio.timeout_at(end):
                    return await send(commands)
            except Exception as error:
                self._client.check(error, clock() + pause > end)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _send_to_cluster(self, commands: Sequence[Command]) -> list[Any]:
        if self._cluster is None:
            from redis.asyncio import RedisCluster

            self._cluster = RedisCluster.from_url(self._url, socket_timeout=self._client.seconds)
        pipeline = self._cluster.pipeline()
        for command in commands:
            pipeline.execute_command(*command)
        return list(await pipeline.execute())

    async def close(self) -> None:
        if self._connections is not None:
            await self._connections.close()
        if self._cluster is not None:
            cluster, self._cluster = self._cluster, None
            await cluster.aclose()


class Connections:
    """Connections to one server. Taking one and giving it back are no points where a task can be cancelled."""

    def __init__(self, url: str, seconds: float) -> None:
        from redis.asyncio import ConnectionPool
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # A read has one deadline (above): none for each step.
        self._pool: Any = ConnectionPool.from_url(
            url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=seconds, socket_keepalive=True
        )
        self._idle: list[Any] = []
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)

    async def send(self, commands: Sequence[Command]) -> list[Any]:
        """Return the replies, none an error, after all of them have come."""
        async with self._room:
            connection = self._idle.pop() if self._idle else self._pool.make_connection()
            whole = False
            try:
                await connection.send_packed_command(pack_commands(connection, commands))
                replies = [await self._reply(connection) for _ in commands]
                whole = True
            finally:
                # With replies to come in it, the next one to use it would read ours.
                if whole:
                    self._idle.append(connection)
                else:
                    await self._leave(connection)
        for reply in replies:
            if isinstance(reply, Exception):
                raise reply
        return replies

    async def _reply(self, connection: Any) -> Any:
        from redis.exceptions import ResponseError

        try:
            return await connection.read_response(disable_decoding=True)
        except ResponseError as error:
            return error

    async def _leave(self, connection: Any) -> None:
        # Where one is lost the others likely are.
        lost, self._idle = [connection, *self._idle], []
        for each in lost:
            await each.disconnect(nowait=True)

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect()
