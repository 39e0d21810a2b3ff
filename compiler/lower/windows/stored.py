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

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.ir import WindowJoin, WindowOutput, WindowTable, scans
from fcompile.compiler.lower.events import csv_types, scan_cte
from fcompile.compiler.lower.names import CREATED, EVENT, ROW, SEQUENCE, TIME, Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import (
    Tree,
    aliased,
    cast,
    column,
    equal,
    identifier,
    is_not_null,
    is_null,
    join,
    maximum,
    named,
    over,
    same_keys,
    select,
    table,
)
from fcompile.compiler.lower.windows.functions import ROW_FUNCTIONS
from fcompile.compiler.lower.windows.join import lengths_of, track_ctes
from fcompile.compiler.lower.windows.pieces import Asking, SpinePieces, union_all
from fcompile.compiler.lower.windows.rows import (
    NamedRows,
    Track,
    name_inputs,
    rows_cte,
    tile_tracks_of,
    tracks_of,
)
from fcompile.compiler.lower.windows.stored_pieces import StoredPieces
from fcompile.compiler.lower.windows.tiles import TILE, floored, folds
from fcompile.compiler.render import Cte, Statement
from fcompile.compiler.statements import statement
from fcompile.compiler.tuning import ROWS, Form, default_form
from fcompile.dialects.base import Dialect

TILE_FORMAT = 1
"""The version of what tiles hold; with another one, all of them are made again."""

