"""The comments of a pull request on GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from fcompile.runtime.review.api import Api, ApiError
from fcompile.runtime.review.pull_request import PullRequest
from fcompile.runtime.review.sticky import Comment


@dataclass
class GitHubComments:
    """A ``Thread``. Which pull request it is, is looked up where the event does not say it."""

    api: Api
    pull: PullRequest

    def comments(self) -> Iterator[Comment]:
        if not self.pull.number:
            self.pull = replace(self.pull, number=self._number())
        for each in self.api.every(f"{self._issues}/{self.pull.number}/comments"):
            user = each.get("user") or {}
            author, is_bot = str(user.get("login")), user.get("type") == "Bot"
            yield Comment(int(each["id"]), str(each.get("body", "")), author, is_bot)

    def write(self, text: str, id: int | None) -> None:
        if id is None:
            self.api.call("POST", f"{self._issues}/{self.pull.number}/comments", {"body": text})
        else:
            self.api.call("PATCH", f"{self._issues}/comments/{id}", {"body": text})

    def _number(self) -> int:
        """Return the open pull request of a fork's branch: GitHub names none in the ``workflow_run`` of a fork.

        Nothing that the fork's own run wrote is believed: the branch and its commit are of the event.
        """
        head = quote(self.pull.branch, safe=":")
        for each in self.api.call("GET", f"{self._repository}/pulls?state=open&head={head}"):
            if each["head"]["sha"] == self.pull.head:
                return int(each["number"])
        raise ApiError(404, "no open pull request has the commit of this run")

    @property
    def _repository(self) -> str:
        return f"/repos/{quote(self.pull.repository, safe='/')}"

    @property
    def _issues(self) -> str:
        return f"{self._repository}/issues"
