"""The few calls of GitHub's and GitLab's REST APIs that a comment needs, over urllib.

The token goes into one header and nowhere else: not into messages, not to another host, not over plain HTTP
(except on this machine).
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fcompile.compiler.errors import Diagnostic, FcompileError, UnavailableError, UsageError
from fcompile.compiler.version import VERSION
from fcompile.runtime.review.comment_text import one_line

PAGE = 100
_MOST_PAGES = 100
_TIMEOUT = 20.0
_LARGEST_ANSWER = 32 * 2**20
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Service:
    """Who is called.

    Attributes:
        variable: names its address; ``needs``: what a token does.
        login: what the name of a user is called.
    """

    name: str
    variable: str
    needs: str
    login: str


GITHUB = Service(
    "GitHub",
    "GITHUB_API_URL",
    "the job needs `permissions: {pull-requests: write}`, and its token in GITHUB_TOKEN",
    "login",
)
GITLAB = Service(
    "GitLab",
    "CI_API_V4_URL",
    "GITLAB_TOKEN needs the scope `api` and the role Reporter or above; CI_JOB_TOKEN may not write notes",
    "username",
)


class ApiError(Exception):
    """The service said no. ``status`` is HTTP's; 0 where there was no answer. ``message`` is its own, on one line."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = one_line(message, 300)
        super().__init__(f"{status}: {self.message}")

    @property
    def passes(self) -> bool:
        """Whether another try may help: no answer, a server's fault, too many calls."""
        return self.status in (0, 408, 429) or self.status >= 500 or "rate limit" in self.message.lower()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another host."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Api:
    """``url``: as the service's variable has it. Raises UsageError (FC561) for one that a token may not be sent to."""

    url: str
    token: str = field(repr=False)
    service: Service = GITHUB

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            message = f"the address of {self.service.name}'s API does not begin with https://"
            raise UsageError(Diagnostic("FC561", message, None, f"{self.service.variable} names it"))

    def call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Return the JSON of an answer; raise ApiError for any other end."""
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
            f"{self.url.rstrip('/')}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers=self._headers(),
            method=method,
        )
        opener = urllib.request.build_opener(_NoRedirects)
        try:
            with opener.open(request, timeout=_TIMEOUT) as answer:
                return json.loads(answer.read(_LARGEST_ANSWER))
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, _message(error)) from None
        except (OSError, ValueError) as error:
            raise ApiError(0, f"no answer: {type(error).__name__}") from None

    def every(self, path: str) -> Iterator[Any]:
        """Yield the entries of a list that is told page by page."""
        separator = "&" if "?" in path else "?"
        for page in range(1, _MOST_PAGES + 1):
            found = self.call("GET", f"{path}{separator}per_page={PAGE}&page={page}")
            yield from found
            if len(found) < PAGE:
                return

    def who(self) -> str:
        """Return who the token is; "" for one that may not ask."""
        try:
            return str(self.call("GET", "/user")[self.service.login])
        except ApiError as error:
            if error.status in (403, 404):
                return ""
            raise

    def refused(self, error: ApiError) -> FcompileError:
        """Return what to tell: FC561 for a no, FC562 (exit 75) where the service is not to be reached."""
        name = self.service.name
        if error.passes:
            message = f"{name} does not answer: {error.message}"
            return UnavailableError(Diagnostic("FC562", message, None, "run the job again"))
        message = f"{name} refuses the comment ({error.status}): {error.message}"
        return FcompileError(Diagnostic("FC561", message, None, self.service.needs))

    def _headers(self) -> dict[str, str]:
        versions = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        return {
            **(versions if self.service is GITHUB else {"Accept": "application/json"}),
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "User-Agent": f"fcompile/{VERSION}",
        }


def _message(error: urllib.error.HTTPError) -> str:
    try:
        content = json.loads(error.read(64 * 1024))
        return str(content["message"] if "message" in content else content["error"])
    except (OSError, ValueError, TypeError, KeyError):
        return str(error.reason)
