"""Edges: where the windows of a spine row begin, and the small and the large tile that its beginning is in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.lower.names import EVENT, TIME
from fcompile.compiler.lower.sql import Tree, column, derived, named, select, table
from fcompile.compiler.lower.windows.asking import FROM, TO, Asking, union_all
from fcompile.compiler.render import Cte
from fcompile.compiler.tuning import Form
from fcompile.dialects.base import Dialect

NOW, TODAY = "__now", "__today"
"""The small and the large tile of t."""
LOW, EDGE, EDGE_SPAN = "__low", "__edge", "__edge_span"


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of windows that are made of tiles: ``spine`` is the CTE of their spine rows, ``name`` their own."""

    asking: Asking
    form: Form
    spine: str
    name: str
    dialect: Dialect

    @property
    def any(self) -> bool:
        """Has a window a beginning? Of functions of the newest rows it does not matter where."""
        return not self.asking.recent and any(length is not None for length in self.asking.lengths)

    @property
    def at_once(self) -> bool:
        """Rows are visible as they happen: the tile of the one time is that of the other."""
        return self.asking.rows.visible == EVENT

    @property
    def like_t(self) -> bool:
        """The small tile of t can be read as those of edges are: all of its rows up to t are in every window."""
        shortest = self.asking.lengths[0]
        return self.any and self.at_once and shortest is not None and shortest >= self.form.tile

    def cte(self) -> Cte:
        """A row a spine row and window that has a beginning."""
        numbers = range(1, len(self.asking.lengths) + 1)
        selects = [edge for number in numbers if (edge := self._edge(number)) is not None]
        comment = "Where each window begins, and the small and large tile that is in."
        text = self.dialect.sql(union_all(selects))
        return Cte(self.name, comment, text, self.dialect.inline_cte or "")

    def _edge(self, number: int) -> exp.Select | None:
        low = self.asking.low(column(TIME), number, self.dialect)
        if low is None:
            return None
        columns = [*self._whose, *(column(tile) for tile in (NOW, TODAY))]
        columns += [
            named(exp.Literal.number(number), FROM),
            named(low, LOW),
            named(self.dialect.floor_time(low, self.form.tile), EDGE),
            named(self.dialect.floor_time(low, self.form.span), EDGE_SPAN),
        ]
        return select(columns, table(self.spine))

    def with_t(self, alias: str) -> exp.Subquery:
        """The edges before the small tile of t, for their window only, and that tile, for all of them."""
        columns = [*self._whose, column(FROM), named(column(FROM), TO), column(EDGE), column(LOW)]
        earlier = exp.LT(this=column(EDGE), expression=column(NOW))
        return derived(
            union_all([select(columns, table(self.name), where=[earlier]), self._tile_of_t()]), alias
        )

    def _tile_of_t(self) -> exp.Select:
        first, last = exp.Literal.number(1), exp.Literal.number(len(self.asking.lengths))
        # Whatever is in the tile lies after this.
        low = self.dialect.before(column(TIME), self.form.tile)
        columns = [named(first, FROM), named(last, TO), named(column(NOW), EDGE), named(low, LOW)]
        return select([*self._whose, *columns], table(self.spine))

    @property
    def _whose(self) -> list[Tree]:
        times = [TIME] if self.like_t else []
        return [column(c) for c in (self.asking.asked.row, *self.asking.rows.keys, *times)]
