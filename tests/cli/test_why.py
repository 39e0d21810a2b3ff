"""The command `why` on windows and labels: what it takes, and what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PROJECT = """\
project: demo
default_target: dev
targets:
  dev: {warehouse: {type: duckdb, path: w.duckdb}, online: {type: sqlite, path: o.db}}
"""
DEFINITIONS = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources:
  - {name: buys, path: buys.csv, timestamp_field: at, columns: {amount: float64, shop: string}}
feature_views:
  - name: spend
    entities: [user]
    source: buys
    aggregations:
      - {name: total, function: sum, column: amount, windows: [1h, 7d]}
  - name: latest
    entities: [user]
    source: buys
    features: [{name: amount, dtype: float64}, {name: shop, dtype: string}]
labels:
  - {name: next_day, entities: [user], source: buys, function: count, horizon: 1d, maturity: 1d}
"""
ROWS = """\
user_id,at,amount,shop
1,2026-01-01T09:00:00Z,1.5,a
1,2026-01-01T09:30:00Z,2.5,b
1,2026-01-02T09:00:00Z,9.0,c
2,2026-01-01T09:00:00Z,7.0,a
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "featuredefs").mkdir()
    (tmp_path / "fcompile.yaml").write_text(PROJECT)
    (tmp_path / "featuredefs/all.yaml").write_text(DEFINITIONS)
    (tmp_path / "buys.csv").write_text(ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_window_is_explained_row_by_row(run: Run, folder: Path) -> None:
    ended = run("why", "spend:total_1h", "1", "--at", "2026-01-01T10:00:00Z")
    assert (ended.code, ended.out) == (
        0,
        """\
spend:total_1h for user_id=1 at 2026-01-01T10:00:00Z
sum(amount) over (2026-01-01T09:00:00Z, 2026-01-01T10:00:00Z]

   event time            known time            amount  verdict
   2026-01-02T09:00:00Z  2026-01-02T09:00:00Z  9.0     out: happens after 2026-01-01T10:00:00Z
>  2026-01-01T09:30:00Z  2026-01-01T09:30:00Z  2.5     in
   2026-01-01T09:00:00Z  2026-01-01T09:00:00Z  1.5     out: before the window: left it at 2026-01-01T10:00:00Z

total_1h = 2.5 (1 row is inside)
""",
    )


def test_a_view_of_windows_is_explained_in_short(run: Run, folder: Path) -> None:
    ended = run("why", "spend", "1", "--at", "2026-01-01T10:00:00Z")
    assert (ended.code, ended.out) == (
        0,
        """\
spend for user_id=1 at 2026-01-01T10:00:00Z

event time            known time            amount  1h  7d  why
2026-01-02T09:00:00Z  2026-01-02T09:00:00Z  9.0     -   -   happens after 2026-01-01T10:00:00Z
2026-01-01T09:30:00Z  2026-01-01T09:30:00Z  2.5     in  in
2026-01-01T09:00:00Z  2026-01-01T09:00:00Z  1.5     -   in

feature   value  rows inside  aggregation  window
total_1h  2.5    1            sum(amount)  (2026-01-01T09:00:00Z, 2026-01-01T10:00:00Z]
total_7d  4.0    2            sum(amount)  (2025-12-25T10:00:00Z, 2026-01-01T10:00:00Z]
""",
    )


def test_the_json_of_a_window_parses(run: Run, folder: Path) -> None:
    ended = run("why", "spend:total_7d", "user_id=1", "--at", "2026-01-01T10:00:00Z", "--output", "json")
    told = json.loads(ended.out)
    assert told["answer"] == {"total_7d": 4.0}
    assert [row["windows"]["total_7d"]["in"] for row in told["rows"]] == [False, True, True]


@pytest.mark.parametrize("name", ["next_day", "label.next_day"])
def test_a_label_is_explained_as_of_a_time(run: Run, folder: Path, name: str) -> None:
    ended = run("why", name, "1", "--at", "2026-01-01T09:00:00Z", "--as-of", "2026-01-03T09:00:00Z")
    assert (ended.code, ended.out.splitlines()[:3]) == (
        0,
        [
            "next_day for user_id=1 at 2026-01-01T09:00:00Z",
            "count of rows over (2026-01-01T09:00:00Z, 2026-01-02T09:00:00Z]",
            "the horizon ends at 2026-01-02T09:00:00Z; it is mature from 2026-01-03T09:00:00Z on, "
            "and as of 2026-01-03T09:00:00Z it is mature",
        ],
    )
    assert ended.out.endswith("next_day = 2 (2 rows are inside)\n")
    early = run("why", name, "1", "--at", "2026-01-01T09:00:00Z", "--as-of", "2026-01-03T08:59:59Z")
    assert early.out.endswith("next_day = NULL (not mature; so far 2 rows are inside)\n")


def test_one_feature_of_a_latest_view_is_explained_alone(run: Run, folder: Path) -> None:
    ended = run("why", "latest:shop", "1", "--at", "2026-01-01T10:00:00Z", "--output", "json")
    told = json.loads(ended.out)
    assert told["answer"] == {"shop": "b"}
    assert [row["values"] for row in told["rows"]] == [{"shop": "c"}, {"shop": "b"}, {"shop": "a"}]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("spend:totl_1h", "1"), "did you mean `total_1h`?"),
        (("spnd", "1"), "there is no feature view or label `spnd`"),
        (("next_dai", "1"), "next_day"),
        (("spend", "x"), "FC430"),
        (("spend", "1", "--as-of", "2026-01-01"), "--as-of is for labels"),
        (("next_day", "1", "--as-of", "soon"), "`soon` is not a time"),
    ],
)
def test_what_cannot_be_explained_is_refused(
    run: Run, folder: Path, argv: tuple[str, ...], said: str
) -> None:
    ended = run("why", *argv, "--at", "2026-01-01T10:00:00Z")
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_what_steers_a_terminal_stays_in_its_cell(run: Run, folder: Path) -> None:
    with (folder / "buys.csv").open("a") as rows:
        rows.write('3,2026-01-01T09:00:00Z,1.0,"x\n\x1b[31my"\n')
    ended = run("why", "latest", "3", "--at", "2026-01-01T10:00:00Z")
    assert (ended.code, "\x1b" in ended.out) == (0, False)
    assert "x\ufffd\ufffd[31my" in ended.out
