"""``check --dynamic``: rows not known at t are deleted, and a value that changes is a leak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.shop_of_leaks import WHOLE, Leaks


@pytest.fixture
def leaks(tmp_path: Path) -> Leaks:
    return Leaks(tmp_path)


LEAKING = {
    "global z-score": "SELECT user_id, ts, (amount - avg(amount) OVER ()) / stddev(amount) OVER () AS x "
    "FROM raw.events",
    "global mean by join": "SELECT e.user_id, e.ts, e.amount / m.mean AS x FROM raw.events AS e, "
    "(SELECT avg(amount) AS mean FROM raw.events) AS m",
    "lead": "SELECT user_id, ts, lead(amount) OVER (PARTITION BY user_id ORDER BY ts) AS x FROM raw.events",
    "frame that looks forward": "SELECT user_id, ts, avg(amount) OVER (PARTITION BY user_id ORDER BY ts "
    "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS x FROM raw.events",
    "dedup to the latest": "SELECT user_id, ts, amount AS x FROM raw.events "
    "QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY ts DESC) = 1",
    "latest by aggregates": "SELECT user_id, max(ts) AS ts, arg_max(amount, ts) AS x FROM raw.events GROUP BY user_id",
    "start of a bucket": "SELECT user_id, date_trunc('hour', ts) AS ts, sum(amount) AS x FROM raw.events GROUP BY ALL",
    "begin of a day, by a CTE": "WITH days AS (SELECT user_id, CAST(ts AS DATE) AS day, amount FROM raw.events)\n"
    "SELECT user_id, CAST(day AS TIMESTAMP) AS ts, CAST(count(*) AS DOUBLE) AS x FROM days GROUP BY ALL",
    "descending rank": "SELECT user_id, ts, "
    "CAST(rank() OVER (PARTITION BY user_id ORDER BY amount DESC) AS DOUBLE) AS x FROM raw.events",
    "end of a version, by lead": "SELECT user_id, ts, "
    "epoch(lead(ts) OVER (PARTITION BY user_id ORDER BY ts) - ts) AS x FROM raw.events",
}


@pytest.mark.parametrize("name", LEAKING)
def test_what_sees_the_future_changes_when_the_future_is_deleted(leaks: Leaks, name: str) -> None:
    leaks.query(LEAKING[name])
    found = leaks.feature()
    assert found.changed > 0 and found.first is not None
    assert found.first.before != found.first.after
    assert [key for key, _ in found.first.keys] == ["user_id"]
    assert found.first.t.startswith("2026-01-0") and found.first.t.endswith("Z")


HONEST = {
    "a plain row": "SELECT user_id, ts, amount AS x FROM raw.events",
    "lag": "SELECT user_id, ts, lag(amount) OVER (PARTITION BY user_id ORDER BY ts) AS x FROM raw.events",
    "running mean": "SELECT user_id, ts, avg(amount) OVER (PARTITION BY user_id ORDER BY ts, event_id) AS x "
    "FROM raw.events",
    "end of a bucket": "SELECT user_id, date_trunc('hour', ts) + INTERVAL 1 HOUR AS ts, sum(amount) AS x "
    "FROM raw.events GROUP BY ALL",
    "a table without time": "SELECT user_id, ts, amount * length(country) AS x "
    "FROM raw.events JOIN raw.countries USING (user_id)",
}


@pytest.mark.parametrize("name", HONEST)
def test_what_is_honest_does_not_change(leaks: Leaks, name: str) -> None:
    leaks.query(HONEST[name])
    found = leaks.feature()
    assert (found.changed, found.first) == (0, None)
    assert found.filled > 60


@pytest.mark.parametrize(
    "time",
    [
        "to_timestamp(secs)",
        "make_timestamp(secs * 1000000)",
        "strptime(said, '%d/%m/%Y %H:%M')",
        "CAST(iso AS TIMESTAMP)",
    ],
)
def test_times_that_a_query_makes_of_numbers_and_texts_are_followed(leaks: Leaks, time: str) -> None:
    leaks.sql(
        "CREATE TABLE raw.ticks AS SELECT user_id, CAST(epoch(ts) AS BIGINT) AS secs, CAST(ts AS VARCHAR) AS iso, "
        "strftime(ts, '%d/%m/%Y %H:%M') AS said, amount FROM raw.events"
    )
    made = f"WITH ticks AS (SELECT *, CAST({time} AS TIMESTAMP) AS ts FROM raw.ticks)\n"
    leaks.query(made + "SELECT user_id, ts, amount AS x FROM ticks")
    assert leaks.feature().changed == 0
    leaks.query(
        made + "SELECT user_id, ts, lead(amount) OVER (PARTITION BY user_id ORDER BY ts) AS x FROM ticks"
    )
    assert leaks.feature().changed > 0


def test_a_table_of_which_nothing_says_when_its_rows_were_known_is_named(leaks: Leaks) -> None:
    leaks.query(HONEST["a table without time"])
    assert leaks.tried().kept == ("raw.countries",)


def test_a_static_table_keeps_its_rows(leaks: Leaks) -> None:
    leaks.query(LEAKING["lead"], more="    static: [raw.events]\n")
    found = leaks.tried()
    assert (found.features[0].changed, found.kept) == (0, ("raw.events",))


def test_a_bucket_that_is_known_at_its_end_is_honest_and_one_known_before_is_not(leaks: Leaks) -> None:
    hours = (
        "SELECT user_id, date_trunc('hour', ts) AS ts, date_trunc('hour', ts) + INTERVAL {} MINUTE AS known,\n"
        "sum(amount) AS x FROM raw.events GROUP BY ALL"
    )
    leaks.query(hours.format(60), more="    available_at: known\n")
    assert leaks.feature().changed == 0
    leaks.query(hours.format(50), more="    available_at: known\n")
    assert leaks.feature().changed > 0


def test_a_lag_as_long_as_the_bucket_is_honest(leaks: Leaks) -> None:
    leaks.query(LEAKING["start of a bucket"], more="    availability_lag: 1h\n")
    assert leaks.feature().changed == 0


def test_rows_that_come_late_are_deleted_by_when_they_came(leaks: Leaks) -> None:
    """A sum in the order of events holds rows that were loaded after the one that shows it."""
    leaks.query(
        "SELECT user_id, ts, loaded_at, sum(amount) OVER (ORDER BY ts) AS x FROM raw.events",
        more="    available_at: loaded_at\n",
    )
    assert leaks.feature().changed > 0


def test_rows_are_known_when_the_source_of_their_table_says(leaks: Leaks) -> None:
    """The query forgets that rows are loaded late; another source knows it."""
    leaks.query(
        HONEST["a plain row"],
        more="  - {name: events, table: raw.events, timestamp_field: ts, available_at: loaded_at}\n",
    )
    assert leaks.feature().changed > 0


def test_a_view_of_the_database_is_looked_through(leaks: Leaks) -> None:
    leaks.sql(
        "CREATE VIEW raw.means (uid, happened, share) AS "
        "SELECT user_id, ts, amount / avg(amount) OVER () FROM raw.events"
    )
    leaks.sql("CREATE VIEW outer_view AS SELECT uid AS user_id, happened AS ts, share AS x FROM raw.means")
    view = (
        "feature_views:\n  - {name: v, entities: [user], source: s, features: [{name: x, dtype: float64}]}\n"
    )
    leaks.define(f"sources:\n  - {{name: s, table: outer_view, timestamp_field: ts}}\n{view}")
    assert leaks.feature().changed > 0


VERSIONS = """
CREATE TABLE raw.plans AS
SELECT user_id, ts, lead(ts) OVER (PARTITION BY user_id ORDER BY ts) AS valid_to, amount AS x,
    lead(ts) OVER (PARTITION BY user_id ORDER BY ts) IS NULL AS is_current FROM raw.events
