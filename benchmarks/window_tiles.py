"""Windows added up from whole tiles and from the events of the tiles in which they begin and end.

Nothing is subtracted: it does for min and max as for sums. {x} in the templates is a value, {c} a condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.window_query import LONGEST, WINDOWS, Query, each_window

_LOWS = tuple(f"event_timestamp - {i}" for i in WINDOWS.values())
_DAYS = ", ".join(("event_timestamp::DATE", *(f"({low})::DATE" for low in _LOWS)))
_HOURS = ", ".join(f"date_trunc('hour', {x})" for x in ("event_timestamp", *_LOWS))
_NOT_TOO_OLD = "e.ts > p.event_timestamp - {i}"
_DAY_INSIDE = "d.day > (s.event_timestamp - {i})::DATE"
_DAY_AT_END = "(p.day = p.event_timestamp::DATE OR p.day = (p.event_timestamp - {i})::DATE)"
_HOUR_AT_END = (
    "(p.hour = date_trunc('hour', p.event_timestamp) OR p.hour = date_trunc('hour', p.event_timestamp - {i}))"
)


@dataclass(frozen=True, slots=True)
class Additive:
    """Partial values of an event set and how they combine.

    ``of_events`` maps a partial's name to its aggregate; ``combined`` to the function that adds partials up;
    ``results`` to the name of the result, less the window.
    """

    of_events: Mapping[str, str]
    combined: Mapping[str, str]
    results: Mapping[str, str]

    def made(self, prefix: str = "") -> str:
        return ", ".join(f"{self.of_events[n].format(e=prefix)} AS {n}" for n in self.of_events)

    def again(self) -> str:
        return ", ".join(f"{f}({n}) AS {n}" for n, f in self.combined.items())

    def per_window(self, source: str, condition: str) -> str:
        """Partials of tiles under a condition, by window."""
        return ", ".join(
            each_window(f"{f}({source}{n}) FILTER ({condition}) AS {self.results[n]}_{{w}}")
            for n, f in self.combined.items()
        )

    def events_per_window(self, condition: str) -> str:
        return ", ".join(
            each_window(f"{a.format(e='e.')} FILTER ({condition}) AS {self.results[n]}_{{w}}")
            for n, a in self.of_events.items()
        )

    def total(self) -> str:
        return ", ".join(
            each_window(f"{f}({self.results[n]}_{{w}}) AS {self.results[n]}_{{w}}")
            for n, f in self.combined.items()
        )


def daily(additive: Additive) -> Query:
    """Whole days from tiles, the days at the ends of a window from events."""

    def write(events: str, spine: str) -> str:
        return f"""SELECT spine_id, {additive.total()} FROM (
  SELECT s.spine_id, {additive.per_window("d.", _DAY_INSIDE)} FROM {spine} AS s
  JOIN (SELECT k, ts::DATE AS day, {additive.made()} FROM {events} GROUP BY ALL) AS d ON {_DAYS_BETWEEN}
  GROUP BY s.spine_id
  UNION ALL
  SELECT p.spine_id, {additive.events_per_window(f"{_DAY_AT_END} AND {_NOT_TOO_OLD}")} FROM (
    SELECT spine_id, k, event_timestamp, unnest(list_distinct([{_DAYS}])) AS day FROM {spine}) AS p
  JOIN {events} AS e ON e.k = p.k AND e.ts::DATE = p.day AND {_EVENTS_BETWEEN}
  GROUP BY p.spine_id) GROUP BY spine_id"""

    return write


def hourly(additive: Additive) -> Query:
    """Whole days from daily tiles, whole hours of the days at the ends from hourly tiles, the rest from events."""
    after_hour = "p.hour > date_trunc('hour', p.event_timestamp - {i})"

    def write(events: str, spine: str) -> str:
        return f"""SELECT spine_id, {additive.total()} FROM (
  WITH hours AS MATERIALIZED (
    SELECT k, date_trunc('hour', ts) AS hour, {additive.made()} FROM {events} GROUP BY ALL
  ), days AS (SELECT k, hour::DATE AS day, {additive.again()} FROM hours GROUP BY ALL)
  SELECT s.spine_id, {additive.per_window("d.", _DAY_INSIDE)} FROM {spine} AS s
  JOIN days AS d ON {_DAYS_BETWEEN}
  GROUP BY s.spine_id
  UNION ALL
  SELECT p.spine_id, {additive.per_window("p.", f"{after_hour} AND {_DAY_AT_END}")} FROM (
    SELECT s.spine_id, s.event_timestamp, s.day, h.* EXCLUDE (k) FROM (
      SELECT spine_id, k, event_timestamp, unnest(list_distinct([{_DAYS}])) AS day FROM {spine}) AS s
    JOIN hours AS h ON h.k = s.k AND h.hour::DATE = s.day
      AND h.hour < date_trunc('hour', s.event_timestamp)
      AND h.hour > date_trunc('hour', s.event_timestamp - {LONGEST})) AS p
  GROUP BY p.spine_id
  UNION ALL
  SELECT p.spine_id, {additive.events_per_window(f"{_HOUR_AT_END} AND {_NOT_TOO_OLD}")} FROM (
    SELECT spine_id, k, event_timestamp, unnest(list_distinct([{_HOURS}])) AS hour FROM {spine}) AS p
  JOIN {events} AS e ON e.k = p.k AND date_trunc('hour', e.ts) = p.hour AND {_EVENTS_BETWEEN}
  GROUP BY p.spine_id) GROUP BY spine_id"""

    return write


_DAYS_BETWEEN = (
    f"d.k = s.k AND d.day > (s.event_timestamp - {LONGEST})::DATE AND d.day < s.event_timestamp::DATE"
)
_EVENTS_BETWEEN = f"e.ts <= p.event_timestamp AND e.ts > p.event_timestamp - {LONGEST}"
