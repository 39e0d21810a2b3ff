"""Point-in-time cases that users of Feast rely on, with the right answers: source rows, spine rows, features.

The numbers are those of the field's usual test list; several stores get some of them wrong (rows dropped or
doubled, keys confused, a sub-second ttl read as "for ever"). Unless a case says otherwise there is one view
`fv` of feature `v` on key `driver_id`, no ttl, times in UTC on 2026-01-01.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.oracle.case import Case, Row, Types

NEW_YORK = timezone(timedelta(hours=-5))


@dataclass(frozen=True)
class FeastCase:
    """``expected`` holds the features of each spine row, in the spine's order."""

    number: str
    says: str
    case: Case
    expected: Sequence[Row]

    def __str__(self) -> str:
        return f"{self.number} {self.says}"


def at(clock: str, day: int = 1) -> datetime:
    """Return the naive UTC time ``clock`` (HH:MM[:SS[.ffffff]]) of a day of January 2026."""
    return datetime.fromisoformat(f"2026-01-{day:02} {clock}")


def view(
    name: str = "fv", entities: Sequence[str] = ("driver",), source: str = "s", **options: Any
) -> dict[str, Any]:
    features = options.pop("features", [{"name": "v", "dtype": "float64"}])
    return {"name": name, "entities": list(entities), "source": source, **options, "features": features}


def source(name: str = "s", **options: Any) -> dict[str, Any]:
    return {"name": name, "table": f"raw.{name}", "timestamp_field": "ts", **options}


DRIVER = {"name": "driver", "join_keys": {"driver_id": "int64"}}
CUSTOMER = {"name": "customer", "join_keys": {"customer_id": "int64"}}
KEY_AND_TIME: Types = {"driver_id": "int64", "event_timestamp": "timestamp"}


def rows(names: str, *values: tuple[Any, ...]) -> list[Row]:
    return [dict(zip(names.split(), v, strict=True)) for v in values]


def one_view(
    number: str,
    says: str,
    given: Sequence[tuple[Any, ...]],
    asked: Sequence[tuple[Any, ...]],
    expected: Sequence[float | None],
    *,
    columns: str = "driver_id ts v",
    source_options: Mapping[str, Any] | None = None,
    spine_types: Types = KEY_AND_TIME,
    source_types: Types | None = None,
    timestamp_column: str = "event_timestamp",
    **view_options: Any,
) -> FeastCase:
    known = {
        "driver_id": "int64",
        "ts": "timestamp",
        "created": "timestamp",
        "v": "float64",
        **(source_types or {}),
    }
    project = {
        "entities": [DRIVER],
        "sources": [source(**(source_options or {}))],
        "feature_views": [view(**view_options)],
    }
    case = Case(
        project,
        {"s": {n: known[n] for n in columns.split()}},
        {"s": rows(columns, *given)},
        spine_types,
        [dict(zip(spine_types, a, strict=True)) for a in asked],
        ["fv:v"],
        timestamp_column=timestamp_column,
    )
    return FeastCase(number, says, case, [{"v": e} for e in expected])


CREATED = {"created_timestamp_field": "created"}
WITH_CREATED = "driver_id ts created v"
ONE = [(1, at("00:00"), 1.0)]

