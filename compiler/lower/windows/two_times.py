"""Windows as of two instants: T, at which they end, and V, not before T, by which their rows must be visible.

So the rows of a view ask for windows (``view_rows``): T is when a row happened, V is when it became visible. For
keys that are not hot each row is joined with those in its longest window. For hot keys a row that counts is

- visible by T: then it is in the windows of a spine row at T, which are made of tiles as ever;
- else of a *batch*: many rows of its key that became visible at one instant. A batch is asked for as a key of its
  own, whose rows count when they happen;
- else one that happened by T and became visible after it. Rows are found by the stretch of time that T is in: one
  about as long as it took them to become visible, so that few are looked at in vain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.dtypes import TIMESTAMP
from fcompile.compiler.ir import EventKey, WindowJoin, WindowOutput
from fcompile.compiler.lower.names import EVENT, TIME, VISIBLE, Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import Tree, column, join, named, same_keys, select, table
from fcompile.compiler.lower.windows.asking import Asking, looked_at, union_all
from fcompile.compiler.lower.windows.functions import RECENT
from fcompile.compiler.lower.windows.join import WindowValues
from fcompile.compiler.lower.windows.pieces import SpinePieces
from fcompile.compiler.lower.windows.rows import NamedRows, Track, tile_tracks_of, tracks_of
from fcompile.compiler.lower.windows.tiles import Tiles, hot_cte, tiles_ctes
from fcompile.compiler.lower.windows.values import track_ctes
from fcompile.compiler.lower.windows.ways import ways_of
from fcompile.compiler.render import Cte
from fcompile.compiler.tuning import MIXED, TILES, Form, default_form
from fcompile.dialects.base import Dialect

KNOWN_BY = "__known_by"
"""V, as the rows that ask have it."""
_STRETCH, _SINCE = "__stretch", "__since"
_STEP = 32
"""How much longer each stretch of time is than the one before."""


def two_time_ctes(
    each: WindowJoin, rows: NamedRows, asked: Asked, names: Names, dialect: Dialect
) -> tuple[list[Cte], WindowValues]:
    """Return the CTEs of one join; ``asked`` has V as ``KNOWN_BY``, and its keys under the names of the rows'."""
    ways = ways_of(each.outputs, dialect)
    ctes: list[Cte] = []
    outputs: dict[WindowOutput, tuple[str, str]] = {}
    if ways.parts:
        ctes, outputs = _by_parts(replace(each, outputs=ways.parts), rows, asked, names, dialect)
    asking = Asking(each, rows, asked, tuple(rows.keys), ())
    more, outputs = ways.completed(outputs, asking, names, dialect, KNOWN_BY)
    ctes += more
    return ctes, WindowValues(each, tuple(dict.fromkeys(cte for cte, _ in outputs.values())), outputs)


def _by_parts(
    each: WindowJoin, rows: NamedRows, asked: Asked, names: Names, dialect: Dialect
) -> tuple[list[Cte], dict[WindowOutput, tuple[str, str]]]:
    """Return the CTEs of values that are made of partial aggregates, and where each output is."""
    apart = _Apart.of(each, rows, asked, names, dialect)
    ctes = apart.ctes()
    tracks = tracks_of(rows, each.outputs)
    shared, by_time, by_batch = apart.tiles(names)
    ctes += shared
    pieces: dict[bool, _Pieces] = {}
    outputs: dict[WindowOutput, tuple[str, str]] = {}
    for track in tracks:
        alike = [o for o in each.outputs if (o.function in RECENT) == track.recent]
        asking = Asking(
            each, rows, asked, tuple(rows.keys), looked_at(alike, track.recent), recent=track.recent
        )
        if track.recent not in pieces:
            pieces[track.recent] = _Pieces(apart, asking, by_time, by_batch, names)
            ctes += pieces[track.recent].ctes()
        more, name = track_ctes(asking, track, pieces[track.recent], names, dialect)
        ctes += more
        outputs.update((output, (name, output.name)) for output in track.outputs)
    return ctes, outputs


