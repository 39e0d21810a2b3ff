"""Pieces: what lies in the windows of each spine row, as rows and as whole tiles.

Windows are numbered from the shortest to the longest. A piece counts for the windows ``__from`` to ``__to``: one
that lies in a window lies in all longer ones too. With tiles, each row in a window of spine row (k, t), which
begins at lo, is in exactly one piece:

- it became visible in the small tile of t: itself;
- else it happened in the small tile of lo: itself, for that window only;
- else it became visible in the large tile of t: with its small tile;
- else it happened in the large tile of lo: with its small tile, for that window only;
- else: with its large tile.

Of functions of the newest rows the pieces may hold older rows than the window, which are cut off afterwards: a
tile in which the window begins is taken whole.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from sqlglot import exp

from fcompile.compiler.lower.names import EVENT, TIME, Names
from fcompile.compiler.lower.sql import Tree, column, equal, join, named, select, table
from fcompile.compiler.lower.windows.asking import FROM, TO, Asking, union_all
from fcompile.compiler.lower.windows.edges import EDGE, EDGE_SPAN, LOW, NOW, TODAY, Edges
from fcompile.compiler.lower.windows.rows import Track
from fcompile.compiler.lower.windows.tiles import KNOWN, TILE, Tiles, floored
from fcompile.compiler.render import Cte
from fcompile.compiler.tuning import default_form
from fcompile.dialects.base import Dialect

_STRETCH = "__stretch"


class Pieces(Protocol):
    """Where the pieces of windows are: a CTE of rows, and for each track SELECTs of states."""

    @property
    def rows_name(self) -> str | None:
        """The CTE: row, __from, __to, times and inputs; None where no piece is a row."""

    def tiles(self, track: Track) -> list[exp.Select]:
        """Row, __from, __to, the track's grain and states; none where all pieces are rows."""


