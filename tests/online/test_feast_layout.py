"""Redis in Feast's layout: its exact bytes, and what its readers and ours then find.

``golden/feast.json`` was made with Feast 0.67.0's own functions.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redis

from fcompile.compiler.dtypes import FLOAT64, INT64, parse_dtype
from fcompile.compiler.errors import FcompileError
from fcompile.runtime.loader import schema_of
from fcompile.runtime.online.base import Ask, Generation, OnlineStore
from fcompile.runtime.online.codec import read_schema, schema_text
from fcompile.runtime.online.columns import column_reader
from fcompile.runtime.online.feast_pack import values_of
from fcompile.runtime.online.feast_values import (
    entity_key,
    field_name,
    read_timestamp,
    read_value,
    timestamp_bytes,
    value_bytes,
)
from fcompile.runtime.online.packed import (
    VERSION_BYTES,
    Layout,
    Packed,
    packed_of,
    read_version,
    version_bytes,
)
from tests.online.decoding import decoded
from tests.online.project import OnlineProject, bought
from tests.online.servers import valkey_cluster, valkey_database
from tests.online.serving_project import ServingProject, fill, packed_rows, serving_project

GOLDEN = json.loads((Path(__file__).parent / "golden" / "feast.json").read_text())
T0 = datetime(2026, 1, 1, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "bytes": b"\x00\xff",
    "string": "né",
    "string ": "",
    "int32": -5,
    "int64": -(2**63),
    "int64 ": 0,
    "float64": 2.0,
    "float32": 0.5,
    "bool": False,
    "timestamp": T0,
    "date": date(2026, 1, 1),
    "json": '{"a": 1}',
    "decimal(5,2)": Decimal("1.10"),
    "list<int64>": [1, -1, 300],
    "list<int64> ": [],
    "list<int32>": [1, -1],
    "list<float64>": [1.5, -0.0],
    "vector<float32,2>": [1.0, 2.5],
    "list<string>": ["a", ""],
    "list<bytes>": [b"x"],
    "list<bool>": [True, False],
    "list<timestamp>": [T0, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)],
    "list<json>": ["1"],
    "list<decimal(4,1)>": [Decimal("1.5")],
    "struct<a:int64,b:string>": {"a": 1, "b": None},
    "list<struct<a:int64>>": [{"a": 1}],
    "list<list<int64>>": [[1]],
}


@pytest.mark.parametrize("text", list(VALUES))
def test_values_have_feasts_bytes_and_come_back(text: str) -> None:
    dtype = parse_dtype(text.strip())
    written = value_bytes(VALUES[text], dtype)
    assert written.hex() == GOLDEN["values"][text]
    assert repr(read_value(written, dtype)) == repr(VALUES[text])


@pytest.mark.parametrize("text", list(VALUES))
def test_values_come_back_as_packed_rows(text: str) -> None:
    dtype = parse_dtype(text.strip())
    features = (("f", dtype), ("g", dtype), ("h", INT64))
    raw = value_bytes(VALUES[text], dtype)
    (value,) = values_of(schema_text(features), [(None, timestamp_bytes(5), raw, b"", b"\x20\x03")])
    assert value is not None
    columns = column_reader(schema_text(features), features)([value])
    assert [repr(list(column)) for column in columns.members] == [repr([VALUES[text]]), "[None]", "[3]"]
    assert (list(columns.events), read_version(value)) == ([5], (5, None, 0))


def test_null_is_an_empty_value_and_a_value_of_another_type_is_none() -> None:
    assert value_bytes(None, parse_dtype("int64")).hex() == GOLDEN["values"]["null"]
    assert read_value(b"", parse_dtype("int64")) is None
    assert read_value(value_bytes(1, parse_dtype("int64")), parse_dtype("string")) is None


@pytest.mark.parametrize("value", [[1, None], [[None], None, []], [math.inf, None]])
def test_lists_with_nulls_in_them_come_back(value: list[Any]) -> None:
    dtype = parse_dtype("list<list<int64>>" if value[0] == [None] else "list<float64>")
    assert read_value(value_bytes(value, dtype), dtype) == value


def test_hash_fields_have_feasts_names() -> None:
    for text, name in GOLDEN["names"].items():
        assert field_name(*text.split(":")).hex() == name


def test_hashes_have_feasts_names() -> None:
    found = {
        "driver_id int64 1": entity_key(["driver_id"], [1], [parse_dtype("int64")], "p"),
        "user string x, at timestamp, b bytes, i int32": entity_key(
            ["user", "at", "b", "i"],
            ["x", T0, b"\x00", -7],
            [parse_dtype(kind) for kind in ("string", "timestamp", "bytes", "int32")],
            "p",
        ),
        "none": entity_key(["__dummy_id"], [""], [parse_dtype("string")], "p"),
    }
    assert {text: key.hex() for text, key in found.items()} == GOLDEN["keys"]


def test_times_have_feasts_bytes_and_come_back() -> None:
    for micros, message in GOLDEN["times"].items():
        assert timestamp_bytes(int(micros)).hex() == message
        assert read_timestamp(bytes.fromhex(message)) == int(micros)


# -- the store -----------------------------------------------------------------------------------


@pytest.fixture
def url() -> str:
    return valkey_database()


@pytest.fixture
def project(url: str, tmp_path: Path) -> ServingProject:
    return serving_project(tmp_path, f"{{type: redis, url: '{url}', layout: feast}}")


@pytest.fixture
def store(project: ServingProject) -> Iterator[OnlineStore]:
    """Where readers see generation 1 of `v1`, which is empty."""
    with closing(project.store()) as store:
        store.begin("v1", Generation(1, schema_of(project.view("v1"))))
        store.flip("v1", 1)
        yield store


def _row(project: ServingProject, user: int, a: float | None, version: tuple[int, int | None, int]) -> Packed:
    """One row of `v1` with that event time, created and sequence."""
    (pair,) = packed_rows(project.view("v1"), {"user_id": [user], "a1": [a], "b1": [user]}).pairs()
    return packed_of([(pair[0], version_bytes(*version) + pair[1][VERSION_BYTES:])])


def _stands(store: OnlineStore, project: ServingProject, user: int = 1) -> float | None:
    (found,) = store.read([Ask("v1", [f"[{user}]"])])
    if found.values[0] is None or found.generation is None:
        return None
    layout = Layout(read_schema(found.generation.schema))
    value: float = decoded(layout)(found.values[0])[0]
    return value


@pytest.mark.engines
def test_what_is_loaded_is_served_by_us_too(project: ServingProject) -> None:
    fill(project, 10)
    with project.open() as store:
        asked = [{"user_id": n, "place": f"p{n}"} for n in (3, 9, 3, 11, 0)]
        answer = store.get_online_features("all", asked, at=T0)
        for view in range(5):
            assert answer.to_dict()[f"a{view}"] == [
                3 + view / 10, 9 + view / 10, 3 + view / 10, None, view / 10,
            ]  # fmt: skip
            assert answer.event_timestamps[f"a{view}"] == [T0, T0, T0, None, T0]
        assert answer.to_dict()["b1"] == [3, 9, 3, None, None]
        assert answer.statuses["b1"] == ["PRESENT", "PRESENT", "PRESENT", "NOT_FOUND", "NULL_VALUE"]


@pytest.mark.engines
def test_hashes_have_feasts_fields_and_one_of_ours(project: ServingProject, url: str) -> None:
    project.write("v0", {"user_id": [7], "a0": [2.0], "b0": [None]})
    client = redis.Redis.from_url(url)
    held = client.hgetall(entity_key(["user_id"], [7], [INT64], "p"))
    ours = held.pop(b"_fc:v0")
    assert held == {
        b"_ts:v0": bytes.fromhex(GOLDEN["times"]["1767225600000000"]),
        field_name("v0", "a0"): bytes.fromhex(GOLDEN["values"]["float64"]),
        field_name("v0", "b0"): b"",
    }
    assert len(ours) == 32 + len(held[b"_ts:v0"])


@pytest.mark.engines
def test_the_newest_version_stands_in_any_order(project: ServingProject, store: OnlineStore) -> None:
    versions = [
        (event, created, sequence)
        for event in (-(10**15) - 1, -1, 0, 10**15, 10**15 + 1)
        for created in (None, -5, 5)
        for sequence in (1, 2)
    ]
    numbered = list(enumerate(versions))
    random.Random(4).shuffle(numbered)
    newest = -1
    for n, version in numbered:
        assert store.write("v1", 1, _row(project, 1, n, version)) == int(n > newest)
        newest = max(n, newest)
        assert _stands(store, project) == newest
    assert store.write("v1", 1, _row(project, 1, newest, versions[newest])) == 0


@pytest.mark.engines
def test_what_feast_wrote_is_older_or_newer_by_its_event_time(
    project: ServingProject, store: OnlineStore, url: str
) -> None:
    client = redis.Redis.from_url(url)
    name, field = entity_key(["user_id"], [1], [INT64], "p"), field_name("v1", "a1")

    def feast_writes(event: int, value: float) -> None:
        client.hset(name, "_ts:v1", timestamp_bytes(event))
        client.hset(name, field, value_bytes(value, FLOAT64))

    feast_writes(100, 1.0)
    assert _stands(store, project) == 1.0
    assert store.write("v1", 1, _row(project, 1, 2.0, (99, None, 1))) == 0
    assert store.write("v1", 1, _row(project, 1, 3.0, (100, None, 1))) == 1
    feast_writes(200, 4.0)
    assert store.write("v1", 1, _row(project, 1, 5.0, (199, 9, 9))) == 0
    assert _stands(store, project) == 4.0
    feast_writes(-(10**15), 6.0)
    assert store.write("v1", 1, _row(project, 1, 7.0, (-(10**15) - 1, 9, 9))) == 0
    assert store.write("v1", 1, _row(project, 1, 8.0, (-(10**15) + 1, None, 1))) == 1
    assert _stands(store, project) == 8.0


@pytest.mark.engines
def test_a_new_generation_replaces_rows_and_removes_what_it_does_not_have(
    project: ServingProject, store: OnlineStore
) -> None:
    for user in (1, 2):
        store.write("v1", 1, _row(project, user, 1.0, (500, None, 1)))
    store.begin("v1", Generation(2, schema_of(project.view("v1"))))
    # Older by event time, of a later generation.
    assert store.write("v1", 2, _row(project, 1, 2.0, (400, None, 2))) == 1
    assert store.write("v1", 1, _row(project, 1, 3.0, (600, None, 2))) == 0
    store.flip("v1", 2)
    store.flip("v1", 2)
    assert (_stands(store, project, 1), _stands(store, project, 2)) == (2.0, None)
    held = [pair for rows in store.scan("v1", 2) for pair in rows.pairs()]
    assert held == list(_row(project, 1, 2.0, (400, None, 2)).pairs())
    for late in (
        lambda: store.write("v1", 1, _row(project, 1, 4.0, (9, None, 9))),
        lambda: store.rollback("v1"),
    ):
        with pytest.raises(FcompileError, match=r"FC520|FC522"):
            late()


@pytest.mark.engines
def test_what_was_erased_stays_so_until_something_newer_comes(
    project: ServingProject, store: OnlineStore
) -> None:
    row = _row(project, 1, 1.0, (500, None, 1))
    store.write("v1", 1, row)
    assert store.erase("v1", ["[1]", "[9]"]) == 1
    assert store.write("v1", 1, row) == 0
    assert _stands(store, project) is None
    (held,) = [value for rows in store.scan("v1", 1) for _, value in rows.pairs()]
    assert held == version_bytes(500, None, 1)
    assert store.write("v1", 1, _row(project, 1, 2.0, (501, None, 1))) == 1
    assert _stands(store, project) == 2.0


@pytest.mark.engines
def test_views_of_one_entity_share_a_hash_and_are_dropped_alone(project: ServingProject, url: str) -> None:
    fill(project, 3)
    with closing(project.store()) as store:
        store.drop("v1")
        store.drop("v1")
        assert store.generations("v1").numbers() == ()
    with project.open() as served:
        answer = served.get_online_features("all", [{"user_id": 2, "place": "p2"}], at=T0)
        assert (answer.to_dict()["a1"], answer.to_dict()["a0"]) == ([None], [2.0])
    fields = redis.Redis.from_url(url).hkeys(entity_key(["user_id"], [2], [INT64], "p"))
    assert b"_ts:v0" in fields and b"_ts:v1" not in fields and field_name("v1", "a1") not in fields


@pytest.mark.engines
def test_runs_load_it_again_and_again_and_rebuild_it(tmp_path: Path, url: str, capsys: Any) -> None:
    made = OnlineProject(tmp_path, capsys)
    made.define(online=f"{{type: redis, url: '{url}', layout: feast}}")
    made.put([bought(1, 1, 10.0, "a"), bought(2, 1, 20.0, "b")])
    made.run(2)
    assert made.online("latest", "spend", user=2, at="2026-01-01T02:00:00Z") == {
        "amount": 20.0, "note": "b", "spent_2h": 20.0, "spent_lifetime": 20.0, "buys_6h": 1,
    }  # fmt: skip
    made.put([bought(1, 1, 10.0, "a"), bought(1, 2.5, 11.0, "c", known=3)])
    made.run(3)
    assert made.online("latest") == {"amount": 11.0, "note": "c"}
    assert made.online("latest", user=2) == {"amount": 20.0, "note": "b"}
    made.run(4, "--full-refresh")
    assert made.online("latest", user=2) == {"amount": None, "note": None}
    assert made.online("latest") == {"amount": 11.0, "note": "c"}
    found = made.call("verify", "--output", "json")
    assert found.code == 0, found


@pytest.mark.engines
def test_features_whose_names_have_one_hash_are_refused(store: OnlineStore) -> None:
    assert field_name("v", "f37660") == field_name("v", "f43618")
    with pytest.raises(FcompileError, match=r"FC506.*`f37660` and `f43618` would be one field"):
        store.begin("v", Generation(1, schema_text([("f37660", INT64), ("f43618", INT64)])))


@pytest.mark.engines
def test_join_keys_that_feast_does_not_know_are_refused(url: str, tmp_path: Path) -> None:
    project = serving_project(tmp_path, f"{{type: redis, url: '{url}', layout: feast}}")
    path = tmp_path / "featuredefs" / "all.yaml"
    path.write_text(path.read_text().replace("place: string", "place: date"))
    with (
        closing(project.store()) as store,
        pytest.raises(FcompileError, match=r"FC506.*no join keys of date"),
    ):
        store.begin("v2", Generation(1, schema_text([("a2", FLOAT64)])))


@pytest.mark.engines
def test_a_cluster_has_the_layout_too(tmp_path: Path) -> None:
    cluster = valkey_cluster()
    cluster.flush()
    made = serving_project(tmp_path, f"{{type: redis, url: '{cluster.url()}', cluster: true, layout: feast}}")
    fill(made, 20)
    fill(made, 10, add=0.5, generation=2)
    with made.open() as store:
        answer = store.get_online_features("all", [{"user_id": n, "place": f"p{n}"} for n in (3, 12)], at=T0)
        for view in range(5):
            assert answer.to_dict()[f"a{view}"] == [3.5 + view / 10, None]
