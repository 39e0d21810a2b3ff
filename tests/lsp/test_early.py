"""What is told of a file before the whole project is looked at: true already, and the rest follows."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.review_project import write
from fcompile.compiler.steps import result_of
from fcompile.runtime.lsp.desk import Desk
from tests.lsp.client import editor
from tests.lsp.conftest import BASE, SERVICES, VIEWS
from tests.lsp.right import until_right

B, V, S = (f"featuredefs/{name}.yaml" for name in ("base", "views", "services"))

PEEKS = """\
  - name: peeks
    query: "SELECT user_id, paid_at, lead(amount) OVER (PARTITION BY user_id ORDER BY paid_at) AS next FROM paid"
    timestamp_field: paid_at
"""
PEEK = "  - {name: peek, entities: [user], source: peeks, features: [{name: next, dtype: float64}]}\n"


def told(desk: Desk, file: str) -> list[list[str]]:
    """Return the codes of a file at each pause of a check with the file first, and those at its end."""
    steps = desk.checking(file)
    codes = []
    for pause in steps:
        if (known := desk.early(file, pause)) is not None:
            codes.append([each.code for each in known])
    return [*codes, [each.code for each in desk.problems.get(file, ())]]


def test_a_mistake_in_an_entity_is_told_before_a_view_that_has_it_is_bound_again(shop: Path) -> None:
    desk = Desk(shop, {})
    desk.check()
    desk.buffers[B] = BASE.replace("user_id: int64}\n", "user_id: int64, x: float64}\n", 1)
    pauses = [
        pause.item.name
        for pause in desk.checking(B)
        if pause and [each.code for each in desk.early(B, pause) or ()] == ["FC353"]
    ]
    assert pauses[:2] == ["profile", "spend"]


def test_a_view_that_is_typed_is_bound_before_those_of_other_files(shop: Path) -> None:
    (shop / "featuredefs/a.yaml").write_text(
        VIEWS.replace("profile", "early").replace("spend", "late").replace("age >= 18", "age >= 19")
    )
    (shop / "featuredefs/inner.yaml").write_text(
        "feature_views:\n  - {name: inner, entities: [user], source: profiles, features: [{name: age, dtype: int32}]}\n"
    )
    desk = Desk(shop, {})
    desk.buffers[V] = VIEWS.replace("    source: profiles", "    source: {view: inner}", 1)
    names = [pause.item.name for pause in desk.checking(V) if pause and pause.item.kind == "feature_views"]
    assert names == ["inner", "spend", "profile", "early", "late"]


def test_what_is_not_looked_at_yet_stays_as_it_was_told(shop: Path) -> None:
    desk = Desk(shop, {})
    mixed = f"{BASE}{SERVICES}".replace("expect: [{paid_1h", "expect: [{paid_2h")
    desk.buffers = {B: mixed, S: ""}
    assert [each.code for each in desk.check()[B]] == ["FC216"]
    desk.buffers[B] = mixed.replace("user_id: int64}\n", "user_id: string}\n", 1)
    codes = told(desk, B)
    assert len(codes) > 3 and all(each == ["FC216"] for each in codes)


def test_leaks_stay_while_something_else_is_typed(shop: Path) -> None:
    desk = Desk(shop, {})
    desk.buffers = {B: BASE + PEEKS, V: VIEWS + PEEK}
    assert [each.code for each in desk.check()[B]] == ["FC250"]
    desk.buffers[B] = f"{BASE}{PEEKS}  # more\n"
    assert told(desk, B)[-1] == ["FC250"]
    desk.buffers[B] = desk.buffers[B].replace("table: profiles", "tabel: profiles")
    codes = told(desk, B)
    assert codes[-1] == ["FC103", "FC250"] and all("FC250" in each for each in codes)
    desk.buffers[B] = desk.buffers[B].replace("lead(", "lag(")
    assert told(desk, B)[-1] == ["FC103"]


def test_a_leak_is_found_again_where_only_what_a_query_reads_has_changed(shop: Path) -> None:
    """The query's known time is that of the table, which another source declares."""
    query = """\
  - name: sums
    query: "SELECT user_id, paid_at, amount FROM raw.purchases"
    timestamp_field: paid_at
"""
    desk = Desk(shop, {})
    view = PEEK.replace("peeks", "sums").replace("name: next", "name: amount")
    desk.buffers = {B: BASE.replace("available_at: loaded_at", "# not known") + query, V: VIEWS + view}
    assert desk.check() == {}
    desk.buffers[B] = BASE + query
    found = desk.check()
    assert [each.code for each in found[B]] == ["FC254"]
    assert found == Desk(shop, {}, dict(desk.buffers)).check()


def test_in_a_large_project_keys_cut_checks_short_and_the_end_is_right(tmp_path: Path) -> None:
    """Each key's check takes longer than the time to the next."""
    write(tmp_path, 300)
    key, view = "featuredefs/entities.yaml", "featuredefs/views_003.yaml"
    with editor(tmp_path) as made:
        made.open(key)
        made.open(view)
        right = made.texts[key], made.texts[view]
        every = right[0].replace("int64", "string")
        for texts in ((every, right[1]), (every.replace("string", "int6"), right[1])):
            for file, text in zip((key, view), texts, strict=True):
                made.type(file, text)
                time.sleep(0.05)
            made.type(view, right[1].replace("amount * price", "amount * prce"))
            time.sleep(0.1)
            made.type(key, every)
            time.sleep(0.03)
        until_right(made)
        assert set(made.problems(view)) == {("FC312", "prce")}
        made.type(key, right[0].replace("int64", "int6"))
        until_right(made)
        made.type(key, right[0])
        made.type(view, right[1])
        until_right(made)


def test_names_are_ready_once_all_files_are_read(shop: Path) -> None:
    desk = Desk(shop, {})
    result_of(desk.checking(S))
    assert len(list(desk.reading())) == len(desk.files())
    assert desk.text(S) == SERVICES
