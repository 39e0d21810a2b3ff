"""The rows of a source: their keys, when they happened, when they were known, and their values."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.oracle.expressions import evaluate
from tests.oracle.order import compare

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]
Project = Mapping[str, Any]


def rows_of_key(project: Project, tables: Tables, view: Mapping[str, Any], key: Sequence[Any]) -> list[Row]:
    """Return the rows that have the key and pass the filter of a view or label; none where a part is NULL."""
    names = keys_of(project, view)
    return [
        row
        for row in tables[view["source"]]
        if all(
            part is not None and row[n] is not None and same_key(row[n], part)
            for n, part in zip(names, key, strict=True)
        )
        and passes(view, row)
    ]


def passes(definition: Mapping[str, Any], row: Row) -> bool:
    """Tell whether ``row`` passes the filter of a view, an aggregation or a label; unknown does not."""
    return "filter" not in definition or evaluate(definition["filter"], row) is True


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


def times_of(source: Mapping[str, Any], row: Row) -> list[datetime | None]:
    """Return the event time and the created time (None without one) of a visible row: what it is ranked by."""
    created = row[source["created_timestamp_field"]] if "created_timestamp_field" in source else None
    return [instant(row[source["timestamp_field"]]), None if created is None else instant(created)]


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
    return [k for name in view.get("entities", []) for k in named(project["entities"], name)["join_keys"]]


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


def named(objects: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    return next(o for o in objects if o["name"] == name)
