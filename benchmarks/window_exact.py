"""Exact functions that do not add up, over trailing windows, as a careful person would write them by hand.

As in ``window_sums`` they know what fcompile cannot.
"""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.window_percentile import by_rank, hot_keys_by_rank, hot_keys_framed, slices
from benchmarks.window_query import (
    LONGEST,
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
)
from benchmarks.window_tiles import Additive, hourly

_HOT = 3000
_VALUES = each_window("g.v_{w}")
_COUNTS = each_window("coalesce(g.v_{w}, 0)::BIGINT AS v_{w}")
_EQUAL = ", ".join((*SPINE, each_window("v_{w}")))
_ROUNDED = ", ".join((*SPINE, each_window("round(v_{w}, 4) + 0.0 AS v_{w}")))


def _native(aggregate: str) -> Query:
    """Every pair within the longest window, the engine's aggregate with one FILTER a window."""

    def write(events: str, spine: str) -> str:
        values = each_window(f"{aggregate} FILTER ({{inside}}) AS v_{{w}}")
        return f"SELECT s.spine_id, {values} FROM {pairs(events, spine)} GROUP BY s.spine_id"

    return write


def _frames(aggregate: str) -> Query:
    return lambda events, spine: framed(f"{aggregate} {{frame}} AS v_{{w}}", events, spine)


def _rings(function: str) -> Query:
    """Every pair goes to its smallest window alone."""

    def write(events: str, spine: str) -> str:
        return f"""SELECT spine_id, {each_window(f"{function}(v) FILTER (ring <= {{n}}) AS v_{{w}}")} FROM (
  SELECT s.spine_id, {RING} AS ring, {function}(e.amount) AS v
  FROM {pairs(events, spine)} GROUP BY ALL) GROUP BY spine_id"""

    return write


def _newest_of_each(events: str, spine: str) -> str:
    """Each item's newest event before each spine row: it counts in every window that reaches back so far."""
    return f"""SELECT spine_id, {each_window("count(*) FILTER (ring <= {n}) AS v_{w}")} FROM (
  SELECT s.spine_id, e.item, min({RING}) AS ring FROM {pairs(events, spine)} GROUP BY ALL) GROUP BY spine_id"""


def _comings_and_goings(events: str, spine: str) -> str:
    """+1 where an item enters a window and -1 where it leaves it; one sort, one running sum a window."""
    comes = each_window("coalesce(ts > earlier + {i}, true)::BIGINT AS d_{w}")
    goes = " UNION ALL ".join(
        f"SELECT k, ts + {i}, {', '.join('-1' if w == v else '0' for v in WINDOWS)}"
        f" FROM steps WHERE coalesce(later > ts + {i}, true)"
        for w, i in WINDOWS.items()
    )
    deltas, none = each_window("d_{w}"), ", ".join("0" for _ in WINDOWS)
    return f"""SELECT * FROM (
  WITH steps AS MATERIALIZED (
    SELECT k, ts, lag(ts) OVER part AS earlier, lead(ts) OVER part AS later FROM {events} SEMI JOIN {spine} USING (k)
    WINDOW part AS (PARTITION BY k, item ORDER BY ts))
  SELECT spine_id, {each_window("sum(d_{w}) OVER (ROWS UNBOUNDED PRECEDING)::BIGINT AS v_{w}")} FROM (
    SELECT {deltas}, spine_id FROM (
      SELECT {packed("x")} AS place, {deltas}, NULL AS spine_id FROM (
        SELECT k, ts AS x, {comes} FROM steps WHERE coalesce(ts > earlier + {WINDOWS["1h"]}, true)
        UNION ALL {goes})
      UNION ALL SELECT {packed("event_timestamp")} + 1, {none}, spine_id FROM {spine})
    ORDER BY place)) WHERE spine_id IS NOT NULL"""


def _five_newest(events: str, spine: str) -> str:
    """The five newest pairs in the longest window, cut to each window."""
    return f"""SELECT spine_id, {_CUT} FROM (
  SELECT spine_id, event_timestamp, unnest(newest) AS e FROM (
    SELECT s.spine_id, s.event_timestamp, arg_max(struct_pack(ts := e.ts, v := e.amount), e.ts, 5) AS newest
    FROM {pairs(events, spine)} GROUP BY s.spine_id, s.event_timestamp)) AS s GROUP BY spine_id"""


