"""One comment a pull request, posted to a server that speaks GitHub's endpoints."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fcompile.compiler.errors import FcompileError, UnavailableError, UsageError
from fcompile.runtime.review.api import Api
from fcompile.runtime.review.comment import MARKER
from fcompile.runtime.review.github_comments import GitHubComments
from fcompile.runtime.review.pull_request import PullRequest
from fcompile.runtime.review.sticky import Posted, post
from tests.review.github_server import BOT, READ_ONLY, GitHub, github

PULL = PullRequest("acme/flights", 7, "a" * 40, "b" * 40, "acme:delays", False)
FIRST, SECOND = f"{MARKER}\n\nfirst\n", f"{MARKER}\n\nsecond\n"


def _post(hub: GitHub, text: str, pull: PullRequest = PULL, may_write: bool = True) -> Posted:
    api = Api(hub.url, hub.token)
    return post(GitHubComments(api, pull), text, may_write=may_write, wait=lambda _: None)


def _writes(hub: GitHub) -> list[str]:
    return [call for call in hub.calls if not call.startswith("GET")]


def test_the_first_push_makes_the_comment_and_the_next_ones_edit_it(hub: GitHub) -> None:
    hub.add("Nice!")
    assert _post(hub, FIRST) is Posted.NEW
    assert _post(hub, SECOND) is Posted.EDITED
    assert _post(hub, SECOND) is Posted.SAME
    assert hub.bodies() == ["Nice!", SECOND]
    assert len(_writes(hub)) == 2


def test_a_comment_beyond_the_first_page_is_found(hub: GitHub) -> None:
    for i in range(250):
        hub.add(f"comment {i}")
    number = hub.add(FIRST, BOT)
    assert _post(hub, SECOND) is Posted.EDITED
    assert _writes(hub) == [f"PATCH /repos/acme/flights/issues/comments/{number}"]


def test_a_marker_that_somebody_else_wrote_is_not_edited(hub: GitHub) -> None:
    hub.add(FIRST)
    hub.add(f"> {MARKER}\nquoted", BOT)
    assert _post(hub, SECOND) is Posted.NEW
    assert hub.bodies()[0] == FIRST


def test_a_persons_token_edits_that_persons_comment_only(hub: GitHub) -> None:
    hub.user = {"login": "ada", "id": 1, "type": "User"}
    hub.add(FIRST, BOT)
    assert _post(hub, FIRST) is Posted.NEW
    assert _post(hub, SECOND) is Posted.EDITED
    assert hub.bodies() == [FIRST, SECOND]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_that_fails_for_a_moment_is_tried_again(hub: GitHub, status: int) -> None:
    hub.refuse["POST", "/comments"] = [(status, {"message": "Server Error"})] * 2
    assert _post(hub, FIRST) is Posted.NEW
    assert hub.bodies() == [FIRST]


def test_a_comment_that_was_made_before_the_server_failed_is_not_made_twice(hub: GitHub) -> None:
    new = hub._new

    def made_and_failed(body: object) -> tuple[int, object]:
        new(body)
        hub._new = new  # type: ignore[method-assign]
        return 502, {"message": "Bad Gateway"}

    hub._new = made_and_failed  # type: ignore[method-assign]
    assert _post(hub, FIRST) is Posted.SAME
    assert hub.bodies() == [FIRST]


def test_a_comment_that_is_deleted_meanwhile_is_made_again(hub: GitHub) -> None:
    hub.add(FIRST, BOT)
    hub.refuse["PATCH", "/1000"] = [(404, {"message": "Not Found"})]
    assert _post(hub, SECOND) is Posted.EDITED


def test_a_server_that_stays_down_is_exit_code_75(hub: GitHub) -> None:
    hub.refuse["GET", "/comments"] = [(503, {"message": "down"})] * 9
    with pytest.raises(UnavailableError) as raised:
        _post(hub, FIRST)
    assert raised.value.diagnostics[0].code == "FC562"
    assert len(hub.calls) == 4


def test_nobody_there_is_exit_code_75() -> None:
    with github() as served:
        url = served.url
    with pytest.raises(UnavailableError):
        post(GitHubComments(Api(url, "ghs_secret"), PULL), FIRST, wait=lambda _: None)


def test_a_token_without_the_right_is_told_what_it_needs(hub: GitHub) -> None:
    hub.refuse["POST", "/comments"] = [(403, READ_ONLY)]
    with pytest.raises(FcompileError) as raised:
        _post(hub, FIRST)
    problem = raised.value.diagnostics[0]
    assert problem.code == "FC561"
    assert "pull-requests: write" in problem.hint
    assert len(_writes(hub)) == 1


def test_a_forks_token_that_may_only_read_is_no_error(hub: GitHub) -> None:
    hub.refuse["POST", "/comments"] = [(403, READ_ONLY)]
    assert _post(hub, FIRST, replace(PULL, from_fork=True), may_write=False) is Posted.READ_ONLY


def test_a_run_of_a_fork_finds_its_pull_request_by_branch_and_commit(hub: GitHub) -> None:
    fork = replace(PULL, number=0, base="", branch="eve:delays", from_fork=True)
    hub.pulls = [
        {"number": 3, "head": {"sha": "c" * 40}},
        {"number": 7, "head": {"sha": PULL.head}},
    ]
    assert _post(hub, FIRST, fork) is Posted.NEW
    assert hub.calls[0] == "GET /repos/acme/flights/pulls?state=open&head=eve:delays"
    hub.pulls = hub.pulls[:1]
    with pytest.raises(FcompileError) as raised:
        _post(hub, FIRST, fork)
    assert "no open pull request" in str(raised.value)


def test_the_token_is_not_told(hub: GitHub) -> None:
    hub.refuse["GET", "/comments"] = [(401, {"message": "Bad credentials"})]
    api = Api(hub.url, hub.token)
    with pytest.raises(FcompileError) as raised:
        post(GitHubComments(api, PULL), FIRST, wait=lambda _: None)
    assert hub.token not in f"{raised.value} {api!r} {raised.value.__cause__} {raised.value.__context__}"


def test_the_token_does_not_follow_a_redirect(hub: GitHub) -> None:
    with github() as elsewhere:
        hub.refuse["GET", "/comments"] = [(302, {"url": f"{elsewhere.url}/repos", "message": "Moved"})]
        with pytest.raises(FcompileError):
            _post(hub, FIRST)
        assert elsewhere.calls == []


@pytest.mark.parametrize(
    "url", ["http://api.github.com", "http://127.0.0.1.evil.example", "file:///etc/passwd"]
)
def test_the_token_is_not_sent_in_clear_to_another_machine(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        Api(url, "ghs_secret")
    assert raised.value.diagnostics[0].code == "FC561"
