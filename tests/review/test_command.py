"""``fcompile ci`` on a small project in a real repository: streams, files, exit codes, and what it compares with."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fcompile.runtime.review.comment import MARKER
from tests.cli.conftest import Run, run
from tests.review.gitlab_server import GitLab
from tests.review.test_gitlab import VARIABLES

__all__ = ["run"]  # the fixture

Git = Callable[..., str]
CI_VARIABLES = ("GITHUB_", "GITLAB_", "CI_", "RUNNER_")


def _git(folder: Path, *arguments: str) -> str:
    who = {
        f"GIT_{a}_{b}": c
        for a in ("AUTHOR", "COMMITTER")
        for b, c in (("NAME", "a"), ("EMAIL", "a@b.example"))
    }
    variables = {**os.environ, **who, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=variables).stdout.strip()


@pytest.fixture
def shop(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quickstart project below a repository's root, committed with its SQL on main; tests stand in it."""
    for name in [name for name in os.environ if name.startswith(CI_VARIABLES)]:
        monkeypatch.delenv(name)
    folder = tmp_path / "repository" / "ml" / "shop"
    assert run("init", str(folder)).code == 0
    _git(folder.parents[1], "init", "-q", "-b", "main")
    assert run("build", "-p", str(folder)).code == 0
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "first")
    monkeypatch.chdir(folder)
    return folder


def _edit(shop: Path, old: str, new: str) -> None:
    path = shop / "featuredefs" / "customers.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_comment_goes_to_stdout_and_all_else_to_stderr(run: Run, shop: Path) -> None:
    ended = run("ci", "markdown", "--base", "main")
    assert ended.code == 0
    assert ended.out.startswith(f"{MARKER}\n\n✅ No definition changes. Compared with `main at ")
    assert ended.err == "Review: changed: 0, errors: 0, warnings: 0.\n"


def test_stale_sql_exits_3_and_says_what_to_run(run: Run, shop: Path) -> None:
    _edit(shop, "ttl: 30d", "ttl: 7d")
    ended = run("ci", "github", "--base", "main", "--output", "comment.md")
    assert ended.code == 3
    assert ended.out.startswith("::error file=ml/shop/sql/")
    assert "title=fcompile FC565::the committed SQL is stale" in ended.out
    comment = (shop / "comment.md").read_text("utf-8")
    assert "run `fcompile build` and commit" in comment
    assert "`ttl`: `30d` → `1w`" in comment
    assert run("build").code == 0
    assert run("ci", "github", "--base", "main", "--output", "comment.md").code == 0


def test_commands_for_the_machine_are_not_mixed_into_a_comment_on_stdout(run: Run, shop: Path) -> None:
    _edit(shop, "ttl: 30d", "ttl: 7d")
    ended = run("ci", "github", "--base", "main")
    assert "::error" not in ended.out and "::error" in ended.err


def test_every_problem_is_an_annotation_with_its_place_in_the_repository(run: Run, shop: Path) -> None:
    _edit(shop, "ttl: 30d", "tll: 30d")
    _edit(shop, 'expr: "age >= 18"', 'expr: "agee >= 18"')
    ended = run("ci", "github", "--base", "main", "--output", "comment.md")
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("::error file=ml/shop/featuredefs/customers.yaml,line=") for line in lines)
    comment = (shop / "comment.md").read_text("utf-8")
    assert comment.split("\n\n")[1].startswith("⛔ **2 problems**")
    assert "did you mean `ttl`?" in comment
    assert "Nothing is compared: the definitions have mistakes" in comment


def test_a_leak_is_an_error_at_its_place(run: Run, shop: Path) -> None:
    query = 'query: "SELECT *, lead(age) OVER (PARTITION BY customer_id ORDER BY changed_at) AS later FROM profiles"'
    _edit(shop, "path: data/profiles.csv", query)
    _edit(shop, 'expr: "age >= 18"', 'expr: "later >= 18"')
    _edit(shop, "country: string, age: int32}", "country: string, age: int32, later: int32}")
    ended = run("ci", "github", "--base", "main", "--output", "comment.md")
    assert ended.code == 1
    assert "::error file=ml/shop/featuredefs/customers.yaml,line=" in ended.out
    assert "**LEAK**" in (shop / "comment.md").read_text("utf-8")


