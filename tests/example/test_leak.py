"""The point of the example: by scheduled time a feature sees the future; with ``available_at`` it does not."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from tests.example.shell_blocks import copy_example

FEATURES = ("origin_departures:origin_delay", "origin_departures_leaky:origin_delay_leaky")

# By the book, without a point-in-time join: every earlier flight from the airport in six hours, then the latest
# by schedule. The view settles ties by its features' values, so the greatest delay.
BY_HAND = """
SELECT s.flight_id, arg_max(d.dep_delay, (d.scheduled_at, d.dep_delay)) AS delay
FROM sample AS s
JOIN departures AS d
  ON d.origin = s.origin
  AND d.scheduled_at < s.event_timestamp
  AND d.scheduled_at >= s.event_timestamp - INTERVAL 6 HOUR
  AND d.dep_delay IS NOT NULL
  AND {known}
GROUP BY s.flight_id
"""


@pytest.fixture(scope="module")
def training_set(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("leak")
    copy_example(folder)
    asked = [word for feature in FEATURES for word in ("-f", feature)]
    spine, output = folder / "featuredefs/data/spine.parquet", folder / "out.parquet"
    command = [sys.executable, "-c", "from fcompile.cli import main; main()", "historical", *asked]
    command += ["--spine", str(spine), "-o", str(output), "-p", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    con = duckdb.connect()
    con.execute(f"CREATE TABLE spine AS FROM '{spine}'")
    con.execute(f"CREATE TABLE result AS FROM '{output}'")
    con.execute(f"CREATE TABLE departures AS FROM '{folder}/featuredefs/data/departures.parquet'")
    con.execute("CREATE TABLE sample AS FROM spine WHERE flight_id % 400 = 0")
    return con


def scalar(con: duckdb.DuckDBPyConnection, sql: str) -> object:
    return con.execute(sql).fetchall()[0][0]


def test_one_row_in_one_row_out(training_set: duckdb.DuckDBPyConnection) -> None:
    columns = "flight_id, event_timestamp, carrier, origin, tailnum, label_delay"
    spine, result = f"SELECT {columns} FROM spine", f"SELECT {columns} FROM result"
    assert scalar(training_set, f"SELECT count(*) FROM (({spine}) EXCEPT ALL ({result}))") == 0
    assert scalar(training_set, "SELECT count(*) FROM result") == 336_776


@pytest.mark.parametrize(
    ("column", "known"),
    [("origin_delay", "d.departed_at < s.event_timestamp"), ("origin_delay_leaky", "true")],
)
def test_values_are_those_found_by_hand(
    training_set: duckdb.DuckDBPyConnection, column: str, known: str
) -> None:
    differing = f"""
        SELECT count(*) FROM sample
        LEFT JOIN ({BY_HAND.format(known=known)}) AS by_hand USING (flight_id)
        JOIN result USING (flight_id)
        WHERE by_hand.delay IS DISTINCT FROM result.{column}"""
    assert scalar(training_set, "SELECT count(*) > 500 FROM sample") is True
    assert scalar(training_set, differing) == 0


def test_no_value_was_unknown_at_its_time(training_set: duckdb.DuckDBPyConnection) -> None:
    """A delay equal to one that some aircraft had already left with, for every row of the honest feature."""
    unknown = """
        SELECT count(*) FROM sample AS s JOIN result AS r USING (flight_id)
        WHERE r.origin_delay IS NOT NULL AND NOT EXISTS (
          FROM departures AS d
          WHERE d.origin = s.origin AND d.dep_delay = r.origin_delay AND d.departed_at < s.event_timestamp
        )"""
    assert scalar(training_set, unknown) == 0


def test_the_leak_promises_two_fifths_more(training_set: duckdb.DuckDBPyConnection) -> None:
    leaky, honest = training_set.execute(
        "SELECT corr(origin_delay_leaky, label_delay), corr(origin_delay, label_delay) FROM result"
        " WHERE origin_delay IS NOT NULL AND origin_delay_leaky IS NOT NULL"
    ).fetchall()[0]
    assert leaky == pytest.approx(0.240, abs=0.0005)
    assert honest == pytest.approx(0.171, abs=0.0005)
