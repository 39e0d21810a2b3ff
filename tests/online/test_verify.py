"""`fcompile verify`: agreement, and each cause of a difference, on real projects."""

from __future__ import annotations

from typing import Any

import pytest

from fcompile.runtime.online.packed import packed_of, version_bytes
from fcompile.runtime.verify import is_same, least
from tests.online.project import DEFINITIONS, Ended, OnlineProject, bought
from tests.online.servers import valkey_database

ROWS = [bought(1, 1, 10.0), bought(1, 5, 15.0), bought(2, 1, 20.0), bought(2, 5, 25.0)]


@pytest.fixture
def loaded(project: OnlineProject) -> OnlineProject:
    project.put(ROWS)
    project.run(6)
    return project


def causes(ended: Ended) -> dict[str, dict[str, int]]:
    """By view, those that do not agree; the exit code must say so."""
    found: list[dict[str, Any]] = ended.json
    assert ended.code == (0 if all(view["agrees"] for view in found) else 1), ended.err
    return {view["view"]: view["causes"] for view in found if view["causes"]}


def verify(project: OnlineProject, *argv: str) -> dict[str, dict[str, int]]:
    return causes(project.call("verify", "--output", "json", *argv))


def test_what_was_just_loaded_agrees(loaded: OnlineProject) -> None:
    ended = loaded.call("verify")
    assert ended.code == 0, ended
    assert [line.split() for line in ended.out.splitlines()][2:] == [
        ["by_shop", "2026-01-01T06:00:00Z", "2", "0"],
        ["latest", "2026-01-01T06:00:00Z", "2", "0"],
        ["spend", "2026-01-01T06:00:00Z", "2", "0"],
    ]


def test_it_stays_so_although_windows_have_moved_on_by_now(loaded: OnlineProject) -> None:
    loaded.run(7)
    assert verify(loaded) == {}


def test_late_rows_show_also_of_entities_that_the_table_does_not_have(loaded: OnlineProject) -> None:
    loaded.put([*ROWS, bought(1, 5.5, 16.0), bought(3, 2, 30.0)])
    assert verify(loaded, "-s", "latest") == {"latest": {"late": 4 - 1}}
    assert set(verify(loaded, "-s", "spend")["spend"]) == {"late"}
    loaded.run(6)
    assert verify(loaded) == {}


def test_a_store_that_was_left_out_is_lagging(loaded: OnlineProject) -> None:
    loaded.put([*ROWS, bought(1, 7, 17.0), bought(3, 7, 30.0)])
    loaded.run(8, "--warehouse-only")
    assert set(verify(loaded, "-s", "latest")["latest"]) == {"lagging"}
    loaded.run(8)
    assert verify(loaded) == {}


def test_a_store_that_never_got_anything_is_lagging(project: OnlineProject) -> None:
    project.put(ROWS)
    project.run(6, "--warehouse-only")
    assert set(verify(project, "-s", "latest")["latest"]) == {"lagging"}


def test_a_view_that_never_ran_is_a_failure_that_is_said(project: OnlineProject) -> None:
    project.put(ROWS)
    ended = project.call("verify", "-s", "latest")
    assert ended.code == 1
    assert "never ran" in ended.out
    assert "fcompile run -s latest" in ended.err


def test_another_definition_is_the_cause_of_all_that_differs(loaded: OnlineProject) -> None:
    changed = DEFINITIONS.replace(
        "{name: amount, dtype: float64}", "{name: amount, dtype: float64, expr: amount * 2}"
    )
    loaded.define(changed)
    assert verify(loaded, "-s", "latest") == {"latest": {"definition changed": 2}}
    loaded.run(6)
    assert verify(loaded, "-s", "latest") == {}


def test_an_entity_that_left_the_source_is_found(loaded: OnlineProject) -> None:
    loaded.put([row for row in ROWS if row[0] != 1])
    assert verify(loaded, "-s", "latest") == {"latest": {"left": 2}}
    loaded.run(6, "--full-refresh")
    assert verify(loaded) == {}