def test_gitlab_gets_a_note_and_its_report(run: Run, shop: Path) -> None:
    _edit(shop, "ttl: 30d", "tll: 30d")
    ended = run("ci", "gitlab", "--base", "main", "--output", "note.md")
    assert (ended.code, ended.out) == (1, "")
    assert "error[FC103]" in ended.err
    assert (shop / "note.md").read_text("utf-8").startswith(MARKER)
    (found,) = json.loads((shop / "gl-code-quality-report.json").read_text("utf-8"))
    assert found["location"]["path"] == "ml/shop/featuredefs/customers.yaml"


def test_sarif_and_junit_are_written_beside(run: Run, shop: Path) -> None:
    _edit(shop, "ttl: 30d", "ttl: 7d")
    assert run("ci", "markdown", "--base", "main", "--sarif", "a.sarif", "--junit", "a.xml").code == 3
    sarif = json.loads((shop / "a.sarif").read_text("utf-8"))
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == ["FC565"]
    root = ElementTree.parse(shop / "a.xml").getroot()  # noqa: S314 - our own
    assert root.get("failures") == "1"


def test_fail_on_exits_3_unless_an_entry_excuses_it(run: Run, shop: Path) -> None:
    _edit(shop, "ttl: 30d", "ttl: 7d")
    assert run("build").code == 0
    assert run("ci", "markdown", "--base", "main", "--fail-on", "value").code == 0
    ended = run("ci", "github", "--base", "main", "--fail-on", "key,time")
    assert ended.code == 3
    assert "title=fcompile FC566::`feature_view.last_order` has a change of class `time`" in ended.err
    _edit(shop, "ttl: 7d", "ttl: 7d\n    allow: [{change: time, reason: we forget sooner}]")
    assert run("build").code == 0
    excused = run("ci", "markdown", "--base", "main", "--fail-on", "key,time")
    assert excused.code == 0
    assert "time allowed: we forget sooner" in excused.out


def test_a_leak_risk_is_a_warning_and_no_failure(run: Run, shop: Path) -> None:
    _edit(shop, "    available_at: loaded_at\n", "")
    assert run("build").code == 0
    ended = run("ci", "github", "--base", "main", "--output", "comment.md")
    assert ended.code == 0
    assert "::warning file=ml/shop/featuredefs/customers.yaml" in ended.out
    assert "title=fcompile FC564::leak risk in `source.orders`" in ended.out


def test_a_job_has_the_comment_in_its_summary(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    ended = run("ci", "github", "--base", "main")
    assert summary.read_text("utf-8") == "before\n" + ended.out
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    assert "error[FC420]" in run("ci", "github", "--base", "main").err


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["ci", "markdown"], 2, "FC560"),
        (["ci", "bitbucket", "--base", "main"], 2, "bitbucket"),
        (["ci", "markdown", "--base", "mian"], 2, "did you mean `main`?"),
        (["ci", "markdown", "--base", "--output=x"], 2, "--output=x"),
        (["ci", "markdown", "--base", "main", "--fail-on", "tiem"], 2, "did you mean `time`?"),
        (["ci", "github", "--base", "main", "--post"], 2, "FC561"),
        (["ci", "github", "--comment", "featuredefs/customers.yaml"], 2, "no comment that"),
        (["ci", "markdown", "--base", "main", "--output", "fcompile.yaml/comment.md"], 1, "FC420"),
    ],
)
def test_a_wrong_call_says_what_to_type(run: Run, shop: Path, argv: list[str], code: int, said: str) -> None:
    ended = run(*argv)
    assert ended.code == code
    assert said in ended.err


