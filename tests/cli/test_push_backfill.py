"""`fcompile push` and `fcompile backfill`: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.online.shop import Shop, row

HEAD = "user_id,at,known,made,amount,note,many\n"
ROWS = HEAD + "1,2026-01-01T01:00:00Z,2026-01-01T01:00:00Z,,1.5,a,\n2,2026-01-01,2026-01-01,,2.5,,7\n"


@pytest.fixture
def purchases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop.made(tmp_path / "purchases")
    monkeypatch.chdir(shop.root)
    (shop.root / "rows.csv").write_text(ROWS)
    return shop


def test_a_push_says_how_many_rows_and_entities_there_were_and_what_was_not_newer(
    run: Run, purchases: Shop
) -> None:
    first, again = (run("push", "spend", "--file", "rows.csv") for _ in range(2))
    assert (first.code, first.out) == (0, "")
    assert first.err == "Pushed 2 rows to `spend`: of 2 entities, 2 written, 0 not newer than what stands.\n"
    assert "0 written, 2 not newer" in again.err
    assert purchases.read("spend:amount")["amount"] == [1.5, 2.5, None]


def test_a_push_to_the_warehouse_and_to_both(run: Run, purchases: Shop) -> None:
    assert (
        "Appended 2 rows to the source of `spend`"
        in run("push", "spend", "--file", "rows.csv", "--to", "offline").err
    )
    both = run("push", "windows", "--file", "rows.csv", "--to", "both")
    assert both.code == 0 and "2 rows loaded" in both.err
    assert purchases.read("windows:total_lifetime")["total_lifetime"] == [3.0, 5.0, None]


def test_a_push_as_json_has_its_counts(run: Run, purchases: Shop) -> None:
    ended = run("push", "spend", "--file", "rows.csv", "--log-format", "json")
    (said,) = [json.loads(line) for line in ended.err.splitlines()]
    assert (said["event"], said["rows"], said["entities"], said["written"]) == ("pushed", 2, 2, 2)


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["spent", "--file", "rows.csv"], 2, "did you mean `spend`?"),
        (["spend", "--file", "rows.txt"], 1, "error[FC535]: `rows.txt` has no known format"),
        (["spend", "--file", "none.csv"], 1, "error[FC535]: the file none.csv is not there"),
        (["spend", "--file", "rows.csv", "--to", "both_"], 2, "--to: `both_` is not known"),
        (["windows", "--file", "rows.csv"], 2, "error[FC539]"),
        (["of_files", "--file", "rows.csv", "--to", "both"], 2, "error[FC538]"),
        (["spend"], 2, "--file"),
    ],
)
def test_what_cannot_be_pushed_is_said(
    run: Run, purchases: Shop, argv: list[str], code: int, words: str
) -> None:
    ended = run("push", *argv)
    assert ended.code == code and words in ended.err


def test_a_backfill_prints_a_line_a_chunk(run: Run, purchases: Shop) -> None:
    purchases.append([row(1, 1, 1.0), row(2, 30, 2.0)])
    argv = ("backfill", "--start", "2026-01-01", "--end", "2026-01-03", "-s", "spend")
    first = run(*argv)
    lines = first.out.splitlines()
    assert first.code == 0 and lines[0].split() == ["view", "start", "end", "what", "rows", "seconds"]
    assert [line.split()[:5] for line in lines[2:]] == [
        ["spend", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "filled", "1"],
        ["spend", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "filled", "1"],
    ]
    assert "2/2 OK    backfill spend 2026-01-02T00:00:00Z to 2026-01-03T00:00:00Z" in first.err
    again = run(*argv, "--output", "json")
    assert [chunk["status"] for chunk in json.loads(again.out)] == ["DONE", "DONE"]
    assert "Done. OK=0 DONE=2 ERROR=0 SKIP=0" in again.err


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["--chunk", "a day"], 2, "--chunk: `a day` is not a duration"),
        (["--chunk", "0s"], 2, "longer than nothing"),
        (["--end", "2999-01-01"], 2, "error[FC503]"),
        (["--end", "2025-01-01"], 2, "error[FC505]"),
        (["-s", "of_files"], 1, "error[FC401]"),
    ],
)
def test_a_backfill_that_cannot_be_done_is_refused(
    run: Run, purchases: Shop, more: list[str], code: int, words: str
) -> None:
    ended = run("backfill", "--start", "2026-01-01", "--end", "2026-01-02", "-s", "spend", *more)
    assert ended.code == code and words in ended.err
