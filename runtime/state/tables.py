"""The tables of a state file. Times are microseconds since 1970, UTC; a lease's expiry is in seconds."""

from __future__ import annotations

from fcompile.runtime.sqlite_file import Format

FORMAT = Format(
    what="the state",
    application=0x66636F01,
    version=1,
    tables=(
        "CREATE TABLE tokens (value INTEGER NOT NULL)",
        "INSERT INTO tokens VALUES (0)",
        "CREATE TABLE sequences (project TEXT NOT NULL, view TEXT NOT NULL, value INTEGER NOT NULL,"
        " PRIMARY KEY (project, view)) WITHOUT ROWID",
        "CREATE TABLE leases (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
        " token INTEGER NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,"
        " expires REAL NOT NULL, PRIMARY KEY (project, target, view)) WITHOUT ROWID",
        "CREATE TABLE views (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
        " watermark INTEGER, loaded INTEGER NOT NULL, store TEXT NOT NULL, fingerprint TEXT,"
        " pending_as_of INTEGER, pending_fingerprint TEXT,"
        " PRIMARY KEY (project, target, view)) WITHOUT ROWID",
        "CREATE TABLE intervals (project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
        ' "start" INTEGER, "end" INTEGER NOT NULL)',
        "CREATE INDEX intervals_view ON intervals (project, target, view)",
        "CREATE TABLE results (id INTEGER PRIMARY KEY, project TEXT NOT NULL, target TEXT NOT NULL,"
        " view TEXT NOT NULL, status TEXT NOT NULL, rows INTEGER NOT NULL, seconds REAL NOT NULL,"
        " as_of INTEGER, finished INTEGER NOT NULL, message TEXT NOT NULL)",
        "CREATE INDEX results_view ON results (project, target, view, id)",
    ),
)
