"""The numbered steps that make the state's tables, in order. What was released is never edited: add the next one."""

from fcompile.runtime.state.migrations.generations import GENERATIONS
from fcompile.runtime.state.migrations.migration import POSTGRES, SQLITE, Migration, Words
from fcompile.runtime.state.migrations.tables import TABLES

MIGRATIONS: tuple[Migration, ...] = (TABLES, GENERATIONS)

__all__ = ["MIGRATIONS", "POSTGRES", "SQLITE", "Migration", "Words"]
