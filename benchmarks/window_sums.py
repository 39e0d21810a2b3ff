"""Sums and counts over trailing windows, as a careful person would write them by hand for this data.

Every form is a SELECT of one row a spine row, in the spine's order. They know what fcompile cannot: that no
value is NULL, that no two events share an instant, that keys and times fit one 64-bit number together, and
that prefix sums of such amounts lose nothing that is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

WINDOWS = {"1h": "INTERVAL 1 HOUR", "1d": "INTERVAL 1 DAY", "7d": "INTERVAL 7 DAY", "30d": "INTERVAL 30 DAY"}
LONGEST = WINDOWS["30d"]
SPINE = ("spine_id", "k", "event_timestamp", "label")
ROUNDED = ", ".join((*SPINE, *(f"round(spend_{w}, 4) + 0.0 AS spend_{w}, buys_{w}" for w in WINDOWS)))
"""What must be equal in all forms."""

Query = Callable[[Path, Path], str]
"""Events and spine -> the SELECT."""


def range_join(events: Path, spine: Path) -> str:
    """Every pair within the longest window, one FILTER a window."""
    sums = each_window("sum(e.amount) FILTER ({inside}) AS spend_{w}, count(*) FILTER ({inside}) AS buys_{w}")
    return finish(spine, f"SELECT s.spine_id, {sums} FROM {pairs(events, spine)} GROUP BY s.spine_id")


def rings(events: Path, spine: Path) -> str:
    """Every pair goes to its smallest window alone; the windows are added up afterwards."""
    return finish(
        spine,
        f"""SELECT spine_id, {ring_totals()} FROM (
  SELECT s.spine_id, {RING} AS ring, sum(e.amount) AS v, count(*) AS n
  FROM {pairs(events, spine)} GROUP BY ALL) GROUP BY spine_id""",
    )


def frames(events: Path, spine: Path) -> str:
    """One RANGE frame a window over events and spine rows together."""
    return _framed(events, spine, "{i} - INTERVAL 1 MICROSECOND")


def spine_frames(events: Path, spine: Path) -> str:
    """As frames, but those of events, which nobody reads, hold one instant."""
    instant = "CASE WHEN spine_id IS NULL THEN INTERVAL 0 SECOND ELSE {i} - INTERVAL 1 MICROSECOND END"
    return _framed(events, spine, instant)


def _framed(events: Path, spine: Path, width: str) -> str:
    frame = f"OVER (part RANGE BETWEEN {width} PRECEDING AND CURRENT ROW)"
    values = each_window(f"sum(amount) {frame} AS spend_{{w}}, count(amount) {frame} AS buys_{{w}}")
    return finish(
        spine,
        f"""SELECT * FROM (
  SELECT spine_id, {values} FROM (
    SELECT k, ts, amount, NULL AS spine_id FROM '{events}'
    UNION ALL SELECT k, event_timestamp, NULL, spine_id FROM '{spine}')
  WINDOW part AS (PARTITION BY k ORDER BY ts)) WHERE spine_id IS NOT NULL""",
    )


def daily_tiles(events: Path, spine: Path) -> str:
    """Whole days from tiles, the days at the ends of a window from events."""
    edges = ", ".join(f"(event_timestamp - {i})::DATE" for i in WINDOWS.values())
    tiled = each_window(
        "sum(d.v) FILTER (d.day > (s.event_timestamp - {i})::DATE) AS spend_{w},"
        " coalesce(sum(d.n) FILTER (d.day > (s.event_timestamp - {i})::DATE), 0) AS buys_{w}"
    )
    at_edge = (
        "(p.day = p.event_timestamp::DATE OR p.day = (p.event_timestamp - {i})::DATE)"
        " AND e.ts > p.event_timestamp - {i}"
    )
    raw = each_window(
        f"sum(e.amount) FILTER ({at_edge}) AS spend_{{w}}, count(*) FILTER ({at_edge}) AS buys_{{w}}"
    )
    return finish(
        spine,
        f"""SELECT spine_id, {added_up()} FROM (
  SELECT s.spine_id, {tiled} FROM '{spine}' AS s
  JOIN (SELECT k, ts::DATE AS day, sum(amount) AS v, count(*) AS n FROM '{events}' GROUP BY ALL) AS d
    ON d.k = s.k AND d.day > (s.event_timestamp - {LONGEST})::DATE AND d.day < s.event_timestamp::DATE
  GROUP BY s.spine_id
  UNION ALL
  SELECT p.spine_id, {raw} FROM (
    SELECT spine_id, k, event_timestamp,
      unnest(list_distinct([event_timestamp::DATE, {edges}])) AS day FROM '{spine}') AS p
  JOIN '{events}' AS e ON e.k = p.k AND e.ts::DATE = p.day
    AND e.ts <= p.event_timestamp AND e.ts > p.event_timestamp - {LONGEST}
  GROUP BY p.spine_id) GROUP BY spine_id""",
    )


def hourly_tiles(events: Path, spine: Path) -> str:
    """Whole days from daily tiles, whole hours of the days at the ends from hourly tiles, the rest from events."""
    lows = [f"event_timestamp - {i}" for i in WINDOWS.values()]
    days = ", ".join(f"({low})::DATE" for low in lows)
    hours = ", ".join(f"date_trunc('hour', {low})" for low in lows)
    of_day = "d.day > (s.event_timestamp - {i})::DATE"
    of_hour = (
        "p.hour > date_trunc('hour', p.event_timestamp - {i})"
        " AND (p.day = p.event_timestamp::DATE OR p.day = (p.event_timestamp - {i})::DATE)"
    )
    of_event = (
        "(p.hour = date_trunc('hour', p.event_timestamp) OR p.hour = date_trunc('hour', p.event_timestamp - {i}))"
        " AND e.ts > p.event_timestamp - {i}"
    )

    def both(v: str, n: str, condition: str) -> str:
        return each_window(
            f"sum({v}) FILTER ({condition}) AS spend_{{w}}, coalesce(sum({n}) FILTER ({condition}), 0) AS buys_{{w}}"
        )

    return finish(
        spine,
        f"""SELECT spine_id, {added_up()} FROM (
  WITH hours AS MATERIALIZED (
    SELECT k, date_trunc('hour', ts) AS hour, sum(amount) AS v, count(*) AS n FROM '{events}' GROUP BY ALL
  ), days AS (SELECT k, hour::DATE AS day, sum(v) AS v, sum(n) AS n FROM hours GROUP BY ALL)
  SELECT s.spine_id, {both("d.v", "d.n", of_day)} FROM '{spine}' AS s
  JOIN days AS d ON d.k = s.k AND d.day > (s.event_timestamp - {LONGEST})::DATE AND d.day < s.event_timestamp::DATE
  GROUP BY s.spine_id
  UNION ALL
  SELECT p.spine_id, {both("p.v", "p.n", of_hour)} FROM (
    SELECT s.spine_id, s.event_timestamp, s.day, h.hour, h.v, h.n FROM (
      SELECT spine_id, k, event_timestamp,
        unnest(list_distinct([event_timestamp::DATE, {days}])) AS day FROM '{spine}') AS s
    JOIN hours AS h ON h.k = s.k AND h.hour::DATE = s.day
      AND h.hour < date_trunc('hour', s.event_timestamp)
      AND h.hour > date_trunc('hour', s.event_timestamp - {LONGEST})) AS p
  GROUP BY p.spine_id
  UNION ALL
  SELECT p.spine_id, {both("e.amount", "1", of_event)} FROM (
    SELECT spine_id, k, event_timestamp,
      unnest(list_distinct([date_trunc('hour', event_timestamp), {hours}])) AS hour FROM '{spine}') AS p
  JOIN '{events}' AS e ON e.k = p.k AND date_trunc('hour', e.ts) = p.hour
    AND e.ts <= p.event_timestamp AND e.ts > p.event_timestamp - {LONGEST}
  GROUP BY p.spine_id) GROUP BY spine_id""",
    )


def running_daily_tiles(events: Path, spine: Path) -> str:
    """A running sum of daily tiles up to each end of a window, and the events of that day before it."""
    return _running_tiles(f"'{events}'", f"'{spine}'", spine, "day")


def running_hourly_tiles(events: Path, spine: Path) -> str:
    """As by days, with hours."""
    return _running_tiles(f"'{events}'", f"'{spine}'", spine, "hour")


def prefix_asof(events: Path, spine: Path) -> str:
    """A running sum over each key's events, looked up by one ASOF join for all ends of all windows."""
    return finish(
        spine,
        f"""SELECT spine_id, {differences()} FROM (
  SELECT p.spine_id, p.point, r.v, r.n FROM ({points(f"'{spine}'")}) AS p
  ASOF JOIN (
    SELECT k, ts, sum(amount) OVER run AS v, row_number() OVER run AS n FROM '{events}'
    WINDOW run AS (PARTITION BY k ORDER BY ts ROWS UNBOUNDED PRECEDING)) AS r
  ON p.k = r.k AND p.x >= r.ts) GROUP BY spine_id""",
    )


