"""What is only written otherwise is cosmetic, where the files are at hand."""

from __future__ import annotations

import pytest

from fcompile.compiler.diff.compare import compare
from tests.diff.shop import FILE, SHOP, bound, changes, only

SAME = {
    "a comment above": ("  - name: spend\n", "  # what is paid\n  - name: spend\n", "feature_view.spend"),
    "a comment inside": ("ttl: 30d\n", "ttl: 30d  # a month\n", "feature_view.profile"),
    "a comment at the head of the file": ("entities:\n", "# of the shop\n\nentities:\n", "entity.user"),
    "quotes": ("column: city", 'column: "city"', "feature_view.profile"),
    "the order of keys": (
        "{name: temp, dtype: float64}",
        "{dtype: float64, name: temp}",
        "feature_view.temps",
    ),
    "a block in place of braces": (
        "      - {name: temp, dtype: float64}\n",
        "      - name: temp\n        dtype: float64\n",
        "feature_view.temps",
    ),
    "the layout of an expression": ("age >= 18", "(AGE  >= 18)".lower(), "feature_view.profile"),
    "a default said out loud": ("    ttl: 30d\n", "    ttl: 30d\n    online: true\n", "feature_view.profile"),
    "a time in another unit": ("ttl: 30d", "ttl: 720h", "feature_view.profile"),
    "the column that a feature is named after": (
        "{name: age, dtype: int32}",
        "{name: age, dtype: int32, column: age}",
        "feature_view.profile",
    ),
    "the layout of a query": (
        "query: SELECT user_id, ts, age, city, score FROM raw.profiles WHERE ok",
        "query: |\n      select user_id, ts, age, city, score -- all\n      from raw.profiles where ok",
        "source.profiles",
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_what_means_the_same_is_cosmetic(case: str) -> None:
    before, after, id = SAME[case]
    found = only((before, after))
    assert (found.id, found.change) == (id, "cosmetic")
    assert (found.backfill is None) == (case != "the layout of a query")  # It is run as it is written.
    assert found.columns == ()


def test_without_the_files_nothing_is_said_of_how_things_are_written() -> None:
    assert compare(bound(SHOP), bound(SHOP.replace("ttl: 30d", "ttl: 720h"))) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("WHERE ok", "WHERE (ok)"),
        ("WHERE ok", "WHERE OK"),
        ("city, score", "score, city"),
        ("FROM raw.profiles", "FROM raw.Profiles"),
    ],
)
def test_a_query_of_another_tree_is_another(before: str, after: str) -> None:
    assert only((before, after)).change == "value"


def test_letters_of_a_path_into_json_count() -> None:
    from fcompile.compiler.diff.queries import same_query

    assert not same_query("select data:Foo from t", "select data:foo from t", "snowflake")
    assert not same_query("select 'A'", "select 'a'", "duckdb")
    # Of these sqlglot's trees are equal: it reads both as one day.
    assert not same_query("select interval '1 day 02:00'", "select interval '1 day 03:00'", "postgres")
    assert not same_query("select interval '1 day'", "select interval '1 day ago'", "postgres")
    assert same_query("select a from t -- x", "SELECT a\nFROM t", "duckdb")
    assert not same_query("not a query at all (", "not a query at  all (", "duckdb")


def test_an_object_in_another_file_is_cosmetic() -> None:
    text = "entities:\n  - name: user\n    join_keys: {user_id: int64}\n"
    old, new = {"a.yaml": text}, {"b.yaml": text}
    from fcompile.compiler.bind import bind

    (found,) = compare(bind(old).definitions, bind(new).definitions, old, new)
    assert found.change == "cosmetic"
    assert (found.reasons[0].before, found.reasons[0].after) == ("a.yaml", "b.yaml")


def test_an_edit_of_one_object_is_none_of_its_neighbours() -> None:
    assert list(changes(("ttl: 30d", "ttl:   30d"))) == ["feature_view.profile"]
    assert list(changes(("  - name: spend\n", "\n\n  - name: spend\n"))) == []
    flow = "entities: [{name: a, join_keys: {x: int64}}, {name: b, join_keys: {y: int64}}]\n"
    assert list(changes(("{y: int64}", "{y:  int64}"), base=flow)) == ["entity.b"]


def test_line_ends_and_spaces_before_them_are_nothing() -> None:
    text = SHOP.replace("ttl: 30d", "ttl: 31d  ").replace("\n", "\r\n")
    (found,) = compare(bound(SHOP), bound(text), {FILE: SHOP}, {FILE: text})
    assert found.change == "time"
