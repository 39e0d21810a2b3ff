"""The point of the example: by scheduled time a feature sees the future; with ``available_at`` it does not.

For the latest delay and for trailing windows.
"""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from tests.example.shell_blocks import ROOT, copy_example

FEATURES = (
    "origin_departures:origin_delay",
    "origin_departures_leaky:origin_delay_leaky",
    "origin_recent",
    "origin_recent_due",
    "origin_recent_leaky",
)

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

# The same for a window [t - w, t): a flight counts at {at} and is known at {known}.
WINDOW_BY_HAND = """
SELECT s.flight_id, {aggregate} AS value
FROM sample AS s
LEFT JOIN departures AS d
  ON d.origin = s.origin
  AND {at} < s.event_timestamp
  AND {at} >= s.event_timestamp - INTERVAL '{window}'
  AND {known} < s.event_timestamp
GROUP BY s.flight_id
"""

DUE = {"at": "d.scheduled_at", "known": "d.departed_at"}
DUE_LEAKY = {"at": "d.scheduled_at", "known": "d.scheduled_at"}
LEFT = {"at": "d.left_at", "known": "d.left_at"}
MEAN = "avg(d.dep_delay)"


@pytest.fixture(scope="module")
def training_set(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("leak")
    copy_example(folder)
    asked = [word for feature in FEATURES for word in ("-f", feature)]
    spine, output = folder / "featuredefs/data/spine.parquet", folder / "out.parquet"
    command = [sys.executable, "-c", "from fcompile.cli import main; main()", "historical", *asked]
    command += ["--label", "next_hour_delay", "--as-of", "2013-12-31T00:00:00Z"]
    command += ["--spine", str(spine), "-o", str(output), "-p", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    con = duckdb.connect()
    con.execute(f"CREATE TABLE spine AS FROM '{spine}'")
    con.execute(f"CREATE TABLE result AS FROM '{output}'")
    con.execute(f"CREATE TABLE departures AS FROM '{folder}/featuredefs/data/departures.parquet'")
    con.execute("CREATE TABLE sample AS FROM spine WHERE flight_id % 400 = 0")
    return con


@pytest.fixture(scope="module")
def by_hand() -> str:
    """What the quickstart's script prints, which uses no fcompile."""
    script, departures = ROOT / "docs/tutorial/by_hand.py", ROOT / "featuredefs/data/departures.parquet"
    command = [sys.executable, str(script), str(departures)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


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


@pytest.mark.parametrize(
    ("column", "times", "aggregate"),
    [
        ("mean_delay_leaky", DUE_LEAKY, MEAN),
        ("mean_delay_due", DUE, MEAN),
        ("mean_delay", LEFT, MEAN),
        ("flights", LEFT, "count(d.flight_id)"),
        ("carriers", LEFT, "count(DISTINCT d.carrier)"),
    ],
)
@pytest.mark.parametrize("window", ["1h", "24h"])
def test_windows_are_those_found_by_hand(
    training_set: duckdb.DuckDBPyConnection, column: str, times: dict[str, str], aggregate: str, window: str
) -> None:
    hours = window.replace("h", " HOUR")
    differing = f"""
        SELECT count(*)
        FROM ({WINDOW_BY_HAND.format(aggregate=aggregate, window=hours, **times)}) AS by_hand
        JOIN result USING (flight_id)
        WHERE by_hand.value IS NULL AND result.{column}_{window} IS NOT NULL
          OR by_hand.value IS NOT NULL AND result.{column}_{window} IS NULL
          OR abs(by_hand.value - result.{column}_{window}) > 1e-9 * abs(by_hand.value)"""
    assert scalar(training_set, differing) == 0


def test_the_label_is_the_mean_delay_of_the_next_hour(training_set: duckdb.DuckDBPyConnection) -> None:
    """Where the hour and a day for the aircraft to leave have passed as of the end of 30 December; else NULL."""
    settled = "s.event_timestamp <= TIMESTAMP '2013-12-31 00:00:00' - INTERVAL 25 HOUR"
    differing = f"""
        SELECT count(*) FROM (
          SELECT s.flight_id, CASE WHEN {settled} THEN avg(d.dep_delay) END AS wanted
          FROM sample AS s LEFT JOIN departures AS d
            ON d.origin = s.origin
            AND d.scheduled_at > s.event_timestamp
            AND d.scheduled_at <= s.event_timestamp + INTERVAL 1 HOUR
            AND d.departed_at <= TIMESTAMP '2013-12-31 00:00:00'
          GROUP BY s.flight_id, s.event_timestamp
        ) JOIN result USING (flight_id)
        WHERE wanted IS DISTINCT FROM next_hour_delay
          AND coalesce(abs(wanted - next_hour_delay) > 1e-9, true)"""
    assert scalar(training_set, differing) == 0
    ends = "SELECT max(event_timestamp) FROM result WHERE next_hour_delay IS NOT NULL"
    assert scalar(training_set, f"SELECT ({ends}) BETWEEN TIMESTAMP '2013-12-29' AND '2013-12-29 23:00:00'")


def test_no_value_was_unknown_at_its_time(training_set: duckdb.DuckDBPyConnection) -> None:
    """A delay equal to one that some aircraft had already left with, for every row of the honest feature."""
    unknown = """
        SELECT count(*) FROM sample AS s JOIN result AS r USING (flight_id)
        WHERE r.origin_delay IS NOT NULL AND NOT EXISTS (
          FROM departures AS d
          WHERE d.origin = s.origin AND d.dep_delay = r.origin_delay AND d.departed_at < s.event_timestamp
        )"""
    assert scalar(training_set, unknown) == 0


CORRELATIONS = [
    ("origin_delay_leaky", "origin_delay", 0.240, 0.171),
    ("mean_delay_leaky_1h", "mean_delay_due_1h", 0.435, 0.322),
    ("mean_delay_leaky_24h", "mean_delay_due_24h", 0.239, 0.174),
]


@pytest.mark.parametrize(("leaky", "honest", "promised", "true"), CORRELATIONS)
def test_the_leak_promises_more(
    training_set: duckdb.DuckDBPyConnection, leaky: str, honest: str, promised: float, true: float
) -> None:
    """Two fifths more, of the latest delay; a third more, of the means."""
    found = training_set.execute(
        f"SELECT corr({leaky}, label_delay), corr({honest}, label_delay) FROM result"
        f" WHERE {leaky} IS NOT NULL AND {honest} IS NOT NULL"
    ).fetchall()[0]
    assert found == pytest.approx((promised, true), abs=0.0005)


@pytest.mark.parametrize(
    ("column", "script", "correlation"),
    [("mean_delay_leaky_1h", "when it was due", 0.441), ("mean_delay_1h", "the later of the two", 0.380)],
)
def test_all_windows_correlate_as_those_made_by_hand(
    training_set: duckdb.DuckDBPyConnection, by_hand: str, column: str, script: str, correlation: float
) -> None:
    found = training_set.execute(
        f"SELECT count({column}), corr({column}, label_delay) FROM result WHERE label_delay IS NOT NULL"
    ).fetchall()[0]
    assert f"{script:24}{found[0]:>8,}{found[1]:>8.3f}" in by_hand.splitlines()
    assert found[1] == pytest.approx(correlation, abs=0.0005)


def test_a_window_by_actual_departure_holds_the_flight_itself(by_hand: str) -> None:
    """More than half of the flights leave early: their own delay is then in the mean that is to foretell it."""
    assert f"{'when it left':24}{328_201:>8,}{0.398:>8.3f}" in by_hand.splitlines()
