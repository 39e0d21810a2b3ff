"""What queries over trailing windows are written of by hand.

A query reads two relations, events (k, ts, amount, item) and spine (spine_id, k, event_timestamp, ...), and
gives a row with ``spine_id`` and its values for each spine row that has events; the others may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

WINDOWS = {"1h": "INTERVAL 1 HOUR", "1d": "INTERVAL 1 DAY", "7d": "INTERVAL 7 DAY", "30d": "INTERVAL 30 DAY"}
"""Shortest first."""
LONGEST = WINDOWS["30d"]
SPINE = ("spine_id", "k", "event_timestamp", "label")

Query = Callable[[str, str], str]
"""Events and spine -> the SELECT."""


@dataclass(frozen=True, slots=True)
class Question:
    """Queries with one answer.

    ``values`` are the columns made of a query's row ``g``, which is missing where there are no events;
    ``compared`` are those columns as they must be equal.
    """

    queries: Mapping[str, Query]
    values: str
    compared: str

    def training_set(self, query: Query, events: str, spine: str) -> str:
        """The spine in its order, with the windows of its rows."""
        columns = ", ".join(f"s.{name}" for name in SPINE)
        grouped = query(events, spine)
        return f"""SELECT {columns}, {self.values} FROM {spine} AS s
LEFT JOIN (
{grouped}
) AS g USING (spine_id) ORDER BY s.spine_id"""


def each_window(template: str, windows: Sequence[str] = tuple(WINDOWS)) -> str:
    """The template once a window.

    {w} is its name, {i} its interval, {n} its place among all windows from 0, {inside} that an event e is not
    too old for the spine row s.
    """
    numbers = {w: n for n, w in enumerate(WINDOWS)}
    return ", ".join(
        template.format(w=w, i=WINDOWS[w], n=numbers[w], inside=f"e.ts > s.event_timestamp - {WINDOWS[w]}")
        for w in windows
    )


RING = (
    "CASE "
    + each_window("WHEN e.ts > s.event_timestamp - {i} THEN {n}", ("1h", "1d", "7d")).replace(",", "")
    + f" ELSE {len(WINDOWS) - 1} END"
)
"""The number of the smallest window that the event e is in."""


def pairs(events: str, spine: str) -> str:
    """Every event e with every spine row s whose longest window it is in."""
    return (
        f"{events} AS e JOIN {spine} AS s "
        f"ON e.k = s.k AND e.ts <= s.event_timestamp AND e.ts > s.event_timestamp - {LONGEST}"
    )


def points(spine: str) -> str:
    """One row for each end of a window: ``point`` 0 is the spine row's own time, ``x`` the instant."""
    ends = ", ".join(("event_timestamp", *(f"event_timestamp - {i}" for i in WINDOWS.values())))
    numbers = ", ".join(str(n) for n in range(len(WINDOWS) + 1))
    return f"SELECT spine_id, k, unnest([{ends}]) AS x, unnest([{numbers}]::TINYINT[]) AS point FROM {spine}"


def packed(time: str) -> str:
    """Key, then time, in one number; even, so that a place after it is free."""
    return f"(k << 44) + ((epoch_us({time}) - epoch_us(TIMESTAMP '2023-11-01')) << 1)"


def framed(
    values: str, events: str, spine: str, windows: Sequence[str] = tuple(WINDOWS), all_rows: bool = False
) -> str:
    """RANGE frames over events and spine rows together; {frame} in ``values`` is that of a window.

    The frames of events, which nobody reads, hold one instant unless ``all_rows``.
    """
    width = "{i} - INTERVAL 1 MICROSECOND"
    if not all_rows:
        width = f"CASE WHEN spine_id IS NULL THEN INTERVAL 0 SECOND ELSE {width} END"
    frame = f"OVER (part RANGE BETWEEN {width} PRECEDING AND CURRENT ROW)"
    return f"""SELECT * EXCLUDE (dropped) FROM (
  SELECT spine_id, amount AS dropped, {each_window(values.replace("{frame}", frame), windows)} FROM (
    SELECT k, ts, amount, item, NULL AS spine_id FROM {events}
    UNION ALL SELECT k, event_timestamp, NULL, NULL, spine_id FROM {spine})
  WINDOW part AS (PARTITION BY k ORDER BY ts)) WHERE spine_id IS NOT NULL"""


def hot_keys_apart(hot: Query, cold: Query, more_than: int) -> Query:
    """One query for the keys with more events than that, another for the rest."""

    def write(events: str, spine: str) -> str:
        return f"""WITH hot AS MATERIALIZED (SELECT k FROM {events} GROUP BY k HAVING count(*) > {more_than}),
hot_events AS (SELECT * FROM {events} SEMI JOIN hot USING (k)),
cold_events AS (SELECT * FROM {events} ANTI JOIN hot USING (k)),
hot_spine AS (SELECT * FROM {spine} SEMI JOIN hot USING (k)),
cold_spine AS (SELECT * FROM {spine} ANTI JOIN hot USING (k))
SELECT * FROM (
{hot("hot_events", "hot_spine")}
)
UNION ALL BY NAME SELECT * FROM (
{cold("cold_events", "cold_spine")}
)"""

    return write