CHANGED, DUE, FRESH = "__changed", "__due", "__fresh"
"""Temporary tables of a run."""
_FORMAT, _ROWS, _DIGEST, _LAST, _ALL = "__format", "__rows", "__digest", "__last", "__all"
_CHANGED_WORDS = "The tiles whose rows are not those that the last run saw."
_UNTILED = ("percentile",)
"""Functions whose states would be a copy of the rows: these are read from the source."""


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of a run, the named parameters that it takes, and what it is for."""

    text: str
    parameters: tuple[str, ...]
    comments: tuple[str, ...] = ()


class StoredWindows:
    """The statements that keep a windows view's tiles and table."""

    def __init__(
        self, plan: WindowTable, target: exp.Table, tiles: exp.Table, digests: exp.Table, dialect: Dialect
    ) -> None:
        self._plan = plan
        self._target = target
        self._tiles = tiles
        self._digests = digests
        self._dialect = dialect
        view, source = plan.view, plan.rows.source
        self._scan_name = f"source_{source.name}"
        self._rows = NamedRows(plan.rows, view.name, f"__rows_{view.name}", name_inputs(plan.rows))
        (scan,) = scans((plan.rows,))
        self._scan = scan_cte(scan, self._scan_name, csv_types(source, (plan.rows,)), dialect)
        self._width = default_form(output.length for output in plan.outputs).span

    # -- what the steps stand on ----------------------------------------------------------------

    def _rows_view(self) -> Step:
        rows = rows_cte(self._rows, self._scan_name, self._dialect)
        text = statement(
            "create_temporary_view",
            self._dialect,
            view=self._dialect.sql(identifier(rows.name)),
            select=Statement((self._scan,), rows.select).text(),
        )
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

    # -- steps ----------------------------------------------------------------------------------------

    def steps(self) -> tuple[Step, ...]:
        return (
            self._rows_view(),
            *self._tables(),
            self._changed(),
            self._due(),
            self._forget(self._tiles),
            self._new_tiles(),
            *(() if self._plan.view.lookback else (self._forget(self._digests), self._new_digests())),
            self._due_by_new_tiles(),
            self._fresh(),
            self._replaced(),
            self._inserted(),
            *(self._dropped(name) for name in (CHANGED, DUE, FRESH)),
            self._dropped_view(),
        )

    def _temporary(self, name: str, content: Statement) -> str:
        quoted = self._dialect.sql(identifier(name))
        return statement("create_temporary_table", self._dialect, table=quoted, select=content.text())

    def _insert(self, name: exp.Table | exp.Identifier, select_text: str) -> str:
        return statement("insert", self._dialect, table=self._dialect.sql(name), select=select_text)

    def _dropped(self, name: str) -> Step:
        text = statement("drop_table", self._dialect, table=self._dialect.sql(identifier(name)))
        return Step(text, ())

    def _changed(self) -> Step:
        if self._plan.view.lookback is not None:
            tree = self._tiles_with_news()
            return Step(self._temporary(CHANGED, tree), ("as_of", "since"), (_CHANGED_WORDS,))
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
        either: Tree = differs[0]
        for other in differs[1:]:
            either = exp.Or(this=either, expression=other)
        full = exp.Join(
            this=aliased(self._digests.copy(), "d"),
            on=equal(column(TILE, "n"), column(TILE, "d")),
            side="FULL",
        )
        body = select(
            [named(tile, TILE), *(column(name, "n") for name in (_ROWS, _DIGEST))],
            table("now", "n"),
            joins=[full],
            where=[exp.Paren(this=either)],
        )
        content = Statement((now,), self._dialect.sql(body))
        return Step(self._temporary(CHANGED, content), ("as_of",), (_CHANGED_WORDS,))

    def _tiles_with_news(self) -> Statement:
        """With a lookback: the tiles of rows known after $since (NULL = all)."""
        # A comparison with a constant, which says what need not be read; NULL must not hide a row.
        ever = cast(exp.Literal.string("-infinity"), self._dialect.scalar("timestamp"))
        since = exp.Coalesce(this=self._parameter("since"), expressions=[ever])
        news = exp.GT(this=column(self._rows.visible), expression=since)
        tile = floored(EVENT, self._width, self._dialect)
        tree = select(
            [named(tile, TILE)],
            table(self._rows.cte),
            where=[self._known_by(None), news],
            distinct=True,
        )
        return Statement((), self._dialect.sql(tree))

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
        tile = floored(EVENT, self._width, self._dialect)
        columns = [
            named(tile, TILE),
            named(exp.Count(this=exp.Star()), _ROWS),
            named(digest, _DIGEST),
            named(exp.Literal.number(TILE_FORMAT), _FORMAT),
        ]
        return select(columns, table(rows.cte), where=where, group_by=[tile])

    def _due(self) -> Step:
        """Keys of the tiles that change, as they were, and keys with a row that left a window."""
        old = select(
            self._key_columns("t"),
            aliased(self._tiles.copy(), "t"),
            where=[self._in_changed("t", unless_first=True)],
            distinct=True,
        )
        parts = [old, *([self._expired()] if self._expiries() else [])]
        content = Statement((), self._dialect.sql(union_all(parts)))
        used = ("previous", *(("as_of",) if self._expiries() else ()))
        words = "The keys to look at: of the tiles that change, and with a row that left a window since $previous."
        return Step(self._temporary(DUE, content), used, (words,))

    def _in_changed(self, alias: str, *, unless_first: bool = False) -> Tree:
        """Is the tile a changed one? All are, where it is not known what the table holds."""
        among = exp.In(
            this=column(TILE, alias),
            query=exp.Subquery(this=select([column(TILE)], table(CHANGED))),
        )
        if not unless_first:
            return among
        return exp.Paren(this=exp.Or(this=is_null(self._parameter("previous")), expression=among))

    def _expiries(self) -> list[timedelta]:
        return [length for length in lengths_of(self._plan.outputs) if length is not None]

    def _expired(self) -> exp.Select:
        """A row leaves a window of w between two runs when it lies between the beginnings of the two windows."""
        before, now = self._instant("previous"), self._instant("as_of")
        after, until = (exp.GTE, exp.LT) if self._plan.strict else (exp.GT, exp.LTE)
        left: Tree | None = None
        for length in self._expiries():
            event = column(EVENT, "r")
            one = exp.And(
                this=after(this=event, expression=self._dialect.before(before, length)),
                expression=until(this=event, expression=self._dialect.before(now, length)),
            )
            left = exp.Paren(this=one) if left is None else exp.Or(this=left, expression=exp.Paren(this=one))
        where = [exp.Paren(this=left)] if left is not None else []
        return select(
            self._key_columns("r"),
            table(self._rows.cte, "r"),
            where=[*where, self._known_by("r")],
            distinct=True,
        )

    def _forget(self, name: exp.Table) -> Step:
        tree = exp.Delete(this=aliased(name.copy(), "t"), where=exp.Where(this=self._in_changed("t")))
        return Step(self._dialect.sql(tree), (), ("What is kept of the changed tiles goes.",))

    def _new_tiles(self) -> Step:
        tile = floored(EVENT, self._width, self._dialect)
        among = exp.In(this=tile, query=exp.Subquery(this=select([column(TILE)], table(CHANGED))))
        first = exp.Subquery(this=select([exp.Min(this=column(TILE))], table(CHANGED)))
        # The tile is computed from the event time: without this, no engine knows which files it may skip.
        bound = exp.GTE(this=column(EVENT), expression=first)
        tiles = self._folded(where=[self._known_by(None), bound, among])
        # Windows read the latest tiles: in their order, the others are skipped.
        tiles.set("order", exp.Order(expressions=[exp.Ordered(this=tile)]))
        content = self._dialect.sql(tiles)
        words = f"Tiles of {self._width_words()}: partial aggregates of the rows known as of $as_of."
        return Step(self._insert(self._tiles, content), ("as_of",), (words,))

    def _folded(self, where: list[Tree]) -> exp.Select:
        keys = [column(key) for key in self._rows.keys]
        tile = floored(EVENT, self._width, self._dialect)
        columns = [*keys, named(tile, TILE), named(maximum(column(EVENT)), _LAST)]
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
        tree = select(
            self._key_columns("t"),
            aliased(self._tiles.copy(), "t"),
            where=[self._in_changed("t", unless_first=True)],
            distinct=True,
        )
        words = "The keys of the tiles as they are now."
        return Step(self._insert(identifier(DUE), self._dialect.sql(tree)), ("previous",), (words,))

    def _dropped_view(self) -> Step:
        name = self._dialect.sql(identifier(self._rows.cte))
        return Step(statement("drop_view", self._dialect, view=name), ())

    # -- windows --------------------------------------------------------------------------------------

    def _fresh(self) -> Step:
        """The rows of the view's table that are new or differ."""
        names = Names([self._scan_name, self._rows.cte, DUE, CHANGED])
        asked = Asked(names.fresh("due"), ROW, TIME, {})
        ctes: list[Cte] = [self._due_cte(asked)]
        found: dict[str, tuple[str, str]] = {}
        aliases: dict[str, str] = {}
        for tiled, recent in ((True, False), (True, True), (False, False), (False, True)):
            tracks = [track for track in self._tracks(tiled) if track.recent == recent]
            if not tracks:
                continue
            asking = self._asking([o for track in tracks for o in track.outputs], asked, recent)
            pieces = self._pieces(asking, tiled, names)
            ctes += pieces.ctes()
            for track in tracks:
                more, name = track_ctes(asking, track, pieces, names, self._dialect)
                ctes += more
                aliases[name] = f"w{len(aliases) + 1}"
                found.update((o.name, (aliases[name], o.name)) for o in track.outputs)
        latest = names.fresh("latest_event")
        ctes.append(self._latest_event_cte(latest))
        body = self._differing(asked, aliases, found, latest)
        content = Statement(tuple(ctes), self._dialect.sql(body))
        words = "The windows of these keys, where they are not what the table has."
        # Lifetimes alone are whole tiles, which know no instant.
        used = ("as_of",) if self._expiries() or self._outputs(tiled=False) else ()
        return Step(self._temporary(FRESH, content), (*used, "sequence"), (words,))

    def _pieces(self, asking: Asking, tiled: bool, names: Names) -> StoredPieces | SpinePieces:
        if not tiled:
            return SpinePieces(asking, None, names, self._dialect)
        name = names.fresh(f"edges_{self._plan.view.name}")
        return StoredPieces(asking, self._tiles, self._width, name, self._dialect)

    def _due_cte(self, asked: Asked) -> Cte:
        distinct = select(self._key_columns("d"), table(DUE, "d"), distinct=True)
        inner = exp.Subquery(this=distinct, alias=exp.TableAlias(this=identifier("d")))
        number = named(over(exp.RowNumber(), ()), ROW)
        tree = select([number, *(column(key, "d") for key in self._rows.keys)], inner)
        comment = "The entities to look at: with changed rows, or rows that left a window."
        return Cte(asked.name, comment, self._dialect.sql(tree), self._dialect.keep_cte or "")

    def _latest_event_cte(self, name: str) -> Cte:
        keys = [column(key) for key in self._rows.keys]
        tree = select(
            [*keys, named(maximum(column(_LAST)), EVENT)],
            aliased(self._tiles.copy(), "t"),
            where=[self._in_changed("t")],
            group_by=keys,
        )
        comment = "The latest event time in the changed tiles. A row an entity."
        return Cte(name, comment, self._dialect.sql(tree))

    def _differing(
        self, asked: Asked, aliases: dict[str, str], found: dict[str, tuple[str, str]], latest: str
    ) -> exp.Select:
        keys = self._rows.keys
        values = [named(column(name, alias), output) for output, (alias, name) in self._in_order(found)]
        event = exp.Greatest(this=column(EVENT, "t"), expressions=[column(EVENT, "l")], ignore_nulls=True)
        created = cast(exp.Null(), self._dialect.scalar("timestamp"))
        sequence = cast(self._dialect.parameter("sequence"), self._dialect.scalar("int64"))
        joins = [
            join("LEFT", table(cte, alias), [equal(column(ROW, alias), column(ROW, "n"))])
            for cte, alias in aliases.items()
        ]
        joins.append(join("LEFT", table(latest, "l"), same_keys(keys, "l", "n")))
        joins.append(join("LEFT", aliased(self._target.copy(), "t"), same_keys(keys, "t", "n")))
        old = [column(name, "t") for name in (*(f.name for f in self._plan.view.features), EVENT)]
        new = [*(column(n, a) for _, (a, n) in self._in_order(found)), event]
        same = exp.And(
            this=exp.NullSafeEQ(this=_row(new), expression=_row(old)),
            expression=is_not_null(column(SEQUENCE, "t")),
        )
        columns = [*(column(key, "n") for key in keys), *values]
        columns += [named(event, EVENT), named(created, CREATED), named(sequence, SEQUENCE)]
        return select(
            columns, table(asked.name, "n"), joins=joins, where=[exp.Not(this=exp.Paren(this=same))]
        )

    def _in_order(self, found: dict[str, tuple[str, str]]) -> list[tuple[str, tuple[str, str]]]:
        return [(feature.name, found[feature.name]) for feature in self._plan.view.features]

    def _replaced(self) -> Step:
        exists = exp.Exists(
            this=select([exp.Literal.number(1)], table(FRESH, "f"), where=self._same_entity())
        )
        tree = exp.Delete(this=aliased(self._target.copy(), "t"), where=exp.Where(this=exists))
        return Step(self._dialect.sql(tree), (), ("They replace the table's rows.",))

    def _same_entity(self) -> list[Tree]:
        return same_keys(self._rows.keys, "f", "t") or [exp.true()]

    def _inserted(self) -> Step:
        view = self._plan.view
        names = [*self._rows.keys, *(f.name for f in view.features), EVENT, CREATED, SEQUENCE]
        tree = select([column(name) for name in names], table(FRESH))
        return Step(self._insert(self._target, self._dialect.sql(tree)), ())

    # -- parts ----------------------------------------------------------------------------------------

    def _outputs(self, tiled: bool) -> tuple[WindowOutput, ...]:
        return tuple(o for o in self._plan.outputs if _is_tiled(o) == tiled)

    def _tracks(self, tiled: bool) -> list[Track]:
        return tracks_of(self._rows, self._outputs(tiled))

    def _asking(self, outputs: Sequence[WindowOutput], asked: Asked, recent: bool) -> Asking:
        plan = self._plan
        form = Form(ROWS, self._width, self._width)
        each = WindowJoin(
            rows=plan.rows,
            spine_keys=tuple(self._rows.keys),
            strict=plan.strict,
            every=plan.every,
            shift=timedelta(0),
            outputs=tuple(outputs),
            labels=(plan.view.name,),
            form=form,
        )
        lengths = lengths_of(outputs)[-1:] if recent else lengths_of(outputs)
        return Asking(each, self._rows, asked, tuple(self._rows.keys), lengths, as_of=True, recent=recent)

    def _with_rows(self, tree: exp.Select) -> Statement:
        return Statement((), self._dialect.sql(tree))

    def _key_columns(self, alias: str) -> list[Tree]:
        """The keys; a constant where there are none, as a SELECT needs a column."""
        keys: list[Tree] = [column(key, alias) for key in self._rows.keys]
        return keys or [named(exp.true(), _ALL)]

    def _parameter(self, name: str) -> Tree:
        return cast(self._dialect.parameter(name), self._dialect.scalar("timestamp"))

    def _instant(self, name: str) -> Tree:
        time = self._parameter(name)
        return time if self._plan.every is None else self._dialect.floor_time(time, self._plan.every)

    def _known_by(self, alias: str | None) -> Tree:
        compare = exp.LT if self._plan.strict else exp.LTE
        return compare(this=column(self._rows.visible, alias), expression=self._instant("as_of"))

    def _width_words(self) -> str:
        return format_duration(self._width)


def _is_tiled(output: WindowOutput) -> bool:
    return output.function in ROW_FUNCTIONS and output.function not in _UNTILED


def _row(values: Sequence[Tree]) -> Tree:
    return exp.Anonymous(this="ROW", expressions=list(values))
