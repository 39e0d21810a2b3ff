"""A process that serves DynamoDB (moto) on a loopback port: ``python -m tests.online.dynamodb_process PORT``.

Of its own: a process that forks others may not have the threads that moto serves with.
"""

from __future__ import annotations

import contextlib
import http.client
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from tests.online import orphans
from tests.online.redis_process import free_port

_DEADLINE: Final = 60.0


@contextlib.contextmanager
def own_dynamodb() -> Iterator[str]:
    """Yield the endpoint of a DynamoDB for the time of a block.

    Requests are served one after another: what moto does between a condition and its write is not atomic.
    """
    port = free_port()
    command = [sys.executable, "-m", "tests.online.dynamodb_process", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    orphans.started(process.pid)
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        orphans.ended(process.pid)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _DEADLINE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")
            return
        time.sleep(0.05)
    raise RuntimeError(f"moto did not start on port {port}")


def _one_at_a_time(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    lock = threading.Lock()

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with lock:
            return app(environ, start_response)

    return serve


def main(port: str) -> None:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    serial = _one_at_a_time(DomainDispatcherApplication(create_backend_app))
    make_server("127.0.0.1", int(port), serial, threaded=True).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
