"""The commands on the project that ``init`` writes: exit codes, streams, and what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

COMMANDS = """
    init import dialects schema lsp version
    check build diff fmt ci test tune ls show lineage
    run materialize materialize-incremental backfill push
    historical online why
    verify erase rollback state teardown clean debug
""".split()  # noqa: SIM905  one a line would be a page
HISTORICAL = ("historical", "-f", "churn_v1", "--spine", "spine.csv")


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["rnu"], 2, "did you mean `run`?"),
        (["docs"], 2, "`docs` is to come in a later version"),
        (["--version"], 2, "did you mean `fcompile version`?"),
        (["run", "--ful-refresh"], 2, "did you mean `--full-refresh`?"),
        (["run", "more"], 2, "see `fcompile run --help`"),
        (["run", "--end", "yesterday"], 2, "2026-01-31T12:00:00Z"),
        (["run", "--end", "2999-01-01"], 2, "future"),
        (["materialize", "--start", "2026-01-01"], 2, "--end"),
        (["materialize", "--start", "2026-02-01", "--end", "2026-01-01"], 2, "before the start"),
        (["run", "-s", "last_ordr"], 2, "did you mean `last_order`?"),
        (["ls", "-s", "customer", "--exclude", "customer"], 2, "leaves no object"),
        (["ls", "--output", "jsn"], 2, "did you mean `json`?"),
        (["ls", "--log-format", "yaml"], 2, "neither text nor json"),
        (["show", "chrun_v1"], 2, "did you mean `churn_v1`?"),
        (["why", "last_ordr", "1", "--at", "2026-01-01"], 2, "last_order"),
        (["test", "an_ordr*"], 2, "no test"),
        (["build", "-d", "duckbd"], 2, "did you mean `duckdb`?"),
        (["historical", "-f", "churn_v2", "--spine", "spine.csv"], 2, "did you mean `churn_v1`?"),
        (["online", "-f", "churn_v1", "-e", "1"], 2, "NAME=VALUE"),
        (["online", "-f", "churn_v1", "-e", "custmer_id=1"], 2, "customer_id"),
        (["-p", "nowhere", "ls"], 2, "no fcompile.yaml"),
        (["-t", "dve", "ls"], 2, "did you mean `dev`?"),
        (["init", "."], 4, "not empty"),
        (["init", "new", "--template", "quickstrat"], 2, "did you mean `quickstart`?"),
        (["teardown"], 4, "--yes"),
        (["erase", "last_order", "1"], 4, "--yes"),
        (["erase", "last_ordr", "1", "--yes"], 2, "did you mean `last_order`?"),
        (["rollback", "last_ordr"], 2, "did you mean `last_order`?"),
        (["verify", "--sample", "0"], 2, "--sample"),
        (["ls", "-s", "state:modified"], 2, "needs a manifest"),
    ],
)
def test_an_ending_has_its_exit_code_and_says_what_to_type(
    run: Run, shop: Path, argv: list[str], code: int, said: str
) -> None:
    ended = run(*argv)
    assert (ended.code, ended.out) == (code, "")
    # Some hints wrap: words are compared without line ends.
    assert said in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["build", "-d", "duckbd"], "FC283"),
        (["show", "user_profil"], "FC284"),
        (["run", "--end", "yesterday"], "FC285"),
        (["teardown"], "FC509"),
        (["init", "."], "FC581"),
    ],
)
def test_a_problem_of_a_command_has_a_code(run: Run, shop: Path, argv: list[str], code: str) -> None:
    assert f"error[{code}]" in run(*argv).err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_a_summary_and_examples(run: Run, command: str) -> None:
    ended = run(command, "--help")
    assert ended.code == 0
    examples = ended.out.split("Examples:")[1].split("\n")
    assert len([line for line in examples if line.strip().startswith(f"fcompile {command}")]) >= 2
    assert "--project" in ended.out
    summary = ended.out.split("\n")[2].strip()
    assert summary.endswith(".")
    # Whole, not cut, in the list of commands too.
    assert summary in run("--help").out


def test_the_list_of_commands_is_that_of_the_contract(run: Run) -> None:
    listed = run("--help").out.split("Commands:\n")[1]
    assert [line.split()[0] for line in listed.splitlines()] == COMMANDS


def test_the_new_project_checks_builds_tests_and_runs(run: Run, shop: Path) -> None:
    whole = "OK: 1 entity, 2 sources, 3 feature views, 2 feature services, 1 label, 2 tests"
    assert whole in run("check").err
    assert run("check", "--connect").code == 0
    assert run("build", "--check").code == 3
    assert run("build").code == 0
    assert run("build", "--check").code == 0
    tested = run("test")
    assert (tested.code, tested.out) == (0, "")
    assert "OK=2 ERROR=0" in tested.err
    ran = run("run")
    assert (ran.code, ran.out) == (0, "")
    assert "OK=3 ERROR=0 SKIP=0" in ran.err
    online = run("online", "-f", "churn_v1", "-e", "customer_id=1", "--output", "json")
    assert json.loads(online.out)["country"] == ["AT"]


def test_a_state_that_cannot_be_reached_is_refused_in_words(run: Run, shop: Path) -> None:
    path = shop / "fcompile.yaml"
    path.write_text(path.read_text() + "state: {type: postgres, dsn: 'postgresql://u:se/cr@t@db/fcompile'}\n")
    ended = run("run")
    assert ended.code == 1
    assert "error[FC506]: cannot use the state: its dsn cannot be read" in ended.err
    assert "cr@t" not in ended.err


def test_a_failing_test_exits_1_and_shows_the_difference(run: Run, shop: Path) -> None:
    path = shop / "featuredefs" / "customers.yaml"
    path.write_text(path.read_text().replace("- {last_amount: 5.0}", "- {last_amount: 6.0}"))
    ended = run("test")
    assert ended.code == 1
    assert "ERROR=1" in ended.err
    assert "6.0" in ended.err


def test_historical_prints_csv_in_the_order_of_the_spine(run: Run, shop: Path) -> None:
    ended = run(*HISTORICAL)
    lines = ended.out.splitlines()
    assert lines[0] == "customer_id,event_timestamp,churned,country,is_adult,last_amount,is_large"
    assert lines[1] == "1,2026-01-05T11:30:00Z,false,DE,true,25.5,false"
    assert len(lines) == 8
    assert "last_order: 4 of 7 rows matched (57.1%)" in ended.err


def test_historical_of_an_empty_spine_prints_the_columns(run: Run, shop: Path) -> None:
    (shop / "empty.csv").write_text("customer_id,event_timestamp\n")
    ended = run("historical", "-f", "churn_v1", "--spine", "empty.csv")
    assert ended.out == "customer_id,event_timestamp,country,is_adult,last_amount,is_large\n"
    assert "0 of 0 rows" in ended.err


def test_historical_writes_a_file_and_says_so(run: Run, shop: Path) -> None:
    ended = run(*HISTORICAL, "-o", "train.parquet")
    assert (ended.code, ended.out) == (0, "")
    assert "Wrote 7 rows to train.parquet" in ended.err
    assert (shop / "train.parquet").exists()


def test_historical_sql_is_all_that_stdout_holds(run: Run, shop: Path) -> None:
    ended = run(*HISTORICAL, "--sql")
    assert ended.out.lstrip().startswith(("WITH", "--", "SELECT"))
    assert ended.err == ""


def test_features_may_be_repeated_or_listed(run: Run, shop: Path) -> None:
    listed = run(
        "historical", "-f", "customer_profile:country,last_order:last_amount", "--spine", "spine.csv"
    )
    repeated = run(
        "historical", "-f", "customer_profile:country", "-f", "last_order:last_amount", "--spine", "spine.csv"
    )
    assert listed.code == 0
    assert listed.out == repeated.out


def test_json_on_stdout_is_nothing_but_json(run: Run, shop: Path) -> None:
    assert run("run").code == 0
    assert len(json.loads(run("ls", "--output", "json", "-v").out)) == 11
    assert json.loads(run("schema").out)["title"] == "fcompile"
    why = run("why", "last_order", "1", "--at", "2026-01-15T11:00:00Z", "--output", "json")
    assert json.loads(why.out)["answer"]["last_amount"] == 180.0
    online = run(
        "online", "-f", "last_order", "-e", "customer_id=1", "-e", "customer_id=9", "--output", "json"
    )
    assert json.loads(online.out)["statuses"]["last_amount"][1] == "NOT_FOUND"


def test_the_json_log_is_an_object_a_line(run: Run, shop: Path) -> None:
    ended = run("--log-format", "json", "run")
    events = [json.loads(line) for line in ended.err.splitlines()]
    assert [event["event"] for event in events if event["event"] != "advanced"] == [
        "started",
        "finished",
        "finished",
        "finished",
        "done",
    ]
    assert all({"ts", "level", "event"} <= set(event) for event in events)
    wrong = json.loads(run("run", "--log-format", "json", "-s", "nobody").err)
    assert (wrong["level"], wrong["code"]) == ("error", "FC280")


def test_all_problems_of_all_files_come_in_one_run(run: Run, shop: Path) -> None:
    path = shop / "featuredefs" / "customers.yaml"
    path.write_text(
        path.read_text().replace("dtype: string}", "dtyp: string}").replace("ttl: 30d", "tll: 30d")
    )
    (shop / "featuredefs" / "more.yaml").write_text("entitis: []\n")
    ended = run("check")
    assert ended.code == 1
    for said in ("`dtyp`", "`tll`", "`entitis`", "customers.yaml:", "more.yaml:1:1", "^^^^"):
        assert said in ended.err


def test_global_options_stand_before_or_after_the_command(run: Run, shop: Path, tmp_path: Path) -> None:
    names = run("ls", "--output", "names").out
    assert run("-p", str(shop), "ls", "--output", "names").out == names
    assert run("ls", "-p", str(shop), "--output", "names").out == names
    assert run("-p", "nowhere", "ls", "-p", str(shop), "--output", "names").out == names


def test_a_project_is_found_from_another_folder(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("-p", "shop", "run").code == 0
    assert (shop / ".fcompile" / "online.db").exists()
    assert run("-p", "shop", "historical", "-f", "churn_v1", "--spine", "shop/spine.csv").code == 0
    monkeypatch.chdir(shop / "featuredefs")
    assert run("check").code == 0


def test_options_have_variables_and_the_command_line_wins(
    run: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FCOMPILE_PROJECT", str(shop))
    monkeypatch.setenv("FCOMPILE_OUTPUT", "names")
    assert "last_order" in run("ls").out.splitlines()
    assert run("-p", "nowhere", "ls").code == 2
    assert run("ls", "-p", "nowhere").code == 2
    monkeypatch.setenv("FCOMPILE_SELECT", "kind:entity kind:source")
    assert run("ls").out.splitlines() == ["customer", "orders", "profiles"]


def test_a_format_in_the_environment_is_no_place_to_write_to(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FCOMPILE_OUTPUT", "json")
    assert run(*HISTORICAL).out.startswith("customer_id,")


def test_quiet_says_nothing_but_errors(run: Run, shop: Path) -> None:
    assert run("run", "-q").err == ""
    assert "FC280" in run("run", "-q", "-s", "nobody").err


def test_verbose_says_which_project_and_target(run: Run, shop: Path) -> None:
    assert (
        f"Project `shop` in {shop}, target `dev`: duckdb and sqlite, 2 definition files."
        in run("check", "-v").err
    )
    assert "Project" not in run("check").err


def test_a_traceback_in_the_json_log_is_a_line_of_json_too(run: Run, shop: Path) -> None:
    events = [
        json.loads(line) for line in run("show", "nobody", "-vv", "--log-format", "json").err.splitlines()
    ]
    assert [event["event"] for event in events] == ["project", "diagnostic", "traceback"]
    assert events[-1]["message"].startswith("Traceback")


def test_a_selection_by_state_that_leaves_nothing_says_why(run: Run, shop: Path) -> None:
    assert run("build").code == 0
    ended = run("run", "-s", "state:modified")
    assert (ended.code, ended.out) == (2, "")
    assert "where nothing has changed there is nothing to select" in ended.err


def test_a_bug_exits_70_without_a_traceback(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("never meant to happen")

    monkeypatch.setattr("fcompile.runtime.console.inspect.listing", broken)
    ended = run("ls")
    assert ended.code == 70
    assert "bug in fcompile" in ended.err
    assert "Traceback" not in ended.err
    assert "Traceback" in run("ls", "-vv").err


def test_an_interruption_exits_130_quietly(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fcompile.runtime.console.inspect.listing", interrupted)
    ended = run("ls")
    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "")


def test_show_prints_the_definition_and_what_build_writes(run: Run, shop: Path) -> None:
    run("build")
    shown = run("show", "last_order").out
    assert shown.startswith("feature_view last_order  (featuredefs/customers.yaml:")
    for name in ("historical.sql", "materialize.sql"):
        assert (shop / "sql/duckdb/feature_views/last_order" / name).read_text() in shown


def test_why_marks_the_chosen_row(run: Run, shop: Path) -> None:
    ended = run("why", "last_order", "customer_id=1", "--at", "2026-01-15T11:00:00Z")
    chosen = [line for line in ended.out.splitlines() if line.startswith(">")]
    assert len(chosen) == 1
    assert "180.0" in chosen[0]


def test_teardown_takes_back_what_run_made(run: Run, shop: Path) -> None:
    run("run")
    assert run("teardown", "--yes").code == 0
    online = run("online", "-f", "last_order", "-e", "customer_id=1", "--output", "json")
    assert json.loads(online.out)["statuses"]["last_amount"] == ["NOT_FOUND"]


def test_run_never_runs_what_is_excluded(run: Run, shop: Path) -> None:
    """Without a view left, those next to the other objects are taken: not the excluded ones."""
    ended = run("run", "--exclude", "kind:feature_view", "--warehouse-only")
    assert ended.code == 2
    assert "leaves no feature view" in ended.err


def test_problems_of_values_and_names_say_of_what_they_are(run: Run, shop: Path) -> None:
    asked = ("historical", "-f", "churn_v1", "--spine")
    times = "TIMESTAMP '2026-01-01' AS event_timestamp"
    bad = run(*asked, f"SELECT CAST(x AS BIGINT) AS customer_id, {times} FROM (VALUES ('x')) AS t(x)")
    assert bad.code == 1
    assert "error[FC454]: in the spine or a source: " in bad.err
    for more in ((), ("--dry-run",)):
        missing = run(*asked, "nowhere", *more)
        assert missing.code == 1
        assert "error[FC410]" in missing.err and "a table's name may need its schema" in missing.err
    text = (shop / "data" / "orders.csv").read_text().splitlines()
    (shop / "data" / "orders.csv").write_text(
        "\n".join([text[0], *text[1:], "x,y,z,u,v"[: 2 * len(text[0].split(",")) - 1]])
    )
    failed = run("run")
    assert failed.code == 1
    assert "view `last_order`: " in failed.err
