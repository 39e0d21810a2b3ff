"""What a pull request is told of each of ten edits in a real history, and of all of them together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fcompile.compiler.diff.model import ChangeClass
from fcompile.runtime.review.comment import MARKER
from tests.cli.conftest import Run, run
from tests.review.github_server import READ_ONLY, GitHub
from tests.review.history import EDITS, ROOT, Edit, History, make_history

__all__ = ["run"]  # the fixture

GOLDEN = Path(__file__).parent / "golden" / "ten_edits.md"
NUMBERS = range(len(EDITS))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return make_history(tmp_path_factory.mktemp("history") / "flights")


def _variables(history: History, event: Path, hub: GitHub | None = None) -> dict[str, str]:
    """What GitHub sets for a job."""
    temporary = history.folder.parent / "runner"
    (temporary / "bin").mkdir(parents=True, exist_ok=True)
    command = temporary / "bin" / "fcompile"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fcompile "$@"\n')
    command.chmod(0o755)
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_BASE_REF": "main",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
        "GITHUB_OUTPUT": str(temporary / "output"),
        "RUNNER_TEMP": str(temporary),
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "NO_COLOR": "1",
    }
    if hub is not None:
        variables |= {"GITHUB_API_URL": hub.url, "GITHUB_TOKEN": hub.token}
    for name in ("summary.md", "output"):
        (temporary / name).unlink(missing_ok=True)
    return variables


def _script(history: History, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run what action.yml runs."""
    command = ["bash", str(ROOT / "scripts/review")]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=history.folder,
        env={**os.environ, **variables},
    )


@pytest.mark.parametrize("number", NUMBERS, ids=[edit.title for edit in EDITS])
def test_each_edit_is_of_its_class(
    history: History, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int
) -> None:
    edit, commits = EDITS[number], [history.base, *history.edits]
    history.git("checkout", "-q", history.edits[number])
    event = history.event(commits[number], commits[number + 1])
    for name, value in _variables(history, event).items():
        monkeypatch.setenv(name, value)
    output = tmp_path / "comment.md"
    ended = run("ci", "github", "-p", str(history.folder), "--output", str(output))
    assert ended.code == 0, ended.err
    _is_told(edit, output.read_text(encoding="utf-8"), ended.out)


def _is_told(edit: Edit, comment: str, commands: str) -> None:
    kind, _, name = edit.object.partition(".")
    row = next(line for line in comment.splitlines() if line.startswith("| ") and f"`{name}`" in line)
    assert re.match(rf"\| \S+&nbsp;\*\*{edit.change.value}\b", row)
    assert f"{kind.replace('_', ' ')} `{name}`<br><sub>{edit.file}:" in row
    assert (", leak risk**" in row) == edit.leak
    assert (comment.split("\n\n")[1].startswith("⛔ **1 leak risk**")) == edit.leak
    assert re.fullmatch(
        rf"::warning file={edit.file},line=\d+,.*FC564::leak risk in `{edit.object}`: .*\n"
        if edit.leak
        else "",
        commands,
    )


def test_the_ten_edits_are_one_of_each_class_and_two_leaks() -> None:
    assert {edit.change for edit in EDITS if not edit.leak} == set(ChangeClass)
    assert [edit.leak for edit in EDITS].count(True) == 2


def test_the_whole_reads_well_and_is_posted_once_and_edited(
    history: History, hub: GitHub, update_golden: bool
) -> None:
    first = history.event(history.base, history.edits[0])
    history.git("checkout", "-q", history.edits[0])
    assert _script(history, _variables(history, first, hub)).returncode == 0
    assert len(hub.comments) == 1 and "cosmetic" in hub.bodies()[0]

    history.git("checkout", "-q", history.merge)
    variables = _variables(history, history.event(history.base, history.edits[-1]), hub)
    ended = _script(history, {**variables, "REVIEW_DATA": "true", "REVIEW_COST": "true"})
    assert ended.returncode == 0, ended.stderr
    assert len(hub.comments) == 1
    (comment,) = hub.bodies()
    assert comment == Path(variables["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    told = Path(variables["GITHUB_OUTPUT"]).read_text(encoding="utf-8")
    assert re.fullmatch(r"comment-file=.*/comment\.md\nexit-code=0\n", told)
    assert hub.token not in ended.stdout + ended.stderr + comment
    # The commit's name is of this run of the test; all else is as it was read.
    shown = re.sub(r"main at [0-9a-f]{7}", "main at 1a2b3c4", comment)
    if update_golden:
        GOLDEN.write_text(shown, encoding="utf-8")
    assert shown == GOLDEN.read_text(encoding="utf-8")


def test_what_others_changed_on_main_is_not_told() -> None:
    """GitHub's merge has main's own new commit, which the event does not know yet."""
    table = GOLDEN.read_text(encoding="utf-8").split("### Changes")[1].split("###")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + 7
    assert not any("label" in row for row in rows)


def test_a_barred_class_fails_the_job_after_the_comment_is_posted(history: History, hub: GitHub) -> None:
    history.git("checkout", "-q", history.edits[-1])
    variables = _variables(history, history.event(history.edits[-4], history.edits[-1]), hub)
    ended = _script(history, {**variables, "REVIEW_FAIL_ON": "key removal"})
    assert ended.returncode == 3
    assert "FC566" in ended.stdout
    assert "`--fail-on` (key, removal) bars" in hub.bodies()[0]


def test_the_run_of_a_fork_has_its_summary_and_no_comment(history: History, hub: GitHub) -> None:
    history.git("checkout", "-q", history.edits[-1])
    hub.refuse["POST", "/comments"] = [(403, READ_ONLY)]
    event = history.event(history.edits[-2], history.edits[-1], fork=True)
    variables = _variables(history, event, hub)
    ended = _script(history, variables)
    assert ended.returncode == 0, ended.stderr
    assert hub.comments == []
    summary = Path(variables["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert summary.startswith(MARKER) and "leak risk" in summary
    assert "may only read" in ended.stderr


def test_the_comment_of_a_fork_is_posted_by_the_run_that_follows_it(history: History, hub: GitHub) -> None:
    hub.pulls = [{"number": 7, "head": {"sha": history.edits[-1]}}]
    event = history.event("", history.edits[-1], "workflow_run")
    comment = history.folder.parent / "from_artifact.md"
    comment.write_text(f"{MARKER}\n\nof the fork\n", encoding="utf-8")
    variables = _variables(history, event, hub)
    ended = _script(history, {**variables, "REVIEW_COMMENT_FILE": str(comment)})
    assert ended.returncode == 0, ended.stderr
    assert hub.bodies() == [f"{MARKER}\n\nof the fork\n"]
