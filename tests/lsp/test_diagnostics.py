"""What an editor is told while a project is typed: by a real server process."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.client import Editor, editor
from tests.lsp.conftest import BASE, SERVICES, VIEWS

B, V, S = (f"featuredefs/{name}.yaml" for name in ("base", "views", "services"))


def test_a_mistake_is_shown_at_its_place_and_is_gone_once_it_is_mended(open_shop: Editor) -> None:
    open_shop.replace(V, "name: age, dtype", "name: age, dtyp")
    open_shop.until_problems(V, [("FC103", "dtyp")])
    open_shop.replace(V, "name: age, dtyp:", "name: age, dtype:")
    open_shop.until_problems(V, [])


def test_a_mistake_in_one_file_shows_where_another_refers_to_it(open_shop: Editor) -> None:
    open_shop.replace(V, "- name: spend\n", "- name: spent\n")
    open_shop.until(lambda: len(open_shop.problems(S)) == 3, "problems of services")
    assert open_shop.problems(S) == [
        ("FC205", '"spend:paid_7d"'),
        ("FC205", "spend"),
        ("FC205", "spend:paid_1h"),
    ]
    assert open_shop.problems(V) == []


def test_files_that_are_not_open_are_judged_too(shop: Path) -> None:
    (shop / "featuredefs/more.yaml").write_text(
        "feature_views:\n  - {name: x, entities: [usr], source: profiles}\n"
    )
    with editor(shop) as made:
        made.open(B)
        uri = made.uri("featuredefs/more.yaml")
        made.until(lambda: uri in made.diagnostics, "problems of a closed file")
        codes = [each["code"] for each in made.diagnostics[uri]]
        assert codes == ["FC114", "FC203"]
        # And are as they are on disk once the editor says that the disk has changed.
        (shop / "featuredefs/more.yaml").unlink()
        made.send("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})
        made.until(lambda: made.diagnostics[uri] == [], "no problems of a file that is gone")


def test_what_is_typed_counts_and_not_what_is_on_disk_until_the_file_is_closed(open_shop: Editor) -> None:
    open_shop.type(B, "")
    open_shop.until(lambda: len(open_shop.problems(V)) == 4, "problems without entities and sources")
    assert {code for code, _ in open_shop.problems(V)} == {"FC203", "FC204"}
    open_shop.close(B)
    open_shop.until_problems(V, [])


def test_a_file_that_is_not_saved_yet_defines(open_shop: Editor) -> None:
    open_shop.replace(V, "source: profiles", "source: visits")
    open_shop.until(lambda: open_shop.problems(V) == [("FC204", "visits")], "an unknown source")
    new = "featuredefs/new.yaml"
    open_shop.open(new, "sources:\n  - {name: visits, table: visits, timestamp_field: at}\n")
    open_shop.until_problems(V, [])


def test_places_count_in_utf_16_behind_characters_beyond_the_first_plane(open_shop: Editor) -> None:
    text = 'sources:\n  - {name: s, description: "𝄞😀 é", tabel: t, timestamp_field: at}\n'
    open_shop.open("featuredefs/astral.yaml", text)
    open_shop.until_problems("featuredefs/astral.yaml", [("FC103", "tabel")])
    (shown,) = open_shop.diagnostics[open_shop.uri("featuredefs/astral.yaml")]
    assert shown["range"]["start"] == {"line": 1, "character": 37}


def test_an_editor_that_asks_for_utf_8_gets_its_places_so(shop: Path) -> None:
    file = "featuredefs/astral.yaml"
    with editor(shop, general={"positionEncodings": ["utf-8"]}) as made:
        made.open(file, 'sources:\n  - {name: s, description: "𝄞😀 é", tabel: t, timestamp_field: at}\n')
        made.until(lambda: bool(made.diagnostics.get(made.uri(file))), "a problem")
        assert made.diagnostics[made.uri(file)][0]["range"]["start"] == {"line": 1, "character": 42}


def test_mistakes_of_the_project_file_and_of_the_tuning_file_are_shown(open_shop: Editor) -> None:
    text = (open_shop.root / "fcompile.yaml").read_text("utf-8")
    open_shop.open("fcompile.yaml", text.replace("type: duckdb", "type: duckbd"))
    open_shop.until_problems("fcompile.yaml", [("FC116", "duckbd")])
    open_shop.type("fcompile.yaml", text + "definitions: [fetauredefs]\n")
    open_shop.until_problems("fcompile.yaml", [("FC134", "fetauredefs")])
    open_shop.type("fcompile.yaml", text)
    open_shop.until_problems("fcompile.yaml", [])
    open_shop.open("tuning.yaml", "version: 1\nwindows: {spned: {form: rows}}\n")
    open_shop.until(lambda: bool(open_shop.problems("tuning.yaml")), "a problem of tuning.yaml")
    assert open_shop.problems("tuning.yaml")[0][1] == "spned"


def test_a_leak_is_shown_where_it_is_written(open_shop: Editor) -> None:
    query = """
  - name: peeks
    query: "SELECT user_id, paid_at, lead(amount) OVER (PARTITION BY user_id ORDER BY paid_at) AS next FROM paid"
    timestamp_field: paid_at
"""
    open_shop.type(B, BASE + query)
    view = "  - {name: peek, entities: [user], source: peeks, features: [{name: next, dtype: float64}]}\n"
    open_shop.type(V, VIEWS + view)
    open_shop.until(lambda: bool(open_shop.problems(B) + open_shop.problems(V)), "a leak")
    shown = [
        *open_shop.diagnostics.get(open_shop.uri(B), []),
        *open_shop.diagnostics.get(open_shop.uri(V), []),
    ]
    assert [each["code"] for each in shown] == ["FC250"]


def test_the_last_of_many_keys_counts(open_shop: Editor) -> None:
    for number in range(60):
        open_shop.type(S, SERVICES.replace("name: fraud", f"name: fraud{'-' * (number % 3)}"))
    open_shop.until_problems(S, [("FC201", "fraud--")])
    open_shop.type(S, SERVICES)
    open_shop.until_problems(S, [])


def test_a_document_of_no_project_gets_no_answer_and_does_no_harm(
    open_shop: Editor, tmp_path_factory: object
) -> None:
    for uri in ("untitled:Untitled-1", "file:///nowhere/at/all.yaml"):
        document = {"uri": uri, "languageId": "yaml", "version": 0, "text": "feature_views: 5"}
        open_shop.send("textDocument/didOpen", {"textDocument": document})
        place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 3}}
        assert open_shop.request("textDocument/hover", place) is None
    assert open_shop.hover(V, "source: purch|ases").startswith("**source purchases**")


def test_the_server_asks_to_be_told_of_files_on_disk_where_an_editor_can_tell(shop: Path) -> None:
    watched = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
    with editor(shop, workspace=watched) as made:
        made.until(lambda: made.asked == ["client/registerCapability"], "a registration")
