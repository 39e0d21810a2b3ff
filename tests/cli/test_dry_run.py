"""`--dry-run` says what would be executed, with the engine's estimate, and changes nothing."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_a_dry_run_shows_every_statement_with_an_estimate_and_runs_none(run: Run, shop: Path) -> None:
    ended = run("run", "--dry-run")
    assert ended.code == 0
    assert "Nothing was run." in ended.err
    assert "all entities as of" in ended.out
    assert "CREATE OR REPLACE TABLE" in ended.out
    assert "-- The engine expects:" in ended.out
    assert "what changed is loaded online" in ended.out
    read = run("online", "-f", "churn_v1", "-e", "customer_id=1", "--output", "json")
    assert "PRESENT" not in read.out


def test_what_a_dry_run_prints_is_what_the_run_then_does(run: Run, shop: Path) -> None:
    end = ("--end", "2026-01-31")
    first = run("run", "--dry-run", *end).out
    assert run("run", *end).code == 0
    second = run("run", "--dry-run", *end).out
    assert first.count("CREATE SCHEMA") == second.count("CREATE SCHEMA")
    assert run("run", "--dry-run", "--end", "2020-01-01").code == 4
    assert run("run", "--dry-run", "--end", "2999-01-01").code == 2


def test_a_training_set_is_planned_without_being_written(run: Run, shop: Path) -> None:
    ended = run("historical", "-f", "churn_v1", "--spine", "spine.csv", "-o", "out.parquet", "--dry-run")
    assert ended.code == 0
    assert "-- The engine expects:" in ended.out
    assert "SELECT" in ended.out
    assert not (shop / "out.parquet").exists()