ONE_VIEW = [
    one_view("P01", "a row at the very instant counts", ONE, [(1, at("00:00"))], [1.0]),
    one_view("P02", "the lower end of ttl is closed", ONE, [(1, at("01:00"))], [1.0], ttl="1h"),
    one_view("P03", "past ttl the spine's row stays", ONE, [(1, at("01:00:01"))], [None], ttl="1h"),
    one_view("P04", "only future rows: NULL", [(1, at("00:00", 2), 1.0)], [(1, at("12:00"))], [None]),
    one_view("P05", "an unknown key: NULL", ONE, [(9, at("12:00"))], [None]),
    one_view(
        "P06",
        "spine rows of one key and time all stay",
        ONE,
        [(1, at("12:00"), 0), (1, at("12:00"), 1), (1, at("12:00"), 1)],
        [1.0, 1.0, 1.0],
        spine_types={**KEY_AND_TIME, "label": "int64"},
    ),
    one_view(
        "P08",
        "created settles ties",
        [
            (1, at("00:00"), at("01:00"), 1.0),
            (1, at("00:00"), at("03:00"), 2.0),
            (1, at("00:00"), at("02:00"), 3.0),
        ],
        [(1, at("12:00"))],
        [2.0],
        columns=WITH_CREATED,
        source_options=CREATED,
    ),
    one_view(
        "P09",
        "event time beats created",
        [(1, at("01:00"), at("02:00"), 30.0), (1, at("02:00"), at("01:00"), 40.0)],
        [(1, at("03:00"))],
        [40.0],
        columns=WITH_CREATED,
        source_options=CREATED,
    ),
    one_view(
        "P10",
        "a tie without created: one row, the greatest value",
        [(1, at("00:00"), 2.0), (1, at("00:00"), 1.0)],
        [(1, at("12:00"))],
        [2.0],
    ),
    one_view(
        "P11",
        "a tie in created too: one row, the greatest value",
        [(1, at("00:00"), at("01:00"), 1.0), (1, at("00:00"), at("01:00"), 2.0)],
        [(1, at("12:00"))],
        [2.0],
        columns=WITH_CREATED,
        source_options=CREATED,
    ),
    one_view(
        "P12",
        "NULL created comes before any other",
        [(1, at("00:00"), None, 3.0), (1, at("00:00"), at("02:00"), 2.0)],
        [(1, at("12:00"))],
        [2.0],
        columns=WITH_CREATED,
        source_options=CREATED,
    ),
    one_view(
        "P13",
        "created all NULL: the row still counts",
        [(1, at("00:00"), None, 1.0)],
        [(1, at("12:00"))],
        [1.0],
        columns=WITH_CREATED,
        source_options=CREATED,
    ),
    one_view(
        "P14",
        "the latest row wins though its feature is NULL",
        [(1, at("00:00"), 1.0), (1, at("00:00", 2), None)],
        [(1, at("00:00", 3))],
        [None],
    ),
    one_view(
        "P14b",
        "and default does not stand for the NULL of a row",
        [(1, at("00:00"), 1.0), (1, at("00:00", 2), None)],
        [(1, at("00:00", 3)), (2, at("00:00", 3))],
        [None, 0.5],
        features=[{"name": "v", "dtype": "float64", "default": 0.5}],
    ),
    one_view(
        "P15", "a row without event time is never seen", [*ONE, (1, None, 9.0)], [(1, at("00:00", 3))], [1.0]
    ),
    one_view(
        "P16", "a NULL key matches nothing", [*ONE, (None, at("00:00"), 9.0)], [(None, at("12:00"))], [None]
    ),
    one_view("P18", "a NULL time matches nothing", ONE, [(1, at("12:00")), (1, None)], [1.0, None]),
    one_view(
        "P19",
        "a naive time is UTC",
        [(1, at("05:00"), 1.0)],
        [(1, at("05:00"))],
        [1.0],
        source_types={"ts": "timestamp_utc"},
    ),
    one_view(
        "P20",
        "a spine in another time zone means the same instants",
        [(1, at("05:00"), 1.0), (1, at("06:00"), 2.0)],
        [(1, at("00:30").replace(tzinfo=NEW_YORK))],
        [1.0],
        spine_types={"driver_id": "int64", "event_timestamp": "timestamp_utc"},
    ),
    one_view("P22", "an empty spine gives no rows", ONE, [], []),
    one_view(
        "P23",
        "another name for t",
        ONE,
        [(1, at("12:00"))],
        [1.0],
        spine_types={"driver_id": "int64", "label_ts": "timestamp"},
        timestamp_column="label_ts",
    ),
    one_view(
        "P27",
        "the spine's order is kept",
        [(1, at("00:00"), 1.0), (2, at("00:00"), 2.0), (3, at("00:00"), 3.0)],
        [(3, at("12:00")), (1, at("12:00", 3)), (9, at("01:00")), (2, at("12:00", 2)), (1, at("01:00"))],
        [3.0, 1.0, None, 2.0, 1.0],
    ),
    one_view(
        "P29",
        "a spine column called entity_timestamp is just a column",
        ONE,
        [(1, at("12:00"), at("00:00", 9)), (1, at("12:00"), None)],
        [1.0, 1.0],
        spine_types={**KEY_AND_TIME, "entity_timestamp": "timestamp"},
    ),
    one_view(
        "P30",
        "t in mixed case",
        ONE,
        [(1, at("12:00"))],
        [1.0],
        spine_types={"driver_id": "int64", "EventTS": "timestamp"},
        timestamp_column="EventTS",
    ),
    one_view(
        "P32",
        "a column under another name",
        [(1, at("00:00"), 1.0)],
        [(1, at("12:00"))],
        [1.0],
        columns="driver_id ts Home",
        source_types={"Home": "float64"},
        features=[{"name": "v", "dtype": "float64", "column": "Home"}],
    ),
    one_view(
        "P41a",
        "without available_at a row counts from its event time",
        [(1, at("01:00"), at("01:00"), 10.0), (1, at("01:00"), at("03:00"), 20.0)],
        [(1, at("02:00"))],
        [20.0],
        columns=WITH_CREATED,
        source_options=CREATED,
    ),
    one_view(
        "P41b",
        "with available_at a row counts once known, and never where that is NULL",
        [
            (1, at("01:00"), at("01:00"), 10.0),
            (1, at("01:00"), at("03:00"), 20.0),
            (1, at("01:30"), None, 30.0),
            (2, at("01:00"), at("05:00"), 40.0),
        ],
        [(1, at("02:00")), (1, at("03:00")), (1, at("09:00")), (2, at("02:00"))],
        [10.0, 20.0, 20.0, None],
        columns=WITH_CREATED,
        source_options={**CREATED, "available_at": "created"},
    ),
    one_view(
        "P45",
        "one microsecond is enough",
        [(1, at("00:00:00.000001"), 1.0)],
        [(1, at("00:00:00")), (1, at("00:00:00.000001"))],
        [None, 1.0],
    ),
    one_view(
        "P47",
        "an event time of type date is its midnight",
        [(1, at("00:00").date(), 1.0)],
        [(1, at("10:00")), (1, at("00:00"))],
        [1.0, 1.0],
        source_types={"ts": "date"},
    ),
    one_view(
        "P48",
        "an int32 key in the spine meets an int64 one",
        ONE,
        [(1, at("12:00"))],
        [1.0],
        spine_types={"driver_id": "int32", "event_timestamp": "timestamp"},
    ),
    one_view(
        "P51",
        "a ttl below one second holds",
        ONE,
        [(1, at("00:00:00.5")), (1, at("00:00:00.500001")), (1, at("00:00:01"))],
        [1.0, None, None],
        ttl="500ms",
    ),
    one_view(
        "X01",
        "without exact matches a row counts strictly after",
        ONE,
        [(1, at("00:00")), (1, at("00:00:00.000001"))],
        [None, 1.0],
        allow_exact_matches=False,
    ),
    one_view(
        "X02",
        "a correction of an old event counts once known",
        [
            (1, at("10:00"), at("10:00"), 1.0),
            (1, at("11:00"), at("15:00"), 2.0),
            (1, at("10:00"), at("12:00"), 3.0),
        ],
        [(1, at("11:59")), (1, at("12:00")), (1, at("14:59")), (1, at("15:00"))],
        [1.0, 3.0, 3.0, 2.0],
        columns=WITH_CREATED,
        source_options={**CREATED, "available_at": "created"},
    ),
    one_view(
        "X03",
        "a row known before it happens counts from its event time",
        [(1, at("10:00"), at("08:00"), 1.0)],
        [(1, at("09:00")), (1, at("10:00"))],
        [None, 1.0],
        columns=WITH_CREATED,
        source_options={"available_at": "created"},
    ),
    one_view(
        "X04",
        "a lag delays a row, but ttl counts from its event time",
        ONE,
        [(1, at("00:14:59.999999")), (1, at("00:15")), (1, at("01:00")), (1, at("01:00:00.000001"))],
        [None, 1.0, 1.0, None],
        source_options={"availability_lag": "15m"},
        ttl="1h",
    ),
    one_view(
        "X05",
        "a filter drops rows, not spine rows, and NULL is not true",
        [(1, at("00:00"), 1.0), (1, at("01:00"), -1.0), (1, at("02:00"), None)],
        [(1, at("12:00")), (2, at("12:00"))],
        [1.0, None],
        filter="v > 0.0",
    ),
    one_view(
        "X06",
        "NaN is the greatest of tied values",
        [(1, at("00:00"), float("inf")), (1, at("00:00"), float("nan")), (1, at("00:00"), None)],
        [(1, at("12:00"))],
        [float("nan")],
    ),
]


