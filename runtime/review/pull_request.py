"""The pull request that a GitHub workflow runs for, from the event's file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fcompile.compiler.errors import Diagnostic, UsageError

_LARGEST_EVENT = 16 * 2**20


@dataclass(frozen=True, slots=True)
class PullRequest:
    """``number`` is 0 where the event does not say it: a ``workflow_run`` of a fork, which has ``branch`` instead.

    It is also 0 where a merge queue tries several pull requests together: there is none to comment on.

    Attributes:
        repository: ``owner/name`` of where it is to be merged.
        base: the commit it is to be merged into, as of the event; "" for a ``workflow_run``.
        head: its own last commit.
        branch: ``owner:branch`` of where it comes from.
        from_fork: it comes from another repository, so that the token may only read.
        target: the branch it is to be merged into; "" where the event does not say it.
    """

    repository: str
    number: int
    base: str
    head: str
    branch: str
    from_fork: bool
    target: str = ""

    @property
    def is_queued(self) -> bool:
        return not self.number and not self.branch


def pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    """Return the pull request of ``$GITHUB_EVENT_PATH``, or None where the event is of something else, or is none.

    Raises:
        UsageError: the event's file cannot be read (FC563).
    """
    name = environ.get("GITHUB_EVENT_PATH", "")
    if not name:
        return None
    event = _event(Path(name))
    try:
        if "pull_request" in event:
            return _of_pull_request(event)
        if "merge_group" in event:
            return _of_queue(event)
        return _of_run(event) if "workflow_run" in event else None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable("it does not have the shape of a pull request's event") from None


def _event(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            content = json.loads(stream.read(_LARGEST_EVENT))
    except OSError as error:
        raise _unreadable(str(error.strerror)) from None
    except (ValueError, RecursionError):
        raise _unreadable("it is no JSON") from None
    if not isinstance(content, dict):
        raise _unreadable("it is no JSON object")
    return content


def _of_pull_request(event: Mapping[str, Any]) -> PullRequest:
    pull = event["pull_request"]
    repository = str(event["repository"]["full_name"])
    head = pull["head"]
    origin = head.get("repo") or {}  # null where the fork is gone
    return PullRequest(
        repository=repository,
        number=int(pull["number"]),
        base=_commit(pull["base"]["sha"]),
        head=_commit(head["sha"]),
        branch=f"{(origin.get('owner') or {}).get('login', '')}:{head['ref']}",
        from_fork=origin.get("full_name") != repository,
    )


def _of_queue(event: Mapping[str, Any]) -> PullRequest:
    """https://docs.github.com/webhooks/webhook-events-and-payloads#merge_group"""
    group = event["merge_group"]
    return PullRequest(
        repository=str(event["repository"]["full_name"]),
        number=0,
        base=_commit(group["base_sha"]),
        head=_commit(group["head_sha"]),
        branch="",
        from_fork=False,
        target=str(group["base_ref"]).removeprefix("refs/heads/"),
    )


def _of_run(event: Mapping[str, Any]) -> PullRequest:
    run = event["workflow_run"]
    repository = str(event["repository"]["full_name"])
    origin = run["head_repository"]
    known = run.get("pull_requests") or [{"number": 0}]
    return PullRequest(
        repository=repository,
        number=int(known[0]["number"]),
        base="",
        head=_commit(run["head_sha"]),
        branch=f"{origin['owner']['login']}:{run['head_branch']}",
        from_fork=origin["full_name"] != repository,
    )


def _commit(text: object) -> str:
    """A commit's name goes to git: it has nothing but hexadecimal digits."""
    name = str(text)
    if not name or name.strip("0123456789abcdef"):
        raise ValueError(name)
    return name


def _unreadable(why: str) -> UsageError:
    hint = "GITHUB_EVENT_PATH names the event's file, which GitHub writes"
    return UsageError(Diagnostic("FC563", f"the event of the workflow cannot be read: {why}", None, hint))
