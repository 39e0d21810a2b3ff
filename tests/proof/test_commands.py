"""What the commands say of the proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fcompile.cli import app
from fcompile.runtime.console.entry import run_command
from tests.proof.project import definitions
from tests.proof.warehouse import Times

PLAIN = "select user_id, made_at, loaded_at, amount as x, amount as y from raw.events"
LEAKY = PLAIN.replace("amount as y", "lead(amount) over (order by loaded_at) as y")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "featuredefs").mkdir()
    (tmp_path / "fcompile.yaml").write_text(
        "project: shop\ndefault_target: dev\ntargets:\n  dev: {warehouse: {type: duckdb}, online: {type: sqlite}}\n"
    )
    return tmp_path


def write(project: Path, sql: str) -> None:
    (project / "featuredefs" / "all.yaml").write_text(definitions(sql, Times(), ("x", "y")))


def test_check_says_how_many_are_proved(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, PLAIN)
    assert run_command(app, ["check"]) == 0
    said = capsys.readouterr()
    assert "Proof: 2 PROVED\n" in said.err
    assert said.out == ""


def test_check_with_v_tells_each_verdict_and_each_assumption(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    joined = PLAIN.replace("raw.events", "raw.events e join raw.countries c using (user_id)")
    for name in ("made_at", "loaded_at", "amount"):
        joined = joined.replace(name, f"e.{name}")
    write(project, joined)
    assert run_command(app, ["check", "-v"]) == 0
    said = capsys.readouterr()
    assert "Proof: 2 ASSUMES\n" in said.err
    assert said.out.splitlines()[0] == (
        "v:x  ASSUMES  `raw.countries` never changes: no known time of it is declared"
    )


def test_check_of_a_leak_fails_at_its_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, LEAKY)
    assert run_command(app, ["check"]) == 1
    said = capsys.readouterr().err
    assert (
        "error[FC250]: `lead(amount) over (order by loaded_at)` reads rows to come: v:y -> source q" in said
    )
    assert "--> featuredefs/all.yaml:" in said
    assert "^^^^^^^^^^" in said
    assert "OK" not in said


def test_build_of_a_leak_fails_and_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, LEAKY)
    assert run_command(app, ["build"]) == 1
    assert "error[FC250]" in capsys.readouterr().err
    assert not (project / "sql").exists()


def test_show_tells_the_verdict_of_each_feature(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, LEAKY)
    assert run_command(app, ["show", "v"]) == 0
    said = capsys.readouterr().out
    assert "  proof of x: PROVED\n" in said
    assert (
        "  proof of y: LEAK: v:y -> source q -> column `y` -> lead(amount) over (order by loaded_at)\n"
        in said
    )


def test_the_summary_is_a_record_of_the_json_log(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, PLAIN)
    assert run_command(app, ["check", "--log-format", "json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (proved,) = [each for each in records if each["event"] == "proved"]
    assert (proved["proved"], proved["assumes"], proved["leak"]) == (2, 0, 0)


def test_check_with_v_tells_the_verdicts_of_the_others_beside_a_leak(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, LEAKY)
    assert run_command(app, ["check", "-v"]) == 1
    said = capsys.readouterr()
    assert "Proof: 1 PROVED, 1 LEAK\n" in said.err
    assert "error[FC250]" in said.err and "OK" not in said.err
    assert [line.split() for line in said.out.splitlines()] == [["v:x", "PROVED"], ["v:y", "LEAK"]]
