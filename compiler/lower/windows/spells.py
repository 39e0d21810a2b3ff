"""Counts of distinct values of hot keys, without looking at any pair of rows.

A value occurs in the window of w at t from when one of its rows becomes visible until that row is w old: a
spell ``[visible, event + w)``. Where spells of one value overlap they are one. So a count goes up by one
where such a spell begins and down by one where it ends, and at t it is the sum of these changes so far: whole
numbers, which lose nothing by subtraction. It is a running total by small tiles, and the changes since the
tile of t began.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.lower.names import EVENT, TIME, Names
from fcompile.compiler.lower.sql import (
    Tree,
    case,
    cast,
    column,
    equal,
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
from fcompile.compiler.lower.windows.asking import Asking, union_all
from fcompile.compiler.lower.windows.rows import Track
from fcompile.compiler.lower.windows.tiles import TILE, Tiles, floored
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_BEFORE, _NEWEST, _NEXT = "__before", "__newest", "__next"
_AT, _NOW = "__at", "__now"


class Spells:
    """The CTEs that count the distinct values of ``track`` for the spine rows of hot keys."""

    def __init__(self, asking: Asking, track: Track, tiles: Tiles, names: Names, dialect: Dialect) -> None:
        self._asking = asking
        self._track = track
        self._hot = tiles.hot
        self._width = tiles.form.tile
        self._dialect = dialect
        self._value = str(track.value)
        self._lengths = list(dict.fromkeys(output.length for output in track.outputs))
        topic = "_".join(asking.join.labels)
        self._occurring = names.fresh(f"occurring_{topic}_{self._value}")
        self._changes = names.fresh(f"changes_{topic}_{self._value}")
        self._totals = names.fresh(f"totals_{topic}_{self._value}")
        self._since = names.fresh(f"since_{topic}_{self._value}")
        self._spine = names.fresh(f"asked_{topic}_{self._value}")
        self.name = names.fresh(f"distinct_{topic}_{self._value}")
        """The last CTE: row, then a column an output."""

    def ctes(self) -> list[Cte]:
        return [
            self._occurring_cte(),
            self._changes_cte(),
            self._totals_cte(),
            self._spine_cte(),
            self._since_cte(),
            self._distinct_cte(),
        ]

    def _occurring_cte(self) -> Cte:
        rows, visible = self._asking.rows, column(self._asking.rows.visible, "r")
        event = column(EVENT, "r")
        partition = [column(c, "r") for c in (*rows.keys, self._value)]
        order = [exp.Ordered(this=visible), exp.Ordered(this=event)]
        before: Tree = over(exp.Lag(this=event), partition, order)
        newest: Tree = event
        if rows.rows.source.available_at and not rows.rows.settled:
            # Only then can a later event be known before an earlier one.
            before = _so_far(maximum(event), partition, order, before=True)
            newest = _so_far(maximum(event), partition, order)
        following = over(exp.Lead(this=visible), partition, order)
        times = dict.fromkeys((EVENT, rows.visible))
        tree = select(
            [
                *(column(c, "r") for c in (*rows.keys, *times)),
                named(before, _BEFORE),
                named(newest, _NEWEST),
                named(following, _NEXT),
            ],
            table(rows.cte, "r"),
            joins=[join("SEMI", table(self._hot, "h"), same_keys(rows.keys, "r", "h"))] if self._hot else [],
            where=[is_not_null(column(self._value, "r"))],
        )
        comment = (
            f"Rows of hot keys, and of the same key and {self._value}: the latest event among those visible "
            "before it and with it, and when the next one becomes visible."
        )
        return Cte(self._occurring, comment, self._dialect.sql(tree), self._dialect.keep_cte or "")

    def _changes_cte(self) -> Cte:
        selects = [self._comings()]
        selects += [self._goings(number) for number, length in enumerate(self._lengths) if length is not None]
        comment = f"When a value of {self._value} comes into each window, and when it goes out of it."
        return Cte(
            self._changes, comment, self._dialect.sql(union_all(selects)), self._dialect.inline_cte or ""
        )

    def _comings(self) -> exp.Select:
        """A row for each event, with a change for each window: 0 where the value is in it already."""
        visible = column(self._asking.rows.visible)
        changes: list[Tree] = []
        for length in self._lengths:
            new: Tree = is_null(column(_BEFORE))
            if length is not None:
                left = exp.GTE(this=visible, expression=self._dialect.after(column(_BEFORE), length))
                in_time = exp.LT(this=visible, expression=self._dialect.after(column(EVENT), length))
                new = exp.And(this=exp.Paren(this=exp.Or(this=new, expression=left)), expression=in_time)
            changes.append(case(new, exp.Literal.number(1), exp.Literal.number(0)))
        return self._change(visible, changes, [])

    def _goings(self, place: int) -> exp.Select:
        visible, following = column(self._asking.rows.visible), column(_NEXT)
        length = self._lengths[place]
        if length is None:
            raise ValueError("nothing leaves a lifetime")
        end = self._dialect.after(column(_NEWEST), length)
        last = exp.Or(this=is_null(following), expression=exp.GTE(this=following, expression=end))
        where: list[Tree] = [exp.Paren(this=last), exp.LT(this=visible, expression=end)]
        zero, one = exp.Literal.number(0), exp.Neg(this=exp.Literal.number(1))
        return self._change(end, [one if n == place else zero for n in range(len(self._lengths))], where)

    def _change(self, at: Tree, changes: Sequence[Tree], where: list[Tree]) -> exp.Select:
        columns = [*(column(key) for key in self._asking.rows.keys), named(at, _AT)]
        columns += [named(change, name) for change, name in zip(changes, self._names, strict=True)]
        return select(columns, table(self._occurring), where=where)

    @property
    def _names(self) -> list[str]:
        return [f"change_{number}" for number in range(1, len(self._lengths) + 1)]

    def _totals_cte(self) -> Cte:
        keys = [column(key) for key in self._asking.rows.keys]
        tile = floored(_AT, self._width, self._dialect)
        totals = []
        for name in self._names:
            running = _so_far(exp.Sum(this=exp.Sum(this=column(name))), keys, [exp.Ordered(this=tile)])
            totals.append(named(running, name))
        tree = select([*keys, named(tile, TILE), *totals], table(self._changes), group_by=[*keys, tile])
        width = format_duration(self._width)
        comment = f"How many distinct values each window holds at the end of a tile of {width}."
        return Cte(self._totals, comment, self._dialect.sql(tree))

    def _since_cte(self) -> Cte:
        """The changes since the tile of t began. A row a spine row with such changes."""
        asking, row = self._asking, column(self._asking.asked.row, "a")
        compare = exp.LT if asking.join.strict else exp.LTE
        on = [
            *asking.same("c", "a"),
            equal(floored(_AT, self._width, self._dialect, "c"), column(_NOW, "a")),
            compare(this=column(_AT, "c"), expression=column(TIME, "a")),
        ]
        sums = [named(exp.Sum(this=column(name, "c")), name) for name in self._names]
        joins = [join("", table(self._changes, "c"), on)]
        tree = select([row, *sums], table(self._spine, "a"), joins=joins, group_by=[row])
        comment = "What changed between the beginning of the tile of a spine row's time and that time."
        return Cte(self._since, comment, self._dialect.sql(tree))

    def _spine_cte(self) -> Cte:
        tree = self._asking.spine_rows("SEMI", self._hot, self._dialect, {_NOW: self._width})
        comment = "Spine rows of hot keys, their time, and the tile it is in."
        return Cte(self._spine, comment, self._dialect.sql(tree), self._dialect.keep_cte or "")

    def _distinct_cte(self) -> Cte:
        asking, dialect = self._asking, self._dialect
        columns: list[Tree] = [column(asking.asked.row, "a")]
        zero = exp.Literal.number(0)
        for output in self._track.outputs:
            name = self._names[self._lengths.index(output.length)]
            parts = [exp.Coalesce(this=column(name, alias), expressions=[zero]) for alias in ("t", "s")]
            count = exp.Add(this=parts[0], expression=parts[1])
            columns.append(named(cast(count, dialect.scalar("int64")), output.name))
        before = exp.GT(this=column(_NOW, "a"), expression=column(TILE, "t"))
        joins = [
            join("ASOF LEFT", table(self._totals, "t"), [*asking.same("t", "a"), before]),
            join("LEFT", table(self._since, "s"), [equal(column(asking.asked.row, "s"), columns[0])]),
        ]
        tree = select(columns, table(self._spine, "a"), joins=joins)
        comment = "The counts at the time of each spine row of a hot key."
        return Cte(self.name, comment, dialect.sql(tree))


def _so_far(
    function: Tree, partition: Sequence[Tree], order: Sequence[exp.Ordered], *, before: bool = False
) -> exp.Window:
    """``function`` over the rows from the partition's first to this one, or to the one ``before`` it."""
    window = over(function, partition, order)
    end = {"end": "1", "end_side": "PRECEDING"} if before else {"end": "CURRENT ROW"}
    window.set("spec", exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", **end))
    return window
