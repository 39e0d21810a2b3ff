"""Sums and counts over trailing windows, as a careful person would write them by hand for this data.

They know what fcompile cannot: that no value is NULL, that no two events share an instant, that keys and
times fit one 64-bit number together, and that prefix sums of such amounts lose nothing that is looked at.
"""

from __future__ import annotations

from benchmarks.window_query import (
    RING,
    SPINE,
    WINDOWS,
    Query,
    Question,
    each_window,
    framed,
    hot_keys_apart,
    packed,
    pairs,
    points,
)
from benchmarks.window_tiles import Additive, daily, hourly

_HOT = 3000


def range_join(events: str, spine: str) -> str:
    """Every pair within the longest window, one FILTER a window."""
    sums = each_window("sum(e.amount) FILTER ({inside}) AS spend_{w}, count(*) FILTER ({inside}) AS buys_{w}")
    return f"SELECT s.spine_id, {sums} FROM {pairs(events, spine)} GROUP BY s.spine_id"


def rings(events: str, spine: str) -> str:
    """Every pair goes to its smallest window alone; the windows are added up afterwards."""
    sums = each_window("sum(v) FILTER (ring <= {n}) AS spend_{w}, sum(n) FILTER (ring <= {n}) AS buys_{w}")
    return f"""SELECT spine_id, {sums} FROM (
  SELECT s.spine_id, {RING} AS ring, sum(e.amount) AS v, count(*) AS n
  FROM {pairs(events, spine)} GROUP BY ALL) GROUP BY spine_id"""


def running_tiles(unit: str) -> Query:
    """A running sum of tiles up to each end of a window, and the events of that tile before it."""

    def write(events: str, spine: str) -> str:
        return f"""SELECT spine_id, {_differences()} FROM (
  WITH points AS MATERIALIZED (SELECT *, date_trunc('{unit}', x) AS tile FROM ({points(spine)}))
  SELECT p.spine_id, p.point, r.v, r.n FROM points AS p
  ASOF JOIN (
    SELECT k, tile, sum(v) OVER run AS v, sum(n) OVER run AS n FROM (
      SELECT k, date_trunc('{unit}', ts) AS tile, sum(amount) AS v, count(*) AS n FROM {events} GROUP BY ALL)
    WINDOW run AS (PARTITION BY k ORDER BY tile ROWS UNBOUNDED PRECEDING)) AS r
  ON p.k = r.k AND p.tile > r.tile
  UNION ALL
  SELECT p.spine_id, p.point, sum(e.amount), count(*) FROM points AS p
  JOIN {events} AS e ON e.k = p.k AND date_trunc('{unit}', e.ts) = p.tile AND e.ts <= p.x
  GROUP BY ALL) GROUP BY spine_id"""

    return write


def prefix_asof(events: str, spine: str) -> str:
    """A running sum over each key's events, looked up by one ASOF join for all ends of all windows."""
    return f"""SELECT spine_id, {_differences()} FROM (
  SELECT p.spine_id, p.point, r.v, r.n FROM ({points(spine)}) AS p
  ASOF JOIN (
    SELECT k, ts, sum(amount) OVER run AS v, row_number() OVER run AS n FROM {events}
    WINDOW run AS (PARTITION BY k ORDER BY ts ROWS UNBOUNDED PRECEDING)) AS r
  ON p.k = r.k AND p.x >= r.ts) GROUP BY spine_id"""


def one_sort(events: str, spine: str) -> str:
    """Events and all ends of all windows in one sort by one number; one running sum, without partitions."""
    return f"""SELECT spine_id, {_differences()} FROM (
  SELECT spine_id, point, sum(amount) OVER (ROWS UNBOUNDED PRECEDING) AS v,
    count(amount) OVER (ROWS UNBOUNDED PRECEDING) AS n FROM (
    SELECT amount, spine_id, point FROM (
      SELECT {packed("ts")} AS place, amount, NULL AS spine_id, NULL AS point FROM {events}
      UNION ALL SELECT {packed("x")} + 1, NULL, spine_id, point FROM ({points(spine)}))
    ORDER BY place)) WHERE spine_id IS NOT NULL GROUP BY spine_id"""


def one_sort_window(events: str, spine: str) -> str:
    """As one sort, in standard SQL: running sums by key."""
    return f"""SELECT spine_id, {_differences()} FROM (
  SELECT spine_id, point, sum(amount) OVER run AS v, count(amount) OVER run AS n FROM (
    SELECT k, ts AS x, 0 AS late, amount, NULL AS spine_id, NULL AS point FROM {events}
    UNION ALL SELECT k, x, 1, NULL, spine_id, point FROM ({points(spine)}))
  WINDOW run AS (PARTITION BY k ORDER BY x, late ROWS UNBOUNDED PRECEDING)) WHERE spine_id IS NOT NULL
GROUP BY spine_id"""


def frames(all_rows: bool) -> Query:
    """One RANGE frame a window over events and spine rows together."""
    values = "sum(amount) {frame} AS spend_{w}, count(amount) {frame} AS buys_{w}"
    return lambda events, spine: framed(values, events, spine, all_rows=all_rows)


def _differences() -> str:
    """Each window from the totals up to its ends, which may be in several rows: ``point``, ``v``, ``n``."""
    columns = []
    for point, w in enumerate(WINDOWS, start=1):
        v, n = (
            f"coalesce(sum({c}) FILTER (point = 0), 0) - coalesce(sum({c}) FILTER (point = {point}), 0)"
            for c in "vn"
        )
        columns.append(f"CASE WHEN {n} > 0 THEN {v} END AS spend_{w}, {n} AS buys_{w}")
    return ", ".join(columns)


_TILE = Additive(
    of_events={"v": "sum({e}amount)", "n": "count({e}amount)"},
    combined={"v": "sum", "n": "sum"},
    results={"v": "spend", "n": "buys"},
)
QUESTION = Question(
    queries={
        "range join": range_join,
        "range join by rings": rings,
        "frames": frames(all_rows=True),
        "frames of the spine alone": frames(all_rows=False),
        "daily tiles": daily(_TILE),
        "daily + hourly tiles": hourly(_TILE),
        "running daily tiles": running_tiles("day"),
        "running hourly tiles": running_tiles("hour"),
        "prefix sums, one ASOF": prefix_asof,
        "one sort, window": one_sort_window,
        "one sort, streaming": one_sort,
        "hot keys apart": hot_keys_apart(running_tiles("hour"), rings, _HOT),
    },
    values=", ".join(f"g.spend_{w}, coalesce(g.buys_{w}, 0)::BIGINT AS buys_{w}" for w in WINDOWS),
    compared=", ".join((*SPINE, *(f"round(spend_{w}, 4) + 0.0 AS spend_{w}, buys_{w}" for w in WINDOWS))),
)
