"""``fcompile check --dynamic``: what is printed, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile.cli import app
from fcompile.runtime.console.entry import run_command
from tests.proof.shop_of_leaks import Leaks

PLAIN = "SELECT user_id, ts, amount AS x FROM raw.events"
LOADED_LATE = "  - {name: events, table: raw.events, timestamp_field: ts, available_at: loaded_at}\n"
"""Only the data shows it: another source says that the rows of the query come later."""
HONEST = "SELECT user_id, ts, lag(amount) OVER (PARTITION BY user_id ORDER BY ts) AS x FROM raw.events"


@pytest.fixture
def leaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leaks:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return Leaks(tmp_path)


def test_a_leak_is_an_error_at_the_feature_with_the_entity_the_time_and_both_values(
    leaks: Leaks, capsys: pytest.CaptureFixture[str]
) -> None:
    leaks.query(PLAIN, more=LOADED_LATE)
    assert run_command(app, ["check", "--dynamic", "--sample", "9"]) == 1
    said = capsys.readouterr()
    assert "error[FC256]: `v:x` sees the future: " in said.err
    assert "--> featuredefs/all.yaml:" in said.err
    assert "of user_id=" in said.err
    assert " it is " in said.err
    assert "without them" in said.err
    assert "error[FC254]" in said.err, "what the proof finds is told beside it"
    assert said.out.splitlines()[0].split() == ["feature", "rows", "with", "a", "value", "changed"]


def test_honest_features_are_listed_and_the_check_is_ok(
    leaks: Leaks, capsys: pytest.CaptureFixture[str]
) -> None:
    leaks.query(HONEST)
    assert run_command(app, ["check", "--dynamic", "--sample", "3"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].split()[0::3] == ["v:x", "0"]
    assert "OK: " in said.err


def test_only_what_is_selected_is_tried(leaks: Leaks, capsys: pytest.CaptureFixture[str]) -> None:
    leaks.query(HONEST, more="  - {name: events, table: raw.events, timestamp_field: ts}\n")
    text = (leaks.root / "featuredefs" / "all.yaml").read_text()
    honest = (
        "  - {name: honest, entities: [user], source: events, features: [{name: amount, dtype: float64}]}\n"
    )
    (leaks.root / "featuredefs" / "all.yaml").write_text(text + honest)
    assert run_command(app, ["check", "--dynamic", "--sample", "3", "-s", "honest"]) == 0
    assert "v:x" not in capsys.readouterr().out


def test_other_warehouses_are_refused_with_what_to_do(
    leaks: Leaks, capsys: pytest.CaptureFixture[str]
) -> None:
    leaks.query(PLAIN)
    assert run_command(app, ["check", "--dynamic", "-t", "prod"]) == 2
    said = capsys.readouterr().err
    assert "error[FC910]" in said
    assert "target `prod` is postgres" in said


def test_a_sample_of_nothing_is_refused(leaks: Leaks, capsys: pytest.CaptureFixture[str]) -> None:
    leaks.query(HONEST)
    assert run_command(app, ["check", "--dynamic", "--sample", "0"]) == 2
    assert "error[FC285]" in capsys.readouterr().err
