"""`fcompile debug` tries a target and says how each step ended; `fcompile dialects` shows the matrix."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

STEPS = "connection clock microseconds reading writing loading sources online store state"


def verdicts(out: str) -> dict[str, str]:
    return {each["step"]: each["verdict"] for each in json.loads(out)}


def test_a_target_that_works_is_ok_in_every_step(run: Run, shop: Path) -> None:
    ended = run("debug")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert all(line.startswith("OK") for line in lines)
    assert " ".join(line[6:18].strip() for line in lines) == STEPS
    assert "Target `dev` works." in ended.err


def test_a_warehouse_that_cannot_be_opened_skips_what_needs_it_and_tries_the_rest(
    run: Run, shop: Path
) -> None:
    (shop / "broken.duckdb").write_text("this is no database")
    target = "{dev: {warehouse: {type: duckdb, path: broken.duckdb}}}"
    (shop / "fcompile.yaml").write_text(f"project: shop\ntargets: {target}\n")
    ended = run("debug", "--output", "json")
    assert ended.code == 1
    found = verdicts(ended.out)
    assert found["connection"] == "FAIL"
    assert found["writing"] == "SKIP"
    assert (found["online store"], found["state"]) == ("OK", "OK")
    assert "error[FC451]" in ended.err


def test_a_source_that_is_not_there_fails_in_its_step_alone(run: Run, shop: Path) -> None:
    next(iter((shop / "data").glob("*"))).unlink()
    ended = run("debug", "--output", "json")
    assert ended.code == 1
    assert [step for step, verdict in verdicts(ended.out).items() if verdict != "OK"] == ["sources"]
    assert "error[FC401]" in ended.err


def test_the_matrix_has_every_dialect_and_one_dialect_its_answers(run: Run) -> None:
    matrix = json.loads(run("dialects", "--output", "json").out)
    assert set(matrix["Operators"]["x + y"]) == set(matrix["Types"]["int64"])
    assert "x + y" in run("dialects").out
    one = json.loads(run("dialects", "clickhouse", "--output", "json").out)
    assert one["answers"]["as_of_join"]["page"].startswith("https://clickhouse.com/")
    assert run("dialects", "clickhuse").code == 2
