"""A connection to Redis or Valkey that keeps at it until a deadline, with errors in plain English."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from fcompile.compiler.errors import Diagnostic, FcompileError, UnavailableError
from fcompile.runtime.online.feast_scripts import FEAST_SCRIPTS
from fcompile.runtime.online.redis_scripts import ALL, Script

if TYPE_CHECKING:
    from redis import Redis
    from redis.cluster import RedisCluster

Command = tuple[Any, ...]
T = TypeVar("T")

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
_CLUSTER_TRY = 0.4
"""Of the deadline: an answer that does not come, and the nodes asked anew who has what."""
_LATER = (
    "LOADING",
    "CLUSTERDOWN",
    "MASTERDOWN",
    "READONLY",
    "TRYAGAIN",
    "OOM",
    "BUSY",
    "NOREPLICAS",
    "MISCONF",
)
"""Answers of a server that will do it when something else has ended: a restart, a failover, a lack of room."""


class Client:
    """Everything it is asked to do may be done twice: it asks again after a lost connection or a passing error.

    Raises UnavailableError (FC521) after ``seconds`` without success, FcompileError (FC506) for what will not pass.
    """

    def __init__(self, redis: Redis | RedisCluster, clustered: bool, place: str, seconds: float) -> None:
        self._redis = redis
        self.clustered = clustered
        self._place = place
        self.seconds = seconds

    def call(self, *command: Any) -> Any:
        """Run one command."""
        if not self.clustered:
            return self.pipeline([command])[0]
        cluster: Any = self._redis
        return self._kept_at(lambda: cluster.execute_command(*command))

    def pipeline(self, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip (one a node in a cluster) and return their replies, none an error."""
        if not commands:
            return []

        def run() -> list[Any]:
            if not self.clustered:
                # As redis-py's own pipeline, which takes half as long again.
                return self._send(lambda connection: pack_commands(connection, commands), len(commands))
            pipeline: Any = self._redis.pipeline()
            for command in commands:
                pipeline.execute_command(*command)
            return list(pipeline.execute())

        return self._kept_at(run)

    def script(self, script: Script, keys: Sequence[Any], arguments: Sequence[Any]) -> Any:
        """Run one script; its keys are of one slot."""
        return self.call("EVALSHA", script.sha, len(keys), *keys, *arguments)

    def packed(self, requests: Sequence[bytes | memoryview], replies: int) -> list[Any]:
        """Send bytes of the protocol to a single node and return the replies, after all of them have come."""
        return self._kept_at(lambda: self._send(lambda _: requests, replies))

    def _send(self, requests: Callable[[Any], Sequence[bytes | memoryview]], replies: int) -> list[Any]:
        from redis.exceptions import ResponseError

        pool = self._redis.connection_pool  # type: ignore[union-attr]
        connection = pool.get_connection()
        whole = False
        try:
            connection.send_packed_command(requests(connection))
            found: list[Any] = []
            for _ in range(replies):
                try:
                    found.append(connection.read_response(disable_decoding=True))
                except ResponseError as error:
                    found.append(error)
            whole = True
        finally:
            # With replies left in it the next one to use it would read ours.
            if not whole:
                connection.disconnect()
            pool.release(connection)
        for reply in found:
            if isinstance(reply, Exception):
                raise reply
        return found

    def _kept_at(self, work: Callable[[], T]) -> T:
        end = time.monotonic() + self.seconds
        # A try in a cluster asks several nodes; it is not begun where it might end too late.
        last = end - (_CLUSTER_TRY * self.seconds - 1 if self.clustered else 0)
        pause = _FIRST_PAUSE
        while True:
            try:
                found = work()
                if pause > _FIRST_PAUSE:
                    self._limit(self.seconds)
                return found
            except Exception as error:
                if self._is_missing_script(error):
                    self._load_scripts()
                    continue
                late = time.monotonic() + pause > last
                if late:
                    self._limit(self.seconds)
                self.check(error, late)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            self._limit(max(end - time.monotonic(), _FIRST_PAUSE))

    def _limit(self, seconds: float) -> None:
        """Have connections that nobody uses begin anew, and wait so long at most."""
        if self.clustered:
            return
        pool: Any = self._redis.connection_pool  # type: ignore[union-attr]
        pool.connection_kwargs |= {"socket_timeout": seconds, "socket_connect_timeout": seconds}
        # Those that others use now will have been disconnected if it was their server that failed.
        for connection in list(pool._available_connections):
            connection.socket_timeout = connection.socket_connect_timeout = seconds
            if seconds < self.seconds:
                connection.disconnect()

    def _is_missing_script(self, error: Exception) -> bool:
        return "NOSCRIPT" in str(error) or type(error).__name__ == "NoScriptError"

    def _load_scripts(self) -> None:
        for script in (*ALL, *FEAST_SCRIPTS):
            self._kept_at(lambda text=script.text: self._redis.script_load(text))  # type: ignore[misc]

    def check(self, error: Exception, late: bool) -> None:
        """Return if it is worth another try, else raise in our words."""
        from redis.exceptions import (
            AuthenticationError,
            ConnectionError,
            OutOfMemoryError,
            RedisError,
            TimeoutError,
        )

        if not isinstance(error, RedisError | OSError):
            raise error
        # Servers repeat in their errors what they were sent, but never a password.
        said = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, OutOfMemoryError) and "OOM" not in said:
            said = f"OOM {said}"
        if isinstance(error, AuthenticationError) or said.startswith(("NOAUTH", "WRONGPASS", "NOPERM")):
            hint = "correct the user or password in `url:`, or give the user the right to it"
            raise self._problem("FC506", f"refuses: {said}", hint) from error
        passing = isinstance(error, ConnectionError | TimeoutError | OSError) or any(
            word in said or type(error).__name__.upper().startswith(word) for word in _LATER
        )
        if not passing:
            raise self._problem("FC506", f"answers: {said}", "") from error
        if late:
            diagnostic = Diagnostic(
                "FC521",
                f"the online store at {self._place} does not work within {self.seconds:g} s: {said}",
                hint="run again when it is back; nothing is lost",
            )
            raise UnavailableError(diagnostic) from error

    def _problem(self, code: str, what: str, hint: str) -> FcompileError:
        return FcompileError(Diagnostic(code, f"the online store at {self._place} {what}", hint=hint))

    def nodes(self) -> list[Any]:
        """Return the clients of the nodes that own keys."""
        if not self.clustered:
            return [self._redis]
        cluster: Any = self._redis
        return [node.redis_connection for node in cluster.get_primaries()]

    def scan(self, pattern: bytes, count: int) -> Any:
        """Yield lists of keys that match, each key at least once."""
        for node in self.nodes():
            cursor = 0
            while True:
                cursor, keys = self._kept_at(
                    lambda node=node, cursor=cursor: node.scan(cursor, match=pattern, count=count)  # type: ignore[misc]
                )
                if keys:
                    yield keys
                if not cursor:
                    break

    def close(self) -> None:
        self._redis.close()


