"""The few endpoints of GitLab that a note needs, on a socket of this machine; answers have GitLab's shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.review.github_server import served

BOT = {"id": 90, "username": "project_12_bot_5f2c", "name": "review"}
REFUSED = {"message": "403 Forbidden"}
NO_SCOPE = {"error": "insufficient_scope", "error_description": "needs higher privileges", "scope": "api"}


@dataclass
class GitLab:
    """As ``GitHub`` of github_server.py: project 12 with the merge request 7. ``user`` None: it does not tell."""

    url: str = ""
    notes: list[dict[str, Any]] = field(default_factory=list)
    user: dict[str, Any] | None = field(default_factory=lambda: BOT)
    token: str = "glpat_secret"  # noqa: S105 - of no GitLab
    refuse: dict[tuple[str, str], list[tuple[int, Any]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def add(self, body: str, user: dict[str, Any] | None = None) -> int:
        number = 1_000 + len(self.notes)
        author = user or {"id": 7, "username": "someone", "name": "Some One"}
        self.notes.append({"id": number, "type": None, "body": body, "author": author, "system": False})
        return number

    def bodies(self) -> list[str]:
        return [str(each["body"]) for each in self.notes]

    def answer(self, method: str, target: str, body: Any, authorization: str) -> tuple[int, Any]:
        self.calls.append(f"{method} {target}")
        if authorization != f"Bearer {self.token}":
            return 401, {"message": "401 Unauthorized"}
        parts = urlsplit(target)
        for (wanted, end), answers in self.refuse.items():
            if method == wanted and parts.path.endswith(end) and answers:
                return answers.pop(0)
        if (method, parts.path) == ("GET", "/user"):
            return (200, self.user) if self.user else (403, REFUSED)
        notes = "/projects/12/merge_requests/7/notes"
        if parts.path == notes:
            return self._list(parse_qs(parts.query)) if method == "GET" else self._new(body)
        if method == "PUT" and (found := re.fullmatch(rf"{notes}/(\d+)", parts.path)):
            return self._edit(int(found[1]), body)
        return 404, {"message": "404 Not found"}

    def _list(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        assert query["sort"] == ["asc"]  # it is the newest first otherwise
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return 200, self.notes[size * (page - 1) : size * page]

    def _new(self, body: Any) -> tuple[int, Any]:
        number = self.add(body["body"], self.user or BOT)
        return 201, next(each for each in self.notes if each["id"] == number)

    def _edit(self, number: int, body: Any) -> tuple[int, Any]:
        for each in self.notes:
            if each["id"] == number:
                each["body"] = body["body"]
                return 200, each
        return 404, {"message": "404 Not found"}


@contextmanager
def gitlab() -> Iterator[GitLab]:
    with served(GitLab()) as lab:
        yield lab