"""


@pytest.mark.parametrize(
    "feature",
    [
        "{name: x, dtype: timestamp, column: valid_to}",
        "{name: x, dtype: bool, expr: valid_to is null}",
        "{name: x, dtype: bool, column: is_current}",
    ],
)
def test_an_end_that_a_later_version_wrote_is_future_knowledge(leaks: Leaks, feature: str) -> None:
    leaks.sql(VERSIONS)
    leaks.query("SELECT * FROM raw.plans", feature)
    assert leaks.feature().changed > 0


def test_a_filter_of_current_versions_sees_the_future(leaks: Leaks) -> None:
    leaks.sql(VERSIONS)
    leaks.query("SELECT user_id, ts, x FROM raw.plans WHERE valid_to IS NULL")
    assert leaks.feature().changed > 0


def test_versions_that_end_on_a_far_day_are_opened_to_that_day(leaks: Leaks) -> None:
    leaks.sql(VERSIONS + "; UPDATE raw.plans SET valid_to = '9999-12-31' WHERE valid_to IS NULL")
    leaks.query(
        "SELECT * FROM raw.plans",
        "{name: x, dtype: bool, expr: \"valid_to > cast('9000-01-01' as timestamp)\"}",
    )
    assert leaks.feature().changed > 0


def test_an_end_that_was_planned_is_no_leak(leaks: Leaks) -> None:
    leaks.sql(VERSIONS + "; UPDATE raw.plans SET valid_to = ts + INTERVAL 30 DAY")
    leaks.query("SELECT * FROM raw.plans", "{name: x, dtype: timestamp, column: valid_to}")
    assert leaks.feature().changed == 0


def test_views_of_every_kind_on_honest_tables_do_not_change(leaks: Leaks) -> None:
    leaks.define(WHOLE)
    found = leaks.tried(sample=9)
    assert [feature for feature in found.features if feature.changed] == []
    empty = [feature.name for feature in found.features if not feature.filled]
    assert empty == []
    assert {"latest:is_large", "spend:ids_1d", "totals:n_lifetime", "twice:big_1d", "ratio:share"} <= {
        feature.name for feature in found.features
    }


def test_request_data_that_cannot_be_drawn_is_said(leaks: Leaks) -> None:
    leaks.define(WHOLE)
    assert leaks.tried(sample=1).skipped == (
        ("tagged", "no values of list<string> are drawn for its request data `tags`"),
    )


def test_rows_at_one_time_are_no_false_alarm(leaks: Leaks) -> None:
    """Ties are settled by a total order, whatever else is deleted."""
    leaks.sql(
        "INSERT INTO raw.events SELECT event_id, user_id, ts, loaded_at + INTERVAL 3 HOUR, amount + n "
        "FROM raw.events, range(3) AS r(n)"
    )
    leaks.define(WHOLE)
    assert [feature for feature in leaks.tried(sample=9).features if feature.changed] == []


def test_an_on_demand_view_of_a_leaking_view_leaks(leaks: Leaks) -> None:
    leaks.query(
        LEAKING["lead"] + "\n",
        more="on_demand_feature_views:\n"
        "  - {name: half, features_from: [v:x], features: [{name: y, dtype: float64, expr: x / 2.0}]}\n",
    )
    assert leaks.feature("half:y").changed > 0


def test_files_are_cut_as_tables_are(leaks: Leaks) -> None:
    leaks.sql(
        f"COPY raw.events TO '{leaks.root}/events.parquet'; COPY raw.events TO '{leaks.root}/events.csv'"
    )
    leaks.define(
        "sources:\n"
        "  - name: plain\n    path: events.csv\n    timestamp_field: ts\n    available_at: loaded_at\n"
        "    columns: {amount: float64}\n"
        "  - name: share\n    timestamp_field: ts\n"
        "    query: SELECT user_id, ts, amount / avg(amount) OVER () AS amount FROM 'events.parquet'\n"
        "feature_views:\n"
        "  - {name: honest, entities: [user], source: plain, features: [{name: amount, dtype: float64}]}\n"
        "  - {name: leaking, entities: [user], source: share, features: [{name: amount, dtype: float64}]}\n"
    )
    changed = {feature.name: feature.changed > 0 for feature in leaks.tried().features}
    assert changed == {"honest:amount": False, "leaking:amount": True}


def test_what_cannot_be_computed_is_told_at_its_view_and_the_others_are_tried(leaks: Leaks) -> None:
    """The query fails where few rows are left; the next view starts from all rows again."""
    leaks.query(
        "SELECT user_id, ts, CASE WHEN (SELECT count(*) FROM raw.events) < 60 "
        "THEN CAST(error('too few') AS DOUBLE) ELSE amount END AS x FROM raw.events",
        more="  - {name: t, query: 'SELECT user_id, ts, lead(amount) OVER (ORDER BY ts) AS y FROM raw.events', "
        "timestamp_field: ts}\n",
    )
    view = "  - {name: w, entities: [user], source: t, features: [{name: y, dtype: float64}]}\n"
    file = leaks.root / "featuredefs" / "all.yaml"
    file.write_text(file.read_text() + view)
    found = leaks.tried()
    assert [(each.code, each.span is not None) for each in found.failed] == [("FC459", True)]
    assert "`v` could not be computed: " in found.failed[0].message
    assert [feature.name for feature in found.features if feature.changed] == ["w:y"]
    assert found.features[0].filled > found.features[0].rows / 2


def test_the_same_data_is_sampled_the_same_way(leaks: Leaks) -> None:
    leaks.query(LEAKING["lead"])
    assert leaks.tried() == leaks.tried()


def test_sample_bounds_the_instants(leaks: Leaks) -> None:
    leaks.query(HONEST["a plain row"])
    assert [leaks.tried(n).features[0].rows for n in (1, 6, 30)] == [5, 30, 150]


def test_nothing_of_the_users_database_changes(leaks: Leaks) -> None:
    leaks.query(LEAKING["lead"])
    before = (leaks.root / "dev.duckdb").read_bytes()
    leaks.tried()
    assert (leaks.root / "dev.duckdb").read_bytes() == before