def test_a_newer_row_online_is_ahead(loaded: OnlineProject) -> None:
    with loaded.store() as store:
        current = store.generations("latest").current
        assert current is not None
        (rows,) = list(store.scan("latest", current.number))
        value = dict(rows.pairs())[b"[1]"]
        event = version_bytes(1_800_000_000_000_000, None, 1)
        pairs = [(b"[1]", event + value[24:-1] + b"!"), (b"[7]", event + value[24:])]
        store.write("latest", current.number, packed_of(pairs))
    assert set(verify(loaded, "-s", "latest")["latest"]) == {"ahead"}


def test_a_pushed_row_is_ahead_until_the_source_has_it_and_a_run_has_seen_it(loaded: OnlineProject) -> None:
    file = loaded.root / "pushed.csv"
    file.write_text(
        "user_id,shop_id,at,known,amount,note\n1,s,2026-01-01T08:00:00Z,2026-01-01T08:00:00Z,18,\n"
    )
    assert loaded.call("push", "latest", "--file", str(file)).code == 0
    assert set(verify(loaded, "-s", "latest")["latest"]) == {"ahead"}
    loaded.put([*ROWS, bought(1, 8, 18.0)])
    loaded.run(9)
    assert verify(loaded, "-s", "latest") == {}


def test_the_same_version_with_other_values_is_different(loaded: OnlineProject) -> None:
    with loaded.warehouse() as warehouse:
        warehouse.execute("UPDATE features.p__latest SET amount = 99 WHERE user_id = 1")
    loaded.put([bought(1, 5, 99.0), *ROWS[2:]])
    assert verify(loaded, "-s", "latest") == {"latest": {"different": 1}}


@pytest.mark.engines
def test_what_the_store_forgot_has_expired(project: OnlineProject) -> None:
    text = DEFINITIONS.replace("source: purchases\n", "source: purchases\n    ttl: 1d\n    expire: true\n", 1)
    url = valkey_database()
    project.define(text, online=f"{{type: redis, url: '{url}'}}")
    project.put(ROWS)
    project.run(6)
    assert set(verify(project, "-s", "latest")["latest"]) == {"expired"}
    assert verify(project, "-s", "spend") == {}


@pytest.mark.engines
def test_on_valkey_lost_rows_are_lagging(project: OnlineProject) -> None:
    project.define(online=f"{{type: redis, url: '{valkey_database()}'}}")
    project.put(ROWS)
    project.run(6)
    assert verify(project) == {}
    project.put([*ROWS, bought(2, 7, 1.0)])
    project.run(8, "--warehouse-only")
    assert set(verify(project, "-s", "latest")["latest"]) == {"lagging"}


def test_what_was_erased_and_is_still_in_the_source_is_erased(loaded: OnlineProject) -> None:
    loaded.call("erase", "latest", "1", "--yes")
    assert verify(loaded, "-s", "latest") == {"latest": {"erased": 2}}


def test_a_sample_is_the_same_in_each_call_and_of_the_size_asked_for(project: OnlineProject) -> None:
    project.put([bought(user, 1, float(user)) for user in range(300)])
    project.run(6)
    project.put([bought(user, 1, float(user) + 1) for user in range(300)])
    ended = [project.call("verify", "-s", "latest", "--sample", "50", "--output", "json") for _ in "ab"]
    assert ended[0].out == ended[1].out
    (view,) = ended[0].json
    assert (view["entities"], view["differing"], len(view["differences"])) == (50, 50, 20)
    assert "... and 30 more cells of latest" in project.call("verify", "-s", "latest", "--sample", "50").out


def test_cells_name_key_feature_and_both_values(loaded: OnlineProject) -> None:
    loaded.put([*ROWS, (1, "s", 5.5, 5.5, None, "new")])
    lines = loaded.call("verify", "-s", "by_shop latest").out.splitlines()
    shown = [line.split() for line in lines]
    assert ["by_shop", "user_id=1,shop_id=s", "paid", "NULL", "15.0", "late"] in shown
    assert ["latest", "user_id=1", "note", "new", "late"] in shown
    assert any(line.startswith("late: the source has changed") for line in lines)