@dataclass(frozen=True, slots=True)
class _Apart:
    """Hot keys and batches, set apart: the CTEs of their rows and of the rows that ask for them.

    Attributes:
        hot: the CTE of hot keys; None: all are.
        cold: that of the rows of other keys that ask.
        batch_rows: their keys are followed by the instant at which the batch became visible.
        late, late_asked: rows that became visible after they happened, and all that ask, by stretch of time.
    """

    each: WindowJoin
    form: Form
    rows: NamedRows
    asked: Asked
    hot: str | None
    cold: str
    hot_rows: NamedRows
    hot_asked: Asked
    batches: str
    batch_rows: NamedRows
    batch_asked: Asked
    late: str
    late_asked: str
    dialect: Dialect

    @classmethod
    def of(cls, each: WindowJoin, rows: NamedRows, asked: Asked, names: Names, dialect: Dialect) -> _Apart:
        form = each.form or default_form(output.length for output in each.outputs)
        mixed, topic = form.kind == MIXED and bool(rows.keys), rows.topic
        batch_keys = (*rows.rows.keys, EventKey(VISIBLE, TIMESTAMP))
        return cls(
            each=each,
            form=replace(form, kind=TILES),
            rows=rows,
            asked=asked,
            hot=names.fresh(f"hot_{topic}") if mixed else None,
            cold=names.fresh(f"cold_{topic}"),
            hot_rows=replace(rows, cte=names.fresh(f"hot_rows_{topic}")) if mixed else rows,
            hot_asked=replace(asked, name=names.fresh(f"hot_askers_{topic}")) if mixed else asked,
            batches=names.fresh(f"batches_{topic}"),
            batch_rows=NamedRows(
                replace(rows.rows, keys=batch_keys),
                f"{topic}_batches",
                names.fresh(f"batch_rows_{topic}"),
                rows.inputs,
                at_once=True,
            ),
            batch_asked=replace(asked, name=names.fresh(f"batch_askers_{topic}")),
            late=names.fresh(f"late_{topic}"),
            late_asked=names.fresh(f"late_askers_{topic}"),
            dialect=dialect,
        )

    def ctes(self) -> list[Cte]:
        found = [] if self.hot is None else list(self._by_heat(self.hot))
        return [*found, self._batches_cte(), *self._of_batches(), self._late_cte(), self._late_asked_cte()]

    def tiles(self, names: Names) -> tuple[list[Cte], Tiles, Tiles]:
        """Tiles of hot keys, and of batches."""
        made: list[Tiles] = []
        ctes: list[Cte] = []
        for rows in (self.hot_rows, self.batch_rows):
            of_rows = tile_tracks_of(rows, self.each.outputs, counted=True)
            more, tiles = tiles_ctes(rows, of_rows, self.form, names, self.dialect)
            if tiles is None:
                raise ValueError("the form is that of tiles")
            ctes += more
            made.append(tiles)
        return ctes, made[0], made[1]

    def asking(self, asking: Asking, rows: NamedRows, asked: Asked) -> Asking:
        """The same windows over other rows, for other rows that ask."""
        return replace(asking, rows=rows, asked=asked, keys=tuple(rows.keys))

    def time(self, alias: str) -> Tree:
        """T."""
        time: Tree = column(self.asked.time, alias)
        return time if self.each.every is None else self.dialect.floor_time(time, self.each.every)

    def after_t(self, visible: Tree, time: Tree, known_by: Tree) -> list[Tree]:
        """Conditions for ``visible`` to be after T, but not after V; one later each where windows are strict."""
        strict = self.each.strict
        return [
            (exp.GTE if strict else exp.GT)(this=visible, expression=time),
            (exp.LT if strict else exp.LTE)(this=visible, expression=known_by),
        ]

    def _keys(self, alias: str) -> list[Tree]:
        return [column(key, alias) for key in self.rows.keys]

    def _content(self, alias: str) -> list[Tree]:
        created = ["__created"] if self.rows.has_created else []
        names = (*self.rows.keys, EVENT, VISIBLE, *created, *self.rows.inputs.values())
        return [column(name, alias) for name in names]

    def _asked_columns(self, alias: str) -> list[Tree]:
        names = (self.asked.row, *self.rows.keys, self.asked.time, KNOWN_BY)
        return [column(name, alias) for name in names]

    def _by_heat(self, hot: str) -> Iterator[Cte]:
        yield hot_cte(self.rows, hot, self.form.hot, self.dialect)
        same = same_keys(self.rows.keys, "n", "h")
        kept = self.dialect.keep_cte or ""
        for name, kind, words in (
            (self.hot_asked.name, "SEMI", "hot keys"),
            (self.cold, "ANTI", "other keys"),
        ):
            joins = [join(kind, table(hot, "h"), same)]
            tree = select(self._asked_columns("n"), table(self.asked.name, "n"), joins=joins)
            yield Cte(name, f"Those of {words} that ask.", self.dialect.sql(tree), kept)
        tree = select(
            self._content("n"), table(self.rows.cte, "n"), joins=[join("SEMI", table(hot, "h"), same)]
        )
        yield Cte(self.hot_rows.cte, "Rows of hot keys.", self.dialect.sql(tree), kept)

    def _batches_cte(self) -> Cte:
        grain = [*(column(key) for key in self.rows.keys), column(VISIBLE)]
        many = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(self.form.hot))
        tree = select(grain, table(self.hot_rows.cte), group_by=grain, having=many)
        comment = f"Batches: more than {self.form.hot} rows of a key that became visible at one instant."
        return Cte(self.batches, comment, self.dialect.sql(tree), self.dialect.keep_cte or "")

    def _of_batches(self) -> Iterator[Cte]:
        same = same_keys([*self.rows.keys, VISIBLE], "r", "b")
        joins = [join("SEMI", table(self.batches, "b"), same)]
        tree = select(self._content("r"), table(self.hot_rows.cte, "r"), joins=joins)
        yield Cte(
            self.batch_rows.cte, "The rows of batches.", self.dialect.sql(tree), self.dialect.keep_cte or ""
        )
        on = same_keys(self.rows.keys, "n", "b")
        on += self.after_t(column(VISIBLE, "b"), self.time("n"), column(KNOWN_BY, "n"))
        columns = [
            column(self.asked.row, "n"),
            *self._keys("n"),
            column(self.asked.time, "n"),
            column(VISIBLE, "b"),
        ]
        tree = select(
            columns, table(self.hot_asked.name, "n"), joins=[join("", table(self.batches, "b"), on)]
        )
        comment = (
            "The batches that became visible after the time of a row that asks, but not after it did itself."
        )
        yield Cte(self.batch_asked.name, comment, self.dialect.sql(tree), self.dialect.keep_cte or "")

    # -- late rows --------------------------------------------------------------------------------

    def _stretches(self) -> list[timedelta]:
        return [self.form.tile, self.form.span, self.form.span * _STEP]

    def _late_cte(self) -> Cte:
        """Each row once or twice: a stretch is no shorter than what lies between its two times."""
        event, visible = column(EVENT, "r"), column(VISIBLE, "r")
        shortest: Tree = event
        selects = []
        for number, width in enumerate(self._stretches(), 1):
            longest = self.dialect.after(event, width)
            within: list[Tree] = [
                exp.GT(this=visible, expression=shortest),
                exp.LTE(this=visible, expression=longest),
            ]
            first, last = (self.dialect.floor_time(time, width) for time in (event, visible))
            selects.append(self._late(number, first, within))
            selects.append(self._late(number, last, [*within, exp.NEQ(this=first, expression=last)]))
            shortest = longest
        whole = self._whole_time()
        selects.append(self._late(0, whole, [exp.GT(this=visible, expression=shortest)]))
        comment = "Other rows that became visible later than they happened, by the stretches of time that lie between."
        return Cte(self.late, comment, self.dialect.sql(union_all(selects)), self.dialect.keep_cte or "")

    def _late(self, number: int, since: Tree, where: list[Tree]) -> exp.Select:
        same = same_keys([*self.rows.keys, VISIBLE], "r", "b")
        columns = [*self._content("r"), named(exp.Literal.number(number), _STRETCH), named(since, _SINCE)]
        joins = [join("ANTI", table(self.batches, "b"), same)]
        return select(columns, table(self.hot_rows.cte, "r"), joins=joins, where=where)

    def _late_asked_cte(self) -> Cte:
        time = self.time("n")
        stretches: list[tuple[int, Tree]] = [(0, self._whole_time())]
        stretches += [
            (n, self.dialect.floor_time(time, width)) for n, width in enumerate(self._stretches(), 1)
        ]
        where: list[Tree] = [exp.GTE(this=column(KNOWN_BY, "n"), expression=time)]
        selects = [
            select(
                [
                    *(column(name, "n") for name in (self.asked.row, *self.rows.keys, KNOWN_BY)),
                    named(time, TIME),
                    named(exp.Literal.number(number), _STRETCH),
                    named(since, _SINCE),
                ],
                table(self.hot_asked.name, "n"),
                where=where,
            )
            for number, since in stretches
        ]
        comment = "The stretches of time, of each length, that the time of a row that asks is in."
        return Cte(
            self.late_asked, comment, self.dialect.sql(union_all(selects)), self.dialect.inline_cte or ""
        )

    def _whole_time(self) -> Tree:
        return exp.Cast(this=exp.Literal.string("1970-01-01"), to=self.dialect.scalar("timestamp"))


