"""The 0.9 percentile of trailing windows, without all pairs of events and spine rows."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.window_query import WINDOWS, each_window, framed, hot_keys_apart, packed, points

_CHUNK = 512
_HOT = 6000
_SHORT, _LONG = ("1h", "1d"), ("7d", "30d")


def slices(events: str, spine: str) -> str:
    """Events in one sorted array, cut in chunks; each window is a slice of it."""
    return _sliced(events, spine, tuple(WINDOWS))


def _sliced(events: str, spine: str, windows: Sequence[str]) -> str:
    low = each_window("max(n) FILTER (point = {n} + 1) AS lo_{w}", windows)
    longest = f"lo_{windows[-1]}"
    slice_ = "list_aggregate(l[lo_{w} - base + 1 : hi - base], 'quantile_cont', 0.9) AS v_{w}"
    return f"""SELECT spine_id, {each_window(slice_, windows)} FROM (
  WITH placed AS MATERIALIZED (
    SELECT amount, spine_id, point, count(amount) OVER (ROWS UNBOUNDED PRECEDING) AS n FROM (
      SELECT amount, spine_id, point FROM (
        SELECT {packed("ts")} AS place, amount, NULL AS spine_id, NULL AS point FROM {events}
        UNION ALL SELECT {packed("x")} + 1, NULL, spine_id, point FROM ({points(spine)}))
      ORDER BY place)
  ), chunks AS (
    SELECT (n - 1) // {_CHUNK} AS chunk, list(amount ORDER BY n) AS l FROM placed WHERE spine_id IS NULL GROUP BY ALL
  ), ends AS (
    SELECT spine_id, max(n) FILTER (point = 0) AS hi, {low} FROM placed WHERE spine_id IS NOT NULL GROUP BY spine_id
  )
  SELECT spine_id, any_value(hi) AS hi, {each_window("any_value(lo_{w}) AS lo_{w}", windows)},
    min(chunk) * {_CHUNK} AS base, flatten(list(l ORDER BY chunk)) AS l
  FROM (SELECT *, unnest(range({longest} // {_CHUNK}, (hi - 1) // {_CHUNK} + 1)) AS chunk FROM ends
    WHERE hi > {longest})
  JOIN chunks USING (chunk) GROUP BY spine_id)"""


def _long_framed(events: str, spine: str) -> str:
    """Slices for the short windows, frames for the long ones."""
    values = each_window("v_{w}")
    frames = framed("quantile_cont(amount, 0.9) {frame} AS v_{w}", events, spine, _LONG)
    return f"""SELECT spine_id, {values} FROM ({frames})
LEFT JOIN ({_sliced(events, spine, _SHORT)}) USING (spine_id)"""


hot_keys_framed = hot_keys_apart(_long_framed, slices, _HOT)
