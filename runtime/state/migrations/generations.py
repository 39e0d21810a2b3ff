"""2: the generation online that the loader writes to, and that entities were erased: when and how many, not which."""

from fcompile.runtime.state.migrations.migration import Migration

GENERATIONS = Migration(
    2,
    (
        "ALTER TABLE views ADD COLUMN generation {int} NOT NULL DEFAULT 0",
        "CREATE TABLE erasures (id {id}, project TEXT NOT NULL, target TEXT NOT NULL, view TEXT NOT NULL,"
        " erased_at {int} NOT NULL, keys {int} NOT NULL, rows {int} NOT NULL)",
        "CREATE INDEX erasures_view ON erasures (project, target, view, id)",
    ),
)