class _Pieces:
    """The pieces of windows as of two instants; see ``Pieces``."""

    def __init__(self, apart: _Apart, asking: Asking, by_time: Tiles, by_batch: Tiles, names: Names) -> None:
        dialect = apart.dialect
        self._apart, self._asking, self._dialect = apart, asking, dialect
        of_time = apart.asking(asking, apart.hot_rows, apart.hot_asked)
        of_batch = apart.asking(asking, apart.batch_rows, apart.batch_asked)
        self._parts = (
            SpinePieces(of_time, by_time, names, dialect),
            SpinePieces(of_batch, by_batch, names, dialect),
        )
        self._name = names.fresh(f"pieces_{'_'.join(asking.join.labels)}_as_known")

    @property
    def rows_name(self) -> str:
        return self._name

    def ctes(self) -> list[Cte]:
        columns = [self._asking.asked.row, "__from", "__to", *self._asking.row_columns]
        selects = [select([column(c) for c in columns], table(part.rows_name)) for part in self._parts]
        selects.append(self._late())
        if self._apart.hot is not None:
            selects.append(self._cold())
        comment = "The same with the rows that became visible after the time of the row that asks."
        text = self._dialect.sql(union_all(selects))
        own = Cte(self._name, comment, text, self._dialect.inline_cte or "")
        return [*(cte for part in self._parts for cte in part.ctes()), own]

    def tiles(self, track: Track) -> list[exp.Select]:
        return [tree for part in self._parts for tree in part.tiles(track)]

    def _late(self) -> exp.Select:
        apart, time = self._apart, column(TIME, "n")
        on = same_keys([*apart.rows.keys, _STRETCH, _SINCE], "r", "n")
        on += apart.after_t(column(VISIBLE, "r"), time, column(KNOWN_BY, "n"))
        return self._rows(table(apart.late_asked, "n"), apart.late, time, on)

    def _cold(self) -> exp.Select:
        apart, time = self._apart, self._apart.time("n")
        compare = exp.LT if apart.each.strict else exp.LTE
        on = same_keys(apart.rows.keys, "r", "n")
        on.append(compare(this=column(VISIBLE, "r"), expression=column(KNOWN_BY, "n")))
        return self._rows(table(apart.cold, "n"), apart.rows.cte, time, on)

    def _rows(self, asked: exp.Table, rows: str, time: Tree, on: list[Tree]) -> exp.Select:
        """Those of ``rows`` that happened in the windows that end at ``time``."""
        asking, event = self._asking, column(EVENT, "r")
        compare = exp.LT if asking.join.strict else exp.LTE
        every = [*on, compare(this=event, expression=time), *asking.in_longest(time, event, self._dialect)]
        columns = [column(asking.asked.row, "n"), *asking.span_of(time, event, self._dialect)]
        columns += [column(c, "r") for c in asking.row_columns]
        return select(columns, asked, joins=[join("", table(rows, "r"), every)])
