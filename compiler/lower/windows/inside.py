"""The rows in the windows of each spine row, one by one, found without looking at a key's whole history.

The windows of a spine row lie in two stretches of time: that of the instant at which they end, and the one before;
stretches are as long as the longest window. So rows are joined by their keys and their stretch, both equal.
"""

from __future__ import annotations

from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.lower.names import EVENT, TIME, Names
from fcompile.compiler.lower.sql import Tree, column, equal, join, named, select, table
from fcompile.compiler.lower.windows.asking import Asking, union_all
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_STRETCH = "__stretch"


class InsidePieces:
    """The CTE ``name``: row, __from, __to, times and inputs, as the rows of ``Pieces``.

    ``known_by``: None: rows that were visible by the instant at which the windows end. Else the column of the rows
    that ask with the instant, no earlier one, by which they must be visible.
    """

    def __init__(self, asking: Asking, names: Names, dialect: Dialect, known_by: str | None = None) -> None:
        self._asking = asking
        self._dialect = dialect
        self._known_by = known_by
        topic = "_".join(asking.join.labels)
        self._spine = names.fresh(f"asked_{topic}_of_rows")
        self.name = names.fresh(f"inside_{topic}")

    def ctes(self) -> list[Cte]:
        keyless = self._dialect.inline_cte or ""
        comment = "Spine rows with the end of their windows."
        if self._stretch is not None:
            comment = "Spine rows with the end of their windows, once for each of the two stretches of time of these."
        spine = Cte(self._spine, comment, self._dialect.sql(self._asked()), keyless)
        comment = (
            "Rows in the windows, one by one; each counts for the windows __from to __to (1 is the shortest)."
        )
        return [spine, Cte(self.name, comment, self._dialect.sql(self._inside()), keyless)]

    @property
    def _stretch(self) -> timedelta | None:
        """The length of the longest window; None where one is a lifetime, or all spine rows ask at one instant."""
        return None if self._asking.as_of else self._asking.lengths[-1]

    def _asked(self) -> exp.Select | exp.Union:
        asking, dialect, width = self._asking, self._dialect, self._stretch
        time = asking.time("n", dialect)
        keys = zip(asking.keys, asking.rows.keys, strict=True)
        columns: list[Tree] = [
            column(asking.asked.row, "n"),
            *(named(column(mine, "n"), key) for mine, key in keys),
            named(time, TIME),
            *([column(self._known_by, "n")] if self._known_by else []),
        ]
        spine = table(asking.asked.name, "n")
        if width is None:
            return select(columns, spine)
        now = dialect.floor_time(time, width)
        stretches = (now, dialect.before(now, width))
        return union_all([select([*columns, named(each, _STRETCH)], spine.copy()) for each in stretches])

    def _inside(self) -> exp.Select:
        asking, dialect = self._asking, self._dialect
        time, event = column(TIME, "a"), column(EVENT, "r")
        on = asking.same("r", "a")
        if self._stretch is not None:
            on.append(equal(dialect.floor_time(event, self._stretch), column(_STRETCH, "a")))
        columns = [column(asking.asked.row, "a"), *asking.span_of(time, event, dialect)]
        columns += [column(name, "r") for name in asking.row_columns]
        where = [*self._known(time, event), *asking.in_longest(time, event, dialect)]
        joins = [join("", table(asking.rows.cte, "r"), on)]
        return select(columns, table(self._spine, "a"), joins=joins, where=where)

    def _known(self, time: Tree, event: Tree) -> list[Tree]:
        """Was the row known in time, and did it happen by the end of the windows?"""
        if self._known_by is None:
            return [self._asking.visible(time, "r")]
        compare = exp.LT if self._asking.join.strict else exp.LTE
        known = compare(this=column(self._asking.rows.visible, "r"), expression=column(self._known_by, "a"))
        return [known, compare(this=event, expression=time)]
