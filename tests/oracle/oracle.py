"""What every feature and label is at time t: SPEC 4, written out slowly and obviously.

Latest values are here; ``windows`` and ``labels`` have files of their own.

Rows are dicts. Tables are lists of rows by source name. Times are naive UTC datetimes or aware ones. The
project is the plain dict that its YAML files say. No line is shared with the compiler; where the two
disagree, SPEC 4 decides.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.oracle import labels as forward
from tests.oracle import rows, windows
from tests.oracle.expressions import evaluate
from tests.oracle.latest import feature_value
from tests.oracle.order import compare_all
from tests.oracle.rows import Project, Row, Tables, duration, instant, keys_of, named, typed
from tests.oracle.view_rows import flattened


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
    labels: Sequence[str] = (),
    as_of: datetime | None = None,
) -> list[Row]:
    """Return the spine's rows, in their order, each with every feature, then every label, at its own time.

    ``as_of`` is when the labels are asked for; None is now.
    """
    project, tables = flattened(project, tables)
    asked = wanted(project, features, full_feature_names)
    ahead = [named(project["labels"], name) for name in labels]
    until = as_of or datetime.now(UTC)
    found = []
    for row in spine:
        t = row[timestamp_column]
        values = {w.column: value_at(project, tables, w, row, t)[0] for w in asked}
        values |= {a["name"]: forward.value_at(project, tables, a, row, t, until) for a in ahead}
        found.append({**row, **values})
    return found


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
    project, tables = flattened(project, tables)
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
    view = named([*project["feature_views"], *project.get("on_demand_feature_views", [])], view_name)
    label = alias or view_name
    return [
        Wanted(f"{label}__{f['name']}" if full else f["name"], view, f, key_map)
        for f in (features_of(view) if names is None else [named(features_of(view), n) for n in names])
    ]


def features_of(view: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return a view's features in declared order; of windows one for each aggregation and window, first."""
    of_windows = windows.features_of(view) if "aggregations" in view else []
    return [*of_windows, *view.get("features", [])]


def value_at(
    project: Project, tables: Tables, w: Wanted, row: Row, t: datetime | None, read_at: datetime | None = None
) -> tuple[Any, str]:
    """Return the feature's value and status for ``row``'s keys at ``t``; its age is judged at ``read_at``."""
    if "request" in w.view or "features_from" in w.view:
        return _computed(project, tables, w, row, t)
    source = named(project["sources"], w.view["source"])
    key = [row[w.join_key_map.get(k, k)] for k in keys_of(project, w.view)]
    if "aggregations" in w.view and "expr" in w.feature:
        return _derived(project, tables, w.view, w.feature, key, t), "PRESENT"
    if "aggregations" in w.view:
        return windows.value_at(project, tables, w.view, w.feature, key, t)
    best = latest_row(project, tables, w.view, key, t)
    default = typed(w.feature.get("default"), w.feature["dtype"])
    if best is None or t is None:
        return default, "NOT_FOUND"
    ttl = w.view.get("ttl")
    if ttl is not None and instant(best[source["timestamp_field"]]) < instant(read_at or t) - duration(ttl):
        return default, "OUTSIDE_MAX_AGE"
    value = feature_value(w.feature, best)
    return value, "NULL_VALUE" if value is None else "PRESENT"


def _computed(project: Project, tables: Tables, w: Wanted, row: Row, t: datetime | None) -> tuple[Any, str]:
    """Return an on-demand feature: of the values that a training set shows, and of the row's own."""
    inputs = wanted(project, w.view.get("features_from", []), True)
    known = row | {i.column: value_at(project, tables, i, row, t)[0] for i in inputs}
    return _of_others(w.view["features"], w.feature, known), "PRESENT"


def _derived(
    project: Project,
    tables: Tables,
    view: Mapping[str, Any],
    feature: Mapping[str, Any],
    key: Sequence[Any],
    t: datetime | None,
) -> Any:
    """Return a feature of a view of windows that is computed from what its windows show."""
    each = windows.features_of(view)
    known = {f["name"]: windows.value_at(project, tables, view, f, key, t)[0] for f in each}
    return _of_others(view["features"], feature, known)


def _of_others(features: Sequence[Mapping[str, Any]], asked: Mapping[str, Any], known: Row) -> Any:
    """Return the feature ``asked``; each of ``features`` may read those before it."""
    for feature in features:
        known = {**known, feature["name"]: typed(evaluate(feature["expr"], known), feature["dtype"])}
    return known[asked["name"]]


def latest_row(
    project: Project, tables: Tables, view: Mapping[str, Any], key: Sequence[Any], t: datetime | None
) -> Row | None:
    """Return the source row in force for ``key`` at ``t``, whatever its age; None where there is none."""
    if t is None:
        return None
    source = named(project["sources"], view["source"])
    strict = view.get("allow_exact_matches", True) is False
    mine = rows.rows_of_key(project, tables, view, key)
    candidates = [row for row in mine if rows.is_visible(source, row, t, strict)]
    if not candidates:
        return None

    def order(a: Row, b: Row) -> int:
        return compare_all(_rank(source, view, a), _rank(source, view, b))

    return max(candidates, key=functools.cmp_to_key(order))


def _rank(source: Mapping[str, Any], view: Mapping[str, Any], row: Row) -> list[Any]:
    return [*rows.times_of(source, row), *(feature_value(feature, row) for feature in view["features"])]
