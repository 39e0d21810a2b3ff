"""Hypothesis strategies: a random project, random small data full of edges, a spine and a request.

The project is drawn choice by choice and shrinks. Its rows come from one drawn seed a table (a byte a cell),
so that thousands of projects are cheap; ``smaller`` takes rows away from a case that fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle import aggregations, oracle, windows
from tests.oracle.case import Case, Row
from tests.oracle.nested import has_rows, shape_of
from tests.oracle.rows import named
from tests.oracle.spines import with_spine
from tests.oracle.vocabulary import (
    ANCHORS,
    BEFORE_1970,
    COLUMN_TYPES,
    DURATIONS,
    KEY_TYPES,
    MICRO,
    VALUES,
    Draw,
    SourceShape,
    boundaries,
    cell,
    condition,
    expressions,
    lines_of_bytes,
    quoted,
)

KEY_NAMES = ["user_id", "order", "place", "select", "group", "k", "id"]
VALUE_NAMES = ["v", "value", "x", "order_", "end", "row_number", "entity_timestamp", "rn", "t", "e"]
TIME_NAMES = ["ts", "event_timestamp", "at_", "purchased_at", "time"]


@st.composite
def cases(
    draw: Draw,
    *,
    rows: int = 24,
    spine_rows: int = 16,
    plain_types: bool = False,
    windowed: bool | None = None,
    labelled: bool = False,
    nested: bool = False,
) -> Case:
    """Draw a whole case.

    ``plain_types`` keeps to types that every file format of sources can carry. ``windowed``: True asks
    for windows at least, False for latest values alone, None for either. ``labelled`` may add labels, and
    ``nested`` asks for views of views.
    """
    entities, keys = _entities(draw)
    pools = {k: _pool(draw, VALUES[dtype]) for k, dtype in keys.items()}
    lengths = draw(st.lists(st.sampled_from(DURATIONS), min_size=1, max_size=2))
    grid = draw(st.sampled_from([None, *DURATIONS])) if windowed is not False else None
    column_types = COLUMN_TYPES[:5] if plain_types else COLUMN_TYPES
    shapes = [_source(draw, i, keys, lengths, grid, column_types) for i in range(draw(st.integers(1, 3)))]
    views = _views(draw, entities, shapes, lengths, grid, windowed)
    asked = views
    if nested:
        asked = _views_of_views(draw, entities, views, shapes, lengths, grid) or views
        views += [view for view in asked if view not in views]
    members = _members(draw, asked, keys, entities)
    project = {
        "entities": entities,
        "sources": [s.definition for s in shapes],
        "feature_views": views,
        "feature_services": [{"name": "svc", "features": members}],
    }
    if labelled:
        project["labels"] = aggregations.labels(draw, entities, shapes, lengths)
    tables = {s.definition["name"]: _rows(draw, s, keys, pools, rows) for s in shapes}
    features = ["svc"] if draw(st.booleans()) else _references(draw, asked)
    return with_spine(draw, project, shapes, tables, keys, pools, features, spine_rows)


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
    return [*found * 12, None]


def _source(
    draw: Draw,
    i: int,
    keys: Mapping[str, str],
    lengths: Sequence[str],
    grid: str | None,
    column_types: Sequence[str],
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
    possible = [*boundaries([lag, *lengths]), *(_multiples(grid) if grid else [])]
    moments = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=6))
    return SourceShape(definition, types, moments, value_columns)


def _multiples(grid: str) -> list[datetime]:
    """The multiples of ``grid`` before each anchor, 1 us on both sides of them, and times before 1970."""
    floors = [windows.floored(a, grid).replace(tzinfo=None) for a in (*ANCHORS, *BEFORE_1970)]
    return [*(f + near for f in floors for near in (timedelta(0), MICRO, -MICRO)), *BEFORE_1970]


def _views(
    draw: Draw,
    entities: Sequence[Mapping[str, Any]],
    shapes: Sequence[SourceShape],
    lengths: Sequence[str],
    grid: str | None,
    windowed: bool | None,
) -> list[dict[str, Any]]:
    """Draw 1 to 4 views, about half of them of windows, and sometimes a twin of the first."""
    found = []
    for i in range(draw(st.integers(1, 4))):
        either = draw(st.booleans()) if windowed is not False else False
        of_windows = either or (windowed is True and i == 0)
        shape = draw(st.sampled_from(shapes))
        found.append(_whole_view(draw, i, entities, shape, lengths, grid if of_windows else None, of_windows))
    if "aggregations" in found[0] and draw(st.sampled_from([False, False, True])):
        shape = next(s for s in shapes if s.definition["name"] == found[0]["source"])
        found.append(aggregations.twin(draw, found[0], shape, f"view_{len(found)}"))
    return found


def _whole_view(
    draw: Draw,
    i: int,
    entities: Sequence[Mapping[str, Any]],
    shape: SourceShape,
    lengths: Sequence[str],
    grid: str | None,
    of_windows: bool,
) -> dict[str, Any]:
    view = _view(draw, i, entities, shape, lengths)
    if of_windows:
        return view | aggregations.windowed(draw, shape, lengths, grid)
    return view | {"features": _features(draw, shape, {k for e in entities for k in e["join_keys"]})}


def _views_of_views(
    draw: Draw,
    entities: Sequence[Mapping[str, Any]],
    views: Sequence[dict[str, Any]],
    shapes: Sequence[SourceShape],
    lengths: Sequence[str],
    grid: str | None,
) -> list[dict[str, Any]]:
    """Draw 1 to 3 views of ``views`` or of one another; none where all of these are strictly before their rows."""
    known = {shape.definition["name"]: shape for shape in shapes}
    read = {view["name"]: shape_of(view, entities, known[view["source"]]) for view in views if has_rows(view)}
    found: list[dict[str, Any]] = []
    for i in range(draw(st.integers(1, 3)) if read else 0):
        inner = named([*views, *found], draw(st.sampled_from(list(read)[::-1])))
        shape = read[inner["name"]]
        mine = [e for e in entities if e["name"] in inner["entities"]]
        of_windows = draw(st.booleans())
        number = len(views) + i
        view = _whole_view(
            draw, number, mine or entities, shape, lengths, grid if of_windows else None, of_windows
        )
        view |= {"source": {"view": inner["name"]}, **({} if mine else {"entities": []})}
        found.append(view)
        if has_rows(view):
            read[view["name"]] = shape_of(view, entities, shape)
    return found


def _view(
    draw: Draw,
    i: int,
    entities: Sequence[Mapping[str, Any]],
    shape: SourceShape,
    ttls: Sequence[str],
) -> dict[str, Any]:
    most = min(2, len(entities))
    chosen = draw(
        st.lists(st.sampled_from([e["name"] for e in entities]), min_size=0, max_size=most, unique=True)
    )
    if not chosen and not draw(st.sampled_from([False, False, True])):
        chosen = [entities[0]["name"]]
    view: dict[str, Any] = {"name": f"view_{i}", "entities": chosen, "source": shape.definition["name"]}
    if draw(st.booleans()):
        view["ttl"] = draw(st.sampled_from(ttls))
    if draw(st.sampled_from([False, False, True])):
        view["filter"] = condition(draw, shape)
    if draw(st.sampled_from([False, False, True])):
        view["allow_exact_matches"] = draw(st.sampled_from([False, False, True]))
    return view


def _features(draw: Draw, shape: SourceShape, keys: set[str]) -> list[dict[str, Any]]:
    # Without a contract an expression would mean a feature of another column's name, which the reference does not know.
    taken = () if "columns" in shape.definition else shape.types
    drawn = draw(st.permutations(["f", "v", "value", "select_", "entity_ts", "x", "is_it"]))
    names = iter([name for name in drawn if name not in taken])
    features = [_feature(draw, shape, names, keys) for _ in range(draw(st.sampled_from([1, 2, 2, 3])))]
    return list({f["name"]: f for f in features[::-1]}.values())[::-1]


def _feature(draw: Draw, shape: SourceShape, names: Any, keys: set[str]) -> dict[str, Any]:
    columns = list(shape.types)[::-1]
    column = draw(st.sampled_from([*shape.value_columns, *shape.value_columns, *columns]))
    dtype = shape.types[column].removesuffix("_utc")
    if draw(st.sampled_from([False, False, True])) and (exprs := expressions(column, dtype)):
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


def _members(
    draw: Draw,
    views: Sequence[dict[str, Any]],
    keys: Mapping[str, str],
    entities: Sequence[Mapping[str, Any]],
) -> list[Any]:
    members: list[Any] = []
    used: set[str] = set()
    for view in draw(st.lists(st.sampled_from(views), min_size=1, max_size=4)):
        names = [f["name"] for f in oracle.features_of(view)]
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
    every = [f"{v['name']}:{f['name']}" for v in views for f in oracle.features_of(v)]
    return list(draw(st.lists(st.sampled_from(every), min_size=1, max_size=6, unique=True)))


def _rows(
    draw: Draw, shape: SourceShape, keys: Mapping[str, str], pools: Mapping[str, Sequence[Any]], most: int
) -> list[Row]:
    rows: list[Row] = []
    for cells in lines_of_bytes(draw, len(shape.types) + 1, most):
        row = _row(shape, keys, pools, cells)
        kept = _kept(shape, keys, cells[0] % 12)
        if rows and kept:
            row |= {n: rows[-1][n] for n in kept}
        rows.append(row)
    return rows


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
            row[name] = cell(dtype, byte)
    return row


def _later(event: datetime | None, byte: int, moments: Sequence[datetime]) -> datetime | None:
    """When a row was known or written: with the event, around it, at another moment, or never."""
    spans = [timedelta(0), MICRO, timedelta(hours=1), timedelta(days=1), -MICRO, -timedelta(hours=1)]
    choice = byte % 12
    if choice < len(spans):
        return (event or ANCHORS[0]) + spans[choice]
    return None if choice == 6 else [*ANCHORS, *moments][byte % (len(ANCHORS) + len(moments))]
