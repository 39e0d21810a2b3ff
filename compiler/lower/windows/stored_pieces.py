"""Pieces of the windows of entities at one instant: stored tiles, and rows of the tiles that windows begin in."""

from __future__ import annotations

from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.lower.names import EVENT
from fcompile.compiler.lower.sql import Tree, aliased, column, disjunction, join, named, select, table
from fcompile.compiler.lower.windows.asking import TO, Asking
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
        comment = "Rows between the beginning of a window and that of its first whole tile."
        return [Cte(self._name, comment, self._dialect.sql(self._edges()), self._dialect.inline_cte or "")]

    def _edges(self) -> exp.Select:
        """The rows at the edges of all windows, each once: several windows may begin in one tile.

        A row there counts for those that begin before it; longer ones have its whole tile.
        """
        asking, dialect = self._asking, self._dialect
        time, event = asking.time("n", dialect), column(EVENT, "r")
        begins = (asking.begins(time, length, dialect) for length in asking.lengths)
        lows = [low for low in begins if low is not None]
        edges = [self._edge(event, low) for low in lows]
        inside = [exp.Paren(this=disjunction(edges)), asking.visible(time, "r")] if edges else [exp.false()]
        shortest, _ = asking.span_of(time, event, dialect)
        columns = [column(asking.asked.row, "n"), shortest, named(self._longest(event, lows), TO)]
        columns += [column(c, "r") for c in asking.row_columns]
        joins = [join("", table(asking.rows.cte, "r"), [*asking.same("r", "n"), *inside])]
        return select(columns, table(asking.asked.name, "n"), joins=joins)

    def _edge(self, event: Tree, low: Tree) -> Tree:
        before = exp.LT(this=event, expression=self._whole(low))
        return exp.Paren(this=exp.And(this=self._asking.inside(event, low), expression=before))

    def _longest(self, event: Tree, lows: list[Tree]) -> Tree:
        """The longest window that begins in the tile of ``event``, a row at an edge."""
        if not lows:
            return exp.Literal.number(1)
        longer = reversed(list(enumerate(lows, 1))[1:])
        whens = [
            exp.If(this=exp.LT(this=event, expression=self._whole(low)), true=exp.Literal.number(number))
            for number, low in longer
        ]
        return exp.Case(ifs=whens, default=exp.Literal.number(1)) if whens else exp.Literal.number(1)

    def _whole(self, low: Tree) -> Tree:
        """Where the first whole tile of a window begins that begins at ``low``."""
        return self._dialect.after(self._dialect.floor_time(low, self._width), self._width)

    def tiles(self, track: Track) -> list[exp.Select]:
        asking, dialect = self._asking, self._dialect
        time, tile = asking.time("n", dialect), column(TILE, "p")
        on = [*asking.same("p", "n"), *asking.in_longest(time, tile, dialect, strict=False)]
        columns = [column(asking.asked.row, "n"), *asking.span_of(time, tile, dialect, strict=False)]
        columns += [column(state.column, "p") for state in track.states]
        tiles = aliased(self._tiles.copy(), "p")
        return [select(columns, table(asking.asked.name, "n"), joins=[join("", tiles, on)])]
