"""One note a merge request, posted to a server that speaks GitLab's endpoints."""

from __future__ import annotations

import pytest

from fcompile.compiler.errors import FcompileError, UnavailableError, UsageError
from fcompile.runtime.review.api import GITLAB, Api
from fcompile.runtime.review.comment import MARKER
from fcompile.runtime.review.gitlab_notes import GitLabNotes, MergeRequest, merge_request
from fcompile.runtime.review.sticky import Posted, post
from tests.review.gitlab_server import BOT, NO_SCOPE, REFUSED, GitLab

FIRST, SECOND = f"{MARKER}\n\nfirst\n", f"{MARKER}\n\nsecond\n"
VARIABLES = {"CI_PROJECT_ID": "12", "CI_MERGE_REQUEST_PROJECT_ID": "12", "CI_MERGE_REQUEST_IID": "7"}


def _post(lab: GitLab, text: str, may_write: bool = True) -> Posted:
    notes = GitLabNotes(Api(lab.url, lab.token, GITLAB), MergeRequest(12, 7, False))
    return post(notes, text, may_write=may_write, wait=lambda _: None)


def _writes(lab: GitLab) -> list[str]:
    return [call for call in lab.calls if not call.startswith("GET")]


def test_the_first_push_makes_the_note_and_the_next_ones_edit_it(lab: GitLab) -> None:
    lab.add("Nice!")
    assert [_post(lab, text) for text in (FIRST, SECOND, SECOND)] == [Posted.NEW, Posted.EDITED, Posted.SAME]
    assert lab.bodies() == ["Nice!", SECOND]
    assert len(_writes(lab)) == 2


def test_a_note_beyond_the_first_page_is_found(lab: GitLab) -> None:
    for i in range(250):
        lab.add(f"note {i}")
    number = lab.add(FIRST, BOT)
    assert _post(lab, SECOND) is Posted.EDITED
    assert _writes(lab) == [f"PUT /projects/12/merge_requests/7/notes/{number}"]


@pytest.mark.parametrize("tells", [True, False])
def test_a_marker_that_somebody_else_wrote_is_not_edited(lab: GitLab, tells: bool) -> None:
    lab.user = BOT if tells else None
    lab.add(FIRST)
    assert _post(lab, FIRST) is Posted.NEW
    assert _post(lab, SECOND) is Posted.EDITED
    assert lab.bodies() == [FIRST, SECOND]


def test_a_note_that_is_deleted_meanwhile_is_made_again(lab: GitLab) -> None:
    lab.add(FIRST, BOT)
    lab.refuse["PUT", "/1000"] = [(404, {"message": "404 Not found"})]
    assert _post(lab, SECOND) is Posted.EDITED


@pytest.mark.parametrize(
    ("status", "body"), [(403, NO_SCOPE), (403, REFUSED), (401, REFUSED), (404, REFUSED)]
)
def test_a_token_without_the_right_is_told_what_it_needs(lab: GitLab, status: int, body: object) -> None:
    lab.refuse["GET", "/notes"] = [(status, body)]
    with pytest.raises(FcompileError) as raised:
        _post(lab, FIRST)
    (problem,) = raised.value.diagnostics
    assert (problem.code, "GitLab refuses the comment" in problem.message) == ("FC561", True)
    assert "scope `api`" in problem.hint and "CI_JOB_TOKEN" in problem.hint
    assert lab.token not in f"{raised.value} {raised.value.__cause__} {raised.value.__context__}"


def test_a_server_that_stays_down_is_exit_code_75(lab: GitLab) -> None:
    lab.refuse["GET", "/notes"] = [(503, {"message": "down"})] * 9
    with pytest.raises(UnavailableError) as raised:
        _post(lab, FIRST)
    assert raised.value.diagnostics[0].code == "FC562"
    assert len(lab.calls) == 4


def test_the_token_is_not_sent_in_clear_to_another_machine() -> None:
    with pytest.raises(UsageError) as raised:
        Api("http://gitlab.example.org/api/v4", "glpat_secret", GITLAB)
    assert "CI_API_V4_URL" in raised.value.diagnostics[0].hint


def test_the_merge_request_is_the_one_of_gitlabs_variables() -> None:
    assert merge_request(VARIABLES) == MergeRequest(12, 7, False)
    fork = {**VARIABLES, "CI_PROJECT_ID": "30", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "30"}
    assert merge_request(fork) == MergeRequest(12, 7, True)
    assert merge_request({"CI_PROJECT_ID": "12"}) is None
    assert merge_request({**VARIABLES, "CI_MERGE_REQUEST_IID": "7/../8"}) is None
