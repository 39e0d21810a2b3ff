"""Exact functions that do not add up, over trailing windows, as a careful person would write them by hand.

As in ``window_sums``: one row a spine row, in the spine's order, with knowledge that fcompile has not.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.window_sums import (
    LONGEST,
    RING,
    SPINE,
    WINDOWS,
    Query,
    each_window,
    finish,
    packed,
    pairs,
    points,
)

_VALUES = ", ".join(f"g.v_{w}" for w in WINDOWS)
_CHUNK = 512
_HOT = 6000
"""Keys with more events than this count as hot."""
_ALL = tuple(WINDOWS)


def _finish(spine: Path, grouped: str, columns: str = _VALUES) -> str:
    return finish(spine, grouped, columns)


def _native(aggregate: str, columns: str = _VALUES) -> Query:
    """Every pair within the longest window, the engine's aggregate with one FILTER a window."""

    def write(events: Path, spine: Path) -> str:
        values = each_window(f"{aggregate} FILTER ({{inside}}) AS v_{{w}}")
        return _finish(
            spine, f"SELECT s.spine_id, {values} FROM {pairs(events, spine)} GROUP BY s.spine_id", columns
        )

    return write


def _rings(function: str) -> Query:
    """Every pair goes to its smallest window alone."""

    def write(events: Path, spine: Path) -> str:
        values = ", ".join(f"{function}(v) FILTER (ring <= {n}) AS v_{w}" for n, w in enumerate(WINDOWS))
        return _finish(
            spine,
            f"""SELECT spine_id, {values} FROM (
  SELECT s.spine_id, {RING} AS ring, {function}(e.amount) AS v
  FROM {pairs(events, spine)} GROUP BY ALL) GROUP BY spine_id""",
        )

    return write


def _frames(aggregate: str, columns: str = _VALUES) -> Query:
    """RANGE frames over events and spine rows together; those of events, which nobody reads, hold one instant."""

    def write(events: Path, spine: Path) -> str:
        return _finish(spine, framed(aggregate, f"'{events}'", f"'{spine}'", _ALL), columns)

    return write


def framed(aggregate: str, events: str, spine: str, windows: tuple[str, ...]) -> str:
    nothing = "CASE WHEN spine_id IS NULL THEN INTERVAL 0 SECOND ELSE {i} - INTERVAL 1 MICROSECOND END"
    values = ", ".join(
        f"{aggregate} OVER (part RANGE BETWEEN {nothing.format(i=WINDOWS[w])} PRECEDING AND CURRENT ROW) AS v_{w}"
        for w in windows
    )
    return f"""SELECT * EXCLUDE (_) FROM (
  SELECT spine_id, amount AS _, {values} FROM (
    SELECT k, ts, amount, item, NULL AS spine_id FROM {events}
    UNION ALL SELECT k, event_timestamp, NULL, NULL, spine_id FROM {spine})
  WINDOW part AS (PARTITION BY k ORDER BY ts)) WHERE spine_id IS NOT NULL"""


