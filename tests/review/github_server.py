"""The few endpoints of GitHub that a comment needs, on a socket of this machine; answers have GitHub's shapes."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}
READ_ONLY = {
    "message": "Resource not accessible by integration",
    "documentation_url": "https://docs.github.com/rest/issues/comments#create-an-issue-comment",
    "status": "403",
}


@dataclass
class GitHub:
    """``refuse``: (method, path's end) -> answers to give first, as (status, body); taken from the front."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    user: dict[str, Any] | None = None
    token: str = "ghs_secret"  # noqa: S105 - of no GitHub
    refuse: dict[tuple[str, str], list[tuple[int, Any]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def add(self, body: str, user: dict[str, Any] | None = None) -> int:
        number = 1_000 + len(self.comments)
        self.comments.append(_comment(number, body, user or {"login": "someone", "id": 7, "type": "User"}))
        return number

    def bodies(self) -> list[str]:
        return [str(each["body"]) for each in self.comments]

    def answer(self, method: str, target: str, body: Any, authorization: str) -> tuple[int, Any]:
        self.calls.append(f"{method} {target}")
        if authorization != f"Bearer {self.token}":
            return 401, {"message": "Bad credentials", "status": "401"}
        parts = urlsplit(target)
        for (wanted, end), answers in self.refuse.items():
            if method == wanted and parts.path.endswith(end) and answers:
                return answers.pop(0)
        return self._answer(method, parts.path, parse_qs(parts.query), body)

    def _answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if (method, path) == ("GET", "/user"):
            return (200, self.user) if self.user else (403, READ_ONLY)
        if method == "GET" and path == "/repos/acme/flights/pulls":
            return 200, self.pulls
        if path == "/repos/acme/flights/issues/7/comments":
            return self._list(query) if method == "GET" else self._new(body)
        if found := re.fullmatch(r"/repos/acme/flights/issues/comments/(\d+)", path):
            return self._edit(int(found[1]), body)
        return 404, {"message": "Not Found", "status": "404"}

    def _list(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        return 200, self.comments[size * (page - 1) : size * page]

    def _new(self, body: Any) -> tuple[int, Any]:
        if len(body["body"]) > 65_536:
            error = {"resource": "IssueComment", "code": "unprocessable", "field": "data"}
            return 422, {"message": "Validation Failed", "errors": [error]}
        number = self.add(body["body"], self.user or BOT)
        return 201, next(each for each in self.comments if each["id"] == number)

    def _edit(self, number: int, body: Any) -> tuple[int, Any]:
        for each in self.comments:
            if each["id"] == number:
                each["body"] = body["body"]
                return 200, each
        return 404, {"message": "Not Found", "status": "404"}


def _comment(number: int, body: str, user: dict[str, Any]) -> dict[str, Any]:
    url = f"https://api.github.com/repos/acme/flights/issues/comments/{number}"
    times = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    return {"url": url, "id": number, "user": user, "body": body, "author_association": "NONE", **times}


class Answering(Protocol):
    url: str

    def answer(self, method: str, target: str, body: Any, authorization: str) -> tuple[int, Any]: ...


H = TypeVar("H", bound=Answering)


@contextmanager
def github() -> Iterator[GitHub]:
    """A GitHub with one repository, ``acme/flights``, and one pull request, 7."""
    with served(GitHub()) as hub:
        yield hub


@contextmanager
def served(hub: H) -> Iterator[H]:
    """Serve what ``hub`` answers, at its ``url``."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, content = hub.answer(self.command, self.path, body, self.headers.get("Authorization", ""))
            data = json.dumps(content).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", str(content["url"]))
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = _do

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
