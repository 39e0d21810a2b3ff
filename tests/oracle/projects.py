"""Hypothesis strategies: a random project, random small data full of edges, a spine and a request.

The project is drawn choice by choice and shrinks. Its rows come from one drawn seed a table (a byte a cell),
so that thousands of projects are cheap; ``smaller`` takes rows away from a case that fails.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle import oracle
from tests.oracle.case import Case, Row

Draw = Callable[[st.SearchStrategy[Any]], Any]
MICRO = timedelta(microseconds=1)
ANCHORS = [datetime(2024, 1, 2), datetime(2024, 1, 2, 1), datetime(2024, 1, 9, 0, 0, 0, 500_000)]

VALUES: dict[str, list[Any]] = {
    "int64": [1, 11, 2, 0, -1, 4, 2**40],
    "int32": [1, 2, 0, -1, 2**31 - 1],
    "float64": [1.0, 2.5, 0.0, -0.0, float("nan"), float("inf"), float("-inf"), 0.1, -3.5],
    "float32": [1.0, 0.5, -0.0, 0.0, float("nan"), float("inf")],
    "string": [
        "a",
        "b",
        "",
        " ",
        "A",
        "ab",
        "a|b",
        "it's",
        'q"',
        "é",
        "e\u0301",
        "日本",
        "\U0001f600",
        "NULL",
        "%",
        "x" * 300,
    ],
    "bool": [False, True],
    "timestamp": [
        ANCHORS[0],
        ANCHORS[0] + MICRO,
        datetime(1969, 12, 31, 23, 59, 59, 999_999),
        datetime(2300, 1, 1),
    ],
    "date": [date(2024, 1, 2), date(1970, 1, 1), date(1600, 2, 29)],
    "bytes": [b"a", b"", b"\x00", b"\xff\x00", b"ab"],
}
KEY_TYPES = ["int64", "int64", "string", "string", "int32", "date", "bool", "timestamp", "bytes"]
COLUMN_TYPES = ["int64", "float64", "string", "bool", "timestamp", "int32", "float32", "date", "bytes"]
DURATIONS = ["1h", "500ms", "90s", "7d", "1d"]
KEY_NAMES = ["user_id", "order", "place", "select", "group", "k", "id"]
VALUE_NAMES = ["v", "value", "x", "order_", "end", "row_number", "entity_timestamp", "rn", "t", "e"]
TIME_NAMES = ["ts", "event_timestamp", "at_", "purchased_at", "time"]
PASS_NAMES = [
    "label",
    "entity_timestamp",
    "Order",
    "select",
    "__row",
    "Mixed Case",
    'qu"ote',
    " spaces ",
    "rowid",
    "ts",
    "v",
    "é",
    "row_number",
    "__spine_row",
]


@dataclass(frozen=True)
class SourceShape:
    """A source being made: its columns, the times its rows may have, and its definition."""

    definition: Mapping[str, Any]
    types: Mapping[str, str]
    moments: Sequence[datetime]
    value_columns: Sequence[str]


@st.composite
def cases(draw: Draw, *, rows: int = 24, spine_rows: int = 16, plain_types: bool = False) -> Case:
    """Draw a whole case. ``plain_types`` keeps to types that every file format of sources can carry."""
    entities, keys = _entities(draw)
    pools = {k: _pool(draw, VALUES[dtype]) for k, dtype in keys.items()}
    ttls = draw(st.lists(st.sampled_from(DURATIONS), min_size=1, max_size=2))
    column_types = COLUMN_TYPES[:5] if plain_types else COLUMN_TYPES
    shapes = [_source(draw, i, keys, ttls, column_types) for i in range(draw(st.integers(1, 3)))]
    views = [_view(draw, i, entities, shapes, ttls) for i in range(draw(st.integers(1, 4)))]
    members = _members(draw, views, keys, entities)
    project = {
        "entities": entities,
        "sources": [s.definition for s in shapes],
        "feature_views": views,
        "feature_services": [{"name": "svc", "features": members}],
    }
    tables = {s.definition["name"]: _rows(draw, s, keys, pools, rows) for s in shapes}
    features = ["svc"] if draw(st.booleans()) else _references(draw, views)
    return _with_spine(draw, project, shapes, tables, keys, pools, features, spine_rows)


def _entities(draw: Draw) -> tuple[list[dict[str, Any]], dict[str, str]]:
    names = draw(st.permutations(KEY_NAMES))
    entities, keys = [], {}
    for i in range(draw(st.integers(1, 3))):
        mine = {
            names.pop(): draw(st.sampled_from(KEY_TYPES)) for _ in range(draw(st.sampled_from([1, 1, 2])))
        }
        entities.append({"name": f"entity_{i}", "join_keys": mine})
        keys.update(mine)
    return entities, keys


def _pool(draw: Draw, values: Sequence[Any]) -> list[Any]:
    """A few values of a key, so that rows meet; NULL among them."""
    found = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique_by=repr))
    return [*found, *found, *found, None]


def _source(
    draw: Draw, i: int, keys: Mapping[str, str], ttls: Sequence[str], column_types: Sequence[str]
) -> SourceShape:
    time = draw(st.sampled_from(TIME_NAMES))
    definition: dict[str, Any] = {"name": f"source_{i}", "table": f"raw.source_{i}", "timestamp_field": time}
    types: dict[str, str] = {**keys, time: draw(st.sampled_from(["timestamp", "timestamp_utc"]))}
    lag = "0s"
    match draw(st.sampled_from(["none", "lag", "column", "column", "created"])):
        case "lag":
            definition["availability_lag"] = lag = draw(st.sampled_from(DURATIONS))
        case "column":
            definition["available_at"] = "known_at"
            types["known_at"] = "timestamp"
        case "created":
            definition |= {"available_at": "created", "created_timestamp_field": "created"}
            types["created"] = "timestamp"
    if draw(st.booleans()):
        definition["created_timestamp_field"] = "created"
        types["created"] = "timestamp"
    names = draw(st.lists(st.sampled_from(VALUE_NAMES), min_size=2, max_size=3, unique=True))
    value_columns = [n for n in names if n not in types]
    for name in value_columns:
        types[name] = draw(st.sampled_from(column_types))
    if draw(st.booleans()):
        definition["columns"] = {n: t.removesuffix("_utc") for n, t in types.items()}
    if draw(st.sampled_from([False, False, False, True])):
        table = definition.pop("table")
        definition["query"] = "SELECT " + ", ".join(quoted(n) for n in types) + f" FROM {table}"
    # A source lives on few of the moments, so that ties and exact boundaries are common.
    moments = draw(st.lists(st.sampled_from(boundaries([lag, *ttls])), min_size=1, max_size=6))
    return SourceShape(definition, types, moments, value_columns)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def boundaries(durations: Sequence[str]) -> list[datetime]:
    """The instants where an answer may change: anchors, each duration before them, and 1 us on both sides."""
    spans = [timedelta(0), *(oracle.duration(d) for d in durations)]
    return [a - s + near for near in (timedelta(0), MICRO, -MICRO) for s in spans for a in ANCHORS]


def _view(
    draw: Draw,
    i: int,
    entities: Sequence[Mapping[str, Any]],
    shapes: Sequence[SourceShape],
    ttls: Sequence[str],
) -> dict[str, Any]:
    shape = draw(st.sampled_from(shapes))
    most = min(2, len(entities))
    chosen = draw(
        st.lists(st.sampled_from([e["name"] for e in entities]), min_size=0, max_size=most, unique=True)
    )
    if not chosen and not draw(st.sampled_from([True, False, False])):
        chosen = [entities[0]["name"]]
    view: dict[str, Any] = {"name": f"view_{i}", "entities": chosen, "source": shape.definition["name"]}
    if draw(st.booleans()):
        view["ttl"] = draw(st.sampled_from(ttls))
    if draw(st.sampled_from([False, False, True])):
        view["filter"] = _condition(draw, shape)
    if draw(st.sampled_from([False, False, True])):
        view["allow_exact_matches"] = draw(st.sampled_from([False, False, True]))
    keys = {k for e in entities for k in e["join_keys"]}
    names = iter(draw(st.permutations(["f", "v", "value", "select_", "entity_ts", "x", "is_it"])))
    view["features"] = [
        _feature(draw, shape, names, keys) for _ in range(draw(st.sampled_from([1, 2, 2, 3])))
    ]
    taken: set[str] = set()
    view["features"] = [f for f in view["features"] if not (f["name"] in taken or taken.add(f["name"]))]  # type: ignore[func-returns-value]
    return view


def _feature(draw: Draw, shape: SourceShape, names: Any, keys: set[str]) -> dict[str, Any]:
    columns = list(shape.types)[::-1]
    column = draw(st.sampled_from([*shape.value_columns, *shape.value_columns, *columns]))
    dtype = shape.types[column].removesuffix("_utc")
    if draw(st.sampled_from([False, False, True])) and (exprs := _expressions(column, dtype)):
        expr, dtype = draw(st.sampled_from(exprs))
        feature = {"name": next(names), "dtype": dtype, "expr": expr}
    elif draw(st.booleans()) and column not in keys and column in shape.value_columns:
        feature = {"name": column, "dtype": dtype}
    else:
        feature = {"name": next(names), "dtype": dtype, "column": column}
    defaults = {"int64": 7, "float64": 0.5, "string": "none", "bool": False, "int32": -7}
    if dtype in defaults and draw(st.sampled_from([False, False, True])):
        feature["default"] = defaults[dtype]
    return feature


def _expressions(c: str, dtype: str) -> list[tuple[str, str]]:
    """Expressions over column ``c`` with the dtype each yields."""
    c = quoted(c) if c in ("order", "select", "group", "end", "time") else c
    found = [(f"{c} is null", "bool"), (f"{c} is not null", "bool")]
    match dtype:
        case "int64":
            found += [(f"{c} + 1", "int64"), (f"{c} * 2 - 1", "int64"), (f"{c} > 3", "bool")]
            found += [(f"coalesce({c}, 0)", "int64"), (f"abs({c})", "int64"), (f"nullif({c}, 1)", "int64")]
            found += [(f"case when {c} > 1 then 'hi' when {c} < 0 then null else 'lo' end", "string")]
        case "float64":
            found += [(f"{c} > 1.5", "bool"), (f"coalesce({c}, 0.5)", "float64"), (f"{c} + 0.5", "float64")]
        case "string":
            found += [(f"{c} like 'a%'", "bool"), (f"{c} in ('a', 'b')", "bool"), (f"length({c})", "int64")]
            found += [(f"coalesce({c}, 'it''s')", "string")]
        case "bool":
            found += [(f"not {c}", "bool"), (f"{c} or {c} is null", "bool")]
    return found


def _condition(draw: Draw, shape: SourceShape) -> str:
    column = draw(st.sampled_from([*shape.value_columns, *shape.types]))
    dtype = shape.types[column].removesuffix("_utc")
    options = [e for e, t in _expressions(column, dtype) if t == "bool"]
    first: str = draw(st.sampled_from(options))
    match draw(st.sampled_from(["one", "one", "not", "or", "and"])):
        case "not":
            return f"not ({first})"
        case "or":
            return f"{first} or {draw(st.sampled_from(options))}"
        case "and":
            return f"({first}) and {draw(st.sampled_from(options))}"
    return first


def _members(
    draw: Draw,
    views: Sequence[dict[str, Any]],
    keys: Mapping[str, str],
    entities: Sequence[Mapping[str, Any]],
) -> list[Any]:
    members: list[Any] = []
    used: set[str] = set()
    for view in draw(st.lists(st.sampled_from(views), min_size=1, max_size=4)):
        names = [f["name"] for f in view["features"]]
        some = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        mine = [k for e in entities if e["name"] in view["entities"] for k in e["join_keys"]]
        if view["name"] not in used and draw(st.booleans()):
            used.add(view["name"])
            members.append(view["name"] if draw(st.booleans()) else {view["name"]: some})
        elif mine:
            mapped = draw(st.lists(st.sampled_from(mine), min_size=1, max_size=2, unique=True))
            key_map = {k: f"{k}_{draw(st.sampled_from(['b', 'c']))}" for k in mapped}
            alias = f"alias_{len(members)}"
            members.append({"view": view["name"], "alias": alias, "join_key_map": key_map, "features": some})
        elif view["name"] not in used:
            used.add(view["name"])
            members.append({"view": view["name"], "features": some})
    return members or [views[0]["name"]]


def _references(draw: Draw, views: Sequence[dict[str, Any]]) -> list[str]:
    every = [f"{v['name']}:{f['name']}" for v in views for f in v["features"]]
    return list(draw(st.lists(st.sampled_from(every), min_size=1, max_size=6, unique=True)))


def _rows(
    draw: Draw, shape: SourceShape, keys: Mapping[str, str], pools: Mapping[str, Sequence[Any]], most: int
) -> list[Row]:
    rows: list[Row] = []
    for cells in _lines_of_bytes(draw, len(shape.types) + 1, most):
        row = _row(shape, keys, pools, cells)
        kept = _kept(shape, keys, cells[0] % 12)
        if rows and kept:
            row |= {n: rows[-1][n] for n in kept}
        rows.append(row)
    return rows


def _lines_of_bytes(draw: Draw, width: int, most: int) -> list[bytes]:
    """Cells from a drawn seed: evenly spread, where bytes that Hypothesis draws repeat and cluster."""
    source = random.Random(draw(st.integers(0, 2**64 - 1)))
    size = source.choice([0, *range(1, most + 1), *range(most // 2, most + 1)])
    return [source.randbytes(width) for _ in range(size)]


def _kept(shape: SourceShape, keys: Mapping[str, str], how: int) -> list[str]:
    """Columns taken over from the row before: a tie, a tie with created too, an exact duplicate."""
    time = shape.definition["timestamp_field"]
    if how in (7, 8):
        return [*keys, time]
    if how in (9, 10):
        return [*keys, *(n for n in (time, "created", "known_at") if n in shape.types)]
    return list(shape.types) if how == 11 else []


def _row(
    shape: SourceShape, keys: Mapping[str, str], pools: Mapping[str, Sequence[Any]], cells: bytes
) -> Row:
    time = shape.definition["timestamp_field"]
    row: Row = {}
    for (name, dtype), byte in zip(shape.types.items(), cells[1:], strict=True):
        if name in keys:
            row[name] = pools[name][byte % len(pools[name])]
        elif name == time:
            row[name] = None if byte == 255 or byte % 24 == 23 else shape.moments[byte % len(shape.moments)]
        elif name in ("known_at", "created"):
            row[name] = _later(row[time], byte, shape.moments)
        else:
            row[name] = _cell(dtype, byte)
    return row


def _later(event: datetime | None, byte: int, moments: Sequence[datetime]) -> datetime | None:
    """When a row was known or written: with the event, around it, at another moment, or never."""
    spans = [timedelta(0), MICRO, timedelta(hours=1), timedelta(days=1), -MICRO, -timedelta(hours=1)]
    choice = byte % 12
    if choice < len(spans):
        return (event or ANCHORS[0]) + spans[choice]
    return None if choice == 6 else [*ANCHORS, *moments][byte % (len(ANCHORS) + len(moments))]


def _cell(dtype: str, byte: int) -> Any:
    values = VALUES[dtype.removesuffix("_utc")]
    return None if byte % 8 == 7 else values[byte % len(values)]


def _with_spine(
    draw: Draw,
    project: Mapping[str, Any],
    shapes: Sequence[SourceShape],
    tables: Mapping[str, list[Row]],
    keys: Mapping[str, str],
    pools: Mapping[str, Sequence[Any]],
    features: Sequence[str],
    most: int,
) -> Case:
    short = [w.column for w in oracle.wanted(project, features, False)]
    key_columns = _spine_keys(project, features, keys)
    time = draw(st.sampled_from(["event_timestamp", "event_timestamp", "Event TS", "select_ts", "t0"]))
    full = len(set(short)) < len(short) or bool({*key_columns, time} & set(short)) or draw(st.booleans())
    columns = {w.column for w in oracle.wanted(project, features, full)}
    free = [n for n in PASS_NAMES if n.lower() not in {c.lower() for c in (*columns, *key_columns, time)}]
    extra = draw(st.lists(st.sampled_from(free), max_size=3, unique_by=str.lower))
    types = {
        **{c: keys[k] for c, k in key_columns.items()},
        time: draw(st.sampled_from(["timestamp", "timestamp", "timestamp_utc"])),
        **{n: draw(st.sampled_from(["int64", "float64", "string", "timestamp"])) for n in extra},
    }
    order = draw(st.permutations(list(types)))
    types = {n: types[n] for n in order}
    moments = [None, *boundaries(["0s"]), *(m for s in shapes for m in s.moments)]
    for shape in shapes:
        lag = oracle.duration(shape.definition.get("availability_lag", "0s"))
        moments += [m + lag for m in shape.moments]
        moments += [
            m + oracle.duration(v["ttl"])
            for v in project["feature_views"]
            if "ttl" in v
            for m in shape.moments
        ]
    drawn = _lines_of_bytes(draw, len(types), most)
    spine = [_spine_row(types, key_columns, time, pools, moments, cells) for cells in drawn]
    spine += spine[: draw(st.sampled_from([0, 0, 2]))]
    return Case(
        project,
        {s.definition["name"]: s.types for s in shapes},
        tables,
        types,
        spine,
        features,
        full_feature_names=full,
        timestamp_column=time,
    )


def _spine_keys(
    project: Mapping[str, Any], features: Sequence[str], keys: Mapping[str, str]
) -> dict[str, str]:
    """Return spine column -> join key whose type and values it has, for all that the request joins on."""
    found: dict[str, str] = {}
    for w in oracle.wanted(project, features, True):
        for key in oracle.keys_of(project, w.view):
            found[w.join_key_map.get(key, key)] = key
    return found


def _spine_row(
    types: Mapping[str, str],
    key_columns: Mapping[str, str],
    time: str,
    pools: Mapping[str, Sequence[Any]],
    moments: Sequence[datetime | None],
    cells: bytes,
) -> Row:
    row: Row = {}
    for (name, dtype), byte in zip(types.items(), cells, strict=True):
        if name in key_columns:
            pool = pools[key_columns[name]]
            row[name] = pool[byte % len(pool)]
        elif name == time:
            row[name] = moments[(byte + 1) % len(moments)]
        else:
            row[name] = _cell(dtype, byte)
    return row
