"""A project bound again after an edit: the same as bound anew, and only what the edit touches is made again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.bind import bind
from fcompile.compiler.bind.memory import Memory
from tests.definitions.edits import PROJECT, Files, edited, edits, spelled
from tests.differential.settings import examples


@given(st.lists(edits(), min_size=1, max_size=8))
@examples(dev=150, ci=150)
def test_after_any_edits_a_memory_changes_nothing_of_what_is_bound(
    steps: list[tuple[str, int, str, str]],
) -> None:
    files: Files = dict(PROJECT)
    memory = Memory()
    bind(files, memory=memory)
    for step in steps:
        files = edited(files, step)
        assert spelled(bind(files, memory=memory)) == spelled(bind(files))


def test_the_project_of_edits_has_no_mistake() -> None:
    assert bind(PROJECT).diagnostics == ()


def test_only_what_reads_a_changed_object_is_bound_again() -> None:
    memory = Memory()
    before = bind(PROJECT, memory=memory).definitions
    changed = PROJECT["users.yaml"].replace("amount * 2.0", "amount * 3.0")
    after = bind({**PROJECT, "users.yaml": changed}, memory=memory).definitions
    kept = {name for name, view in before.feature_views.items() if after.feature_views[name] is view}
    assert kept == {"seen", "spend"}
    assert after.sources["orders"] is before.sources["orders"]
    assert after.feature_services["model"] is not before.feature_services["model"]
    assert after.labels["bought"] is before.labels["bought"]


def test_a_number_that_turns_into_an_equal_one_of_another_kind_is_seen() -> None:
    view = "feature_views:\n  - {name: v, entities: [], source: s, features: [{name: f, dtype: int64, default: %s}]}\n"
    source = "sources:\n  - {name: s, table: t, timestamp_field: at}\n"
    memory = Memory()
    assert bind({"a.yaml": source + view % "0x1"}, memory=memory).diagnostics == ()
    assert [d.code for d in bind({"a.yaml": source + view % "1.0"}, memory=memory).diagnostics] == ["FC354"]


def test_objects_of_a_file_that_cannot_be_read_for_a_while_come_back_unmade() -> None:
    memory = Memory()
    before = bind(PROJECT, memory=memory).definitions
    assert bind({**PROJECT, "core.yaml": "entities: {"}, memory=memory).diagnostics
    after = bind(PROJECT, memory=memory).definitions
    assert after.feature_views["spend"] is before.feature_views["spend"]


def test_a_memory_does_not_grow_with_names_that_come_and_go() -> None:
    memory = Memory()
    for n in range(3000):
        bind({"a.yaml": f"entities: [{{name: e{n}, join_keys: {{k: int64}}}}]"}, memory=memory)
    assert len(memory.objects) < 1100


def test_a_column_given_in_a_test_is_missed_once_the_last_broken_view_is_gone() -> None:
    memory = Memory()
    given = PROJECT["services.yaml"].replace("amount: 5.0}]}", "amount: 5.0, strange: 1}]}")
    broken = "feature_views: [{name: b, entities: [user], source: orders, features: [{name: f, dtype: no}]}]"
    files = {**PROJECT, "services.yaml": given}
    assert "FC219" not in {d.code for d in bind({**files, "b.yaml": broken}, memory=memory).diagnostics}
    assert "FC219" in {d.code for d in bind(files, memory=memory).diagnostics}


def test_a_memory_of_another_dialect_is_left_alone() -> None:
    memory = Memory()
    bind(PROJECT, "duckdb", memory=memory)
    query = {"q.yaml": "sources: [{name: q, query: SELECT TOP 1 x FROM t, timestamp_field: at}]"}
    assert bind(query, "snowflake", memory=memory).diagnostics == bind(query, "snowflake").diagnostics
    assert set(memory.files) == set(PROJECT)
