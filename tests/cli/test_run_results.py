"""``.fcompile/run_results.json``: what the last command did to each object, however it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fcompile.runtime.console.recorded import plain_arguments
from tests.cli.conftest import Run


def read(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / ".fcompile" / "run_results.json").read_text())
    return found


def results(root: Path) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in read(root)["results"]}


def statuses(root: Path) -> dict[str, str]:
    return {node_id: each["status"] for node_id, each in results(root).items()}


def test_a_run_leaves_a_result_for_each_view(run: Run, shop: Path) -> None:
    assert run("run", "--end", "2026-02-01", "-s", "customer_profile last_order").code == 0
    content = read(shop)
    assert (content["command"], content["exit_code"], content["target"]) == ("run", 0, "dev")
    assert content["args"] == {"end": "2026-02-01", "select": ["customer_profile last_order"]}
    assert content["elapsed"] >= 0 and content["started_at"].endswith("+00:00") and content["fcompile"]
    result = results(shop)["feature_view.last_order"]
    assert result["status"] == "success" and result["rows"] > 0 and result["seconds"] >= 0
    assert result["as_of"] == "2026-02-01T00:00:00+00:00" and (result["message"], result["codes"]) == ("", [])
    assert result["sql"] == ["sql/duckdb/feature_views/last_order/materialize.sql"]
    assert run("build").code == 0
    assert (shop / result["sql"][0]).exists()


def test_a_view_that_fails_has_its_codes_and_the_others_their_rows(run: Run, shop: Path) -> None:
    (shop / "data" / "profiles.csv").unlink()
    assert run("run").code == 1
    found = results(shop)
    assert found["feature_view.customer_profile"]["status"] == "error"
    assert (
        found["feature_view.customer_profile"]["codes"] and found["feature_view.customer_profile"]["message"]
    )
    assert found["feature_view.last_order"]["status"] == "success"
    assert read(shop)["exit_code"] == 1


def test_result_selectors_take_up_what_failed(run: Run, shop: Path) -> None:
    assert "error[FC282]" in run("ls", "-s", "result:error").err
    file = shop / "data" / "profiles.csv"
    text = file.read_text()
    file.unlink()
    run("run")
    assert run("ls", "-s", "result:error", "--output", "names").out == "customer_profile\n"
    assert "nothing of the last command ended so" in run("ls", "-s", "result:fail").err
    file.write_text(text)
    assert run("run", "-s", "result:error").code == 0
    assert statuses(shop) == {"feature_view.customer_profile": "success"}


def test_what_is_refused_before_it_begins_is_skipped_and_says_why(run: Run, shop: Path) -> None:
    assert run("run", "--end", "2199-01-01").code == 2
    assert set(statuses(shop).values()) == {"skipped"}
    assert all("future" in each["message"] and each["codes"] for each in results(shop).values())
    assert read(shop)["exit_code"] == 2


def test_no_secret_is_kept(run: Run, shop: Path) -> None:
    path = shop / "fcompile.yaml"
    path.write_text(
        path.read_text() + "state: {type: postgres, dsn: 'postgresql://u:s3cr3t@127.0.0.1:1/x'}\n"
    )
    assert run("run").code == 75
    text = (shop / ".fcompile" / "run_results.json").read_text()
    assert "s3cr3t" not in text and set(statuses(shop).values()) == {"skipped"}


def test_tests_succeed_or_fail(run: Run, shop: Path) -> None:
    path = shop / "featuredefs" / "customers.yaml"
    path.write_text(path.read_text().replace("- {last_amount: 5.0}", "- {last_amount: 6.0}"))
    assert run("test").code == 1
    name = "test.an_order_counts_once_it_is_loaded"
    assert statuses(shop)[name] == "fail" and results(shop)[name]["codes"] == ["FC440"]
    assert [status for node_id, status in statuses(shop).items() if node_id != name] == ["success"]


def test_a_build_lists_its_files_and_a_stale_one_fails_its_check(run: Run, shop: Path) -> None:
    assert run("build").code == 0
    files = [shop / path for each in results(shop).values() for path in each["sql"]]
    assert files and all(file.exists() for file in files)
    assert set(statuses(shop).values()) == {"success"}
    (shop / results(shop)["feature_view.last_order"]["sql"][0]).write_text("-- Written by fcompile.\n")
    ended = run("build", "--check")
    assert ended.code == 3 and "run `fcompile build` and commit them" in ended.err
    assert [name for name, status in statuses(shop).items() if status == "fail"] == [
        "feature_view.last_order"
    ]
    assert read(shop)["exit_code"] == 3
    assert "run `fcompile build -d all` and commit them" in run("build", "-d", "all", "--check").err


def test_a_backfill_is_a_result_a_view(run: Run, shop: Path) -> None:
    assert run("run", "--end", "2026-02-01", "-s", "last_order").code == 0
    argv = ("--start", "2026-01-01", "--end", "2026-01-03", "-s", "last_order")
    assert run("backfill", *argv).code == 0
    assert statuses(shop) == {"feature_view.last_order": "success"}
    assert results(shop)["feature_view.last_order"]["as_of"] == "2026-01-03T00:00:00+00:00"


def test_a_dry_run_leaves_nothing(run: Run, shop: Path) -> None:
    assert run("run", "--dry-run").code == 0
    assert not (shop / ".fcompile" / "run_results.json").exists()


def test_a_folder_that_cannot_be_written_does_not_fail_the_command(run: Run, shop: Path) -> None:
    (shop / ".fcompile").mkdir(exist_ok=True)
    (shop / ".fcompile" / "run_results.json").mkdir()
    assert run("build").code == 0


def test_an_interrupted_run_says_what_was_done(shop: Path) -> None:
    (shop / "data" / "profiles.csv").unlink()
    os.mkfifo(shop / "data" / "profiles.csv")  # reading it never ends
    argv = [sys.executable, "-m", "fcompile", "run", "--log-format", "json"]
    process = subprocess.Popen(argv, cwd=shop, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert any('"started"' in line for line in process.stderr)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    assert read(shop)["exit_code"] == 130
    assert statuses(shop)["feature_view.customer_profile"] == "skipped"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"select": ["a b"], "exclude": None, "dry_run": False}, {"select": ["a b"]}),
        ({"end": "2026-01-01", "state": Path("x/y")}, {"end": "2026-01-01", "state": "x/y"}),
        ({"chunk": "1d", "dialect": ["all"], "n": 3}, {"chunk": "1d", "dialect": ["all"], "n": 3}),
    ],
)
def test_arguments_are_what_was_given(given: dict[str, object], said: dict[str, object]) -> None:
    assert plain_arguments(given) == said