def _tiles(function: str) -> Query:
    """Whole days from daily tiles, whole hours of the days at the ends from hourly tiles, the rest from events."""
    of_day = "d.day > (s.event_timestamp - {i})::DATE"
    of_hour = (
        "p.hour > date_trunc('hour', p.event_timestamp - {i})"
        " AND (p.day = p.event_timestamp::DATE OR p.day = (p.event_timestamp - {i})::DATE)"
    )
    of_event = (
        "(p.hour = date_trunc('hour', p.event_timestamp) OR p.hour = date_trunc('hour', p.event_timestamp - {i}))"
        " AND e.ts > p.event_timestamp - {i}"
    )
    lows = [f"event_timestamp - {i}" for i in WINDOWS.values()]
    days = ", ".join(f"({low})::DATE" for low in lows)
    hours = ", ".join(f"date_trunc('hour', {low})" for low in lows)
    total = ", ".join(f"{function}(v_{w}) AS v_{w}" for w in WINDOWS)

    def each(value: str, condition: str) -> str:
        return each_window(f"{function}({value}) FILTER ({condition}) AS v_{{w}}")

    def write(events: Path, spine: Path) -> str:
        return _finish(
            spine,
            f"""SELECT spine_id, {total} FROM (
  WITH hours AS MATERIALIZED (
    SELECT k, date_trunc('hour', ts) AS hour, {function}(amount) AS v FROM '{events}' GROUP BY ALL
  ), days AS (SELECT k, hour::DATE AS day, {function}(v) AS v FROM hours GROUP BY ALL)
  SELECT s.spine_id, {each("d.v", of_day)} FROM '{spine}' AS s
  JOIN days AS d ON d.k = s.k AND d.day > (s.event_timestamp - {LONGEST})::DATE AND d.day < s.event_timestamp::DATE
  GROUP BY s.spine_id
  UNION ALL
  SELECT p.spine_id, {each("p.v", of_hour)} FROM (
    SELECT s.spine_id, s.event_timestamp, s.day, h.hour, h.v FROM (
      SELECT spine_id, k, event_timestamp,
        unnest(list_distinct([event_timestamp::DATE, {days}])) AS day FROM '{spine}') AS s
    JOIN hours AS h ON h.k = s.k AND h.hour::DATE = s.day
      AND h.hour < date_trunc('hour', s.event_timestamp)
      AND h.hour > date_trunc('hour', s.event_timestamp - {LONGEST})) AS p
  GROUP BY p.spine_id
  UNION ALL
  SELECT p.spine_id, {each("e.amount", of_event)} FROM (
    SELECT spine_id, k, event_timestamp,
      unnest(list_distinct([date_trunc('hour', event_timestamp), {hours}])) AS hour FROM '{spine}') AS p
  JOIN '{events}' AS e ON e.k = p.k AND date_trunc('hour', e.ts) = p.hour
    AND e.ts <= p.event_timestamp AND e.ts > p.event_timestamp - {LONGEST}
  GROUP BY p.spine_id) GROUP BY spine_id""",
        )

    return write


def newest_of_each(events: Path, spine: Path) -> str:
    """Each item's newest event before each spine row: it counts in every window that reaches back so far."""
    values = ", ".join(f"count(*) FILTER (ring <= {n}) AS v_{w}" for n, w in enumerate(WINDOWS))
    return _finish(
        spine,
        f"""SELECT spine_id, {values} FROM (
  SELECT s.spine_id, e.item, min({RING}) AS ring FROM {pairs(events, spine)} GROUP BY ALL) GROUP BY spine_id""",
        _COUNTS,
    )


def comings_and_goings(events: Path, spine: Path) -> str:
    """+1 where an item enters a window and -1 where it leaves it; one sort, one running sum a window."""
    marks = " UNION ALL ".join(
        f"SELECT k, ts + {i} AS x, {', '.join('-1' if w == v else '0' for v in WINDOWS)}"
        f" FROM steps WHERE coalesce(later > ts + {i}, true)"
        for w, i in WINDOWS.items()
    )
    comes = ", ".join(f"coalesce(ts > earlier + {i}, true)::BIGINT AS d_{w}" for w, i in WINDOWS.items())
    running = ", ".join(f"sum(d_{w}) OVER (ROWS UNBOUNDED PRECEDING)::BIGINT AS v_{w}" for w in WINDOWS)
    deltas = ", ".join(f"d_{w}" for w in WINDOWS)
    return _finish(
        spine,
        f"""WITH steps AS MATERIALIZED (
  SELECT k, ts, lag(ts) OVER part AS earlier, lead(ts) OVER part AS later FROM '{events}' SEMI JOIN '{spine}' USING (k)
  WINDOW part AS (PARTITION BY k, item ORDER BY ts)
)
SELECT * FROM (
  SELECT spine_id, {running} FROM (
    SELECT {deltas}, spine_id FROM (
      SELECT {packed("x")} AS place, {deltas}, NULL AS spine_id FROM (
        SELECT k, ts AS x, {comes} FROM steps WHERE coalesce(ts > earlier + INTERVAL 1 HOUR, true)
        UNION ALL {marks})
      UNION ALL
      SELECT {packed("event_timestamp")} + 1, {", ".join("0" for _ in WINDOWS)}, spine_id FROM '{spine}')
    ORDER BY place)) WHERE spine_id IS NOT NULL""",
        _COUNTS,
    )