def one_sort(events: Path, spine: Path) -> str:
    """Events and all ends of all windows in one sort by one number; one running sum, without partitions."""
    return finish(spine, one_sorted(f"'{events}'", f"'{spine}'"))


def one_sort_window(events: Path, spine: Path) -> str:
    """As one sort, in standard SQL: running sums by key."""
    return finish(
        spine,
        f"""SELECT spine_id, {differences()} FROM (
  SELECT spine_id, point, sum(amount) OVER run AS v, count(amount) OVER run AS n FROM (
    SELECT k, ts AS x, 0 AS late, amount, NULL AS spine_id, NULL AS point FROM '{events}'
    UNION ALL SELECT k, x, 1, NULL, spine_id, point FROM ({points(f"'{spine}'")}))
  WINDOW run AS (PARTITION BY k ORDER BY x, late ROWS UNBOUNDED PRECEDING)) WHERE spine_id IS NOT NULL
GROUP BY spine_id""",
    )


def hot_keys_apart(events: Path, spine: Path) -> str:
    """Running hourly tiles for the keys with more than 3,000 events, rings for the others."""
    hot = f"(SELECT k FROM '{events}' GROUP BY k HAVING count(*) > 3000)"
    return finish(
        spine,
        f"""WITH hot AS MATERIALIZED {hot},
hot_events AS (SELECT * FROM '{events}' SEMI JOIN hot USING (k)),
hot_spine AS (SELECT * FROM '{spine}' SEMI JOIN hot USING (k)),
cold_spine AS (SELECT * FROM '{spine}' ANTI JOIN hot USING (k))
SELECT * FROM ({running("hot_events", "hot_spine", "hour")})
UNION ALL
SELECT spine_id, {ring_totals()} FROM (
  SELECT s.spine_id, {RING} AS ring, sum(e.amount) AS v, count(*) AS n
  FROM '{events}' AS e JOIN cold_spine AS s ON {inside(LONGEST)} GROUP BY ALL) GROUP BY spine_id""",
    )