def test_a_base_that_cannot_be_read_is_said_in_the_comment(run: Run, shop: Path) -> None:
    _edit(shop, "ttl: 30d", "tll: 30d")
    _git(shop, "commit", "-q", "-a", "-m", "broken")
    _edit(shop, "tll: 30d", "ttl: 30d")
    ended = run(
        "ci", "github", "--base", "main", "--output", "a.md", "--sarif", "a.sarif", "--junit", "a.xml"
    )
    assert ended.code == 0
    comment = (shop / "a.md").read_text("utf-8")
    assert "of main cannot be read" in comment and "what changed of them is not known" in comment
    assert ended.out.startswith("::warning title=fcompile FC556::3 objects of main cannot be read")
    (result,) = json.loads((shop / "a.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("FC556", "warning")
    suites = ElementTree.parse(shop / "a.xml").getroot()  # noqa: S314 - our own
    assert suites.attrib["failures"] == "0"
    assert "warning[FC556]" in suites.findtext(".//testcase[@name='what it is compared with']/system-out", "")


def test_a_project_that_was_not_there_is_all_new(run: Run, shop: Path) -> None:
    _git(shop, "checkout", "-q", "--orphan", "empty")
    _git(shop, "rm", "-rq", "--cached", ".")
    _git(shop, "commit", "-q", "--allow-empty", "-m", "nothing")
    ended = run("ci", "markdown", "--base", "empty")
    assert ended.code == 0
    assert "everything is new" in ended.out
    assert "additions" in ended.out.split("\n\n")[1]


def test_the_run_of_a_fork_without_a_token_leaves_only_posting_out(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = _git(shop, "rev-parse", "HEAD")
    text = (Path(__file__).parent / "events/pull_request.json").read_text("utf-8")
    event = json.loads(text.replace("BASE_SHA", base).replace("HEAD_SHA", base))
    event["pull_request"]["head"]["repo"]["full_name"] = "eve/shop"
    (tmp_path / "event.json").write_text(json.dumps(event), "utf-8")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    ended = run("ci", "github", "--post")
    assert ended.code == 0, ended.err
    assert "This run has no token" in ended.err


@pytest.mark.parametrize("content", ["{", "[]", '{"pull_request": {"number": 1}}', '{"pull_request": null}'])
def test_an_event_that_is_none_is_told(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    event = tmp_path / "event.json"
    event.write_text(content)
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    ended = run("ci", "github", "--base", "main")
    assert ended.code == 2
    assert "error[FC563]" in ended.err


def test_gitlabs_own_variables_name_the_base(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _git(shop, "rev-parse", "HEAD")
    _edit(shop, "ttl: 30d", "ttl: 7d")
    assert run("build").code == 0
    _git(shop, "checkout", "-q", "-b", "work")
    _git(shop, "commit", "-q", "-a", "-m", "sooner")
    monkeypatch.setenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", first)
    ended = run("ci", "gitlab")
    assert f"Compared with `main at {first[:7]}`" in ended.out
    assert "1 change of time" in ended.out


def test_a_note_is_posted_once_and_edited_on_the_next_push(
    run: Run, shop: Path, lab: GitLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**VARIABLES, "CI_API_V4_URL": lab.url}.items():
        monkeypatch.setenv(name, value)
    for ttl in ("7d", "6d"):
        # The command takes the token out of the environment.
        monkeypatch.setenv("GITLAB_TOKEN", lab.token)
        _edit(shop, f"ttl: {'30d' if ttl == '7d' else '7d'}", f"ttl: {ttl}")
        ended = run("ci", "gitlab", "--base", "main", "--output", "note.md", "--post")
        assert ended.code == 3, ended.err
        assert lab.bodies() == [(shop / "note.md").read_text("utf-8")]
        assert lab.token not in ended.out + ended.err
    assert "Comment: edited." in ended.err and "`6d`" in lab.bodies()[0]


def test_what_a_note_needs_is_told_where_it_is_not_there(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = ("ci", "gitlab", "--base", "main", "--post")
    ended = run(*argv)
    assert (ended.code, "the job is of no merge request" in ended.err) == (2, True)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    ended = run(*argv)
    assert (ended.code, "there is no token in GITLAB_TOKEN" in ended.err) == (2, True)
    monkeypatch.setenv("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "30")
    ended = run(*argv)
    assert (ended.code, "as one of a fork" in ended.err) == (0, True)


def test_a_merge_queue_names_its_base_and_has_nothing_to_comment_on(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = _git(shop, "rev-parse", "HEAD")
    _edit(shop, "ttl: 30d", "ttl: 7d")
    assert run("build").code == 0
    _git(shop, "commit", "-q", "-a", "-m", "sooner")
    text = (Path(__file__).parent / "events/merge_group.json").read_text("utf-8")
    (tmp_path / "event.json").write_text(
        text.replace("BASE_SHA", base).replace("HEAD_SHA", _git(shop, "rev-parse", "HEAD")), "utf-8"
    )
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    ended = run("ci", "github", "--post", "--fail-on", "time")
    assert ended.code == 3
    assert f"Compared with `main at {base[:7]}`" in ended.out
    assert "A merge queue has no pull request of its own" in ended.err


def test_what_main_did_since_is_not_part_of_a_branchs_change(run: Run, shop: Path) -> None:
    _git(shop, "checkout", "-q", "-b", "work")
    _git(shop, "checkout", "-q", "main")
    _edit(shop, "ttl: 30d", "ttl: 7d")
    assert run("build").code == 0
    _git(shop, "commit", "-q", "-a", "-m", "sooner")
    _git(shop, "checkout", "-q", "work")
    assert "No definition changes" in run("ci", "markdown", "--base", "main").out


def test_a_manifest_is_a_base_too(run: Run, shop: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes((shop / "sql" / "manifest.json").read_bytes())
    _edit(shop, "ttl: 30d", "ttl: 7d")
    ended = run("ci", "markdown", "--base", str(manifest))
    assert "1 change of time" in ended.out


def test_costs_are_rows_as_the_target_counts_them(run: Run, shop: Path) -> None:
    _edit(shop, 'expr: "amount > 100.0"', 'expr: "amount > 200.0"')
    assert "reads" not in run("ci", "markdown", "--base", "main").out
    rows = len((shop / "data" / "orders.csv").read_text("utf-8").splitlines()) - 1
    assert f"reads {rows} rows of `orders`" in run("ci", "markdown", "--base", "main", "--cost").out


def test_what_cannot_be_counted_is_said_and_the_review_stands(run: Run, shop: Path) -> None:
    _edit(shop, 'expr: "amount > 100.0"', 'expr: "amount > 200.0"')
    (shop / "data" / "orders.csv").unlink()
    ended = run("ci", "markdown", "--base", "main", "--cost")
    assert "Rows of source `orders` are not counted" in ended.out
    assert "1 change of values" in ended.out


def test_variables_may_be_unset_where_nothing_is_opened(run: Run, shop: Path) -> None:
    path = shop / "fcompile.yaml"
    path.write_text(
        path.read_text("utf-8").replace(
            ".fcompile/dev.duckdb", chr(34) + "${NOT_SET_HERE}/dev.duckdb" + chr(34)
        ),
        "utf-8",
    )
    assert "${NOT_SET_HERE}" in path.read_text("utf-8")
    assert run("ci", "markdown", "--base", "main").code == 0
    assert "NOT_SET_HERE" in run("ci", "markdown", "--base", "main", "--cost").out


def test_secrets_of_the_environment_are_not_told(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull request's fcompile.yaml may name any variable of the job."""
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "hunter_2_and_more")
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_0123456789")
    path = shop / "fcompile.yaml"
    text = path.read_text("utf-8")
    dev = '".fcompile/dev.duckdb", schema: "${WAREHOUSE_PASSWORD}"'
    path.write_text(text.replace(".fcompile/dev.duckdb", dev) + 'sql: "${GITHUB_TOKEN}"\n', "utf-8")
    assert path.read_text("utf-8") != text
    _edit(shop, 'expr: "amount > 100.0"', 'expr: "amount > 200.0"')
    ended = run("ci", "github", "--base", "main", "--sarif", "a.sarif", "--junit", "a.xml")
    assert "***" in ended.out
    told = ended.out + ended.err + "".join((shop / name).read_text("utf-8") for name in ("a.sarif", "a.xml"))
    for secret in ("hunter", "ghs_0123456789", "ghs&#95;"):
        assert secret not in told
