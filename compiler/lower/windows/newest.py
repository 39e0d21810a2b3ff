"""The newest rows, found by their times: tiles keep n event times each, and the rows at those are looked up.

Times are numbers, and far cheaper to sort and to keep than rows. It is done where rows are visible as they
happen: all rows of one time are then visible together, so that they are folded once for all spine rows, and many
rows of one time cost no more than as many of different times. The n newest rows are all at the n newest times.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from fcompile.compiler.lower.names import EVENT, Names
from fcompile.compiler.lower.sql import Tree, column, derived, equal, join, named, select, table
from fcompile.compiler.lower.windows.asking import FROM, TO, Asking, union_all
from fcompile.compiler.lower.windows.pieces import Pieces
from fcompile.compiler.lower.windows.rows import NamedRows, Track
from fcompile.compiler.lower.windows.states import State
from fcompile.compiler.lower.windows.tiles import folds, merged
from fcompile.compiler.lower.windows.values import parts_cte
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_AT = "__at"


def found_by_time(rows: NamedRows, track: Track) -> bool:
    return track.recent and track.value is None and rows.visible == EVENT


def timed(track: Track) -> Track:
    """The same with event times for states: of each input as many as the longest list of it has rows."""
    sizes: dict[str, int] = {}
    for state in track.states:
        sizes[state.input] = max(sizes.get(state.input, 1), state.size)
    return replace(track, states=tuple(State("times", name, size) for name, size in sizes.items()))


class NewestPieces:
    """The rows at the newest times of ``pieces``, all rows of one key and time as one piece; see ``Pieces``."""

    def __init__(self, asking: Asking, track: Track, pieces: Pieces, names: Names, dialect: Dialect) -> None:
        self._asking = asking
        self._track = track
        self._timed = timed(track)
        self._pieces = pieces
        self._dialect = dialect
        topic = "_".join(asking.join.labels)
        self._parts = names.fresh(f"parts_{topic}_times")
        self._times = names.fresh(f"times_{topic}")
        self._found = names.fresh(f"rows_{topic}_found")

    @property
    def rows_name(self) -> None:
        return None

    def ctes(self) -> list[Cte]:
        parts = parts_cte(self._parts, self._asking, self._timed, self._pieces, self._dialect)
        return [parts, self._times_cte(), self._found_cte()]

    def _times_cte(self) -> Cte:
        asking, dialect = self._asking, self._dialect
        row = asking.asked.row
        newest = derived(merged(self._timed, {row: column(row)}, table(self._parts), dialect), "m")
        elements = [
            select([column(row), named(dialect.elements(column(state.column)), _AT)], newest.copy())
            for state in self._timed.states
        ]
        keys = zip(asking.keys, asking.rows.keys, strict=True)
        tree = select(
            [column(row, "n"), *(named(column(k, "n"), key) for k, key in keys), column(_AT, "t")],
            derived(union_all(elements), "t"),
            joins=[join("", table(asking.asked.name, "n"), [equal(column(row, "n"), column(row, "t"))])],
            distinct=True,
        )
        comment = "The times of the newest rows. A row a spine row and time."
        return Cte(self._times, comment, dialect.sql(tree), dialect.keep_cte or "")

    def _found_cte(self) -> Cte:
        rows = self._asking.rows
        grain: list[Tree] = [column(c, "r") for c in (*rows.keys, EVENT)]
        at = equal(column(EVENT, "r"), column(_AT, "t"))
        tree = select(
            [*grain, *folds(self._track, self._dialect)],
            table(rows.cte, "r"),
            joins=[join("SEMI", table(self._times, "t"), [*self._asking.same("t", "r"), at])],
            group_by=grain,
        )
        comment = "The rows at those times. A row a key and time."
        return Cte(self._found, comment, self._dialect.sql(tree))

    def tiles(self, track: Track) -> list[exp.Select]:
        asking, one = self._asking, exp.Literal.number(1)
        on = [*asking.same("r", "t"), equal(column(EVENT, "r"), column(_AT, "t"))]
        columns: list[Tree] = [column(asking.asked.row, "t"), named(one, FROM), named(one, TO)]
        columns += [column(state.column, "r") for state in track.states]
        return [select(columns, table(self._times, "t"), joins=[join("", table(self._found, "r"), on)])]
