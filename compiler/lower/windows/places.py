"""The newest rows of windows, found by their places in a key's history, on engines that keep no lists.

Rows are numbered by (event time, created, value), key by key. The place of a window's last row is looked up at the
time at which that row happened; the n newest are those with this place and the n - 1 before it. They lie in two
blocks of n places, so that rows are joined by their keys and their block, both equal: a spine row meets 2 n rows,
however long the history is.

It holds where rows become visible in the order in which they happen: then all rows before the last one are visible.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.ir import WindowOutput
from fcompile.compiler.lower.names import CREATED, EVENT, TIME, Names
from fcompile.compiler.lower.sql import (
    Tree,
    cast,
    column,
    equal,
    is_not_null,
    join,
    maximum,
    named,
    over,
    select,
    table,
)
from fcompile.compiler.lower.windows.asking import Asking, union_all
from fcompile.compiler.lower.windows.states import by_value
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_PLACE, _NEWEST, _BLOCK = "__place", "__newest", "__block"


class PlacedPieces:
    """The CTE ``name``: row, __from, __to, times and the input of ``outputs``, as the rows of ``Pieces``.

    Of each spine row as many as the longest list asks for. ``outputs`` are ``last_n`` of one input; ``asking`` has
    their windows. The CTE ``times`` has in ``at`` when the last row of the longest window happened.
    """

    def __init__(
        self,
        asking: Asking,
        outputs: Sequence[WindowOutput],
        times: str,
        at: str,
        names: Names,
        dialect: Dialect,
    ) -> None:
        self._asking = asking
        self._input = outputs[0].input
        self._most = max(int(output.arguments[0]) for output in outputs)
        self._times = times
        self._at = at
        self._dialect = dialect
        topic = "_".join((*asking.join.labels, asking.rows.inputs[self._input]))
        self._places = names.fresh(f"places_{topic}")
        self._newest = names.fresh(f"newest_{topic}")
        self._asked = names.fresh(f"asked_{topic}_places")
        self.name = names.fresh(f"inside_{topic}")

    def ctes(self) -> list[Cte]:
        return [self._places_cte(), self._newest_cte(), self._asked_cte(), self._inside_cte()]

    @property
    def _value(self) -> str:
        return self._asking.rows.inputs[self._input]

    @property
    def _columns(self) -> list[str]:
        return [EVENT, *([CREATED] if self._asking.rows.has_created else []), self._value]

    def _places_cte(self) -> Cte:
        rows, dialect = self._asking.rows, self._dialect
        keys = [column(key) for key in rows.keys]
        order = [exp.Ordered(this=column(EVENT), nulls_first=True)]
        if rows.has_created:
            order.append(exp.Ordered(this=column(CREATED), nulls_first=True))
        order += by_value(column(self._value), self._input.dtype, dialect, newest=False)
        place = cast(over(exp.RowNumber(), keys, order), dialect.scalar("int64"))
        tree = select(
            [*keys, *(column(name) for name in self._columns), named(place, _PLACE)],
            table(rows.cte),
            where=[is_not_null(column(self._value))],
        )
        comment = f"Rows with a {self._value}, numbered by (event time, created, value). A row a row, by key."
        return Cte(self._places, comment, dialect.sql(tree), dialect.keep_cte or "")

    def _newest_cte(self) -> Cte:
        asking, dialect = self._asking, self._dialect
        row, time = column(asking.asked.row, "n"), asking.time("n", dialect)
        keys = [(column(mine, "n"), key) for mine, key in zip(asking.keys, asking.rows.keys, strict=True)]
        on = [
            *asking.same("r", "n", asking.keys),
            equal(column(EVENT, "r"), column(self._at, "t")),
        ]
        tree = select(
            [
                row,
                *(named(mine, key) for mine, key in keys),
                named(time, TIME),
                named(maximum(column(_PLACE, "r")), _NEWEST),
            ],
            table(asking.asked.name, "n"),
            joins=[
                join("", table(self._times, "t"), [equal(column(asking.asked.row, "t"), row)]),
                join("", table(self._places, "r"), on),
            ],
            group_by=[row, *(mine for mine, _ in keys), time],
        )
        comment = "The place of the last row of the longest window. A row a spine row with any."
        return Cte(self._newest, comment, dialect.sql(tree), dialect.inline_cte or "")

    def _asked_cte(self) -> Cte:
        most, newest = exp.Literal.number(self._most), column(_NEWEST)
        block = _block(newest, self._most)
        names = [self._asking.asked.row, *self._asking.rows.keys, TIME, _NEWEST]
        each = [
            select([*map(column, names), named(of, _BLOCK)], table(self._newest))
            for of in (block, exp.Sub(this=block, expression=most))
        ]
        comment = (
            f"The same, once for each of the two blocks of {self._most} places in which the newest rows are."
        )
        return Cte(self._asked, comment, self._dialect.sql(union_all(each)), self._dialect.inline_cte or "")

    def _inside_cte(self) -> Cte:
        asking, dialect = self._asking, self._dialect
        time, event = column(TIME, "a"), column(EVENT, "r")
        place, newest = column(_PLACE, "r"), column(_NEWEST, "a")
        before = exp.Sub(this=newest, expression=exp.Literal.number(self._most))
        tree = select(
            [
                column(asking.asked.row, "a"),
                *asking.span_of(time, event, dialect),
                *(column(name, "r") for name in self._columns),
            ],
            table(self._asked, "a"),
            joins=[
                join(
                    "",
                    table(self._places, "r"),
                    [*asking.same("r", "a"), equal(_block(place, self._most), column(_BLOCK, "a"))],
                )
            ],
            where=[
                exp.LTE(this=place, expression=newest),
                exp.GT(this=place, expression=before),
                *asking.in_longest(time, event, dialect),
            ],
        )
        comment = (
            f"The {self._most} newest rows; each counts for the windows __from to __to (1 is the shortest)."
        )
        return Cte(self.name, comment, dialect.sql(tree), dialect.inline_cte or "")


def _block(place: Tree, size: int) -> Tree:
    """The first place of the block of ``size`` places that ``place`` is in."""
    within = exp.Mod(this=place, expression=exp.Literal.number(size))
    return exp.Sub(this=place, expression=within)
