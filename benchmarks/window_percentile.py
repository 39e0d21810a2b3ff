"""The 0.9 percentile of trailing windows, without all pairs of events and spine rows."""

from __future__ import annotations

from benchmarks.window_query import WINDOWS, each_window, framed, hot_keys_apart, packed, points

_CHUNK = 512
_HOT = 20_000
_RANKED = 500


def slices(events: str, spine: str) -> str:
    """Events in one sorted array, cut in chunks; each window is a slice of it."""
    low = each_window("max(n) FILTER (point = {n} + 1) AS lo_{w}")
    longest = f"lo_{list(WINDOWS)[-1]}"
    slice_ = "list_aggregate(l[lo_{w} - base + 1 : hi - base], 'quantile_cont', 0.9) AS v_{w}"
    return f"""SELECT spine_id, {each_window(slice_)} FROM (
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
  SELECT spine_id, any_value(hi) AS hi, {each_window("any_value(lo_{w}) AS lo_{w}")},
    min(chunk) * {_CHUNK} AS base, flatten(list(l ORDER BY chunk)) AS l
  FROM (SELECT *, unnest(range({longest} // {_CHUNK}, (hi - 1) // {_CHUNK} + 1)) AS chunk FROM ends
    WHERE hi > {longest})
  JOIN chunks USING (chunk) GROUP BY spine_id)"""


def _framed(events: str, spine: str) -> str:
    return framed("quantile_cont(amount, 0.9) {frame} AS v_{w}", events, spine)


def by_rank(events: str, spine: str) -> str:
    """The two values around the percentile, by their ranks in a frame: a spine row is there once for each.

    Times as numbers sort faster.
    """
    frame = "OVER (PARTITION BY k ORDER BY us RANGE BETWEEN width PRECEDING AND CURRENT ROW)"
    widths = each_window("epoch_us({i}) - 1")
    return f"""SELECT spine_id, {each_window("any_value(v) FILTER (number = {n}) AS v_{w}")} FROM (
  SELECT spine_id, number, min(v) + (max(v) - min(v)) * any_value(place - floor(place)) AS v FROM (
    SELECT spine_id, number, place,
      nth_value(amount, (CASE WHEN up THEN ceil(place) ELSE floor(place) END)::BIGINT + 1 ORDER BY amount) {frame} AS v
    FROM (
      SELECT *, CASE WHEN spine_id IS NOT NULL THEN 0.9 * (count(amount) {frame} - 1) END AS place FROM (
        SELECT k, epoch_us(ts) AS us, amount, 0 AS width, NULL AS spine_id, NULL AS number, NULL AS up FROM {events}
        UNION ALL SELECT k, epoch_us(event_timestamp), NULL, width, spine_id, number, up FROM (
          SELECT *, unnest([{widths}]) AS width, unnest(range({len(WINDOWS)})) AS number FROM {spine}),
          (VALUES (false), (true)) AS sides(up))))
  WHERE spine_id IS NOT NULL GROUP BY spine_id, number) GROUP BY spine_id"""


hot_keys_framed = hot_keys_apart(_framed, slices, _HOT)
hot_keys_by_rank = hot_keys_apart(by_rank, slices, _RANKED)
