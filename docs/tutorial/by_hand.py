"""Prints what a window's event time is worth, without fcompile: `by_hand.py DEPARTURES`.

For each flight that left: the mean delay of the flights from its airport in [t - 1h, t), where t is its scheduled
departure, and how that correlates with its own delay. What differs is the time at which a flight counts.
"""

import sys

import duckdb

KEYS = {
    "when it was due": "scheduled_at",
    "when it left": "departed_at",
    "the later of the two": "greatest(scheduled_at, departed_at)",
}

# Flights that are counted and flights that ask, as rows of one table: a frame looks back from those that ask.
QUERY = """
WITH moments AS (
  SELECT origin, {key} AS moment, dep_delay AS counted, NULL AS asked FROM flights
  UNION ALL
  SELECT origin, scheduled_at, NULL, dep_delay FROM flights
), averages AS (
  SELECT asked, avg(counted) OVER (
    PARTITION BY origin ORDER BY moment
    RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING
  ) AS mean
  FROM moments
)
SELECT count(mean), corr(mean, asked) FROM averages WHERE asked IS NOT NULL
"""


def main(path: str) -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE flights AS FROM read_parquet(?) WHERE dep_delay IS NOT NULL", [path])
    sys.stdout.write(f"{'a flight counts at':24}{'flights':>8}{'corr':>8}\n")
    for name, key in KEYS.items():
        rows, correlation = con.execute(QUERY.format(key=key)).fetchall()[0]
        sys.stdout.write(f"{name:24}{rows:>8,}{correlation:>8.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1])
