"""1: the tables. Times are microseconds since 1970, UTC; a lease's expiry is in seconds."""

from fcompile.runtime.state.migrations.migration import Migration

TABLES = Migration(
    1,
    (
        "CREATE TABLE tokens (value {int} NOT NULL)",
        "INSERT INTO tokens VALUES (0)",
        "CREATE TABLE sequences (project TEXT NOT NULL, view TEXT NOT NULL, value {int} NOT NULL,"
        " PRIMARY KEY (project, view)){by_key}",
        "CREATE TABLE leases (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
        " token {int} NOT NULL, host TEXT NOT NULL, pid {int} NOT NULL, started TEXT NOT NULL,"
        " expires {real} NOT NULL, PRIMARY KEY (project, target, view)){by_key}",
        "CREATE TABLE views (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
        " watermark {int}, loaded {int} NOT NULL, store TEXT NOT NULL, fingerprint TEXT,"
        " pending_as_of {int}, pending_fingerprint TEXT,"
        " PRIMARY KEY (project, target, view)){by_key}",
        "CREATE TABLE intervals (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
        ' "start" {int}, "end" {int} NOT NULL)',
        "CREATE INDEX intervals_view ON intervals (project, target, view)",
        "CREATE TABLE results (id {id}, project TEXT NOT NULL, target TEXT NOT NULL,"
        " view TEXT NOT NULL, status TEXT NOT NULL, rows {int} NOT NULL, seconds {real} NOT NULL,"
        " as_of {int}, finished {int} NOT NULL, message TEXT NOT NULL)",
        "CREATE INDEX results_view ON results (project, target, view, id)",
    ),
)