def _running_tiles(events: str, rows: str, spine: Path, unit: str) -> str:
    return finish(spine, running(events, rows, unit))


def running(events: str, spine: str, unit: str) -> str:
    """The sums and counts of ``spine``'s rows from running sums of tiles."""
    return f"""SELECT spine_id, {differences()} FROM (
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


def one_sorted(events: str, spine: str) -> str:
    """The sums and counts of ``spine``'s rows by one sort and a running sum over all of it."""
    return f"""SELECT spine_id, {differences()} FROM (
  SELECT spine_id, point, sum(amount) OVER (ROWS UNBOUNDED PRECEDING) AS v,
    count(amount) OVER (ROWS UNBOUNDED PRECEDING) AS n FROM (
    SELECT amount, spine_id, point FROM (
      SELECT {packed("ts")} AS place, amount, NULL AS spine_id, NULL AS point FROM {events}
      UNION ALL SELECT {packed("x")} + 1, NULL, spine_id, point FROM ({points(spine)}))
    ORDER BY place)) WHERE spine_id IS NOT NULL GROUP BY spine_id"""


def packed(time: str) -> str:
    """Key, then time, in one number; even, so that a place after it is free."""
    return f"(k << 44) + ((epoch_us({time}) - epoch_us(TIMESTAMP '2023-11-01')) << 1)"