def two_views(
    number: str,
    says: str,
    project: Mapping[str, Any],
    types: Mapping[str, Types],
    tables: Mapping[str, Sequence[Row]],
    spine_types: Types,
    asked: Sequence[tuple[Any, ...]],
    features: Sequence[str],
    expected: Sequence[Row],
    full: bool = False,
) -> FeastCase:
    spine = [dict(zip(spine_types, a, strict=True)) for a in asked]
    return FeastCase(number, says, Case(project, types, tables, spine_types, spine, features, full), expected)


DRIVER_AND_CUSTOMER = {
    "entities": [DRIVER, CUSTOMER],
    "sources": [source("a"), source("b")],
    "feature_views": [
        view("f1", ["driver"], "a", features=[{"name": "x", "dtype": "float64"}]),
        view("f2", ["customer"], "b", features=[{"name": "y", "dtype": "float64"}]),
    ],
}
DRIVER_AND_CUSTOMER_TYPES: Mapping[str, Types] = {
    "a": {"driver_id": "int64", "ts": "timestamp", "x": "float64"},
    "b": {"customer_id": "int64", "ts": "timestamp", "y": "float64"},
}
DRIVER_AND_CUSTOMER_ROWS = {
    "a": rows("driver_id ts x", (1, at("00:00"), 1.0)),
    "b": rows("customer_id ts y", (5, at("00:00"), 5.0), (6, at("00:00"), 6.0), (None, at("00:00"), 7.0)),
}
TWO_KEYS: Types = {"driver_id": "int64", "customer_id": "int64", "event_timestamp": "timestamp"}
LOCATION = {"name": "location", "join_keys": {"location_id": "int64"}}
BOTH_ENDS = [
    {"view": "place", "alias": "origin", "join_key_map": {"location_id": "origin_id"}, "features": ["temp"]},
    {"view": "place", "alias": "dest", "join_key_map": {"location_id": "dest_id"}, "features": ["temp"]},
]
ALIASED = {
    "entities": [LOCATION],
    "sources": [source()],
    "feature_views": [view("place", ["location"], features=[{"name": "temp", "dtype": "float64"}])],
    "feature_services": [{"name": "trip", "features": BOTH_ENDS}],
}
ALIASED_TYPES: Mapping[str, Types] = {"s": {"location_id": "int64", "ts": "timestamp", "temp": "float64"}}
ALIASED_ROWS = {"s": rows("location_id ts temp", (1, at("00:00"), 10.0), (2, at("00:00"), 20.0))}
ENDS: Types = {"origin_id": "int64", "dest_id": "int64", "event_timestamp": "timestamp"}
ORDER_NAMES = {"order": "int64", "event_timestamp": "timestamp", "select": "string"}

