"""One server process that speaks Redis' protocol, which tests stop, kill, pause and start again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tests.online import orphans

if TYPE_CHECKING:
    from redis import Redis

_DEFAULTS: Final = {"bind": "127.0.0.1", "save": "", "loglevel": "notice", "databases": "10000"}
_DEADLINE: Final = 20.0


@dataclass(slots=True)
class RedisProcess:
    """A server on a loopback port and a Unix socket of its own. Both stay the same when it starts again.

    Its data outlives it only with ``appendonly`` on.

    Attributes:
        binary: the server's program.
        folder: where its data, socket and log are.
        options: lines of its configuration, with ``_`` for ``-``.
    """

    binary: Path
    folder: Path
    options: Mapping[str, str]
    port: int = field(default_factory=lambda: free_port())
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        """The host and port, as a socket takes them."""
        return "127.0.0.1", self.port

    @property
    def socket(self) -> str:
        """The path of the Unix socket."""
        return str(self.folder / "socket")

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What the server said since its folder was made."""
        return (self.folder / "log").read_text(errors="replace")

    def url(self, user: str = "", password: str = "", database: int = 0) -> str:
        """Return the URL for a client: of the default user without a password, if no one is given."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user or password else ""
        return f"redis://{login}127.0.0.1:{self.port}/{database}"

    def client(self, **options: Any) -> Redis:
        """Return a new client of the default user, which does not try again."""
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        return redis.Redis.from_url(self.url(), **{"retry": Retry(NoBackoff(), 0), **options})

    def start(self) -> None:
        """Start it and wait until it answers; raise RuntimeError with its log if it does not."""
        with (self.folder / "log").open("ab") as log:
            # A session of its own: the terminal's interrupt is for the tests, who then end it.
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        orphans.started(self._process.pid)
        self._wait()

    def stop(self) -> None:
        """End it in good order, as an operator does; idempotent."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once; idempotent."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it and start it again at the same address."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Let it stand still: the kernel goes on accepting connections, no one answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``pause``."""
        self._signal(signal.SIGCONT)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Let it stand still for the time of the block."""
        self.pause()
        try:
            yield
        finally:
            self.resume()

    def _command(self) -> list[str]:
        files = {"dir": str(self.folder), "unixsocket": self.socket, "port": str(self.port)}
        given = {**_DEFAULTS, **files, **self.options}
        lines = [(f"--{name.replace('_', '-')}", *(value.split() or [""])) for name, value in given.items()]
        return [str(self.binary), *(word for line in lines for word in line)]

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._signal(how)
        self._signal(signal.SIGCONT)
        try:
            self._process.wait(_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        orphans.ended(self._process.pid)
        self._process = None

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(what)

    def _wait(self) -> None:
        end = time.monotonic() + _DEADLINE
        while not self._answers():
            if time.monotonic() > end or not self.running:
                self.kill()
                raise RuntimeError(f"{self.binary.name} does not start:\n{self.log[-2000:]}")
            time.sleep(0.01)

    def _answers(self) -> bool:
        """Whether it takes commands: not while it reads its data."""
        try:
            with socket.create_connection(self.address, 1) as connection:
                connection.sendall(b"PING\r\n")
                answer = connection.recv(100)
        except OSError:
            return False
        return answer.startswith((b"+PONG", b"-NOAUTH"))


def free_port() -> int:
    """Return a free loopback port of those that the kernel gives to no outgoing connection.

    A server that is down for a while finds it free when it comes back.
    """
    chosen = random.Random(os.urandom(8))
    while True:
        port = chosen.randrange(12_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
