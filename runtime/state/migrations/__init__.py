"""The numbered steps that make the state's tables, in order.

To change the tables:
1. Write a module here with the next ``Migration``; its statements say with ``{int}`` and the like what databases
   say differently. What was released is never edited: its checksum is in every state.
2. Append it to ``MIGRATIONS``, and its checksum's beginning to ``RELEASED`` in tests/state/test_migrations.py.
3. Name new columns in ``runtime/state/columns.py``. Old rows get the column's default.
"""

from fcompile.runtime.state.migrations.generations import GENERATIONS
from fcompile.runtime.state.migrations.migration import POSTGRES, SQLITE, Migration, Words
from fcompile.runtime.state.migrations.tables import TABLES

MIGRATIONS: tuple[Migration, ...] = (TABLES, GENERATIONS)

__all__ = ["MIGRATIONS", "POSTGRES", "SQLITE", "Migration", "Words"]
