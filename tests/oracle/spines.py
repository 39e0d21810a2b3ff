"""Hypothesis strategies: the rows that ask a random project, and when its labels are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle import oracle
from tests.oracle.case import Case, Row
from tests.oracle.rows import duration, instant, keys_of, known_time
from tests.oracle.vocabulary import MICRO, Draw, SourceShape, boundaries, cell, lines_of_bytes

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


def with_spine(
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
    labels = project.get("labels", [])[: draw(st.sampled_from([2, 2, 1, 0]))]
    key_columns = _spine_keys(project, features, labels, keys)
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
    moments = [None, *boundaries(["0s"]), *_changes(project, shapes)]
    found = [row for s in shapes for row in tables[s.definition["name"]]]
    drawn = lines_of_bytes(draw, len(types) + 1, most)
    spine = [_spine_row(types, key_columns, time, pools, found, moments, cells) for cells in drawn]
    spine += spine[: draw(st.sampled_from([0, 0, 2]))]
    case = Case(
        project,
        {s.definition["name"]: s.types for s in shapes},
        tables,
        types,
        spine,
        features,
        full_feature_names=full,
        timestamp_column=time,
    )
    if not labels:
        return case
    as_of = draw(st.sampled_from(_instants_of_knowing(labels, case)))
    return replace(case, labels=[a["name"] for a in labels], as_of=as_of)


def _changes(project: Mapping[str, Any], shapes: Sequence[SourceShape]) -> Iterator[datetime]:
    """When a row of a source happens, is known, leaves a window or a ttl (and just before), enters a label."""
    spans = [*spans_of(project), *(-duration(a["horizon"]) for a in project.get("labels", []))]
    for shape in shapes:
        lag = duration(shape.definition.get("availability_lag", "0s"))
        for m in shape.moments:
            yield from (m, m + lag, *(m + span - near for span in spans for near in (timedelta(0), MICRO)))


def spans_of(project: Mapping[str, Any]) -> list[timedelta]:
    """Return how long a row may matter to some feature: every ttl and every window but lifetime, each once."""
    views = project["feature_views"]
    lengths = [v["ttl"] for v in views if "ttl" in v]
    lengths += [w for v in views for a in v.get("aggregations", []) for w in a["windows"] if w != "lifetime"]
    return [duration(length) for length in dict.fromkeys(lengths)]


def turning_points(case: Case) -> list[datetime]:
    """When the rows of a case in fact happen, are known, or cease to matter, and 1 us before; naive UTC."""
    found: dict[datetime, None] = {}
    for source in case.project["sources"]:
        times = [row[source["timestamp_field"]] for row in case.tables[source["name"]]]
        times = [t for t in times if t is not None]
        known = [known_time(source, row) for row in case.tables[source["name"]]]
        found |= dict.fromkeys(instant(t) for t in (*times, *known) if t is not None)
        found |= dict.fromkeys(instant(t) + span for t in times for span in spans_of(case.project))
    return [t.replace(tzinfo=None) - near for t in found for near in (timedelta(0), MICRO)]


def _instants_of_knowing(labels: Sequence[Mapping[str, Any]], case: Case) -> list[datetime]:
    """When to ask for labels: as one of the spine's becomes mature or a row known, 1 us before, or long after."""
    times = [row[case.timestamp_column] for row in case.spine if row[case.timestamp_column] is not None]
    spans = [duration(a["horizon"]) + duration(a.get("maturity", "0s")) for a in labels]
    exact = [t + span for t in times for span in spans]
    for label in labels:
        source = next(s for s in case.project["sources"] if s["name"] == label["source"])
        known = (known_time(source, row) for row in case.tables[source["name"]])
        exact += [instant(t).replace(tzinfo=None) for t in known if t is not None]
    late = [datetime(2100, 1, 1)] * (len(exact) // 2 + 1)
    return [*exact, *(t - MICRO for t in exact), *late]


def _spine_keys(
    project: Mapping[str, Any],
    features: Sequence[str],
    labels: Sequence[Mapping[str, Any]],
    keys: Mapping[str, str],
) -> dict[str, str]:
    """Return spine column -> join key whose type and values it has, for all that the request joins on."""
    found: dict[str, str] = {key: key for label in labels for key in keys_of(project, label)}
    for w in oracle.wanted(project, features, True):
        for key in keys_of(project, w.view):
            found[w.join_key_map.get(key, key)] = key
    return found


def _spine_row(
    types: Mapping[str, str],
    key_columns: Mapping[str, str],
    time: str,
    pools: Mapping[str, Sequence[Any]],
    found: Sequence[Row],
    moments: Sequence[datetime | None],
    cells: bytes,
) -> Row:
    """Return a row that asks: half of them for an entity that has rows, the others for any keys."""
    row: Row = {}
    entity = found[cells[0] // 2 % len(found)] if found and cells[0] % 2 else None
    for (name, dtype), byte in zip(types.items(), cells[1:], strict=True):
        if name in key_columns and entity is not None:
            row[name] = entity[key_columns[name]]
        elif name in key_columns:
            pool = pools[key_columns[name]]
            row[name] = pool[byte % len(pool)]
        elif name == time:
            row[name] = moments[(byte + 1) % len(moments)]
        else:
            row[name] = cell(dtype, byte)
    return row
