"""One comment a pull request, found again by its marker and edited on each push."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from fcompile.runtime.review.comment import MARKER
from fcompile.runtime.review.github_api import Api, ApiError, refused
from fcompile.runtime.review.pull_request import PullRequest

_PAGE = 100
_MOST_PAGES = 100
_WAITS = (1.0, 3.0, 9.0)
"""Seconds before another try."""

Wait = Callable[[float], None]


class Posted(StrEnum):
    """What became of the comment; ``READ_ONLY``: the token of a fork's or Dependabot's run may only read."""

    NEW = "posted"
    EDITED = "edited"
    SAME = "unchanged"
    READ_ONLY = "not posted"


def post(
    api: Api, pull: PullRequest, text: str, *, may_write: bool = True, wait: Wait = time.sleep
) -> Posted:
    """Bring the pull request's comment to ``text``, which begins with the marker.

    A try that fails for a passing reason is repeated from the start, so that a comment that GitHub did make
    before it failed is edited, and not made twice. ``may_write`` False: that GitHub refuses is no error.

    Raises:
        UnavailableError: GitHub does not answer, after four tries (FC562).
        FcompileError: GitHub refuses (FC561).
    """
    for pause in (*_WAITS, None):
        try:
            return _post(api, pull, text)
        except ApiError as error:
            if error.status == 403 and not may_write:
                return Posted.READ_ONLY
            gone = error.status == 404 and pull.number  # somebody deleted it just now
            if pause is None or not (error.passes or gone):
                raise refused(error) from None
            wait(pause)
    raise AssertionError("the last try returns or raises")


def _post(api: Api, pull: PullRequest, text: str) -> Posted:
    pull = pull if pull.number else replace(pull, number=_number(api, pull))
    found = _own(api, pull)
    if found is None:
        api.call("POST", f"{_issues(pull)}/{pull.number}/comments", {"body": text})
        return Posted.NEW
    if str(found["body"]).replace("\r\n", "\n").strip() == text.strip():
        return Posted.SAME
    api.call("PATCH", f"{_issues(pull)}/comments/{int(found['id'])}", {"body": text})
    return Posted.EDITED


def _own(api: Api, pull: PullRequest) -> dict[str, Any] | None:
    """Return the oldest comment with the marker that the token's own user wrote: anybody can write a marker."""
    marked = [each for each in _comments(api, pull) if str(each.get("body", "")).startswith(MARKER)]
    if not marked:
        return None
    login = _login(api)
    for each in marked:
        user = each.get("user") or {}
        if user.get("login") == login if login else user.get("type") == "Bot":
            return each
    return None


def _login(api: Api) -> str:
    """Return who the token is; "" for an app's token, which GitHub does not tell."""
    try:
        return str(api.call("GET", "/user")["login"])
    except ApiError as error:
        if error.status in (403, 404):
            return ""
        raise


def _comments(api: Api, pull: PullRequest) -> Iterator[dict[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        found = api.call("GET", f"{_issues(pull)}/{pull.number}/comments?per_page={_PAGE}&page={page}")
        yield from found
        if len(found) < _PAGE:
            return


def _number(api: Api, pull: PullRequest) -> int:
    """Return the open pull request of a fork's branch: GitHub names none in the ``workflow_run`` of a fork.

    Nothing that the fork's own run wrote is believed: the branch and its commit are of the event.
    """
    found = api.call("GET", f"/repos/{_path(pull)}/pulls?state=open&head={quote(pull.branch, safe=':')}")
    for each in found:
        if each["head"]["sha"] == pull.head:
            return int(each["number"])
    raise ApiError(404, "no open pull request has the commit of this run")


def _issues(pull: PullRequest) -> str:
    return f"/repos/{_path(pull)}/issues"


def _path(pull: PullRequest) -> str:
    return quote(pull.repository, safe="/")
