"""On-demand views on the command line: request data of `online` and `why`, and what the other commands say of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fcompile.compiler.errors import UsageError
from fcompile.runtime.console.entity_rows import entity_rows
from tests.cli.conftest import Run

DEFINITIONS = """\
entities: [{name: user, join_keys: {user_id: int64}}]
sources:
  - {name: buys, path: buys.csv, timestamp_field: at, columns: {amount: float64, shop: string}}
feature_views:
  - name: spend
    entities: [user]
    source: buys
    aggregations:
      - {name: total, function: sum, column: amount, windows: [7d]}
  - name: shares
    entities: [user]
    source: buys
    aggregations:
      - {name: total, function: sum, column: amount, windows: [1h, 7d]}
    features:
      - {name: share, dtype: float64, expr: "total_1h / nullif(total_7d, 0)"}
  - name: latest
    entities: [user]
    source: buys
    features: [{name: shop, dtype: string}]
on_demand_feature_views:
  - name: ratio
    description: the price against the week
    owner: risk
    request: {price: float64}
    features_from: [spend:total_7d, latest]
    features:
      - {name: vs_7d, dtype: float64, expr: "price / nullif(total_7d, 0)"}
      - {name: at_shop, dtype: string, expr: "upper(shop)"}
  - {name: alone, request: {k: int64}, features: [{name: twice, dtype: int64, expr: "k * 2"}]}
  - {name: texts, request: {s: string}, features: [{name: up, dtype: string, expr: "upper(s)"}]}
feature_services:
  - {name: svc, features: [ratio]}
tests:
  - name: ratio_of_a_week
    features: [ratio:vs_7d]
    given: {buys: [{user_id: 1, at: 2026-01-01T00:00:00Z, amount: 5.0}]}
    spine:
      - {user_id: 1, event_timestamp: 2026-01-01T00:10:00Z, price: 10.0}
      - {user_id: 2, event_timestamp: 2026-01-01T00:10:00Z, price: 10.0}
    expect: [{vs_7d: 2.0}, {vs_7d: null}]
"""
ROWS = """\
user_id,at,amount,shop
1,2026-01-01T09:00:00Z,1.5,a
1,2026-01-01T09:30:00Z,2.5,b
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "featuredefs").mkdir()
    (tmp_path / "fcompile.yaml").write_text("project: demo\n")
    (tmp_path / "featuredefs/all.yaml").write_text(DEFINITIONS)
    (tmp_path / "buys.csv").write_text(ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- entity rows --------------------------------------------------------------------------------


def test_rows_come_as_pairs_json_and_files(folder: Path) -> None:
    (folder / "rows.csv").write_text('user_id,note\n1,"a, b"\n\n2,\n')
    (folder / "rows.json").write_text('[{"user_id": 3}, {"user_id": 4, "price": 2}]')
    (folder / "rows.jsonl").write_text('{"user_id": 5}\n\n{"user_id": 6}\n')
    given = ["user_id=0,price=7", '{"user_id": 1, "price": null}', "@rows.csv", "@rows.json", "@rows.jsonl"]
    assert entity_rows(given, ["price=1", '{"x": 2.5}']) == [
        {"price": "7", "x": 2.5, "user_id": "0"},
        {"price": None, "x": 2.5, "user_id": 1},
        {"price": "1", "x": 2.5, "user_id": "1", "note": "a, b"},
        {"price": "1", "x": 2.5, "user_id": "2", "note": None},
        {"price": "1", "x": 2.5, "user_id": 3},
        {"price": 2, "x": 2.5, "user_id": 4},
        {"price": "1", "x": 2.5, "user_id": 5},
        {"price": "1", "x": 2.5, "user_id": 6},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user_id", "is not NAME=VALUE"),
        ("{", "-e: the JSON cannot be read"),
        ("[1]", "is no object"),
        ("@gone.csv", "gone.csv cannot be read: No such file"),
        ("@rows.txt", "is of no known format"),
        ("@bad.csv", "line 2: 1 fields under 2 names"),
        ("@bad.jsonl", "line 2 cannot be read"),
    ],
)
def test_rows_that_cannot_be_read_say_where(folder: Path, text: str, said: str) -> None:
    (folder / "rows.txt").write_text("")
    (folder / "bad.csv").write_text("a,b\n1\n")
    (folder / "bad.jsonl").write_text("{}\n{\n")
    with pytest.raises(UsageError) as error:
        entity_rows([text], [])
    assert error.value.diagnostics[0].code == "FC285"
    assert said in str(error.value)