def test_composite_text_and_time_keys_round_trip(project: OnlineProject) -> None:
    text = (
        DEFINITIONS
        + """
  - name: odd
    entities: [odd]
    source: odd
    features: [{name: v, dtype: int64}]
"""
    )
    text = text.replace(
        "entities:\n",
        "entities:\n  - {name: odd, join_keys: {b: bytes, d: date, t: timestamp, s: string, f: bool}}\n",
        1,
    ).replace("sources:\n", "sources:\n  - {name: odd, table: raw.odd, timestamp_field: at}\n")
    project.define(text)
    project.put(ROWS)
    with project.warehouse() as warehouse:
        warehouse.execute(
            "CREATE TABLE raw.odd AS SELECT '\\x00\\xFFa'::BLOB AS b, DATE '2026-01-01' AS d,"
            " TIMESTAMP '2026-01-01 00:00:00.000001' AS t, 'it''s ü \"x\"' AS s, TRUE AS f, 1::BIGINT AS v,"
            " TIMESTAMP '2026-01-01' AS at"
        )
    project.run(6)
    assert verify(project, "-s", "odd") == {}
    with project.warehouse() as warehouse:
        warehouse.execute("UPDATE raw.odd SET v = 2")
    assert verify(project, "-s", "odd") == {"odd": {"late": 1}}
    key = 'b=AP9h,d=2026-01-01,t=2026-01-01T00:00:00.000001Z,s=it\'s ü "x",f=true'
    ended = project.call("erase", "odd", key, "--yes")
    assert "1 row of its tables" in ended.err, ended.err


def test_views_of_views_are_compared(project: OnlineProject) -> None:
    project.define(
        DEFINITIONS
        + """
  - name: of_view
    entities: [user]
    source: {view: latest}
    aggregations: [{name: most, function: max, column: amount, windows: [lifetime]}]
"""
    )
    project.put(ROWS)
    project.run(6)
    assert verify(project) == {}
    project.put([*ROWS, bought(1, 2, 90.0)])
    assert verify(project, "-s", "of_view") == {"of_view": {"late": 1}}
    assert "still has rows of 1" in project.call("erase", "of_view", "1", "--yes").err


def test_a_view_without_join_keys_is_one_entity(project: OnlineProject) -> None:
    project.define(DEFINITIONS.replace("entities: [user]", "entities: []", 1))
    project.put(ROWS)
    project.run(6)
    assert verify(project, "-s", "latest") == {}
    project.put([*ROWS, bought(1, 5.5, 1.0)])
    assert verify(project, "-s", "latest") == {"latest": {"late": 1}}


def test_what_is_not_served_online_is_left_out(project: OnlineProject) -> None:
    project.define(DEFINITIONS.replace("- name: latest\n", "- name: latest\n    online: false\n"))
    project.put(ROWS)
    project.run(6)
    assert [view["view"] for view in project.call("verify", "--output", "json").json] == ["by_shop", "spend"]
    ended = project.call("verify", "-s", "latest")
    assert ended.code == 2
    assert "FC510" in ended.err


def test_json_holds_what_the_tables_show(loaded: OnlineProject) -> None:
    loaded.put([*ROWS, bought(1, 5.5, 16.0)])
    (view,) = loaded.call("verify", "-s", "latest", "--output", "json").json
    assert (view["view"], view["as_of"], view["agrees"]) == ("latest", "2026-01-01T06:00:00Z", False)
    assert view["differences"] == [
        {
            "view": "latest",
            "key": {"user_id": 1},
            "feature": "amount",
            "expected": 16.0,
            "found": 15.0,
            "cause": "late",
        }
    ]


def test_the_least_of_parts_are_the_least_of_all() -> None:
    keys = [b"[%d]" % n for n in range(100)]
    assert least([keys[:50], keys[50:], keys[:5]], 10) == least([keys], 10)
    assert len(least([keys], 10)) == 10


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.0 + 1e-6, False),
        (float("nan"), float("nan"), True),
        (float("nan"), None, False),
        (float("inf"), float("inf"), True),
        ([1.0, None], [1.0, None], True),
        ([1.0], [1.0, None], False),
        ({"a": [1.0]}, {"a": [1.0 + 1e-13]}, True),
        (1, True, False),
    ],
)
def test_values_are_the_same_up_to_the_order_of_a_sum(expected: object, found: object, same: bool) -> None:
    assert is_same(expected, found) == same
