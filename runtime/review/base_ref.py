"""What a change is compared with: as given, or as the CI says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.runtime.review.git import commit, merge_base
from fcompile.runtime.review.pull_request import PullRequest


@dataclass(frozen=True, slots=True)
class BaseRef:
    """``name``: as people call it; ``commit``: its full id, or "" where ``name`` is no commit (a manifest's path)."""

    name: str
    commit: str


def base_ref(
    given: str | None, folder: Path, environ: Mapping[str, str], pull: PullRequest | None = None
) -> BaseRef:
    """Return the base of the repository of ``folder``: where the change and its target branch parted.

    ``given`` (a ref or a manifest) wins; then what the pull request's event, GitHub's or GitLab's variables name,
    the first of them that this clone has. A job on GitHub that stands on the merge of the pull request compares
    with the merge's first parent: the target branch as it is now, which is all that will change.

    Raises:
        UsageError: nothing is known, or this clone does not have it (FC560).
    """
    if given:
        found = commit(folder, given)
        return BaseRef(given, _parted(folder, found)) if found else BaseRef(given, "")
    tried = []
    for name, ref in _candidates(folder, environ, pull):
        if (found := commit(folder, ref)) is not None:
            return BaseRef(name, _parted(folder, found))
        tried.append(ref)
    if tried:
        message = f"this clone does not have `{tried[0]}`, which the change is to be compared with"
        raise UsageError(
            Diagnostic("FC560", message, None, "check out with `fetch-depth: 0`, or name `--base`")
        )
    message = "no pull request is known here, so there is nothing to compare with"
    raise UsageError(Diagnostic("FC560", message, None, "name it: `--base main`"))


def _candidates(
    folder: Path, environ: Mapping[str, str], pull: PullRequest | None
) -> Iterator[tuple[str, str]]:
    """(name for people, ref) in the order they are tried."""
    target = environ.get("GITHUB_BASE_REF") or environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or ""
    target = target or (pull.target if pull is not None else "")
    # GitHub's merge of the pull request: a branch may end with a merge of its own, which is not meant.
    if pull is not None and commit(folder, "HEAD^2") == pull.head:
        yield target or pull.base[:7], "HEAD^1"
    if pull is not None and pull.base:
        yield target or pull.base[:7], pull.base
    if parted := environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        yield target or parted[:7], parted
    if target:
        yield target, f"origin/{target}"
        yield target, target


def _parted(folder: Path, base: str) -> str:
    """Return where HEAD and ``base`` parted; in a clone too shallow to know, ``base`` itself."""
    return merge_base(folder, base, "HEAD") or base
