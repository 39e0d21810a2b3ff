"""A TCP proxy in a thread of the test, in front of a server, whose behaviour the test switches as it runs."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import ssl
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final

from tests.online.redis_process import free_port

_MOST: Final = 1 << 16
# SO_LINGER: on, zero seconds.
_RESET: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Attributes:
    delay: seconds before each piece is passed on, either way.
    piece: bytes passed on at once.
    answers: False: connections are taken, and what comes is dropped without a word.
    reset_after: bytes of replies after which a connection is reset.
    once: ``PASS`` follows the first reset.
    listens: False: connections are refused, and those that stand are reset.
    """

    delay: float = 0.0
    piece: int = _MOST
    answers: bool = True
    reset_after: int | None = None
    once: bool = False
    listens: bool = True


PASS: Final = Behaviour()
TRICKLE: Final = Behaviour(piece=1)
HALF_OPEN: Final = Behaviour(answers=False)
REFUSE: Final = Behaviour(listens=False)


def slow(seconds: float) -> Behaviour:
    """Return: each piece comes that much later."""
    return Behaviour(delay=seconds)


def reset_after(replied: int, once: bool = False) -> Behaviour:
    """Return: each connection is reset after so many bytes of replies, counted from the switch.

    With 0, a command is carried out and its reply is lost.
    """
    return Behaviour(reset_after=replied, once=once)


class Proxy:
    """Use it with ``with``. It listens on ``address``, in TLS if given a context, and speaks plainly to ``target``.

    Attributes:
        accepted: connections so far.
        round_trips: how often a client began to send after a reply (or first), over all connections.
    """

    def __init__(self, target: tuple[str, int] | str, tls: ssl.SSLContext | None = None) -> None:
        """``target`` is a host and port, or the path of a Unix socket."""
        self.address = ("127.0.0.1", free_port())
        self.accepted = 0
        self.round_trips = 0
        self._target, self._tls = target, tls
        self._behaviour = PASS
        self._links: set[_Link] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="proxy")
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._refuse())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def port(self) -> int:
        """The port it listens on; the same after ``REFUSE``."""
        return self.address[1]

    def switch(self, behaviour: Behaviour) -> None:
        """Behave so from the next piece on. Returns when connections are refused, or taken again."""
        self._run(self._switch(behaviour))

    def _run(self, task: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(task, self._loop).result(10)

    async def _switch(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        for link in self._links:
            link.replied = 0
        if not behaviour.listens:
            await self._refuse()
        elif self._server is None:
            await self._listen()

    async def _listen(self) -> None:
        host, port = self.address
        self._server = await asyncio.start_server(self._accept, host, port, ssl=self._tls)

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
        for link in self._links:
            link.reset()
            link.task.cancel()
        await asyncio.gather(*(link.task for link in self._links))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.accepted += 1
        link = _Link(task, [writer])
        self._links.add(link)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._serve(reader, link)
        finally:
            self._links.discard(link)
            link.close()

    async def _serve(self, requests: asyncio.StreamReader, link: _Link) -> None:
        while not self._behaviour.answers:
            if not await requests.read(_MOST):
                return
        replies, server = await self._connect()
        link.writers.append(server)
        pumps = [self._pump(link, requests, server), self._pump(link, replies, link.writers[0], replies=True)]
        tasks = [asyncio.create_task(pump) for pump in pumps]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, str):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, replies: bool = False
    ) -> None:
        # Nothing waits here that a reset would lose. (With 0 and TLS, asyncio stalls.)
        writer.transport.set_write_buffer_limits(high=1, low=0)
        with contextlib.suppress(OSError):
            while data := await reader.read(_MOST):
                self.round_trips += link.turn(replies)
                while data and self._behaviour.answers:
                    data = await self._pass_on(link, data, writer, replies)

    async def _pass_on(self, link: _Link, data: bytes, writer: asyncio.StreamWriter, replies: bool) -> bytes:
        """Pass one piece on and return the rest."""
        await asyncio.sleep(self._behaviour.delay)
        now = self._behaviour
        left = now.reset_after - link.replied if replies and now.reset_after is not None else math.inf
        piece = data[: int(min(now.piece, left))]
        writer.write(piece)
        await writer.drain()
        if left <= len(piece):
            self._behaviour = PASS if now.once else now
            link.reset()
            return b""
        link.replied += len(piece) if replies else 0
        return data[len(piece) :]


@dataclass(eq=False, slots=True)
class _Link:
    """A client's connection and, once it is there, the one to the server behind it."""

    task: asyncio.Task[Any]
    writers: list[asyncio.StreamWriter]
    replied: int = 0
    _replies: bool = True

    def turn(self, replies: bool) -> bool:
        """Whether what comes now begins a round trip."""
        begins = self._replies and not replies
        self._replies = replies
        return begins

    def reset(self) -> None:
        for writer in self.writers:
            # None: its other end was faster.
            if (connection := writer.get_extra_info("socket")) is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    def close(self) -> None:
        for writer in self.writers:
            writer.close()