def points(spine: str) -> str:
    """One row for each end of a window: ``point`` 0 is the spine row's own time, ``x`` the instant."""
    ends = ", ".join(("event_timestamp", *(f"event_timestamp - {i}" for i in WINDOWS.values())))
    numbers = ", ".join(str(n) for n in range(len(WINDOWS) + 1))
    return f"SELECT spine_id, k, unnest([{ends}]) AS x, unnest([{numbers}]::TINYINT[]) AS point FROM {spine}"


def differences() -> str:
    """Each window from the totals up to its ends, which may be in several rows: ``point``, ``v``, ``n``."""
    columns = []
    for point, w in enumerate(WINDOWS, start=1):
        v, n = (
            f"coalesce(sum({c}) FILTER (point = 0), 0) - coalesce(sum({c}) FILTER (point = {point}), 0)"
            for c in "vn"
        )
        columns.append(f"CASE WHEN {n} > 0 THEN {v} END AS spend_{w}, {n} AS buys_{w}")
    return ", ".join(columns)


RING = (
    "CASE "
    + " ".join(
        f"WHEN e.ts > s.event_timestamp - {i} THEN {n}"
        for n, i in enumerate(WINDOWS.values())
        if i != LONGEST
    )
    + f" ELSE {len(WINDOWS) - 1} END"
)


def ring_totals() -> str:
    return ", ".join(
        f"sum(v) FILTER (ring <= {n}) AS spend_{w}, coalesce(sum(n) FILTER (ring <= {n}), 0) AS buys_{w}"
        for n, w in enumerate(WINDOWS)
    )


def added_up() -> str:
    return ", ".join(f"sum(spend_{w}) AS spend_{w}, sum(buys_{w}) AS buys_{w}" for w in WINDOWS)


def each_window(template: str) -> str:
    """The template once a window: {w} its name, {i} its interval, {inside} that an event e is not too old for s."""
    return ", ".join(
        template.format(w=w, i=i, inside=f"e.ts > s.event_timestamp - {i}") for w, i in WINDOWS.items()
    )


def inside(interval: str) -> str:
    return f"e.k = s.k AND e.ts <= s.event_timestamp AND e.ts > s.event_timestamp - {interval}"


def pairs(events: Path, spine: Path) -> str:
    return f"'{events}' AS e JOIN '{spine}' AS s ON {inside(LONGEST)}"


def finish(spine: Path, grouped: str, columns: str = "") -> str:
    """The spine with the windows of its rows, in its order."""
    sums = columns or ", ".join(f"g.spend_{w}, coalesce(g.buys_{w}, 0)::BIGINT AS buys_{w}" for w in WINDOWS)
    return f"""SELECT {", ".join(f"s.{name}" for name in SPINE)}, {sums} FROM '{spine}' AS s
LEFT JOIN (
{grouped}
) AS g USING (spine_id) ORDER BY s.spine_id"""


QUERIES: dict[str, Query] = {
    "range join": range_join,
    "range join by rings": rings,
    "frames": frames,
    "frames of the spine alone": spine_frames,
    "daily tiles": daily_tiles,
    "daily + hourly tiles": hourly_tiles,
    "running daily tiles": running_daily_tiles,
    "running hourly tiles": running_hourly_tiles,
    "prefix sums, one ASOF": prefix_asof,
    "one sort, window": one_sort_window,
    "one sort, streaming": one_sort,
    "hot keys apart": hot_keys_apart,
}
