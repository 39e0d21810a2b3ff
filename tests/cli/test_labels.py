"""The command `historical` with windows and labels, and what else shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

DEFINITIONS = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources:
  - name: purchases
    path: data/purchases.csv
    timestamp_field: at
    available_at: loaded_at
    columns: {purchase_id: int64, amount: float64}
feature_views:
  - name: user_spend
    entities: [user]
    source: purchases
    ttl: 1h
    aggregations:
      - {name: spend, function: sum, column: amount, windows: [1h, lifetime], default: -1.0}
      - {name: buys, function: count, windows: [1h]}
      - {name: items, function: last_n(2), column: purchase_id, windows: [7d]}
labels:
  - {name: churn_30d, entities: [user], source: purchases, function: count, horizon: 30d, maturity: 2d}
  - {name: next_spend, entities: [user], source: purchases, function: sum, column: amount, horizon: 7d}
"""
PURCHASES = """\
user_id,purchase_id,amount,at,loaded_at
1,10,5.5,2026-01-01T00:00:00Z,2026-01-01T00:30:00Z
1,11,2.5,2026-01-05T00:00:00Z,2026-01-05T00:30:00Z
2,12,7,2026-02-01T00:00:00Z,2026-02-01T00:30:00Z
"""
SPINE = "user_id,event_timestamp\n1,2026-01-01T00:40:00Z\n2,2026-01-01T00:40:00Z\n9,2026-01-30\n"
ASK = ("historical", "--spine", "spine.csv")


