"""Why a view of latest values answers as it does: which row was chosen, and why each other was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.plan import events_of
from fcompile.runtime.clock import naive_utc, show
from fcompile.runtime.defaults import default_value
from fcompile.runtime.sources import check_sources
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.registry import open_warehouse
from fcompile.runtime.why.keys import key_parameters, key_values
from fcompile.runtime.why.latest_report import CHOSEN, SourceRow, WhyReport
from fcompile.runtime.why.nearby import nearby
from fcompile.runtime.why.source import condition, expression, key_test, relation_of, times, type_text

if TYPE_CHECKING:
    from fcompile.runtime.project import Project

MOST_ROWS = 1000
MOST_LATER_ROWS = 10
"""Rows after the time asked for say little: only the first ones are shown."""


def why(project: Project, view: FeatureView, key: Mapping[str, object], at: datetime) -> WhyReport:
    """Return what decides the values of ``view`` for ``key`` at ``at`` (naive is UTC).

    Raises UsageError (FC430) where the key is not the view's, and what ``check_sources`` raises.
    """
    values = key_values(view.name, view.join_keys, key)
    with closing(open_warehouse(project, read_only=True)) as warehouse:
        found = check_sources(warehouse, [view], project.files).view(view)
        with nearby(warehouse, found, values, project.root) as (local, read):
            return explain(local, read, values, naive_utc(at))


def explain(warehouse: Warehouse, view: FeatureView, key: Mapping[str, object], at: datetime) -> WhyReport:
    """As ``why``, on an open warehouse, with the key's values as Python has them."""
    found = warehouse.rows(_query(view), {**key_parameters(key), "at": at})
    rows = tuple(_verdicts(view, found, at))
    chosen = next((row.values for row in rows if row.chosen), None)
    answer = chosen if chosen is not None else tuple(default_value(f) for f in view.features)
    features = tuple(f.name for f in view.features)
    rows_in_all = found[0][1] if found else 0
    assert isinstance(rows_in_all, int)  # noqa: S101  it is a count
    return WhyReport(view.name, key, at, features, answer, rows, rows_in_all)


# -- the rows ---------------------------------------------------------------------------------

_FIXED = 8
"""Columns before the feature values: place, all, e, known, created, passes, eligible, rank."""


def _query(view: FeatureView) -> str:
    """One SELECT: the key's rows, newest first, each with its place among all and among the eligible."""
    values = ", ".join(
        f"CAST({expression(f.expr)} AS {type_text(f.dtype)}) AS f{n}" for n, f in enumerate(view.features)
    )
    order = ", ".join(
        f"{c} DESC NULLS LAST" for c in ("e", "c", *(f"f{n}" for n in range(len(view.features))))
    )
    compare = "<=" if view.allow_exact_matches else "<"
    features = ", ".join(f"f{n}" for n in range(len(view.features)))
    return f"""
WITH found AS (
  SELECT {times(view.source)}, {condition(view.filter)} AS passes, {values}
  FROM {relation_of(events_of(view))}
  WHERE {key_test(view.join_keys)}
), judged AS (
  SELECT *, coalesce(passes AND e {compare} $at AND a {compare} $at, FALSE) AS eligible,
    coalesce(e > $at, FALSE) AS later
  FROM found
), placed AS (
  SELECT row_number() OVER (ORDER BY {order}) AS place, count(*) OVER () AS rows_in_all, *,
    row_number() OVER (PARTITION BY eligible ORDER BY {order}) AS rank,
    row_number() OVER (PARTITION BY later ORDER BY {order}) AS from_newest,
    row_number() OVER (PARTITION BY later ORDER BY e) AS from_later
  FROM judged
)
SELECT place, rows_in_all, e, a, c, passes, eligible, rank, {features}
FROM placed
WHERE (later AND from_later <= {MOST_LATER_ROWS}) OR (NOT later AND from_newest <= {MOST_ROWS})
  OR (eligible AND rank = 1)
ORDER BY place"""  # noqa: S608


# -- the verdicts -------------------------------------------------------------------------------


def _verdicts(view: FeatureView, found: list[tuple[object, ...]], at: datetime) -> Iterator[SourceRow]:
    best = next((row for row in found if row[6] and row[7] == 1), None)
    for row in found:
        event, known, created = (_as_time(value) for value in row[2:5])
        verdict = _refused(view, row, at) or _ranked(view, row, best, at)
        yield SourceRow(event, known, created, row[_FIXED:], verdict)


def _refused(view: FeatureView, row: tuple[object, ...], at: datetime) -> str:
    """Why the row cannot count at all at ``at``; empty where it can."""
    event, known, passes = _as_time(row[2]), _as_time(row[3]), row[5]
    if not passes:
        return "filtered out"
    if event is None:
        return "event time is NULL"
    if known is None:
        return "known time is NULL"
    if event > at:
        return f"later than {show(at)}"
    if known > at:
        return f"not yet known at {show(at)}: known at {show(known)}"
    if not row[6]:
        what = "happened" if event == at else "known"
        return f"{what} exactly at {show(at)}, and exact matches are off"
    return ""


def _ranked(view: FeatureView, row: tuple[object, ...], best: tuple[object, ...] | None, at: datetime) -> str:
    """The fate of a row that could count."""
    event = _as_time(row[2])
    assert event is not None and best is not None  # noqa: S101  it is eligible, so one is the best
    if view.ttl is not None and event < at - view.ttl:
        return f"past ttl: more than {format_duration(view.ttl)} old"
    if row is best:
        return CHOSEN
    if row[2] != best[2]:
        return "older than the chosen row"
    if row[4] != best[4]:
        return "loses the tie: created earlier"
    if row[_FIXED:] != best[_FIXED:]:
        return "loses the tie: lower in feature order"
    return "loses the tie: an exact copy"


def _as_time(value: object) -> datetime | None:
    assert value is None or isinstance(value, datetime)  # noqa: S101  the query casts it
    return value
