"""A window join as it is lowered: which windows, at which instants, and which rows lie in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.ir import WindowJoin, WindowOutput
from fcompile.compiler.lower.names import CREATED, EVENT, TIME
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import Tree, column, conjunction, equal, join, named, select, table
from fcompile.compiler.lower.types import time_parameter
from fcompile.compiler.lower.windows.rows import NamedRows, Track
from fcompile.dialects.base import Dialect

FROM, TO = "__from", "__to"
"""The shortest and the longest window that a piece counts for."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A window join and the names that its pieces need.

    Attributes:
        keys: the numbered spine's columns, in the order of the rows' keys.
        lengths: of the windows, shortest first; None, a lifetime, last. A window's number is its place from 1.
        as_of: all rows of the spine ask for one instant, the parameter of that name, and not for their own times.
        recent: of functions of the newest rows: only the longest window is looked at.
    """

    join: WindowJoin
    rows: NamedRows
    asked: Asked
    keys: tuple[str, ...]
    lengths: tuple[timedelta | None, ...]
    as_of: bool = False
    recent: bool = False

    def number(self, length: timedelta | None) -> int:
        return 1 if self.recent else self.lengths.index(length) + 1

    def numbers(self, track: Track) -> list[int]:
        return sorted({self.number(output.length) for output in track.outputs})

    def time(self, alias: str, dialect: Dialect) -> Tree:
        """The instant at whose windows a row of the numbered spine looks."""
        time: Tree = column(self.asked.time, alias)
        if self.as_of:
            time = time_parameter("as_of", dialect)
        if self.join.every is not None:
            time = dialect.floor_time(time, self.join.every)
        return dialect.after(time, self.join.shift) if self.join.shift else time

    def spine_rows(
        self, kind: str, hot: str | None, dialect: Dialect, widths: Mapping[str, timedelta]
    ) -> exp.Select:
        """The numbered spine's rows by their keys, SEMI those of ``hot`` keys or ANTI all others.

        Row, keys as the rows call them, ``__time``, and it rounded down to each of ``widths``, by column.
        """
        keys = zip(self.keys, self.rows.keys, strict=True)
        time = self.time("n", dialect)
        columns: list[Tree] = [column(self.asked.row, "n"), *(named(column(k, "n"), key) for k, key in keys)]
        columns.append(named(time, TIME))
        columns += [named(dialect.floor_time(time, width), name) for name, width in widths.items()]
        joins = [join(kind, table(hot, "h"), self.same("h", "n", self.keys))] if hot else []
        return select(columns, table(self.asked.name, "n"), joins=joins)

    def begins(self, time: Tree, length: timedelta | None, dialect: Dialect) -> Tree | None:
        """Where a window of ``length`` begins that ends at ``time``; None for a lifetime."""
        return None if length is None else dialect.before(time, length)

    def low(self, time: Tree, number: int, dialect: Dialect) -> Tree | None:
        """Where window ``number`` begins; None for a lifetime."""
        return self.begins(time, self.lengths[number - 1], dialect)

    def same(self, alias: str, mine: str, keys: Sequence[str] | None = None) -> list[Tree]:
        pairs = zip(keys or self.rows.keys, self.rows.keys, strict=True)
        return [equal(column(left, mine), column(right, alias)) for left, right in pairs]

    def visible(self, time: Tree, alias: str) -> Tree:
        compare = exp.LT if self.join.strict else exp.LTE
        return compare(this=column(self.rows.visible, alias), expression=time)

    def inside(self, event: Tree, low: Tree, strict: bool | None = None) -> Tree:
        """Does what happened at ``event`` lie in a window that begins at ``low``?"""
        closed = self.join.strict if strict is None else strict
        return (exp.GTE if closed else exp.GT)(this=event, expression=low)

    def in_longest(self, time: Tree, event: Tree, dialect: Dialect, strict: bool | None = None) -> list[Tree]:
        """Conditions for ``event`` to lie in any window at all."""
        low = self.low(time, len(self.lengths), dialect)
        return [] if low is None else [self.inside(event, low, strict)]

    def span_of(self, time: Tree, event: Tree, dialect: Dialect, strict: bool | None = None) -> list[Tree]:
        """``__from`` is the shortest window that ``event`` lies in; ``__to`` is the longest there is."""
        last = len(self.lengths)
        whens = [
            exp.If(this=self.inside(event, low, strict), true=exp.Literal.number(number))
            for number in range(1, last)
            if (low := self.low(time, number, dialect)) is not None
        ]
        shortest: Tree = exp.Literal.number(last)
        if whens:
            shortest = exp.Case(ifs=whens, default=shortest)
        return [named(shortest, FROM), named(exp.Literal.number(last), TO)]

    @property
    def row_columns(self) -> list[str]:
        """The columns of pieces that are rows, behind the row of the spine and the span of windows."""
        created = [CREATED] if self.rows.has_created else []
        return [EVENT, *created, *self.rows.inputs.values()]


def lengths_of(outputs: Sequence[WindowOutput]) -> tuple[timedelta | None, ...]:
    """Return the windows' lengths, shortest first; a lifetime, None, is the longest."""
    lengths = {output.length for output in outputs}
    finite = sorted(length for length in lengths if length is not None)
    return (*finite, *([None] if None in lengths else []))


def looked_at(outputs: Sequence[WindowOutput], recent: bool) -> tuple[timedelta | None, ...]:
    """The windows to look at: of functions of the newest rows only the longest."""
    return lengths_of(outputs)[-1:] if recent else lengths_of(outputs)


def union_all(selects: Sequence[exp.Select]) -> exp.Select | exp.Union:
    tree: exp.Select | exp.Union = selects[0]
    for other in selects[1:]:
        tree = exp.Union(this=tree, expression=other, distinct=False)
    return tree


def counts_for(number: int) -> Tree:
    """Does a piece count for window ``number``?"""
    place = exp.Literal.number(number)
    return conjunction(
        [exp.LTE(this=column(FROM), expression=place), exp.GTE(this=column(TO), expression=place)]
    )
