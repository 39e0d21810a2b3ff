"""New names for objects and features: the edits of a real server, made and bound again."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile.compiler.bind import Bound, bind
from tests.lsp.client import Editor, Refused, applied
from tests.lsp.conftest import BASE, SERVICES, VIEWS

B, V, S = (f"featuredefs/{name}.yaml" for name in ("base", "views", "services"))


def renamed(editor: Editor, file: str, marked: str, new: str) -> dict[str, str]:
    """Return the texts of the open files with a new name for what stands at ``|``."""
    edit = editor.request("textDocument/rename", {**editor.place(file, marked), "newName": new})
    texts = {
        name: applied(text, edit["changes"].get(editor.uri(name), [])) for name, text in editor.texts.items()
    }
    assert {editor.uri(name) for name in texts} >= edit["changes"].keys()
    return texts


def bound(texts: dict[str, str]) -> Bound:
    return bind({name: text for name, text in texts.items() if name.startswith("featuredefs/")})


@pytest.mark.parametrize(
    ("file", "marked", "new", "gone"),
    [
        (B, "name: us|er", "person", "user"),
        (B, "name: purch|ases", "payments", "purchases"),
        (V, "source: purch|ases", "payments", "purchases"),
        (V, "- name: spe|nd\n", "money", "spend"),
        (S, "- spe|nd: [paid_1h", "money", "spend"),
        (S, "- name: rat|io", "share", "ratio"),
        (S, "- name: fra|ud", "risk", "fraud"),
        (S, "- name: pa|ys", "pays_at_all", "pays"),
    ],
)
def test_an_object_is_renamed_wherever_it_is_named(
    open_shop: Editor, file: str, marked: str, new: str, gone: str
) -> None:
    texts = renamed(open_shop, file, marked, new)
    found = bound(texts)
    assert found.diagnostics == ()
    words = " ".join(texts.values()).replace('"', " ").replace(":", " ").replace("[", " ").replace("]", " ")
    assert new in words.split()
    assert [word for word in words.replace(",", " ").split() if word in (gone, f"{gone}__paid_7d")] == []


def test_a_views_long_feature_names_follow_it(open_shop: Editor) -> None:
    texts = renamed(open_shop, V, "- name: spe|nd\n", "money")
    assert "money__paid_7d" in texts[S]
    texts = renamed(open_shop, V, "- name: pro|file\n", "person")
    assert "person__age: null" in texts[S]
    assert bound(texts).diagnostics == ()


def test_a_plain_feature_keeps_its_column(open_shop: Editor) -> None:
    texts = renamed(open_shop, S, 'profile:a|ge"]', "years")
    assert "- {name: years, column: age, dtype: int32}" in texts[V]
    assert 'expr: "age >= 18"' in texts[V]
    assert '"profile:years"' in texts[S] and "features: [years]}" in texts[S] and "profile__years" in texts[S]
    found = bound(texts)
    assert found.diagnostics == ()
    before = bound({B: BASE, V: VIEWS, S: SERVICES}).definitions.feature_views["profile"]
    assert [f.expr for f in found.definitions.feature_views["profile"].features] == [
        f.expr for f in before.features
    ]


def test_a_plain_feature_of_block_style_keeps_its_column_too(open_shop: Editor) -> None:
    block = "features:\n      - name: age  # in years\n        dtype: int32\n"
    open_shop.replace(V, "features:\n      - {name: age, dtype: int32}\n", block)
    texts = renamed(open_shop, V, "name: a|ge  #", "years")
    assert "- name: years  # in years\n        column: age\n        dtype: int32\n" in texts[V]
    assert bound(texts).diagnostics == ()


def test_a_feature_that_others_read_is_renamed_in_their_expressions(open_shop: Editor) -> None:
    texts = renamed(open_shop, V, "name: is_ad|ult", "grown")
    assert "case when grown then" in texts[V]
    assert bound(texts).diagnostics == ()


@pytest.mark.parametrize("marked", ['"pai|d_7d / nullif', "- {name: pa|id, function"])
def test_the_windows_of_an_aggregation_are_renamed_together(open_shop: Editor, marked: str) -> None:
    new = "sum_7d" if "7d" in marked else "sum"
    texts = renamed(open_shop, V, marked, new)
    assert "- {name: sum, function: sum" in texts[V] and 'expr: "sum_7d / nullif(' in texts[V]
    assert "[sum_1h, sum_7d]" in texts[S] and "spend__sum_7d" in texts[S] and "{sum_1h: 5.0" in texts[S]
    assert bound(texts).diagnostics == ()


def test_a_view_of_a_view_keeps_the_column_that_is_renamed(open_shop: Editor) -> None:
    outer = """\
feature_views:
  - name: outer
    entities: [user]
    source: {view: profile}
    features:
      - {name: is_adult, dtype: bool}
      - {name: minor, dtype: bool, expr: "not is_adult"}
"""
    file = "featuredefs/outer.yaml"
    open_shop.open(file, outer)
    texts = renamed(open_shop, V, "name: is_ad|ult", "grown")
    assert "{name: is_adult, column: grown, dtype: bool}" in texts[file]
    assert bound(texts).diagnostics == ()


def test_names_of_quoted_texts_behind_astral_characters_are_cut_at_their_place(open_shop: Editor) -> None:
    text = 'feature_services:\n  - {name: other, description: "𝄞😀", features: ["profile", {"spend": ["paid_7d"]}]}\n'
    open_shop.open("featuredefs/astral.yaml", text)
    texts = renamed(open_shop, V, "- name: spe|nd\n", "money")
    assert '["profile", {"money": ["paid_7d"]}]' in texts["featuredefs/astral.yaml"]


def test_entries_of_the_tuning_file_follow_their_view(open_shop: Editor) -> None:
    open_shop.open("tuning.yaml", "version: 1\nwindows:\n  spend: {form: rows}\n")
    assert "  money: {form: rows}" in renamed(open_shop, V, "- name: spe|nd\n", "money")["tuning.yaml"]
    assert (
        "  money: {form: rows}" in renamed(open_shop, "tuning.yaml", "spe|nd: {form", "money")["tuning.yaml"]
    )


@pytest.mark.parametrize(
    ("marked", "new", "said"),
    [
        ("- name: spe|nd\n", "My spend", "is not a name"),
        ("- name: spe|nd\n", "profile", "is there already"),
        ("- name: spe|nd\n", "fraud", "is there already"),
        ("name: is_ad|ult", "label", "is there already"),
        ("name: is_ad|ult", "user_id", "named like a join key"),
        ('"pai|d_7d / nullif', "sums", "end the name with `_7d`"),
        ("column: am|ount", "price", "is a column"),
    ],
)
def test_a_name_that_would_do_harm_is_refused_with_the_reason(
    open_shop: Editor, marked: str, new: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        renamed(open_shop, V, marked, new)


def test_nothing_is_renamed_while_a_file_cannot_be_read(open_shop: Editor) -> None:
    open_shop.open("featuredefs/broken.yaml", "feature_views: [\n")
    with pytest.raises(Refused, match=r"broken\.yaml` cannot be read"):
        renamed(open_shop, V, "- name: spe|nd\n", "money")


def test_the_editor_is_told_what_can_be_renamed(open_shop: Editor, tmp_path: Path) -> None:
    found = open_shop.request("textDocument/prepareRename", open_shop.place(V, "source: purch|ases"))
    assert found["placeholder"] == "purchases"
    assert open_shop.request("textDocument/prepareRename", open_shop.place(V, "dty|pe: int32")) is None