@pytest.fixture
def spend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with windows and labels; the tests stand in it."""
    for name, text in {
        "fcompile.yaml": "project: fraud\n",
        "featuredefs/a.yaml": DEFINITIONS,
        "data/purchases.csv": PURCHASES,
        "spine.csv": SPINE,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_label_columns_follow_the_features_and_stderr_says_how_many_there_are(run: Run, spend: Path) -> None:
    features = ("-f", "user_spend:buys_1h", "-f", "user_spend:spend_lifetime")
    labels = ("--label", "next_spend", "--label", "churn_30d", "--as-of", "2026-02-05")
    ended = run(*ASK, *features, *labels)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "user_id,event_timestamp,buys_1h,spend_lifetime,next_spend,churn_30d",
        "1,2026-01-01T00:40:00Z,1,5.5,2.5,1",
        "2,2026-01-01T00:40:00Z,0,-1.0,,0",
        "9,2026-01-30T00:00:00Z,0,-1.0,,",
    ]
    assert ended.err.splitlines() == [
        "  user_spend: 1 of 3 rows matched (33.3%)",
        "  next_spend: 1 of 3 rows have a value (33.3%) as of 2026-02-05T00:00:00Z; "
        "it is known 1w after a row's time",
        "  churn_30d: 2 of 3 rows have a value (66.7%) as of 2026-02-05T00:00:00Z; "
        "it is known 32d after a row's time",
    ]


def test_windows_that_hold_nothing_anywhere_are_seen_in_the_summary(run: Run, spend: Path) -> None:
    spine = "SELECT 1::BIGINT AS user_id, TIMESTAMP '2020-01-01' AS event_timestamp"
    ended = run("historical", "-f", "user_spend", "--spine", spine, "-o", "out.parquet")
    assert "  user_spend: 0 of 1 rows matched (0.0%)" in ended.err


def test_labels_alone_need_no_features_and_go_to_files_and_tables(run: Run, spend: Path) -> None:
    for target in ("o.parquet", "o.csv.gz", "train.labels"):
        ended = run(*ASK, "--label", "churn_30d,next_spend", "-o", target)
        assert ended.code == 0
        assert f"Wrote 3 rows to {target}" in ended.err
        assert "  churn_30d: 3 of 3 rows have a value (100.0%) as of 20" in ended.err


def test_sql_is_printed_with_the_parameter_s_name(run: Run, spend: Path) -> None:
    ended = run(*ASK, "--label", "churn_30d", "--sql")
    assert (ended.code, "CAST($as_of AS TIMESTAMP)" in ended.out) == (0, True)


def test_variables_stand_for_the_options(run: Run, spend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FCOMPILE_LABEL", "churn_30d next_spend")
    monkeypatch.setenv("FCOMPILE_AS_OF", "2026-01-02")
    ended = run(*ASK)
    assert ended.out.splitlines()[:2] == [
        "user_id,event_timestamp,churn_30d,next_spend",
        "1,2026-01-01T00:40:00Z,,",
    ]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["-f", "user_spend", "--as-of", "2026-01-01"], "only for labels"),
        (["--label", "churn_30d", "--as-of", "2999-01-01"], "lies in the future"),
        (["--label", "churn_30d", "--as-of", "soon"], "--as-of: `soon` is not a time"),
        (["--label", "churn_30"], "did you mean `churn_30d`?"),
        (["--label", "user_spend:buys_1h"], "ask for features with -f"),
        (["--label", "churn_30d", "--label", "churn_30d"], "asked for twice"),
        (["-f", "churn_30d"], "historical --label churn_30d"),
        ([], "no features are asked for"),
    ],
)
def test_what_cannot_be_asked_for_is_wrong_usage(run: Run, spend: Path, argv: list[str], said: str) -> None:
    ended = run(*ASK, *argv)
    assert (ended.code, ended.out) == (2, "")
    assert said in " ".join(ended.err.split())


def test_labels_are_never_read_online_and_windows_are(run: Run, spend: Path) -> None:
    refused = run("online", "-f", "churn_30d", "-e", "user_id=1")
    assert (refused.code, "FC221" in refused.err) == (2, True)
    assert run("run", "--end", "2026-01-08").code == 0
    asked = ("online", "-f", "user_spend", "-e", "user_id=1", "-e", "user_id=9", "--at", "2026-03-01")
    answer = json.loads(run(*asked, "--output", "json").out)
    statuses = answer.pop("statuses")
    assert answer == {
        "user_id": [1, 9],
        "spend_1h": [-1.0, -1.0],
        "spend_lifetime": [8.0, -1.0],
        "buys_1h": [0, 0],
        "items_7d": [[11], None],
    }
    # Long past ttl, which windows have none of.
    assert all(status[1] == "NOT_FOUND" for status in statuses.values())
    assert all(status[0] == "PRESENT" for status in statuses.values())


def test_labels_are_listed_selected_and_counted(run: Run, spend: Path) -> None:
    assert "OK: 1 entity, 1 source, 1 feature view, 0 feature services, 2 labels, 0 tests" in run("check").err
    assert run("ls", "-s", "kind:label", "--output", "names").out == "churn_30d\nnext_spend\n"
    assert run("ls", "-s", "source:purchases+", "--output", "names").out.split() == [
        "purchases",
        "user_spend",
        "churn_30d",
        "next_spend",
    ]
    churn = json.loads(run("ls", "-s", "label:churn_30d", "--output", "json").out)[0]
    assert (churn["dtype"], churn["horizon"], churn["maturity"]) == ("int64", "30d", "2d")
    assert "1 feature view" in run("check", "-s", "label:churn_30d").err
    assert run("run", "-s", "label:churn_30d").code == 2


def test_check_connect_holds_labels_and_windows_to_the_warehouse(run: Run, spend: Path) -> None:
    assert run("check", "--connect").code == 0
    (spend / "data" / "purchases.csv").write_text(
        "user_id,purchase_id,at,loaded_at\n1,1,2026-01-01,2026-01-01\n"
    )
    path = spend / "featuredefs" / "a.yaml"
    path.write_text(
        path.read_text().replace(", amount: float64", "").replace("amount, ", "amount, dtype: float64, ")
    )
    both = run("check", "--connect").err
    assert "feature `user_spend:spend_1h` reads `amount`" in both
    assert "user_spend:spend_lifetime" not in both
    assert "label `next_spend` reads `amount`" in both
    assert "user_spend" not in run("check", "--connect", "-s", "label:next_spend").err
    assert "label" not in run("check", "--connect", "-s", "user_spend").err
    assert run("check", "--connect", "-s", "label:churn_30d").code == 0
    assert "label `next_spend`" in run("check", "--connect", "-s", "source:purchases").err


def test_build_writes_a_file_for_each_label_and_removes_that_of_one_that_is_gone(
    run: Run, spend: Path
) -> None:
    assert run("build").code == 0
    path = spend / "sql" / "duckdb" / "labels" / "churn_30d" / "historical.sql"
    first = path.read_text()
    top = first.splitlines()[:5]
    assert top[0] == "-- Label churn_30d: one row out for each row of the spine, in its order."
    assert any("$as_of" in line for line in top)
    objects = json.loads((spend / "sql" / "manifest.json").read_text())["objects"]
    assert objects["label.churn_30d"]["sql"] == ["duckdb/labels/churn_30d/historical.sql"]
    path.unlink()
    run("build")
    assert path.read_text() == first
    definitions = spend / "featuredefs" / "a.yaml"
    definitions.write_text(
        "\n".join(line for line in definitions.read_text().splitlines() if "churn_30d" not in line)
    )
    assert "- duckdb/labels/churn_30d/historical.sql" in run("build", "--check").err
    run("build")
    assert not path.parent.exists()


def test_show_prints_a_label_s_facts_and_what_build_writes(run: Run, spend: Path) -> None:
    run("build")
    shown = run("show", "churn_30d").out
    assert "  entities: user\n" in shown and "  horizon: 30d\n  maturity: 2d\n" in shown
    assert (spend / "sql/duckdb/labels/churn_30d/historical.sql").read_text() in shown


def test_show_says_no_ttl_of_windows_and_every_where_there_is_one(run: Run, spend: Path) -> None:
    path = spend / "featuredefs" / "a.yaml"
    path.write_text(path.read_text().replace("    ttl: 1h\n", "    ttl: 1h\n    every: 1d\n"))
    head = run("show", "user_spend").out.partition("\n\n")[0]
    assert "every: 1d" in head and "ttl" not in head
