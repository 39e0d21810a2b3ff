"""Prints how well features of the quickstart's training set foretell the label: `correlation.py FILE`.

A leaky feature and its honest twin are judged by the same flights: those for which both have a value.
"""

import sys

import duckdb

FEATURES = (
    ("latest delay known", "origin_delay_leaky", "origin_delay"),
    ("mean delay of flights due, last 1h", "mean_delay_leaky_1h", "mean_delay_due_1h"),
    ("mean delay of flights due, last 24h", "mean_delay_leaky_24h", "mean_delay_due_24h"),
    ("mean delay of flights that left, last 1h", "", "mean_delay_1h"),
    ("mean delay of flights that left, last 24h", "", "mean_delay_24h"),
)

QUERY = """
SELECT count(*), corr({leaky}, label_delay), corr({honest}, label_delay)
FROM read_parquet(?)
WHERE {leaky} IS NOT NULL AND {honest} IS NOT NULL AND label_delay IS NOT NULL
"""


def main(path: str) -> None:
    sys.stdout.write(f"{'':42}{'flights':>8}{'leaky':>8}{'honest':>8}\n")
    for name, leaky, honest in FEATURES:
        query = QUERY.format(leaky=leaky or honest, honest=honest)
        rows, with_leak, without = duckdb.execute(query, [path]).fetchall()[0]
        shown = f"{with_leak:.3f}" if leaky else "-"
        sys.stdout.write(f"{name:42}{rows:>8,}{shown:>8}{without:>8.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1])
