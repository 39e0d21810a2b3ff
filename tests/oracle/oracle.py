"""What every feature is at time t: SPEC 4 for latest-value views, written out slowly and obviously.

Rows are dicts. Tables are lists of rows by source name. Times are naive UTC datetimes or aware ones. The
project is the plain dict that its YAML files say. No line is shared with the compiler; where the two
disagree, SPEC 4 decides.
"""

from __future__ import annotations

import functools
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.oracle.expressions import evaluate
from tests.oracle.order import compare, compare_all

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]
Project = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """One feature of one view, as a request asks for it."""

    column: str
    view: Mapping[str, Any]
    feature: Mapping[str, Any]
    join_key_map: Mapping[str, str]


def historical(
    project: Project,
    tables: Tables,
    spine: Sequence[Row],
    features: Sequence[str],
    *,
    full_feature_names: bool = False,
    timestamp_column: str = "event_timestamp",
) -> list[Row]:
    """Return the spine's rows, in their order, each with the value of every feature at its own time."""
    asked = wanted(project, features, full_feature_names)
    return [
        {**row, **{w.column: value_at(project, tables, w, row, row[timestamp_column])[0] for w in asked}}
        for row in spine
    ]


def online(
    project: Project,
    tables: Tables,
    end: datetime,
    entity_rows: Sequence[Row],
    features: Sequence[str],
    *,
    full_feature_names: bool = False,
    read_at: datetime | None = None,
) -> list[dict[str, tuple[Any, str]]]:
    """Return (value, status) of every feature for each entity row, read at ``read_at`` after `run --end`."""
    asked = wanted(project, features, full_feature_names)
    return [
        {w.column: value_at(project, tables, w, row, end, read_at or end) for w in asked}
        for row in entity_rows
    ]


def wanted(project: Project, features: Sequence[str], full_feature_names: bool) -> list[Wanted]:
    """Return the features that references (``view:feature``, a view, a service) name, in their order."""
    found: list[Wanted] = []
    for reference in features:
        services = {s["name"]: s for s in project.get("feature_services", [])}
        members = services[reference]["features"] if reference in services else [reference]
        for member in members:
            found += _member(project, member, full_feature_names)
    return found


def _member(project: Project, member: Any, full: bool) -> list[Wanted]:
    alias, key_map, names = "", {}, None
    if isinstance(member, str):
        view_name, _, feature = member.partition(":")
        names = [feature] if feature else None
    elif "view" in member:
        view_name, alias = member["view"], member.get("alias", "")
        key_map, names = member.get("join_key_map", {}), member.get("features")
    else:
        ((view_name, names),) = member.items()
    view = _named(project["feature_views"], view_name)
    label = alias or view_name
    return [
        Wanted(f"{label}__{f['name']}" if full else f["name"], view, f, key_map)
        for f in (view["features"] if names is None else [_named(view["features"], n) for n in names])
    ]


def value_at(
    project: Project, tables: Tables, w: Wanted, row: Row, t: datetime | None, read_at: datetime | None = None
) -> tuple[Any, str]:
    """Return the feature's value and status for ``row``'s keys at ``t``; its age is judged at ``read_at``."""
    source = _named(project["sources"], w.view["source"])
    best = latest_row(
        project, tables, w.view, [row[w.join_key_map.get(k, k)] for k in keys_of(project, w.view)], t
    )
    default = typed(w.feature.get("default"), w.feature["dtype"])
    if best is None or t is None:
        return default, "NOT_FOUND"
    ttl = w.view.get("ttl")
    if ttl is not None and instant(best[source["timestamp_field"]]) < instant(read_at or t) - duration(ttl):
        return default, "OUTSIDE_MAX_AGE"
    value = feature_value(w.feature, best)
    return value, "NULL_VALUE" if value is None else "PRESENT"


def latest_row(
    project: Project, tables: Tables, view: Mapping[str, Any], key: Sequence[Any], t: datetime | None
) -> Row | None:
    """Return the source row in force for ``key`` at ``t``, whatever its age; None where there is none."""
    if t is None or any(part is None for part in key):
        return None
    source = _named(project["sources"], view["source"])
    strict = view.get("allow_exact_matches", True) is False
    names = keys_of(project, view)
    candidates = [
        row
        for row in tables[source["name"]]
        if all(row[n] is not None and same_key(row[n], part) for n, part in zip(names, key, strict=True))
        and is_visible(source, row, t, strict)
        and ("filter" not in view or evaluate(view["filter"], row) is True)
    ]
    if not candidates:
        return None

    def order(a: Row, b: Row) -> int:
        return compare_all(_rank(source, view, a), _rank(source, view, b))

    return max(candidates, key=functools.cmp_to_key(order))


def is_visible(source: Mapping[str, Any], row: Row, t: datetime, strict: bool) -> bool:
    """Tell whether ``row`` had happened and was known at ``t``."""
    times = [row[source["timestamp_field"]], known_time(source, row)]
    if any(at is None for at in times):
        return False
    return all(instant(at) < instant(t) if strict else instant(at) <= instant(t) for at in times)


def known_time(source: Mapping[str, Any], row: Row) -> datetime | None:
    """Return when ``row`` became known; None for never."""
    event = row[source["timestamp_field"]]
    if event is None:
        return None
    if "available_at" in source:
        known: datetime | None = row[source["available_at"]]
        return known
    return instant(event) + duration(source.get("availability_lag", "0s"))


def _rank(source: Mapping[str, Any], view: Mapping[str, Any], row: Row) -> list[Any]:
    created = row[source["created_timestamp_field"]] if "created_timestamp_field" in source else None
    return [
        instant(row[source["timestamp_field"]]),
        None if created is None else instant(created),
        *(feature_value(feature, row) for feature in view["features"]),
    ]


def feature_value(feature: Mapping[str, Any], row: Row) -> Any:
    """Return the feature on one source row."""
    if "expr" in feature:
        return typed(evaluate(feature["expr"], row), feature["dtype"])
    return typed(row[feature.get("column", feature["name"])], feature["dtype"])


def typed(value: Any, dtype: str) -> Any:
    """Return ``value`` as the type has it: float32 rounds, an int becomes a float where one is declared."""
    if value is None:
        return None
    if dtype == "float64":
        return float(value)
    if dtype == "float32":
        return struct.unpack("f", struct.pack("f", value))[0]
    if dtype == "timestamp":
        return instant(value)
    return value


def keys_of(project: Project, view: Mapping[str, Any]) -> list[str]:
    """Return the join keys of all the view's entities, in order; none for an entityless view."""
    return [k for name in view.get("entities", []) for k in _named(project["entities"], name)["join_keys"]]


def same_key(a: Any, b: Any) -> bool:
    return (
        compare(instant(a) if isinstance(a, datetime) else a, instant(b) if isinstance(b, datetime) else b)
        == 0
    )


def instant(value: datetime | date) -> datetime:
    """Return the aware UTC instant of a time; a naive one is UTC and a date is its midnight."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def duration(text: str) -> timedelta:
    """Return the length of ``500ms 90s 15m 1h 7d 4w``."""
    found = re.fullmatch(r"([0-9]+)(ms|s|m|h|d|w)", text)
    assert found is not None, text
    micros = {
        "ms": 1_000,
        "s": 10**6,
        "m": 60 * 10**6,
        "h": 3600 * 10**6,
        "d": 86400 * 10**6,
        "w": 604800 * 10**6,
    }
    return timedelta(microseconds=int(found[1]) * micros[found[2]])


def _named(objects: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    return next(o for o in objects if o["name"] == name)