def _by_position(events: str, spine: str) -> str:
    """Events numbered in one sort with the spine rows: the five before each are joined by number."""
    return f"""SELECT * FROM (
  WITH placed AS MATERIALIZED (
    SELECT k, ts, amount, spine_id, count(amount) OVER (ROWS UNBOUNDED PRECEDING) AS n FROM (
      SELECT k, ts, amount, spine_id FROM (
        SELECT {packed("ts")} AS place, k, ts, amount, NULL AS spine_id FROM {events}
        UNION ALL SELECT {packed("event_timestamp")} + 1, k, event_timestamp, NULL, spine_id FROM {spine})
      ORDER BY place))
  SELECT s.spine_id, {_CUT} FROM (
    SELECT spine_id, k, ts AS event_timestamp, unnest(range(n - 4, n + 1)) AS n FROM placed
    WHERE spine_id IS NOT NULL) AS s
  JOIN (SELECT k, ts, amount AS v, n FROM placed WHERE spine_id IS NULL) AS e
    ON e.n = s.n AND e.k = s.k AND e.ts > s.event_timestamp - {LONGEST} GROUP BY s.spine_id)"""


def _asof_lags(events: str, spine: str) -> str:
    """Each event carries its four predecessors; one ASOF join."""
    lagged = ", ".join(
        f"lag(ts, {n}) OVER part AS t{n}, lag(amount, {n}) OVER part AS v{n}" for n in range(5)
    )
    newest = ", ".join(f"struct_pack(ts := r.t{n}, v := r.v{n})" for n in range(5))
    return f"""SELECT s.spine_id, {_CUT} FROM (
  SELECT s.spine_id, s.event_timestamp, unnest([{newest}]) AS e FROM {spine} AS s
  ASOF JOIN (SELECT k, {lagged} FROM {events} SEMI JOIN {spine} USING (k)
    WINDOW part AS (PARTITION BY k ORDER BY ts)) AS r
  ON s.k = r.k AND s.event_timestamp >= r.t0) AS s GROUP BY s.spine_id"""


_CUT = each_window("list(e.v ORDER BY e.ts DESC) FILTER ({inside}) AS v_{w}")


def _extreme(function: str) -> Question:
    tiles = hourly(Additive({"v": f"{function}({{e}}amount)"}, {"v": function}, {"v": "v"}))
    queries = {
        "range join": _native(f"{function}(e.amount)"),
        "range join by rings": _rings(function),
        "frames": _frames(f"{function}(amount)"),
        "daily + hourly tiles": tiles,
        "hot keys apart": hot_keys_apart(tiles, _rings(function), _HOT),
    }
    return Question(queries, _VALUES, _EQUAL)


QUESTIONS: Mapping[str, Question] = {
    "count_distinct": Question(
        {
            "range join": _native("count(DISTINCT e.item)"),
            "newest of each item": _newest_of_each,
            "frames": _frames("count(DISTINCT item)"),
            "comings and goings": _comings_and_goings,
            "hot keys apart": hot_keys_apart(_comings_and_goings, _newest_of_each, _HOT),
        },
        _COUNTS,
        _EQUAL,
    ),
    "min": _extreme("min"),
    "max": _extreme("max"),
    "percentile": Question(
        {
            "range join": _native("quantile_cont(e.amount, 0.9)"),
            "frames": _frames("quantile_cont(amount, 0.9)"),
            "slices of one array": slices,
            "slices, hot keys framed": hot_keys_framed,
            "by rank": by_rank,
            "slices, hot keys by rank": hot_keys_by_rank,
        },
        _VALUES,
        _ROUNDED,
    ),
    "last_n": Question(
        {
            "range join": _native("arg_max(e.amount, e.ts, 5)"),
            "range join, one list": _five_newest,
            "by position": _by_position,
            "ASOF on lags": _asof_lags,
            "hot keys apart": hot_keys_apart(_asof_lags, _five_newest, _HOT),
        },
        _VALUES,
        _EQUAL,
    ),
}
"""By the name of the view that asks the same."""
