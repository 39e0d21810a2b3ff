"""Prints how well two features of the quickstart's training set foretell the label: `correlation.py FILE`.

Over the rows where both features and the label have a value, so that both are judged by the same flights.
"""

import sys

import duckdb

QUERY = """
SELECT
  count(*),
  corr(origin_delay_leaky, label_delay),
  corr(origin_delay, label_delay)
FROM read_parquet(?)
WHERE origin_delay_leaky IS NOT NULL AND origin_delay IS NOT NULL AND label_delay IS NOT NULL
"""


def main(path: str) -> None:
    rows, leaky, honest = duckdb.execute(QUERY, [path]).fetchall()[0]
    sys.stdout.write(f"flights                        {rows:>7,}\n")
    sys.stdout.write(f"by scheduled time (leaks)      {leaky:>7.3f}\n")
    sys.stdout.write(f"with available_at (honest)     {honest:>7.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1])
