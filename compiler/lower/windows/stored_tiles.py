"""Steps that bring the stored tiles up to date, and find the keys whose windows they change."""

from __future__ import annotations

from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.lower.names import CREATED, EVENT
from fcompile.compiler.lower.sql import (
    Tree,
    aliased,
    cast,
    column,
    disjunction,
    equal,
    identifier,
    is_not_null,
    is_null,
    maximum,
    named,
    select,
    table,
)
from fcompile.compiler.lower.types import time_parameter
from fcompile.compiler.lower.windows.asking import union_all
from fcompile.compiler.lower.windows.rows import rows_cte, tile_tracks_of
from fcompile.compiler.lower.windows.stored_base import CHANGED, DUE, LAST, Step, Stored
from fcompile.compiler.lower.windows.tiles import TILE, floored, folds
from fcompile.compiler.render import Cte, Statement
from fcompile.compiler.statements import statement

TILE_FORMAT = 1
"""The version of what tiles hold; with another one, all of them are made again."""

_FORMAT, _ROWS, _DIGEST = "__format", "__rows", "__digest"
_CHANGED_WORDS = "The tiles whose rows are not those that the last run saw."


class TileSteps(Stored):
    """The tables and the steps of the tiles."""

    def tile_steps(self) -> tuple[Step, ...]:
        return (
            self._rows_view(),
            *self._tables(),
            self._changed(),
            self._due(),
            self._forget(self._tiles),
            self._new_tiles(),
            *(() if self._plan.view.lookback else (self._forget(self._digests), self._new_digests())),
            self._due_by_new_tiles(),
        )

    def _rows_view(self) -> Step:
        rows = rows_cte(self._rows, self._scan_name, self._dialect)
        content = Statement(self._scanned, rows.select).text(self._dialect)
        if self._rows_kept:
            return Step(self._temporary(rows.name, content), (), (rows.comment,))
        view = self._dialect.sql(identifier(rows.name))
        text = statement("create_temporary_view", self._dialect, view=view, select=content)
        return Step(text, (), (rows.comment,))

    def _tables(self) -> tuple[Step, ...]:
        """Empty tables of tiles and digests, if they are not there; their columns are those of the SELECTs."""
        tiles = self._create(self._tiles, self._folded(where=[exp.false()]))
        width = self._width_words()
        made = Step(tiles, (), (f"Tiles: the partial aggregates of a key's rows within {width}.",))
        if self._plan.view.lookback is not None:
            return (made,)
        digests = self._create(self._digests, self._digest_select(where=[exp.false()]))
        words = "Digests: what the last run saw of each tile's rows, of all keys."
        return (made, Step(digests, (), (words,)))

    def _create(self, name: exp.Table, content: exp.Select) -> str:
        table_name = self._dialect.sql(name)
        select_text = self._dialect.sql(content)
        return statement("create_table_as", self._dialect, table=table_name, select=select_text)

    def _changed(self) -> Step:
        if self._plan.view.lookback is not None:
            news = self._dialect.sql(self._tiles_with_news())
            return Step(self._temporary(CHANGED, news), ("as_of", "since"), (_CHANGED_WORDS,))
        now = Cte(
            "now",
            f"The source as it is: a row a tile of {self._width_words()}, with a digest of its rows.",
            self._dialect.sql(self._digest_select(where=[self._known_by(None)])),
        )
        tile = exp.Coalesce(this=column(TILE, "n"), expressions=[column(TILE, "d")])
        differs = [
            exp.NullSafeNEQ(this=column(name, "n"), expression=column(name, "d"))
            for name in (_ROWS, _DIGEST, _FORMAT)
        ]
        full = exp.Join(
            this=aliased(self._digests.copy(), "d"),
            on=equal(column(TILE, "n"), column(TILE, "d")),
            side="FULL",
        )
        body = select(
            [named(tile, TILE), *(column(name, "n") for name in (_ROWS, _DIGEST))],
            table("now", "n"),
            joins=[full],
            where=[exp.Paren(this=disjunction(differs))],
        )
        content = Statement((now,), self._dialect.sql(body))
        return Step(self._temporary(CHANGED, content.text(self._dialect)), ("as_of",), (_CHANGED_WORDS,))

    def _tiles_with_news(self) -> exp.Select:
        """With a lookback: the tiles of rows known after $since (NULL = all)."""
        # A comparison with a constant, which says what need not be read; NULL must not hide a row.
        ever = cast(exp.Literal.string("-infinity"), self._dialect.scalar("timestamp"))
        since = exp.Coalesce(this=time_parameter("since", self._dialect), expressions=[ever])
        news = exp.GT(this=column(self._rows.visible), expression=since)
        tile = floored(EVENT, self._width, self._dialect)
        return select(
            [named(tile, TILE)],
            table(self._rows.cte),
            where=[self._known_by(None), news],
            distinct=True,
        )

    def _digest_select(self, where: list[Tree]) -> exp.Select:
        rows = self._rows
        read = [
            *rows.keys,
            EVENT,
            rows.visible,
            *([CREATED] if rows.has_created else []),
            *rows.inputs.values(),
        ]
        digest = self._dialect.digest([column(name) for name in dict.fromkeys(read)])
        group, tile = self._digest_grain()
        columns = [
            named(tile, TILE),
            named(exp.Count(this=exp.Star()), _ROWS),
            named(digest, _DIGEST),
            named(exp.Literal.number(TILE_FORMAT), _FORMAT),
        ]
        return select(columns, table(rows.cte), where=where, group_by=[group])

    def _digest_grain(self) -> tuple[Tree, Tree]:
        """What the rows of a tile have in common, and the tile. Grouping by dates takes the least time."""
        if self._width != timedelta(days=1):
            tile = floored(EVENT, self._width, self._dialect)
            return tile, tile
        date = cast(column(EVENT), exp.DataType(this=exp.DataType.Type.DATE))
        return date, cast(date, self._dialect.scalar("timestamp"))

    def _due(self) -> Step:
        """Keys of the tiles that change, as they were, and keys with a row that left a window."""
        parts = [self._keys_of_changed(), *([self._expired()] if self._expiries() else [])]
        content = self._dialect.sql(union_all(parts))
        used = ("previous", *(("as_of",) if self._expiries() else ()))
        words = "The keys to look at: of the tiles that change, and with a row that left a window since $previous."
        return Step(self._temporary(DUE, content), used, (words,))

    def _keys_of_changed(self) -> exp.Select:
        """The keys of the tiles that change, as the tiles are now; of all, where it is unknown what is in the table."""
        unknown = is_null(time_parameter("previous", self._dialect))
        changed = disjunction([unknown, self._in_changed(column(TILE, "t"))])
        tiles = aliased(self._tiles.copy(), "t")
        return select(self._key_columns("t"), tiles, where=[exp.Paren(this=changed)], distinct=True)

    def _expired(self) -> exp.Select:
        """A row leaves a window of w between two runs when it lies between the beginnings of the two windows."""
        before, now = self._instant("previous"), self._instant("as_of")
        after, until = (exp.GTE, exp.LT) if self._plan.strict else (exp.GT, exp.LTE)
        event = column(EVENT, "r")
        left = [
            exp.And(
                this=after(this=event, expression=self._dialect.before(before, length)),
                expression=until(this=event, expression=self._dialect.before(now, length)),
            )
            for length in self._expiries()
        ]
        either = disjunction([exp.Paren(this=each) for each in left])
        return select(
            self._key_columns("r"),
            table(self._rows.cte, "r"),
            where=[exp.Paren(this=either), self._known_by("r")],
            distinct=True,
        )

    def _forget(self, name: exp.Table) -> Step:
        tree = exp.Delete(
            this=aliased(name.copy(), "t"), where=exp.Where(this=self._in_changed(column(TILE, "t")))
        )
        return Step(self._dialect.sql(tree), (), ("What is kept of the changed tiles goes.",))

    def _new_tiles(self) -> Step:
        tile = floored(EVENT, self._width, self._dialect)
        first = exp.Subquery(this=select([exp.Min(this=column(TILE))], table(CHANGED)))
        # The tile is computed from the event time: without this, no engine knows which files it may skip.
        bound = exp.GTE(this=column(EVENT), expression=first)
        tiles = self._folded(where=[self._known_by(None), bound, self._in_changed(tile)])
        # Windows read the latest tiles: in their order, the others are skipped.
        tiles.set("order", exp.Order(expressions=[exp.Ordered(this=tile)]))
        content = self._dialect.sql(tiles)
        words = f"Tiles of {self._width_words()}: partial aggregates of the rows known as of $as_of."
        return Step(self._insert(self._tiles, content), ("as_of",), (words,))

    def _folded(self, where: list[Tree]) -> exp.Select:
        keys = [column(key) for key in self._rows.keys]
        tile = floored(EVENT, self._width, self._dialect)
        columns = [*keys, named(tile, TILE), named(maximum(column(EVENT)), LAST)]
        for track in tile_tracks_of(self._rows, self._outputs(tiled=True)):
            columns += folds(track, self._dialect)
        return select(columns, table(self._rows.cte), where=where, group_by=[*keys, tile])

    def _new_digests(self) -> Step:
        columns = [
            *(column(name) for name in (TILE, _ROWS, _DIGEST)),
            named(exp.Literal.number(TILE_FORMAT), _FORMAT),
        ]
        tree = select(columns, table(CHANGED), where=[is_not_null(column(_ROWS))])
        words = "The digests by which the next run tells which tiles change."
        return Step(self._insert(self._digests, self._dialect.sql(tree)), (), (words,))

    def _due_by_new_tiles(self) -> Step:
        keys = self._dialect.sql(self._keys_of_changed())
        words = "The keys of the tiles as they are now."
        return Step(self._insert(identifier(DUE), keys), ("previous",), (words,))
