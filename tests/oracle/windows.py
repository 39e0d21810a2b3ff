"""Trailing windows at time t: SPEC 4, row by row. Grain of every function: one entity, one instant."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.oracle import functions, rows
from tests.oracle.order import compare_all
from tests.oracle.rows import Project, Row, Tables, duration, instant, typed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def features_of(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a feature for each aggregation and window, in the order in which they are written."""
    return [
        {**aggregation, "name": f"{aggregation['name']}_{window}", "window": window}
        for aggregation in view["aggregations"]
        for window in aggregation["windows"]
    ]


def value_at(
    project: Project,
    tables: Tables,
    view: Mapping[str, Any],
    feature: Mapping[str, Any],
    key: Sequence[Any],
    t: datetime | None,
) -> tuple[Any, str]:
    """Return value and status at ``t``: NOT_FOUND where the entity has no visible row, in a window or not."""
    if t is None or any(part is None for part in key):
        return over([], rows.named(project["sources"], view["source"]), feature), "NOT_FOUND"
    source = rows.named(project["sources"], view["source"])
    strict = view.get("allow_exact_matches", True) is False
    mine = rows.rows_of_key(project, tables, view, key)
    moment = floored(t, view.get("every"))
    inside = [r for r in mine if is_inside(source, r, moment, feature["window"], strict)]
    value = over(inside, source, feature)
    if not any(rows.is_visible(source, r, moment, strict) for r in mine):
        return value, "NOT_FOUND"
    return value, "NULL_VALUE" if value is None else "PRESENT"


def is_inside(source: Mapping[str, Any], row: Row, t: datetime, window: str, strict: bool) -> bool:
    """Tell whether ``row`` counts at ``t``: (t - w, t], or [t - w, t) with strict matching; known in time."""
    return rows.is_visible(source, row, t, strict) and happened(source, row, t, window, strict)


def happened(source: Mapping[str, Any], row: Row, t: datetime, window: str, strict: bool) -> bool:
    """Tell whether ``row`` happened in the window that ends at ``t``, whenever it was known."""
    event = instant(row[source["timestamp_field"]])
    if event > instant(t) or (strict and event == instant(t)):
        return False
    if window == "lifetime":
        return True
    start = instant(t) - duration(window)
    return event >= start if strict else event > start


def floored(t: datetime, every: str | None) -> datetime:
    """Return the last multiple of ``every`` since 1970 at or before ``t``, also before 1970; t without one."""
    if every is None:
        return t
    micro = timedelta(microseconds=1)
    step = duration(every) // micro
    return EPOCH + (instant(t) - EPOCH) // micro // step * step * micro


def over(inside: Sequence[Row], source: Mapping[str, Any], feature: Mapping[str, Any]) -> Any:
    """Return the aggregation over the rows of a window (or of a label) that pass its own filter."""
    inputs = [(r, input_of(feature, r)) for r in inside if rows.passes(feature, r)]
    ranked = [[*rows.times_of(source, r), v] for r, v in inputs if v is not None]
    ranked.sort(key=functools.cmp_to_key(compare_all))
    default = typed(feature.get("default"), feature.get("dtype", ""))
    return functions.aggregate(feature["function"], [v for _, _, v in ranked], default)


def input_of(feature: Mapping[str, Any], row: Row) -> Any:
    """Return what ``row`` puts in: its column, in the type of the result where one is written; True without."""
    if feature.get("column") is None:
        return True
    name, _ = functions.parsed(feature["function"])
    value = row[feature["column"]]
    if name not in ("sum", "min", "max", "first", "last", *functions.LISTS):
        return value
    dtype: str = feature.get("dtype", "")
    return typed(value, dtype.removeprefix("list<").removesuffix(">") if name in functions.LISTS else dtype)