SEVERAL_VIEWS = [
    two_views(
        "P07",
        "rows that differ in another view's key only all stay",
        DRIVER_AND_CUSTOMER,
        DRIVER_AND_CUSTOMER_TYPES,
        DRIVER_AND_CUSTOMER_ROWS,
        TWO_KEYS,
        [(1, 5, at("12:00")), (1, 6, at("12:00"))],
        ["f1:x", "f2:y"],
        [{"x": 1.0, "y": 5.0}, {"x": 1.0, "y": 6.0}],
    ),
    two_views(
        "P17",
        "a NULL key of one view leaves the other's features alone",
        DRIVER_AND_CUSTOMER,
        DRIVER_AND_CUSTOMER_TYPES,
        DRIVER_AND_CUSTOMER_ROWS,
        TWO_KEYS,
        [(1, None, at("12:00")), (1, 5, at("12:00")), (None, 6, at("12:00"))],
        ["f1:x", "f2:y"],
        [{"x": 1.0, "y": None}, {"x": 1.0, "y": 5.0}, {"x": None, "y": 6.0}],
    ),
    two_views(
        "P26",
        "keys (1, 11) and (11, 1) are two keys",
        {
            "entities": [DRIVER, CUSTOMER],
            "sources": [source()],
            "feature_views": [view("fv", ["driver", "customer"])],
        },
        {"s": {"driver_id": "int64", "customer_id": "int64", "ts": "timestamp", "v": "float64"}},
        {"s": rows("driver_id customer_id ts v", (1, 11, at("00:00"), 1.0), (11, 1, at("00:00"), 2.0))},
        TWO_KEYS,
        [(1, 11, at("12:00")), (11, 1, at("12:00"))],
        ["fv:v"],
        [{"v": 1.0}, {"v": 2.0}],
    ),
    two_views(
        "P26b",
        "text keys with separators inside are two keys",
        {
            "entities": [{"name": "pair", "join_keys": {"a": "string", "b": "string"}}],
            "sources": [source()],
            "feature_views": [view("fv", ["pair"])],
        },
        {"s": {"a": "string", "b": "string", "ts": "timestamp", "v": "float64"}},
        {
            "s": rows(
                "a b ts v",
                ("a|b", "c", at("00:00"), 1.0),
                ("a", "b|c", at("00:00"), 2.0),
                ("", " ", at("00:00"), 3.0),
            )
        },
        {"a": "string", "b": "string", "event_timestamp": "timestamp"},
        [
            ("a|b", "c", at("12:00")),
            ("a", "b|c", at("12:00")),
            ("", " ", at("12:00")),
            (" ", "", at("12:00")),
            ("A", "b|c", at("12:00")),
        ],
        ["fv:v"],
        [{"v": 1.0}, {"v": 2.0}, {"v": 3.0}, {"v": None}, {"v": None}],
    ),
    two_views(
        "P33",
        "a view without entities gives the latest row of all, within ttl",
        {"entities": [DRIVER], "sources": [source()], "feature_views": [view("fv", [], ttl="1d")]},
        {"s": {"ts": "timestamp", "v": "float64"}},
        {"s": rows("ts v", (at("00:00"), 1.0), (at("12:00"), 2.0))},
        {"event_timestamp": "timestamp", "label": "int64"},
        [(at("11:59"), 0), (at("12:00"), 1), (at("12:00", 2), 1), (at("12:01", 2), 1)],
        ["fv:v"],
        [{"v": 1.0}, {"v": 2.0}, {"v": 2.0}, {"v": None}],
    ),
    two_views(
        "P34",
        "a composite key matches where all its parts do",
        {
            "entities": [DRIVER, CUSTOMER],
            "sources": [source()],
            "feature_views": [view("fv", ["customer", "driver"])],
        },
        {"s": {"driver_id": "int64", "customer_id": "int64", "ts": "timestamp", "v": "float64"}},
        {
            "s": rows(
                "driver_id customer_id ts v",
                (1, 5, at("00:00"), 1.0),
                (2, 5, at("00:00"), 2.0),
                (None, 5, at("00:00"), 3.0),
            )
        },
        TWO_KEYS,
        [
            (1, 5, at("12:00")),
            (2, 5, at("12:00")),
            (1, 6, at("12:00")),
            (None, 5, at("12:00")),
            (1, None, at("12:00")),
        ],
        ["fv:v"],
        [{"v": 1.0}, {"v": 2.0}, {"v": None}, {"v": None}, {"v": None}],
    ),
    two_views(
        "P35",
        "one view twice under aliases, each with its own key",
        ALIASED,
        ALIASED_TYPES,
        ALIASED_ROWS,
        ENDS,
        [(1, 2, at("12:00")), (2, 2, at("12:00")), (None, 1, at("12:00"))],
        ["trip"],
        [
            {"origin__temp": 10.0, "dest__temp": 20.0},
            {"origin__temp": 20.0, "dest__temp": 20.0},
            {"origin__temp": None, "dest__temp": 10.0},
        ],
        full=True,
    ),
    two_views(
        "P49",
        "reserved words as names",
        {
            "entities": [{"name": "group", "join_keys": {"order": "int64"}}],
            "sources": [{"name": "table", "table": "raw.table", "timestamp_field": "Group By"}],
            "feature_views": [
                view("select", ["group"], "table", features=[{"name": "from", "dtype": "float64"}])
            ],
        },
        {"table": {"order": "int64", "Group By": "timestamp", "from": "float64"}},
        {"table": [{"order": 1, "Group By": at("00:00"), "from": 1.0}]},
        ORDER_NAMES,
        [(1, at("12:00"), "x")],
        ["select:from"],
        [{"from": 1.0}],
    ),
    two_views(
        "P50",
        "each view has its own ttl, though they share a source",
        {
            "entities": [DRIVER],
            "sources": [source()],
            "feature_views": [view("short", ttl="1h"), view("long", ttl="1d"), view("ever")],
        },
        {"s": {"driver_id": "int64", "ts": "timestamp", "v": "float64"}},
        {"s": rows("driver_id ts v", (1, at("00:00"), 1.0))},
        KEY_AND_TIME,
        [(1, at("01:00")), (1, at("02:00")), (1, at("00:00", 2)), (1, at("00:00", 3))],
        ["short:v", "long:v", "ever:v"],
        [
            {"short__v": 1.0, "long__v": 1.0, "ever__v": 1.0},
            {"short__v": None, "long__v": 1.0, "ever__v": 1.0},
            {"short__v": None, "long__v": 1.0, "ever__v": 1.0},
            {"short__v": None, "long__v": None, "ever__v": 1.0},
        ],
        full=True,
    ),
    two_views(
        "P52",
        "one spine row, 80 views, 160 features",
        {
            "entities": [DRIVER],
            "sources": [source(f"s{i}") for i in range(80)],
            "feature_views": [
                view(
                    f"view_{i}",
                    source=f"s{i}",
                    features=[
                        {"name": f"a_{i}", "dtype": "int64", "column": "v"},
                        {"name": f"b_{i}", "dtype": "int64", "expr": "v + 1"},
                    ],
                )
                for i in range(80)
            ],
        },
        {f"s{i}": {"driver_id": "int64", "ts": "timestamp", "v": "int64"} for i in range(80)},
        {f"s{i}": rows("driver_id ts v", (1, at("00:00"), i)) for i in range(80)},
        KEY_AND_TIME,
        [(1, at("12:00"))],
        [f"view_{i}:{name}_{i}" for i in range(80) for name in "ab"],
        [{k: v for i in range(80) for k, v in ((f"a_{i}", i), (f"b_{i}", i + 1))}],
    ),
]

CASES = [*ONE_VIEW, *SEVERAL_VIEWS]
