"""The notes of a merge request on GitLab: https://docs.gitlab.com/api/notes/#merge-requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fcompile.runtime.review.api import Api
from fcompile.runtime.review.sticky import Comment

_BOT = re.compile(r"(project|group)_\d+_bot\w*")
"""The user of a project's or group's access token."""


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """``project``: the number of the one it is to be merged into; ``from_fork``: it comes from another one."""

    project: int
    number: int
    from_fork: bool


def merge_request(environ: Mapping[str, str]) -> MergeRequest | None:
    """Return the merge request of the job, as GitLab's variables name it; None where they name none."""
    own = environ.get("CI_PROJECT_ID", "")
    project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or own
    number = environ.get("CI_MERGE_REQUEST_IID", "")
    if not _is_number(project) or not _is_number(number):
        return None
    origin = environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") or project
    return MergeRequest(int(project), int(number), origin != project)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


@dataclass(frozen=True)
class GitLabNotes:
    """A ``Thread``."""

    api: Api
    request: MergeRequest

    def comments(self) -> Iterator[Comment]:
        for each in self.api.every(f"{self._notes}?order_by=created_at&sort=asc"):
            author = str((each.get("author") or {}).get("username"))
            is_bot = _BOT.fullmatch(author) is not None
            yield Comment(int(each["id"]), str(each.get("body", "")), author, is_bot)

    def write(self, text: str, id: int | None) -> None:
        if id is None:
            self.api.call("POST", self._notes, {"body": text})
        else:
            self.api.call("PUT", f"{self._notes}/{id}", {"body": text})

    @property
    def _notes(self) -> str:
        return f"/projects/{self.request.project}/merge_requests/{self.request.number}/notes"
