"""The BigQuery adapter cancels what runs: Google's client and a server of the test's own, whose job never ends.

The emulator has answered before a statement could be cancelled. The answers are those of the REST reference:
cloud.google.com/bigquery/docs/reference/rest/v2/jobs.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fcompile.compiler.errors import FcompileError
from fcompile.compiler.schema.project import BigQueryWarehouse as Settings
from fcompile.runtime.warehouses.bigquery import BigQueryWarehouse, open_client

_STOPPED = {"reason": "stopped", "message": "Job execution was cancelled: User requested cancellation"}


class Jobs(BaseHTTPRequestHandler):
    """One job, which runs until it is cancelled."""

    running: threading.Event
    cancelled: threading.Event

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        if self.path.partition("?")[0].endswith("/cancel"):
            self.cancelled.set()
            self._answer({"job": self._job({"jobId": "j", "projectId": "p"})})
        else:
            self.running.set()
            self._answer(self._job(body["jobReference"]))

    def do_GET(self) -> None:
        if "/queries/" not in self.path:
            self._answer(self._job({"jobId": "j", "projectId": "p"}))
        elif self.cancelled.wait(0.1):
            self._answer({"error": {"code": 499, "message": _STOPPED["message"], "errors": [_STOPPED]}}, 499)
        else:
            self._answer({"jobReference": {"jobId": "j", "projectId": "p"}, "jobComplete": False})

    def _job(self, reference: dict[str, str]) -> dict[str, Any]:
        done = {"state": "DONE", "errorResult": _STOPPED} if self.cancelled.is_set() else {"state": "RUNNING"}
        query = {"query": {"query": "SELECT 1"}}
        return {"jobReference": reference, "status": done, "configuration": query, "statistics": {}}

    def _answer(self, content: dict[str, Any], status: int = 200) -> None:
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[tuple[BigQueryWarehouse, type[Jobs]]]:
    jobs = type("OneJob", (Jobs,), {"running": threading.Event(), "cancelled": threading.Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), jobs)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    given = {"type": "bigquery", "project": "p", "endpoint": f"http://127.0.0.1:{server.server_port}"}
    try:
        yield BigQueryWarehouse(open_client(Settings.model_validate(given)), "d", storage=False), jobs
    finally:
        server.shutdown()
        server.server_close()


def test_a_statement_is_cancelled_from_another_thread() -> None:
    with served() as (warehouse, jobs):

        def cancel() -> None:
            jobs.running.wait(10)
            while not jobs.cancelled.wait(0.05):
                warehouse.cancel()

        threading.Thread(target=cancel).start()
        with pytest.raises(FcompileError, match="FC453"):
            warehouse.execute("SELECT 1")
        assert jobs.cancelled.is_set()


def test_ctrl_c_cancels_the_statement() -> None:
    with served() as (warehouse, jobs):

        def interrupt() -> None:
            jobs.running.wait(10)
            threading.Event().wait(0.3)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            warehouse.execute("SELECT 1")
        assert jobs.cancelled.is_set()