def slices(events: Path, spine: Path) -> str:
    """Events in one sorted array, cut in chunks; each window is a slice of it."""
    return _finish(spine, sliced(f"'{events}'", f"'{spine}'", _ALL))


def sliced(events: str, spine: str, windows: tuple[str, ...]) -> str:
    ends = ", ".join(
        f"max(n) FILTER (point = {point}) AS lo_{w}"
        for point, w in enumerate(WINDOWS, start=1)
        if w in windows
    )
    longest = f"lo_{windows[-1]}"
    values = ", ".join(
        f"list_aggregate(l[lo_{w} - base + 1 : hi - base], 'quantile_cont', 0.9) AS v_{w}" for w in windows
    )
    lows = ", ".join(f"any_value(lo_{w}) AS lo_{w}" for w in windows)
    return f"""SELECT spine_id, {values} FROM (
  WITH placed AS MATERIALIZED (
    SELECT amount, spine_id, point, count(amount) OVER (ROWS UNBOUNDED PRECEDING) AS n FROM (
      SELECT amount, spine_id, point FROM (
        SELECT {packed("ts")} AS place, amount, NULL AS spine_id, NULL AS point FROM {events}
        UNION ALL SELECT {packed("x")} + 1, NULL, spine_id, point FROM ({points(spine)}))
      ORDER BY place)
  ), chunks AS (
    SELECT (n - 1) // {_CHUNK} AS chunk, list(amount ORDER BY n) AS l FROM placed WHERE spine_id IS NULL GROUP BY ALL
  ), ends AS (
    SELECT spine_id, max(n) FILTER (point = 0) AS hi, {ends} FROM placed WHERE spine_id IS NOT NULL GROUP BY spine_id
  )
  SELECT spine_id, any_value(hi) AS hi, {lows}, min(chunk) * {_CHUNK} AS base, flatten(list(l ORDER BY chunk)) AS l
  FROM (SELECT *, unnest(range({longest} // {_CHUNK}, (hi - 1) // {_CHUNK} + 1)) AS chunk FROM ends
    WHERE hi > {longest})
  JOIN chunks USING (chunk) GROUP BY spine_id)"""


def hot_keys_apart(events: Path, spine: Path) -> str:
    """Slices, but frames for the two long windows of hot keys."""
    short, long = ("1h", "1d"), ("7d", "30d")
    v_short, v_long = (", ".join(f"v_{w}" for w in windows) for windows in (short, long))
    return _finish(
        spine,
        f"""WITH hot AS MATERIALIZED (SELECT k FROM '{events}' GROUP BY k HAVING count(*) > {_HOT}),
hot_events AS (SELECT * FROM '{events}' SEMI JOIN hot USING (k)),
cold_events AS (SELECT * FROM '{events}' ANTI JOIN hot USING (k)),
hot_spine AS (SELECT * FROM '{spine}' SEMI JOIN hot USING (k)),
cold_spine AS (SELECT * FROM '{spine}' ANTI JOIN hot USING (k))
SELECT spine_id, {v_short}, {v_long}
FROM ({framed("quantile_cont(amount, 0.9)", "hot_events", "hot_spine", long)})
LEFT JOIN ({sliced("hot_events", "hot_spine", short)}) USING (spine_id)
UNION ALL
SELECT spine_id, {v_short}, {v_long} FROM ({sliced("cold_events", "cold_spine", _ALL)})""",
    )


def five_newest(events: Path, spine: Path) -> str:
    """The five newest pairs in the longest window, cut to each window."""
    return _finish(
        spine,
        f"""SELECT spine_id, {_cut()} FROM (
  SELECT spine_id, event_timestamp, unnest(newest) AS e FROM (
    SELECT s.spine_id, s.event_timestamp, arg_max(struct_pack(ts := e.ts, v := e.amount), e.ts, 5) AS newest
    FROM {pairs(events, spine)} GROUP BY s.spine_id, s.event_timestamp)) AS s GROUP BY spine_id""",
    )


