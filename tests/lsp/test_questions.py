"""Completion, hover, definition, references and quick fixes, asked of a real server process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.client import Editor, applied, cut, editor
from tests.lsp.conftest import SERVICES, VIEWS

B, V, S = (f"featuredefs/{name}.yaml" for name in ("base", "views", "services"))


@pytest.mark.parametrize(
    ("file", "marked", "first", "among"),
    [
        (V, "entities: [us|er]\n    source: purchases", ["user"], []),
        (V, "source: purch|ases", ["profiles", "purchases", "{view: }"], []),
        (V, "{name: age, dtype: in|t32}", ["bool", "int32", "int64"], ["list<T>", "vector<float32,n>"]),
        (B, "join_keys: {user_id: in|t64}", ["bool"], ["string"]),
        (B, "amount: flo|at64", ["bool", "int32"], ["struct<name:T>"]),
        (V, 'expr: "age| >= 18"', ["changed_at", "age"], ["user_id", "is_adult", "clamp", "case"]),
        (V, 'expr: "paid_7d / nul|lif', [], ["amount", "paid_1h", "paid_7d", "buys_7d", "nullif"]),
        (V, 'filter: "am|ount > 0.0"', ["user_id", "paid_at"], ["amount", "city", "coalesce"]),
        (V, "column: am|ount", ["user_id", "paid_at", "loaded_at", "amount", "city"], []),
        (V, "function: su|m", ["count", "sum"], ["percentile(p)"]),
        (V, "windows: [1|h, 7d]", ["15m", "1h"], ["lifetime"]),
        (S, "spend: [pai|d_1h", ["paid_1h", "paid_7d", "buys_7d", "mean_7d"], []),
        (S, "spend:pa|id_7d", ["paid_1h", "paid_7d", "buys_7d", "mean_7d"], []),
        (S, "- prof|ile\n", ["profile", "ratio", "spend"], []),
        (S, "features: [sp|end:paid_1h", ["fraud", "profile", "ratio", "spend"], []),
        (S, "{view: prof|ile, alias", ["profile", "ratio", "spend"], []),
        (S, "features: [a|ge]}", ["age", "is_adult", "label"], []),
        (S, 'expr: "am|ount / nullif(', ["amount", "paid_7d", "age"], ["nullif"]),
        (S, "{paid|_1h: 5.0", ["paid_1h"], ["age"]),
        (S, "purch|ases: [{user_id", ["profiles", "purchases"], []),
        (S, "spine: [{us|er_id: 1", ["event_timestamp", "user_id"], []),
        (B, "timestamp_field: paid|_at", ["user_id", "paid_at"], []),
        ("fcompile.yaml", "type: duck|db", ["duckdb", "postgres"], ["trino"]),
        ("fcompile.yaml", "default_target: d|ev", ["dev"], []),
    ],
)
def test_values_are_proposed_where_they_may_stand(
    open_shop: Editor, file: str, marked: str, first: list[str], among: list[str]
) -> None:
    if file not in open_shop.texts:
        open_shop.open(file)
    found = open_shop.labels(file, marked)
    assert found[: len(first)] == first
    assert set(among) <= set(found)


@pytest.mark.parametrize(
    ("line", "among", "without"),
    [
        ("    |", ["ttl", "filter", "online"], ["name", "entities", "features"]),
        ("    tt|", ["ttl", "source"], ["name"]),
        ("    features:\n      - {name: a, dt|}", ["dtype", "expr", "default"], ["name"]),
        ("    features:\n      - name: a\n        dt|", ["dtype", "expr"], ["name"]),
        ("    features:\n      - |", ["name", "dtype"], []),
        ("    features:\n      - {name: a, dtype: |", ["int64"], []),
        ("    entities: [|", ["user"], []),
        ("    source: |", ["purchases"], []),
        ("    source: {view: |", ["spend"], ["ratio"]),
        ("    source: {|", ["view", "as_of"], []),
        ("    source: {view: spend, as_of: |}", ["event", "query"], []),
        ("    online: |", ["true", "false"], []),
        ('    source: purchases\n    filter: "amount > |', ["amount", "abs"], []),
        ("    source: purchases\n    filter: \"city = '|", [], ["amount"]),
        ('on_demand_feature_views:\n  - name: o\n    features_from: ["spend:|', ["paid_1h"], []),
        ("feature_services:\n  - name: o\n    features:\n      - spend: [|", ["paid_1h"], []),
        ("lab|", ["labels", "feature_services"], []),
        ("labels:\n  - {name: l, function: |", ["count"], []),
        ("tests:\n  - name: t\n    given:\n      |", ["purchases"], []),
    ],
)
def test_a_file_that_is_half_typed_is_completed(
    open_shop: Editor, line: str, among: list[str], without: list[str]
) -> None:
    head = "feature_views:\n  - name: half\n" + (
        "    entities: []\n    features: []\n" if line == "    |" else ""
    )
    file = "featuredefs/half.yaml"
    open_shop.open(file, (head + line).replace("|", ""))
    try:
        position = {
            "line": (head + line).count("\n"),
            "character": len(line.split("\n")[-1].partition("|")[0]),
        }
        document = {"textDocument": {"uri": open_shop.uri(file)}, "position": position}
        found = open_shop.request("textDocument/completion", document)
        labels = [item["label"] for item in found["items"]]
    finally:
        open_shop.close(file)
    assert set(among) <= set(labels)
    assert not set(without) & set(labels)


def test_a_completion_replaces_the_whole_word_and_keeps_the_colon_that_is_there(open_shop: Editor) -> None:
    found = open_shop.request("textDocument/completion", open_shop.place(V, "{name: age, dt|ype: int32}"))
    edit = next(item["textEdit"] for item in found["items"] if item["label"] == "expr")
    text = applied(open_shop.texts[V], [edit])
    assert "{name: age, expr: int32}" in text
    found = open_shop.request("textDocument/completion", open_shop.place(V, "function: su|m"))
    item = next(item for item in found["items"] if item["label"] == "percentile(p)")
    assert item["textEdit"]["newText"] == "percentile(${1:0.9})" and item["insertTextFormat"] == 2


def test_without_snippets_completions_are_plain_text(shop: Path) -> None:
    with editor(shop, snippets=False) as made:
        made.open(V)
        found = made.request("textDocument/completion", made.place(V, "function: su|m"))
    item = next(item for item in found["items"] if item["label"] == "percentile(p)")
    assert item["textEdit"]["newText"] == "percentile(0.9)" and item["insertTextFormat"] == 1


def test_names_of_a_file_that_cannot_be_read_are_those_of_its_last_good_text(open_shop: Editor) -> None:
    assert open_shop.labels(S, "spend: [pai|d_1h")[:1] == ["paid_1h"]
    open_shop.type(V, VIEWS + "  - {name: [\n")
    open_shop.until(lambda: bool(open_shop.problems(V)), "a file that cannot be read")
    assert open_shop.labels(S, "spend: [pai|d_1h")[:1] == ["paid_1h"]


@pytest.mark.parametrize(
    ("file", "marked", "shown"),
    [
        (V, "entities: [us|er]\n    source: purchases", ["**entity user**", "user_id: int64", "\\*buys\\*"]),
        (V, "source: purch|ases", ["**source purchases**", "`raw.purchases`", "amount: float64"]),
        (V, "column: am|ount", ["**column of source purchases**", "amount: float64"]),
        (
            V,
            "{name: is_ad|ult",
            ["is_adult: bool", "age >= 18", "**ASSUMES**", "```sql", "fcompile show profile"],
        ),
        (V, "when is_ad|ult then", ["**feature profile:is\\_adult**"]),
        (V, '"paid|_7d / ', ["**feature spend:paid\\_7d**", "paid_7d: float64"]),
        (V, "nul|lif(cast", ["nullif(x, y)", "NULL if x = y"]),
        (V, "dty|pe: int32", ["**dtype**: The feature's type"]),
        (S, "spend:pai|d_7d", ["**feature spend:paid\\_7d**", "paid_7d: float64", "**PROVED**"]),
        (S, "- spe|nd: [paid_1h", ["**view spend**", "paid_1h: float64", "buys_7d: int64", "SELECT"]),
        (S, "spend__pai|d_7d", ["**feature spend:paid\\_7d**"]),
        (S, '"am|ount / nullif', ["**request data of ratio**", "amount: float64"]),
        (S, "profile|__age: null", ["**feature profile:age**"]),
        (S, "- ra|tio\n", ["**view ratio**", "amount_vs_7d: float64"]),
        ("fcompile.yaml", "ware|house: {", ["**warehouse**: Where data is"]),
    ],
)
def test_hover_says_what_is_there(open_shop: Editor, file: str, marked: str, shown: list[str]) -> None:
    if file not in open_shop.texts:
        open_shop.open(file)
    open_shop.until_proved()
    found = open_shop.hover(file, marked)
    assert [each for each in shown if each not in found] == []


@pytest.mark.parametrize(
    ("file", "marked", "there", "line"),
    [
        (V, "entities: [us|er]\n    source: purchases", B, "  - name: user"),
        (V, "source: purch|ases", B, "  - name: purchases"),
        (S, "- spe|nd: [paid_1h", V, "  - name: spend"),
        (S, "spend: [pai|d_1h", V, "      - {name: paid, function"),
        (S, '"spend:|paid_7d"', V, "      - {name: paid, function"),
        (S, 'profile:a|ge"]', V, "      - {name: age, dtype"),
        (S, "[spe|nd:paid_1h", V, "  - name: spend"),
        (S, "{paid|_1h: 5.0", V, "      - {name: paid, function"),
        (S, "- ra|tio\n", S, "  - name: ratio"),
        (S, "purch|ases: [{", B, "  - name: purchases"),
        (V, "when is_|adult", V, "      - {name: is_adult"),
        (V, "column: am|ount", B, "    columns:"),
    ],
)
def test_definitions_are_found(open_shop: Editor, file: str, marked: str, there: str, line: str) -> None:
    found = open_shop.request("textDocument/definition", open_shop.place(file, marked))
    assert found["uri"] == open_shop.uri(there)
    assert open_shop.texts[there].split("\n")[found["range"]["start"]["line"]].startswith(line)


def test_references_are_all_places_of_a_name(open_shop: Editor) -> None:
    place = open_shop.place(V, "- name: spe|nd\n")
    found = open_shop.request("textDocument/references", {**place, "context": {"includeDeclaration": True}})
    texts = {open_shop.uri(f): open_shop.texts[f].split("\n") for f in (B, V, S)}
    assert [cut(texts[each["uri"]], each["range"]) for each in found] == ["spend"] * 4


def test_a_near_miss_is_fixed_by_an_action(open_shop: Editor) -> None:
    wrong = SERVICES.replace(
        "features: [spend:paid_1h, profile:age]", "features: [spend:paid_1, profile:age]"
    )
    wrong = wrong.replace("alias: other", "alais: other")
    open_shop.type(S, wrong)
    open_shop.until(lambda: len(open_shop.problems(S)) == 2, "two near misses")
    document = {"uri": open_shop.uri(S)}
    for shown in open_shop.diagnostics[open_shop.uri(S)]:
        params = {"textDocument": document, "range": shown["range"], "context": {"diagnostics": [shown]}}
        (action,) = open_shop.request("textDocument/codeAction", params)
        assert action["kind"] == "quickfix" and action["diagnostics"][0]["code"] == shown["code"]
        (edits,) = action["edit"]["changes"].values()
        wrong = applied(wrong, edits)
    assert wrong == SERVICES
    open_shop.type(S, wrong)
    open_shop.until_problems(S, [])


def test_fixes_stand_at_their_place_behind_astral_characters(open_shop: Editor) -> None:
    file, right = "featuredefs/astral.yaml", '{name: s, description: "𝄞😀", table: t, timestamp_field: at}'
    wrong = f"sources:\n  - {right.replace('table', 'tabel')}\n"
    open_shop.open(file, wrong)
    open_shop.until_problems(file, [("FC103", "tabel")])
    (shown,) = open_shop.diagnostics[open_shop.uri(file)]
    params = {
        "textDocument": {"uri": open_shop.uri(file)},
        "range": shown["range"],
        "context": {"diagnostics": []},
    }
    (action,) = open_shop.request("textDocument/codeAction", params)
    assert right in applied(wrong, action["edit"]["changes"][open_shop.uri(file)])


def test_there_is_no_action_where_nothing_is_near(open_shop: Editor) -> None:
    open_shop.replace(V, "source: purchases", "source: zzzzzzzz")
    open_shop.until_problems(V, [("FC204", "zzzzzzzz")])
    (shown,) = open_shop.diagnostics[open_shop.uri(V)]
    params = {
        "textDocument": {"uri": open_shop.uri(V)},
        "range": shown["range"],
        "context": {"diagnostics": []},
    }
    assert open_shop.request("textDocument/codeAction", params) == []


def test_the_server_says_what_it_can(tmp_path: Path) -> None:
    (tmp_path / "fcompile.yaml").write_text("project: shop\n")
    with editor(tmp_path) as made:
        capabilities = made.capabilities
    assert capabilities["positionEncoding"] == "utf-16"
    assert capabilities["textDocumentSync"]["change"] == 1
    assert capabilities["renameProvider"]["prepareProvider"] is True
    for name in ("completionProvider", "hoverProvider", "definitionProvider", "codeActionProvider"):
        assert capabilities[name]
