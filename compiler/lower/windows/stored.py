"""Materialized windows: tiles kept in the warehouse, and the table of every entity's windows as of one instant.

A run, in one transaction:

1. ``changed``: the tiles whose rows are not those of the last run: new rows, late ones, corrected or deleted
   ones. A digest of each tile's rows tells, or, with a lookback, what became known since.
2. ``due``: the keys with rows in these tiles, and those with a row that left a window since the last run.
3. The changed tiles and their digests are replaced.
4. ``fresh``: the windows of the keys due, merged from tiles, and from rows where a window begins inside one.
5. Of these, the rows that differ replace those of the view's table.
"""

from __future__ import annotations

from fcompile.compiler.lower.sql import identifier
from fcompile.compiler.lower.windows.stored_base import CHANGED, DUE, FRESH, Step
from fcompile.compiler.lower.windows.stored_entities import EntitySteps
from fcompile.compiler.lower.windows.stored_tiles import TileSteps
from fcompile.compiler.statements import statement

__all__ = ["Step", "StoredWindows"]


class StoredWindows(TileSteps, EntitySteps):
    """All steps of a run."""

    def steps(self) -> tuple[Step, ...]:
        return (
            *self.tile_steps(),
            *self.entity_steps(),
            *(self._dropped(name) for name in (CHANGED, DUE, FRESH)),
            self._dropped(self._rows.cte) if self._rows_kept else self._dropped_view(),
        )

    def _dropped(self, name: str) -> Step:
        text = statement("drop_table", self._dialect, table=self._dialect.sql(identifier(name)))
        return Step(text, ())

    def _dropped_view(self) -> Step:
        name = self._dialect.sql(identifier(self._rows.cte))
        return Step(statement("drop_view", self._dialect, view=name), ())
