"""Percentiles of hot keys, without a list of any window's values.

A percentile lies between two values of known rank, and the value of a rank in a frame is what ``NTH_VALUE`` with
an order of its own gives: from a tree of sorted runs, in logarithmic time. So the spine rows are put between the
rows, at their times, once for each value that they ask for, and each has a frame of its own width. It is done
where rows are visible as they happen: only then is a window a stretch of the rows in one order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.ir import WindowOutput
from fcompile.compiler.lower.names import EVENT, TIME, Names
from fcompile.compiler.lower.sql import (
    Tree,
    case,
    cast,
    column,
    derived,
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
from fcompile.compiler.lower.windows.states import filtered
from fcompile.compiler.lower.windows.tiles import Tiles
from fcompile.compiler.lower.windows.values import MATCHED, finished, windows_comment
from fcompile.compiler.render import Cte
from fcompile.dialects.base import EVER, Dialect

_AT, _ASK, _WIDTH, _SHARE, _UP = "__at", "__ask", "__width", "__share", "__up"
_COUNT, _ROWS, _VALUE, _FOUND, _PART = "__count", "__rows", "__value", "__found", "__part"
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Percentile:
    """``share`` of an input's values in the window of ``length``; None is a lifetime."""

    length: timedelta | None
    share: float


class Ranks:
    """The CTEs of the percentiles of ``track`` for the spine rows of hot keys."""

    def __init__(self, asking: Asking, track: Track, tiles: Tiles, names: Names, dialect: Dialect) -> None:
        self._asking = asking
        self._track = track
        self._hot = tiles.hot
        self._dialect = dialect
        topic = "_".join(asking.join.labels)
        self._inputs = list(dict.fromkeys(self._input(output) for output in track.outputs))
        self._spine = names.fresh(f"asked_{topic}_ranks")
        self._counted = {name: names.fresh(f"counted_{topic}_{name}") for name in self._inputs}
        self._ranked = {name: names.fresh(f"ranked_{topic}_{name}") for name in self._inputs}
        self.name = names.fresh(f"percentiles_{topic}")
        """The last CTE: a row a spine row of a hot key; row, a column an output, __matched."""

    def ctes(self) -> list[Cte]:
        ctes = [self._spine_cte()]
        for name in self._inputs:
            ctes += [self._counted_cte(name), self._ranked_cte(name)]
        return [*ctes, self._values_cte()]

    def _input(self, output: WindowOutput) -> str:
        return self._asking.rows.inputs[output.input]

    def _asked_of(self, name: str) -> list[_Percentile]:
        """What is asked of an input; of the first also the longest window, which tells whether any row matched."""
        outputs = [output for output in self._track.outputs if self._input(output) == name]
        asked = [_Percentile(output.length, output.arguments[0]) for output in outputs]
        if name == self._inputs[0]:
            asked.append(_Percentile(self._asking.lengths[-1], asked[0].share))
        return list(dict.fromkeys(asked))

    def _spine_cte(self) -> Cte:
        tree = self._asking.spine_rows("SEMI", self._hot, self._dialect, {})
        comment = "Spine rows of hot keys, and their time."
        return Cte(self._spine, comment, self._dialect.sql(tree), self._dialect.keep_cte or "")

    # -- how many values a window holds ---------------------------------------------------------------

    def _counted_cte(self, name: str) -> Cte:
        row = column(self._asking.asked.row)
        members = (*self._asking.rows.keys, row.name, _AT, _ASK, _WIDTH, _SHARE, _UP, _VALUE)
        counts = [
            named(self._framed(exp.Count(this=column(_VALUE))), _COUNT),
            named(self._framed(exp.Count(this=case(is_null(row), exp.Literal.number(1)))), _ROWS),
        ]
        both = derived(union_all([self._events(name), self._asks(name)]), "both")
        tree = select([*(column(member) for member in members), *counts], both)
        comment = (
            f"Rows of hot keys with their {name}, and the spine rows between them, once for each percentile and "
            "each of the two values around it: how many values and rows its window holds."
        )
        return Cte(self._counted[name], comment, self._dialect.sql(tree), self._dialect.inline_cte or "")

    def _events(self, name: str) -> exp.Select:
        rows, dialect = self._asking.rows, self._dialect
        nothing = (self._asking.asked.row, _ASK, _SHARE, _UP)
        columns = [
            *(column(key, "r") for key in rows.keys),
            named(dialect.microseconds(column(EVENT, "r")), _AT),
            # The frames of rows, which nobody reads, are as short as can be.
            named(cast(exp.Literal.number(0), dialect.scalar("int64")), _WIDTH),
            named(cast(column(name, "r"), dialect.scalar("float64")), _VALUE),
            *(named(exp.Null(), each) for each in nothing),
        ]
        joins = [join("SEMI", table(self._hot, "h"), same_keys(rows.keys, "r", "h"))] if self._hot else []
        return select(columns, table(rows.cte, "r"), joins=joins)

    def _asks(self, name: str) -> exp.Select:
        """The columns are in the order of those of the events."""
        dialect, row = self._dialect, self._asking.asked.row
        asks = [
            self._ask(number, asked, up) for number, asked in enumerate(self._asked_of(name)) for up in (0, 1)
        ]
        keys = [column(key) for key in self._asking.rows.keys]
        at = named(dialect.microseconds(column(TIME)), _AT)
        each = named(dialect.elements(dialect.list_of(asks)), _ASK)
        spine = select([*keys, column(row), at, each], table(self._spine))
        known = [is_not_null(column(_AT))]
        member = {name: dialect.member(column(_ASK), name) for name in (_ASK, _WIDTH, _SHARE, _UP)}
        lifetime = exp.Add(this=column(_AT), expression=exp.Literal.number(EVER))
        width = exp.Coalesce(this=member[_WIDTH], expressions=[lifetime])
        value = named(exp.Null(), _VALUE)
        others = [column(row), member[_ASK], member[_SHARE], member[_UP]]
        return select([*keys, column(_AT), width, value, *others], derived(spine, "s"), where=known)

    def _ask(self, number: int, asked: _Percentile, up: int) -> Tree:
        """One value that a spine row asks for: its window's width in microseconds, NULL for a lifetime."""
        width: Tree = exp.Null()
        if asked.length is not None:
            microseconds = asked.length // _MICROSECOND
            width = exp.Literal.number(microseconds if self._asking.join.strict else microseconds - 1)
        members = [
            (_ASK, exp.Literal.number(number)),
            (_WIDTH, cast(width, self._dialect.scalar("int64"))),
            (_SHARE, cast(exp.Literal.number(repr(asked.share)), self._dialect.scalar("float64"))),
            (_UP, exp.Literal.number(up)),
        ]
        return self._dialect.row(members)

    def _framed(self, function: Tree) -> exp.Window:
        """``function`` over the window of the row's width: without the row's own instant where it is strict."""
        keys = [column(key) for key in self._asking.rows.keys]
        window = over(function, keys, [exp.Ordered(this=column(_AT))])
        end = {"end": "CURRENT ROW"}
        if self._asking.join.strict:
            end = {"end": "1", "end_side": "PRECEDING"}
        frame = exp.WindowSpec(kind="RANGE", start=column(_WIDTH), start_side="PRECEDING", **end)
        window.set("spec", frame)
        return window

    # -- the values around the percentiles ------------------------------------------------------------

    def _ranked_cte(self, name: str) -> Cte:
        row = self._asking.asked.row
        last = exp.Paren(this=exp.Sub(this=column(_COUNT), expression=exp.Literal.number(1)))
        rank = exp.Mul(this=column(_SHARE), expression=last)
        floor = exp.Floor(this=rank)
        place = case(equal(column(_UP), exp.Literal.number(1)), exp.Ceil(this=rank), floor)
        nth = exp.Add(this=cast(place, self._dialect.scalar("int64")), expression=exp.Literal.number(1))
        found = self._framed(self._dialect.nth_least(column(_VALUE), nth))
        columns = [column(row), column(_ASK), column(_ROWS), named(found, _FOUND)]
        columns.append(named(exp.Sub(this=rank, expression=floor), _PART))
        some = exp.Or(this=is_not_null(column(_VALUE)), expression=is_not_null(column(row)))
        values = select(columns, table(self._counted[name]), where=[some])
        tree = select(
            [column(row), column(_ASK), named(maximum(column(_ROWS)), _ROWS), named(_between(), _FOUND)],
            derived(values, "found"),
            where=[is_not_null(column(row))],
            group_by=[column(row), column(_ASK)],
        )
        comment = (
            "The percentile from the two values around its rank; ranks count from 0. "
            "A row a spine row and percentile."
        )
        return Cte(self._ranked[name], comment, self._dialect.sql(tree))

    def _values_cte(self) -> Cte:
        """One join an input: each has a row for each spine row of a hot key whose time is known."""
        row, first = self._asking.asked.row, self._inputs[0]
        aliases = {name: f"v{number}" for number, name in enumerate(self._inputs, 1)}
        columns: list[Tree] = [column(row, "a")]
        for output in self._track.outputs:
            name = self._input(output)
            value = column(output.name, aliases[name])
            columns.append(value)
        columns.append(column(MATCHED, aliases[first]))
        joins = [
            join("", derived(self._values(name), alias), [equal(column(row, alias), column(row, "a"))])
            for name, alias in aliases.items()
        ]
        tree = select(columns, table(self._spine, "a"), joins=joins)
        return Cte(self.name, windows_comment(self._asking), self._dialect.sql(tree))

    def _values(self, name: str) -> exp.Select:
        asked, row = self._asked_of(name), column(self._asking.asked.row)
        columns: list[Tree] = [row]
        for output in self._track.outputs:
            if self._input(output) == name:
                number = asked.index(_Percentile(output.length, output.arguments[0]))
                mine = equal(column(_ASK), exp.Literal.number(number))
                value = filtered(maximum(column(_FOUND)), mine)
                columns.append(named(finished(output, value, value, self._dialect), output.name))
        if name == self._inputs[0]:
            some = exp.GT(this=maximum(column(_ROWS)), expression=exp.Literal.number(0))
            columns.append(named(some, MATCHED))
        return select(columns, table(self._ranked[name]), group_by=[row])


def _between() -> Tree:
    """The value between the lower and the upper one, nearer to that which the rank is nearer to."""
    low, high, part = exp.Min(this=column(_FOUND)), maximum(column(_FOUND)), maximum(column(_PART))
    rest = exp.Paren(this=exp.Sub(this=exp.Literal.number(1), expression=part))
    between = exp.Add(this=exp.Mul(this=low, expression=rest), expression=exp.Mul(this=high, expression=part))
    # Two infinities that are one value have no value between them but that.
    return case(equal(low, high), low, between)
