"""The comments of a pull request on GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from fcompile.runtime.review.api import Api, ApiError
from fcompile.runtime.review.pull_request import PullRequest
from fcompile.runtime.review.sticky import MOST_PAGES, PAGE, Comment


@dataclass
class GitHubComments:
    """A ``Thread``. Which pull request it is, is looked up where the event does not say it."""

    api: Api
    pull: PullRequest

    def comments(self) -> Iterator[Comment]:
        if not self.pull.number:
            self.pull = replace(self.pull, number=self._number())
        for page in range(1, MOST_PAGES + 1):
            path = f"{self._issues}/{self.pull.number}/comments?per_page={PAGE}&page={page}"
            found = self.api.call("GET", path)
            for each in found:
                user = each.get("user") or {}
                author, is_bot = str(user.get("login")), user.get("type") == "Bot"
                yield Comment(int(each["id"]), str(each.get("body", "")), author, is_bot)
            if len(found) < PAGE:
                return

    def who(self) -> str:
        """Return who the token is; "" for an app's token, which GitHub does not tell."""
        try:
            return str(self.api.call("GET", "/user")["login"])
        except ApiError as error:
            if error.status in (403, 404):
                return ""
            raise

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