# -- commands -----------------------------------------------------------------------------------


def test_online_computes_from_what_is_stored_and_what_is_given(run: Run, folder: Path) -> None:
    assert run("run", "--end", "2026-01-01T10:00:00Z", "-s", "svc").code == 0
    ended = run(
        "online",
        "-f",
        "svc",
        "-e",
        "user_id=1,price=8",
        "-e",
        '{"user_id": 2}',
        "-r",
        "price=3",
        "--output",
        "json",
    )
    answer = json.loads(ended.out)
    assert answer["vs_7d"] == [2.0, None]
    assert answer["at_shop"] == ["B", None]
    assert answer["statuses"]["vs_7d"] == ["PRESENT", "NULL_VALUE"]
    missing = run("online", "-f", "svc", "-e", "user_id=1")
    assert (missing.code, missing.out) == (2, "")
    assert "FC514" in missing.err and "`price` (float64), request data of `ratio`" in missing.err


def test_one_row_of_request_data_alone_needs_no_entity(run: Run, folder: Path) -> None:
    ended = run("online", "-f", "alone", "-r", "k=4", "--output", "json")
    assert (ended.code, json.loads(ended.out)["twice"]) == (0, [8])
    ended = run("online", "-f", "svc", "-r", "user_id=1,price=4", "--output", "json")
    assert (ended.code, json.loads(ended.out)["user_id"]) == (0, [1])
    bare = run("online", "-f", "svc")
    assert bare.code == 2 and "entity row 1 lacks the join key `user_id`" in bare.err


@pytest.mark.parametrize(
    ("given", "hint"),
    [("prise=4", "did you mean `price`?"), ("nosuch=4", "it reads `price`, `user_id`")],
)
def test_request_data_that_nothing_reads_is_an_error(run: Run, folder: Path, given: str, hint: str) -> None:
    ended = run("online", "-f", "svc", "-e", "user_id=1,price=1,note=x", "-r", given)
    assert (ended.code, ended.out) == (2, "")
    name = given.partition("=")[0]
    assert "FC285" in ended.err and f"-r: '{name}' is no request data and no join key" in ended.err
    assert hint in ended.err


def test_half_a_surrogate_pair_is_an_error_of_the_row(run: Run, folder: Path) -> None:
    (folder / "rows.json").write_text('[{"s": "\\ud800"}]')
    for given in ('{"s": "\\ud800"}', "@rows.json"):
        ended = run("online", "-f", "texts", "-e", given)
        assert (ended.code, ended.out) == (2, "")
        assert "FC515" in ended.err and "is no string" in ended.err


@pytest.mark.parametrize("selector", ["service:svc", "test:ratio_of_a_week"])
def test_a_service_or_test_materializes_what_its_on_demand_views_read(
    run: Run, folder: Path, selector: str
) -> None:
    ended = run("run", "--end", "2026-01-01T10:00:00Z", "-s", selector)
    assert ended.code == 0
    assert "materialize latest" in ended.err and "materialize spend" in ended.err


def test_nothing_of_an_on_demand_view_is_materialized_and_that_is_said(run: Run, folder: Path) -> None:
    ended = run("run", "-s", "ratio")
    assert (ended.code, ended.out) == (2, "")
    assert "there is nothing to materialize of `ratio`: it is computed when read" in ended.err
    assert "materialize what it reads: -s 'latest spend'" in ended.err
    beside = run("run", "--end", "2026-01-01T10:00:00Z", "-s", "ratio latest")
    assert beside.code == 0 and "spend" not in beside.err


def test_on_demand_views_are_listed_and_shown_as_what_they_are(run: Run, folder: Path) -> None:
    listed = run("ls", "-s", "ratio", "--output", "json")
    (found,) = json.loads(listed.out)
    assert (found["name"], found["owner"], found["computed"]) == ("ratio", "risk", "when read")
    assert found["features_from"] == ["spend:total_7d", "latest:shop"]
    assert found["request"] == {"price": "float64"}
    assert [feature["name"] for feature in found["features"]] == ["vs_7d", "at_shop"]
    shown = run("show", "ratio").out
    assert "computed: when read, offline and online; nothing is stored" in shown
    assert "request data: price: float64" in shown and "SELECT" in shown
    assert "3 on-demand feature views" in run("check").err
    assert "computed from windows: share" in run("show", "shares").out