class SpinePieces:
    """The pieces of a spine's windows; see ``Pieces``. ``cold``: only those of keys that are not hot."""

    def __init__(
        self, asking: Asking, tiles: Tiles | None, names: Names, dialect: Dialect, *, cold: bool = False
    ) -> None:
        self._asking = asking
        self._tiles = tiles
        self._cold = cold
        self._dialect = dialect
        topic = "_".join(asking.join.labels) + ("_newest" if asking.recent else "")
        self._spine = names.fresh(f"asked_{topic}")
        self._cold_spine = names.fresh(f"cold_{topic}")
        form = tiles.form if tiles else default_form(asking.lengths)
        self._edges = Edges(asking, form, self._spine, names.fresh(f"edges_{topic}"), dialect)
        self._rows_name = names.fresh(f"pieces_{topic}")

    @property
    def rows_name(self) -> str:
        return self._rows_name

    def ctes(self) -> list[Cte]:
        """The spine as tiles see it, its edges, and the rows that are pieces of their own."""
        ctes = []
        tiled = self._tiles is not None and not self._cold
        if self._tiles is not None and self._tiles.hot is not None:
            ctes.append(self._cold_cte(self._tiles.hot))
        if tiled:
            ctes.append(self._spine_cte())
            if self._edges.any:
                ctes.append(self._edges.cte())
        all_hot = self._tiles is not None and self._tiles.hot is None
        selects = [] if all_hot and tiled else [self._rows_of_keys()]
        if tiled and self._edges.like_t:
            selects.append(self._rows_at_ends())
        elif tiled:
            selects.append(self._rows_now())
            if self._edges.any:
                selects.append(self._rows_at_edges())
        comment = (
            "Rows in the windows, one by one; each counts for the windows __from to __to (1 is the shortest)."
        )
        text = self._dialect.sql(union_all(selects))
        return [*ctes, Cte(self._rows_name, comment, text, self._dialect.inline_cte or "")]

    # -- rows -------------------------------------------------------------------------------------

    def _rows_of_keys(self) -> exp.Select:
        """All rows in the longest window: of keys that are not hot, where some are."""
        asking, dialect = self._asking, self._dialect
        apart = self._has_hot
        time = column(TIME, "n") if apart else asking.time("n", dialect)
        on = [
            *asking.same("r", "n", None if apart else asking.keys),
            asking.visible(time, "r"),
            *asking.in_longest(time, column(EVENT, "r"), dialect),
        ]
        if self._tiles is not None and not apart:
            on.append(exp.false())
        joins = [join("", table(asking.rows.cte, "r"), on)]
        columns = [column(asking.asked.row, "n"), *asking.span_of(time, column(EVENT, "r"), dialect)]
        columns += [column(c, "r") for c in asking.row_columns]
        return select(columns, table(self._cold_spine if apart else asking.asked.name, "n"), joins=joins)

    @property
    def _has_hot(self) -> bool:
        return self._tiles is not None and self._tiles.hot is not None

    def _cold_cte(self, hot: str) -> Cte:
        tree = self._asking.spine_rows("ANTI", hot, self._dialect, {})
        comment = "Spine rows of the other keys, and their time."
        # Kept: an engine that joins their rows first, and looks for hot keys then, joins those of hot keys too.
        return Cte(self._cold_spine, comment, self._dialect.sql(tree), self._dialect.keep_cte or "")

    def _rows_now(self) -> exp.Select:
        asking, dialect = self._asking, self._dialect
        time = column(TIME, "a")
        on = [
            *asking.same("r", "a"),
            equal(floored(asking.rows.visible, self._edges.form.tile, dialect, "r"), column(NOW, "a")),
            asking.visible(time, "r"),
            *asking.in_longest(time, column(EVENT, "r"), dialect),
        ]
        columns = [column(asking.asked.row, "a"), *asking.span_of(time, column(EVENT, "r"), dialect)]
        columns += [column(c, "r") for c in asking.row_columns]
        return select(columns, table(self._spine, "a"), joins=[join("", table(asking.rows.cte, "r"), on)])

    def _rows_at_edges(self) -> exp.Select:
        asking, dialect = self._asking, self._dialect
        tile = self._edges.form.tile
        on = [
            *asking.same("r", "a"),
            equal(floored(EVENT, tile, dialect, "r"), column(EDGE, "a")),
            asking.inside(column(EVENT, "r"), column(LOW, "a")),
            exp.LT(this=floored(asking.rows.visible, tile, dialect, "r"), expression=column(NOW, "a")),
        ]
        columns: list[Tree] = [column(asking.asked.row, "a"), column(FROM, "a"), named(column(FROM, "a"), TO)]
        columns += [column(c, "r") for c in asking.row_columns]
        return select(
            columns, table(self._edges.name, "a"), joins=[join("", table(asking.rows.cte, "r"), on)]
        )

    def _rows_at_ends(self) -> exp.Select:
        """Rows of the small tile of t and of those of the edges, in one join."""
        asking = self._asking
        on = [
            *asking.same("r", "a"),
            equal(floored(EVENT, self._edges.form.tile, self._dialect, "r"), column(EDGE, "a")),
            asking.inside(column(EVENT, "r"), column(LOW, "a")),
            asking.visible(column(TIME, "a"), "r"),
        ]
        columns: list[Tree] = [column(c, "a") for c in (asking.asked.row, FROM, TO)]
        columns += [column(c, "r") for c in asking.row_columns]
        return select(columns, self._edges.with_t("a"), joins=[join("", table(asking.rows.cte, "r"), on)])

    # -- tiles --------------------------------------------------------------------------------------

    def tiles(self, track: Track) -> list[exp.Select]:
        """SELECTs of whole tiles: of the large tile of t, of the large tiles of the edges, and the large ones."""
        if self._tiles is None or self._cold:
            return []
        selects = [self._tiles_today(track), *self._large_tiles(track)]
        if self._edges.any:
            selects.insert(1, self._tiles_at_edges(track))
        return selects

    def _tiles_today(self, track: Track) -> exp.Select:
        known = floored(KNOWN, self._edges.form.span, self._dialect, "p")
        on = [
            equal(known, column(TODAY, "a")),
            exp.LT(this=column(KNOWN, "p"), expression=column(NOW, "a")),
        ]
        return self._whole_tiles(track, self._small[track.tiles], on)

    def _large_tiles(self, track: Track) -> list[exp.Select]:
        """Of the stretch of time that t is in and of the one before: both are longer than any window.

        So a spine row meets no more tiles than those of two such stretches, however long the history is.
        """
        name, today = self._large[track.tiles], column(TODAY, "a")
        before: list[Tree] = [exp.LT(this=column(KNOWN, "p"), expression=today)]
        if self._reach is None:
            return [self._whole_tiles(track, name, before)]
        stretch, reach = column(_STRETCH, "a"), self._reach
        found = floored(TILE, reach, self._dialect, "p")
        stretches = (stretch, self._dialect.before(stretch, reach))
        return [self._whole_tiles(track, name, [equal(found, each), *before]) for each in stretches]

    @property
    def _reach(self) -> timedelta | None:
        """A multiple of the large tile, and no tile begins longer before t; None with a lifetime."""
        longest = self._looked_back
        return None if longest is None else -(-longest // self._edges.form.span) * self._edges.form.span

    @property
    def _looked_back(self) -> timedelta | None:
        """How long before t a tile may begin; None with a lifetime."""
        longest = self._asking.lengths[-1]
        return longest + self._edges.form.span if longest is not None and self._asking.recent else longest

    def _whole_tiles(self, track: Track, name: str, on: list[Tree]) -> exp.Select:
        asking = self._asking
        time, tile = column(TIME, "a"), column(TILE, "p")
        every = [*asking.same("p", "a"), *on]
        low = asking.begins(time, self._looked_back, self._dialect)
        if low is not None:
            every.append(asking.inside(tile, low, strict=False))
        columns = [column(asking.asked.row, "a"), *asking.span_of(time, tile, self._dialect, strict=False)]
        columns += self._tile_columns(track)
        return select(columns, table(self._spine, "a"), joins=[join("", table(name, "p"), every)])

    def _tiles_at_edges(self, track: Track) -> exp.Select:
        asking, span = self._asking, self._edges.form.span
        known = column(EDGE_SPAN, "a") if self._edges.at_once else floored(KNOWN, span, self._dialect, "p")
        on = [
            *asking.same("p", "a"),
            equal(floored(TILE, span, self._dialect, "p"), column(EDGE_SPAN, "a")),
            exp.GT(this=column(TILE, "p"), expression=column(LOW, "a")),
            exp.LT(this=known, expression=column(TODAY, "a")),
        ]
        columns: list[Tree] = [column(asking.asked.row, "a"), column(FROM, "a"), named(column(FROM, "a"), TO)]
        columns += self._tile_columns(track)
        tiles = table(self._small[track.tiles], "p")
        return select(columns, table(self._edges.name, "a"), joins=[join("", tiles, on)])

    def _tile_columns(self, track: Track) -> list[Tree]:
        return [column(c, "p") for c in (*track.grain, *(state.column for state in track.states))]

    # -- the spine ------------------------------------------------------------------------------------

    def _spine_cte(self) -> Cte:
        widths = {NOW: self._edges.form.tile, TODAY: self._edges.form.span}
        if self._reach is not None:
            widths[_STRETCH] = self._reach
        hot = self._tiles.hot if self._tiles else None
        tree = self._asking.spine_rows("SEMI", hot, self._dialect, widths)
        comment = (
            "Spine rows whose windows are made of tiles: their time, and the small and large tile it is in."
        )
        return Cte(self._spine, comment, self._dialect.sql(tree), self._dialect.keep_cte or "")

    @property
    def _small(self) -> dict[tuple[str | None, bool], str]:
        return self._tiles.small if self._tiles else {}

    @property
    def _large(self) -> dict[tuple[str | None, bool], str]:
        return self._tiles.large if self._tiles else {}
