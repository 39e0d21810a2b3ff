"""Pieces of the windows of entities at one instant: stored tiles, and rows of the tiles that windows begin in."""

from __future__ import annotations

from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.lower.names import EVENT
from fcompile.compiler.lower.sql import Tree, aliased, column, join, named, select, table
from fcompile.compiler.lower.windows.asking import FROM, TO, Asking, union_all
from fcompile.compiler.lower.windows.rows import Track
from fcompile.compiler.lower.windows.tiles import TILE
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


class StoredPieces:
    """See ``Pieces``. ``tiles`` hold the rows visible at the instant; ``width`` is theirs."""

    def __init__(
        self, asking: Asking, tiles: exp.Table, width: timedelta, name: str, dialect: Dialect
    ) -> None:
        self._asking = asking
        self._tiles = tiles
        self._width = width
        self._name = name
        self._dialect = dialect

    @property
    def rows_name(self) -> str:
        return self._name

    def ctes(self) -> list[Cte]:
        lengths = self._asking.lengths
        edges = [self._edge(n) for n, length in enumerate(lengths, 1) if length is not None]
        comment = "Rows between the beginning of a window and that of its first whole tile."
        text = self._dialect.sql(union_all(edges or [self._rows(1, [exp.false()])]))
        return [Cte(self._name, comment, text, self._dialect.inline_cte or "")]

    def _edge(self, number: int) -> exp.Select:
        asking, dialect = self._asking, self._dialect
        time = asking.time("n", dialect)
        low = asking.low(time, number, dialect)
        if low is None:
            raise ValueError("a lifetime has no beginning")
        tile_ends = dialect.after(dialect.floor_time(low, self._width), self._width)
        event = column(EVENT, "r")
        return self._rows(
            number,
            [
                asking.inside(event, low),
                exp.LT(this=event, expression=tile_ends),
                asking.visible(time, "r"),
            ],
        )

    def _rows(self, number: int, where: list[Tree]) -> exp.Select:
        asking = self._asking
        place = exp.Literal.number(number)
        columns: list[Tree] = [column(asking.asked.row, "n"), named(place, FROM), named(place, TO)]
        columns += [column(c, "r") for c in asking.row_columns]
        on = [*asking.same("r", "n"), *where]
        return select(
            columns, table(asking.asked.name, "n"), joins=[join("", table(asking.rows.cte, "r"), on)]
        )

    def tiles(self, track: Track) -> list[exp.Select]:
        asking, dialect = self._asking, self._dialect
        time, tile = asking.time("n", dialect), column(TILE, "p")
        on = [*asking.same("p", "n"), *asking.in_longest(time, tile, dialect, strict=False)]
        columns = [column(asking.asked.row, "n"), *asking.span_of(time, tile, dialect, strict=False)]
        columns += [column(state.column, "p") for state in track.states]
        tiles = aliased(self._tiles.copy(), "p")
        return [select(columns, table(asking.asked.name, "n"), joins=[join("", tiles, on)])]