def test_selectors_reach_on_demand_views(run: Run, folder: Path) -> None:
    def names(*argv: str) -> list[str]:
        return run("ls", "--output", "names", *argv).out.split()

    assert names("-s", "+ratio") == ["user", "buys", "latest", "spend", "ratio"]
    assert names("-s", "ratio+") == ["ratio", "svc", "ratio_of_a_week"]
    assert names("-s", "owner:risk") == ["ratio"]


def test_the_tests_of_definitions_give_request_data_in_their_spine(run: Run, folder: Path) -> None:
    ended = run("test")
    assert ended.code == 0 and "OK=1" in ended.err


def test_historical_takes_request_data_from_the_spine(run: Run, folder: Path) -> None:
    (folder / "spine.csv").write_text(
        "user_id,event_timestamp,price\n1,2026-01-01T10:00:00Z,8\n2,2026-01-01T10:00:00Z,\n"
    )
    ended = run("historical", "-f", "svc", "--spine", "spine.csv")
    assert ended.code == 0
    assert ended.out.splitlines()[1:] == ["1,2026-01-01T10:00:00Z,8.0,2.0,B", "2,2026-01-01T10:00:00Z,,,"]
    assert "spend: 1 of 2 rows matched" in ended.err and "latest: 1 of 2 rows matched" in ended.err


def test_why_explains_a_computed_feature_through_its_inputs(run: Run, folder: Path) -> None:
    ended = run("why", "ratio:vs_7d", "1", "--at", "2026-01-01T10:00:00Z", "-r", "price=8")
    assert (ended.code, ended.out) == (
        0,
        """\
ratio for user_id=1 at 2026-01-01T10:00:00Z, computed when it is read

input            from            value
spend__total_7d  spend:total_7d  4.0
price            request data    8.0

vs_7d = 2.0 (price / nullif(spend__total_7d, 0.0))

spend:total_7d for user_id=1 at 2026-01-01T10:00:00Z
sum(amount) over (2025-12-25T10:00:00Z, 2026-01-01T10:00:00Z]

   event time            known time            amount  verdict
>  2026-01-01T09:30:00Z  2026-01-01T09:30:00Z  2.5     in
>  2026-01-01T09:00:00Z  2026-01-01T09:00:00Z  1.5     in

total_7d = 4.0 (2 rows are inside)
""",
    )


def test_why_of_a_whole_view_and_as_json_has_every_input(run: Run, folder: Path) -> None:
    ended = run(
        "why", "ratio", "user_id=1", "--at", "2026-01-01T10:00:00Z", "-r", "price=8", "--output", "json"
    )
    report = json.loads(ended.out)
    assert report["answer"] == {"vs_7d": 2.0, "at_shop": "B"}
    assert report["request"] == {"price": 8.0}
    assert [part["view"] for part in report["explained"]] == ["spend", "latest"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "`ratio` reads `price` (float64) of the request data, and it is not given"),
        (["-r", "price=x"], "`price`: 'x' is no float64"),
        (["-r", "price=1,prize=2"], "did you mean `price`?"),
    ],
)
def test_why_says_what_request_data_it_needs(run: Run, folder: Path, options: list[str], said: str) -> None:
    ended = run("why", "ratio", "1", "--at", "2026-01-01", *options)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_why_of_a_stored_view_takes_no_request_data(run: Run, folder: Path) -> None:
    ended = run("why", "latest", "1", "--at", "2026-01-01", "-r", "price=1")
    assert ended.code == 2 and "-r is of no use for `latest`" in ended.err


def test_why_shows_a_feature_that_is_computed_from_windows_with_what_it_reads(run: Run, folder: Path) -> None:
    ended = run("why", "shares:share", "1", "--at", "2026-01-01T10:00:00Z")
    assert ended.code == 0
    assert "share = 0.625 (total_1h / nullif(total_7d, 0.0))" in ended.out
    assert "total_1h  2.5    1            sum(amount)" in ended.out