def by_position(events: Path, spine: Path) -> str:
    """Events numbered in one sort with the spine rows: the five before each are joined by number."""
    return _finish(
        spine,
        f"""WITH placed AS MATERIALIZED (
  SELECT k, ts, amount, spine_id, count(amount) OVER (ROWS UNBOUNDED PRECEDING) AS n FROM (
    SELECT k, ts, amount, spine_id FROM (
      SELECT {packed("ts")} AS place, k, ts, amount, NULL AS spine_id FROM '{events}'
      UNION ALL SELECT {packed("event_timestamp")} + 1, k, event_timestamp, NULL, spine_id FROM '{spine}')
    ORDER BY place)
)
SELECT s.spine_id, {_cut()} FROM (
  SELECT spine_id, k, ts AS event_timestamp, unnest(range(n - 4, n + 1)) AS n FROM placed WHERE spine_id IS NOT NULL
) AS s JOIN (SELECT k, ts, amount AS v, n FROM placed WHERE spine_id IS NULL) AS e
  ON e.n = s.n AND e.k = s.k AND e.ts > s.event_timestamp - {LONGEST} GROUP BY s.spine_id""",
    )


def asof_lags(events: Path, spine: Path) -> str:
    """Each event carries its four predecessors; one ASOF join."""
    lagged = ", ".join(
        f"lag(ts, {n}) OVER part AS t{n}, lag(amount, {n}) OVER part AS v{n}" for n in range(5)
    )
    pairs_of = ", ".join(f"struct_pack(ts := r.t{n}, v := r.v{n})" for n in range(5))
    return _finish(
        spine,
        f"""SELECT s.spine_id, {_cut()} FROM (
  SELECT s.spine_id, s.event_timestamp, unnest([{pairs_of}]) AS e FROM '{spine}' AS s
  ASOF JOIN (SELECT k, {lagged} FROM '{events}' SEMI JOIN '{spine}' USING (k)
    WINDOW part AS (PARTITION BY k ORDER BY ts)) AS r
  ON s.k = r.k AND s.event_timestamp >= r.t0) AS s GROUP BY s.spine_id""",
    )


def _cut() -> str:
    """Of the events e of each spine row s, newest first, those in each window."""
    return each_window("list(e.v ORDER BY e.ts DESC) FILTER ({inside}) AS v_{w}")


_COUNTS = ", ".join(f"coalesce(g.v_{w}, 0)::BIGINT AS v_{w}" for w in WINDOWS)
_EXTREMES = {
    f: {
        "range join": _native(f"{f}(e.amount)"),
        "range join by rings": _rings(f),
        "frames": _frames(f"{f}(amount)"),
        "daily + hourly tiles": _tiles(f),
    }
    for f in ("min", "max")
}
QUERIES: dict[str, dict[str, Query]] = {
    "count_distinct": {
        "range join": _native("count(DISTINCT e.item)", _COUNTS),
        "newest of each item": newest_of_each,
        "frames": _frames("count(DISTINCT item)", _COUNTS),
        "comings and goings": comings_and_goings,
    },
    **_EXTREMES,
    "percentile": {
        "range join": _native("quantile_cont(e.amount, 0.9)"),
        "frames": _frames("quantile_cont(amount, 0.9)"),
        "slices of one array": slices,
        "slices, hot keys framed": hot_keys_apart,
    },
    "last_n": {
        "range join": _native("arg_max(e.amount, e.ts, 5)"),
        "range join, one list": five_newest,
        "by position": by_position,
        "ASOF on lags": asof_lags,
    },
}


def compared(name: str) -> str:
    """What must be equal in all forms of a function."""
    rounded = name == "percentile"
    return ", ".join((*SPINE, *(f"round(v_{w}, 4) + 0.0 AS v_{w}" if rounded else f"v_{w}" for w in WINDOWS)))
