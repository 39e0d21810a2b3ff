"""A server that speaks Trino's protocol (trino.io/docs/current/develop/client-protocol) and knows no SQL.

Answers are given to it by the words that a statement has; it keeps what it was asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = dict[str, Any]


def rows(columns: Sequence[tuple[str, str]], *pages: list[list[Any]]) -> Answer:
    """An answer of columns (name, type) and pages of rows."""
    return {"columns": columns, "pages": pages or ([],)}


def failed(name: str, message: str) -> Answer:
    return {"error": {"errorName": name, "errorType": "USER_ERROR", "errorCode": 1, "message": message}}


class Server(ThreadingHTTPServer):
    """Attributes:
    answers: pairs of words and an answer; the first whose words are in the statement is given.
    asked: the statements, in order. cancelled: how many were.
    headers: those of the last statement.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[str, Answer]] = []
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.cancelled = 0
        self.running: dict[str, Answer] = {}

    def answer(self, sql: str) -> Answer:
        return next((answer for words, answer in self.answers if words in sql), {"update": "SOMETHING"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(sql)
        self.server.headers = dict(self.headers)
        number = f"q{len(self.server.asked)}"
        self.server.running[number] = self.server.answer(sql)
        self._send(number, {"nextUri": self._uri(number, 0), "stats": {"state": "QUEUED"}})

    def do_GET(self) -> None:
        _, number, page = self.path.rsplit("/", 2)
        answer, place = self.server.running[number], int(page)
        if "error" in answer:
            self._send(number, {"stats": {"state": "FAILED"}, "error": answer["error"]})
        elif "update" in answer:
            self._send(number, {"stats": {"state": "FINISHED"}, "updateType": answer["update"]})
        else:
            pages = answer["pages"]
            more = {"nextUri": self._uri(number, place + 1)} if place + 1 < len(pages) else {}
            columns = [_column(name, said) for name, said in answer["columns"]]
            data = {"data": pages[place]} if pages[place] else {}
            self._send(number, {"stats": {"state": "RUNNING"}, "columns": columns, **data, **more})

    def do_DELETE(self) -> None:
        self.server.cancelled += 1
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _uri(self, number: str, page: int) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1/statement/{number}/{page}"

    def _send(self, number: str, content: Answer) -> None:
        text = json.dumps({"id": number, "infoUri": "", **content}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        return


def _column(name: str, said: str) -> dict[str, Any]:
    return {"name": name, "type": said, "typeSignature": _signature(said)}


def _signature(said: str) -> dict[str, Any]:
    """The type in parts, of which the client chooses how it reads values."""
    raw, bracket, rest = said.partition("(")
    if not bracket:
        return {"rawType": raw, "arguments": []}
    inner, _, ending = rest.rpartition(")")
    if raw == "array":
        return {"rawType": raw, "arguments": [{"kind": "TYPE", "value": _signature(inner)}]}
    numbers = [{"kind": "LONG", "value": int(number)} for number in inner.split(",")]
    return {"rawType": raw + ending, "arguments": numbers}


@contextmanager
def trino_server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
