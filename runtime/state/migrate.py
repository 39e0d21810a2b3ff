"""Bringing the state's tables forward, in one transaction of the database that holds them.

The table ``migrations`` tells which steps were taken, with a checksum of each.
"""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.state.database import Sql
from fcompile.runtime.state.migrations import MIGRATIONS, Migration, Words

_LEDGER = (
    "CREATE TABLE migrations"
    " (number {int} NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, applied_at {int} NOT NULL)"
)

Applied = Mapping[int, str]
"""The checksum of each migration that was applied, by number."""


def applied(sql: Sql) -> Applied:
    """Return what the table says, which must be there."""
    return dict(sql.execute("SELECT number, checksum FROM migrations ORDER BY number").fetchall())


def newest() -> int:
    return MIGRATIONS[-1].number


def missing(done: Applied, where: str) -> tuple[Migration, ...]:
    """Return what is still to be applied, in order.

    Raises:
        FcompileError: FC507 a newer fcompile has been here; FC960 the tables were made by other steps than ours.
    """
    last = max(done, default=0)
    if last > newest():
        message = f"the state in {where} was written by a newer fcompile (version {last}; this one knows {newest()})"
        raise FcompileError(
            Diagnostic("FC507", message, hint="upgrade fcompile, or keep its state elsewhere")
        )
    for migration in MIGRATIONS[:last]:
        if done.get(migration.number) != migration.checksum:
            message = f"the state in {where} has tables that this fcompile did not make (migration {migration.number})"
            hint = "restore it from a backup, or keep the state elsewhere: the views are then rebuilt"
            raise FcompileError(Diagnostic("FC960", message, hint=hint))
    return MIGRATIONS[last:]


def begin_ledger(sql: Sql, words: Words, upto: int = 0) -> None:
    """Make the table; the migrations up to that number were applied before it was there."""
    sql.execute(words.say(_LEDGER))
    for migration in MIGRATIONS[:upto]:
        _note(sql, migration)


def bring_forward(sql: Sql, words: Words, steps: tuple[Migration, ...]) -> None:
    for migration in steps:
        for statement in migration.statements:
            sql.execute(words.say(statement))
        _note(sql, migration)


def _note(sql: Sql, migration: Migration) -> None:
    values = (migration.number, migration.checksum, int(sql.now() * 1_000_000))
    sql.execute("INSERT INTO migrations VALUES (?, ?, ?)", values)
