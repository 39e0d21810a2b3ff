"""Files as people have them: with other line ends, half of them broken, moved, deleted, in more than one project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.client import Editor, applied, editor
from tests.lsp.conftest import BASE, PROJECT, SERVICES, VIEWS, make_shop

B, V, S = (f"featuredefs/{name}.yaml" for name in ("base", "views", "services"))
WRONG = (
    "feature_views:\n  - {name: x, entities: [usr], source: profiles, features: [{name: f, dtype: bool}]}\n"
)


def uri_problems(made: Editor, uri: str) -> list[str]:
    return [each["code"] for each in made.diagnostics.get(uri, [])]


def test_lines_that_end_as_on_windows_have_the_same_places(open_shop: Editor) -> None:
    for file, text in ((B, BASE), (V, VIEWS), (S, SERVICES)):
        open_shop.type(file, text.replace("\n", "\r\n"))
    open_shop.replace(V, "name: age, dtype", "name: age, dtyp")
    open_shop.until_problems(V, [("FC103", "dtyp")])
    (shown,) = open_shop.diagnostics[open_shop.uri(V)]
    params = {
        "textDocument": {"uri": open_shop.uri(V)},
        "range": shown["range"],
        "context": {"diagnostics": []},
    }
    (action,) = open_shop.request("textDocument/codeAction", params)
    open_shop.type(V, applied(open_shop.texts[V], action["edit"]["changes"][open_shop.uri(V)]))
    open_shop.until_problems(V, [])
    assert open_shop.texts[V] == VIEWS.replace("\n", "\r\n")
    assert open_shop.labels(V, "column: am|ount")[:1] == ["user_id"]
    assert open_shop.hover(V, "source: purch|ases").startswith("**source purchases**")
    place = open_shop.place(V, "- name: spe|nd\r\n")
    edit = open_shop.request("textDocument/rename", {**place, "newName": "money"})
    new = applied(open_shop.texts[S], edit["changes"][open_shop.uri(S)])
    assert new == SERVICES.replace("\n", "\r\n").replace("spend", "money")


def test_a_byte_order_mark_moves_nothing(open_shop: Editor) -> None:
    file = "featuredefs/mark.yaml"
    open_shop.open(file, "\ufeffsuorces: []\n")
    open_shop.until_problems(file, [("FC103", "suorces")])
    assert open_shop.labels(file, "\ufeffsuor|ces")[:2] == ["entities", "sources"]
    document = {"uri": open_shop.uri(file)}
    (shown,) = open_shop.diagnostics[open_shop.uri(file)]
    params = {"textDocument": document, "range": shown["range"], "context": {"diagnostics": []}}
    (action,) = open_shop.request("textDocument/codeAction", params)
    (edits,) = action["edit"]["changes"].values()
    assert applied(open_shop.texts[file], edits) == "\ufeffsources: []\n"
    open_shop.type(file, "\ufeffentities: [{name: item, join_keys: {item_id: int64}}]\n")
    assert "item_id" in open_shop.hover(file, "name: it|em")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n"])
def test_an_empty_file_has_no_problem_and_proposes_what_may_begin(open_shop: Editor, text: str) -> None:
    file = "featuredefs/empty.yaml"
    open_shop.open(file, text)
    line = text.count("\n")
    place = {"textDocument": {"uri": open_shop.uri(file)}, "position": {"line": line, "character": 0}}
    found = open_shop.request("textDocument/completion", place)
    assert {"entities", "feature_views"} <= {item["label"] for item in found["items"]}
    for asked in ("hover", "definition"):
        assert open_shop.request(f"textDocument/{asked}", place) is None
    open_shop.type(file, text + "entites: []\n")
    open_shop.until_problems(file, [("FC103", "entites")])
    open_shop.type(file, text)
    open_shop.until_problems(file, [])


def test_a_file_that_cannot_be_read_keeps_its_names_for_the_others(open_shop: Editor) -> None:
    open_shop.type(V, VIEWS.replace("entities: [user]", "entities: [user", 1))
    open_shop.until(lambda: [code for code, _ in open_shop.problems(V)] == ["FC101"], "broken YAML")
    assert open_shop.problems(S) == []
    found = open_shop.request("textDocument/definition", open_shop.place(S, "spend: [pai|d_1h"))
    assert found["uri"] == open_shop.uri(V)
    assert open_shop.hover(V, "source: purch|ases") == ""
    open_shop.type(V, VIEWS)
    open_shop.until_problems(V, [])


def test_a_new_file_that_is_closed_without_being_saved_defines_no_more(open_shop: Editor) -> None:
    new = "featuredefs/never.yaml"
    open_shop.replace(V, "source: profiles", "source: visits")
    open_shop.open(new, "sources:\n  - {name: visits, table: visits, timestamp_field: at, tabel: x}\n")
    open_shop.until_problems(new, [("FC103", "tabel")])
    assert open_shop.problems(V) == []
    open_shop.close(new)
    open_shop.until_problems(V, [("FC204", "visits")])
    assert open_shop.diagnostics[open_shop.uri(new)] == []


def test_what_is_saved_counts_after_the_file_is_closed(shop: Path) -> None:
    with editor(shop) as made:
        made.open(V)
        made.replace(V, "source: profiles", "source: visits")
        made.until_problems(V, [("FC204", "visits")])
        (shop / V).write_text(made.texts[V])
        made.send("textDocument/didSave", {"textDocument": {"uri": made.uri(V)}})
        made.close(V)
        made.open(S)
        made.hover(S, "- spe|nd: [paid_1h")
        assert uri_problems(made, made.uri(V)) == ["FC204"]


def test_a_file_that_is_renamed_on_disk_is_known_by_its_new_name_alone(shop: Path) -> None:
    with editor(shop) as made:
        made.open(S)
        (shop / "featuredefs/more.yaml").write_text(WRONG)
        old, new = made.uri("featuredefs/more.yaml"), made.uri("featuredefs/other.yaml")
        made.send("workspace/didChangeWatchedFiles", {"changes": [{"uri": old, "type": 1}]})
        made.until(lambda: uri_problems(made, old) == ["FC203"], "problems under the old name")
        (shop / "featuredefs/more.yaml").rename(shop / "featuredefs/other.yaml")
        changes = [{"uri": old, "type": 3}, {"uri": new, "type": 1}]
        made.send("workspace/didChangeWatchedFiles", {"changes": changes})
        made.until(lambda: uri_problems(made, new) == ["FC203"], "problems under the new name")
        assert uri_problems(made, old) == []
        # A folder of files goes at once, and only the folder is told of.
        (shop / "featuredefs/other.yaml").unlink()
        made.send(
            "workspace/didChangeWatchedFiles", {"changes": [{"uri": made.uri("featuredefs"), "type": 3}]}
        )
        made.until(lambda: uri_problems(made, new) == [], "no problems of what is gone")


def test_two_projects_are_open_at_once_and_know_nothing_of_one_another(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make_shop(tmp_path / name)
    with editor(tmp_path) as made:
        for name in ("one", "two"):
            made.open(f"{name}/{V}")
        made.open("one/featuredefs/more.yaml", WRONG)
        made.until(
            lambda: uri_problems(made, made.uri("one/featuredefs/more.yaml")) == ["FC203"], "a problem"
        )
        made.replace(f"two/{V}", "- name: spend\n", "- name: spent\n")
        made.until(lambda: len(made.diagnostics.get(made.uri(f"two/{S}"), [])) == 3, "problems of two")
        assert uri_problems(made, made.uri(f"one/{S}")) == []
        found = made.request("textDocument/definition", made.place(f"one/{V}", "source: prof|iles"))
        assert found["uri"] == made.uri(f"one/{B}")


def test_files_beside_the_definitions_are_left_alone(open_shop: Editor) -> None:
    for file in ("notes.yaml", "target/x.yaml", "featuredefs/.hidden.yaml", "featuredefs/readme.md"):
        open_shop.open(file, "feature_views: 5\n")
        assert open_shop.labels(file, "feature_|views") == []
        assert open_shop.hover(file, "feature_|views") == ""
    open_shop.replace(V, "source: profiles", "source: visits")
    open_shop.until_problems(V, [("FC204", "visits")])
    assert [uri for uri, shown in open_shop.diagnostics.items() if shown] == [open_shop.uri(V)]


def test_a_folder_whose_name_a_uri_has_to_spell_otherwise(tmp_path: Path) -> None:
    root = tmp_path / "mein lädchen #1"
    root.mkdir()
    make_shop(root)
    with editor(root) as made:
        made.open(V)
        made.replace(V, "- name: spend\n", "- name: spent\n")
        made.until(lambda: len(made.diagnostics.get(made.uri(S), [])) == 3, "problems of another file")
        # As some editors write it.
        odd = made.uri(V).replace("%C3%A4", "ä").replace("%20", " ")
        place = {**made.place(V, "source: prof|iles"), "textDocument": {"uri": odd}}
        assert made.request("textDocument/definition", place)["uri"] == made.uri(B)


def test_a_project_that_is_begun_while_its_files_are_open_is_judged_and_one_that_ends_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "featuredefs").mkdir()
    with editor(tmp_path) as made:
        made.open("featuredefs/more.yaml", WRONG)
        uri = made.uri("fcompile.yaml")
        (tmp_path / "fcompile.yaml").write_text(PROJECT)
        made.send("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 1}]})
        made.until(
            lambda: made.problems("featuredefs/more.yaml") == [("FC203", "usr"), ("FC204", "profiles")], "x"
        )
        (tmp_path / "fcompile.yaml").unlink()
        made.send("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})
        made.until_problems("featuredefs/more.yaml", [])
        (tmp_path / "fcompile.yaml").write_text(PROJECT)
        made.send("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 1}]})
        made.until(lambda: len(made.problems("featuredefs/more.yaml")) == 2, "problems again")


def test_a_file_in_a_folder_that_is_not_there_yet_is_judged(open_shop: Editor) -> None:
    file = "featuredefs/new/deep.yaml"
    open_shop.open(file, WRONG)
    open_shop.until_problems(file, [("FC203", "usr")])
