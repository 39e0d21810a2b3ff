"""What a job compares with, from its event, its variables and its clone."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from fcompile.compiler.errors import UsageError
from fcompile.runtime.review.base_ref import BaseRef, base_ref
from fcompile.runtime.review.pull_request import PullRequest

PULL = PullRequest("acme/flights", 7, "", "", "acme:work", False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """main: one, two; work: one, three; merge: two and three."""
    for command in (
        ["init", "-q", "-b", "main"],
        ["commit", "-q", "--allow-empty", "-m", "one"],
        ["checkout", "-q", "-b", "work"],
        ["commit", "-q", "--allow-empty", "-m", "three"],
        ["checkout", "-q", "main"],
        ["commit", "-q", "--allow-empty", "-m", "two"],
        ["checkout", "-q", "--detach"],
        ["merge", "-q", "--no-ff", "-m", "merge", "work"],
    ):
        _git(tmp_path, *command)
    return tmp_path


def _git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    ended = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def _commit(folder: Path, name: str) -> str:
    return _git(folder, "rev-parse", name)


def test_on_githubs_merge_the_base_is_main_as_it_is_now(repository: Path) -> None:
    pull = replace(PULL, base=_commit(repository, "main~1"), head=_commit(repository, "work"))
    found = base_ref(None, repository, {"GITHUB_BASE_REF": "main"}, pull)
    assert found == BaseRef("main", _commit(repository, "main"))


def test_on_the_branchs_own_commit_the_base_is_where_it_parted(repository: Path) -> None:
    _git(repository, "checkout", "-q", "work")
    pull = replace(PULL, base=_commit(repository, "main"), head=_commit(repository, "work"))
    found = base_ref(None, repository, {"GITHUB_BASE_REF": "main"}, pull)
    assert found == BaseRef("main", _commit(repository, "main~1"))


def test_a_branch_that_ends_with_a_merge_of_its_own_is_not_githubs_merge(repository: Path) -> None:
    _git(repository, "checkout", "-q", "work")
    _git(repository, "merge", "-q", "--no-ff", "-m", "main into work", "main")
    pull = replace(PULL, base=_commit(repository, "main"), head=_commit(repository, "work"))
    assert base_ref(None, repository, {}, pull).commit == _commit(repository, "main")


def test_a_clone_without_the_base_says_what_to_fetch(repository: Path) -> None:
    pull = replace(PULL, base="a" * 40, head="b" * 40)
    with pytest.raises(UsageError) as raised:
        base_ref(None, repository, {}, pull)
    assert raised.value.diagnostics[0].code == "FC560"
    assert "fetch-depth: 0" in raised.value.diagnostics[0].hint


def test_a_shallow_clone_compares_with_the_base_itself(repository: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    _git(repository, "clone", "-q", "--depth", "1", "--branch", "work", f"file://{repository}", str(shallow))
    main = _commit(repository, "main")
    _git(shallow, "fetch", "-q", "--depth", "1", "origin", main)
    pull = replace(PULL, base=main, head=_commit(repository, "work"))
    assert base_ref(None, shallow, {"GITHUB_BASE_REF": "main"}, pull) == BaseRef("main", main)


@pytest.mark.parametrize("name", ["--upload-pack=touch x", "-x", "a..b", ":/x", "", "main\n", "^main"])
def test_what_is_no_name_is_never_given_to_git_as_one(repository: Path, name: str) -> None:
    assert base_ref(name or "--", repository, {}).commit == ""
    with pytest.raises(UsageError):
        base_ref(None, repository, {"GITHUB_BASE_REF": name})