def pack_commands(connection: Any, commands: Sequence[Command]) -> list[bytes]:
    """Return the bytes of commands, as ``connection`` would send them."""
    try:
        from hiredis import pack_command
    except ImportError:
        return list(connection.pack_commands(commands))
    return [b"".join([pack_command(command) for command in commands])]


def connect(url: str, cluster: bool, seconds: float) -> Client:
    """Return a client of the server, or cluster, at ``url``; it connects when it is first used.

    ``seconds``: how long to keep at one request. Raises FcompileError (FC506) for a URL that is none.
    """
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    patience = seconds * _CLUSTER_TRY / 2 if cluster else seconds
    options: dict[str, Any] = {
        "socket_timeout": patience,
        "socket_connect_timeout": patience,
        "socket_keepalive": True,
        # One try at a time: ``Client`` does the rest, for all kinds of errors alike.
        "retry": Retry(NoBackoff(), 0),
    }
    try:
        if cluster:
            made: Any = _Later(lambda: redis.RedisCluster.from_url(url, **options))
        else:
            made = redis.Redis.from_url(url, **options)
    except ValueError as error:
        hint = "write redis://[user:password@]host:port/database, rediss:// with TLS, or unix://path"
        raise FcompileError(
            Diagnostic("FC506", "the online store's `url:` is none of Redis", hint=hint)
        ) from error
    return Client(made, cluster, _place(url), seconds)


class _Later:
    """A client whose making talks to the servers already: it is made when it is first used."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            if name == "close":
                return lambda: None
            self._made = self._make()
        return getattr(self._made, name)


def _place(url: str) -> str:
    """Return where it is, without the password."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return (f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else "") + parts.path.rstrip("/")
