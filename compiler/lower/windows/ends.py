"""The first and the last row of windows, looked up at the time at which they happened.

``times`` (when they happened, a column a stand-in) -> ``ends`` (the rows at these times, joined by key and time)
-> one value a window. So a key's history is not sorted, however long it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.ir import WindowOutput
from fcompile.compiler.lower.names import CREATED, EVENT, TIME, Names
from fcompile.compiler.lower.sql import (
    Tree,
    column,
    conjunction,
    derived,
    equal,
    is_not_null,
    join,
    named,
    select,
    table,
)
from fcompile.compiler.lower.windows.asking import Asking, union_all
from fcompile.compiler.lower.windows.states import by_value
from fcompile.compiler.lower.windows.values import MATCHED, finished, windows_comment
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_AT = "__at"


class EndValues:
    """The CTEs of ``first`` and ``last``: ``pairs`` of a stand-in, a column of ``times``, and the output."""

    def __init__(
        self,
        asking: Asking,
        pairs: Sequence[tuple[WindowOutput, WindowOutput]],
        times: str,
        names: Names,
        dialect: Dialect,
        known_by: str | None,
    ) -> None:
        self._asking = asking
        self._pairs = tuple(pairs)
        self._times = times
        self._dialect = dialect
        self._known_by = known_by
        topic = "_".join(asking.join.labels)
        self._asked = names.fresh(f"asked_{topic}_ends")
        self._ends = names.fresh(f"ends_{topic}")
        self.name = names.fresh(f"windows_{topic}_ends")
        """The last CTE: row, a column an output, __matched. A row for every spine row."""

    def ctes(self) -> list[Cte]:
        return [self._asked_cte(), self._ends_cte(), self._windows_cte()]

    def _row(self, alias: str | None = None) -> Tree:
        return column(self._asking.asked.row, alias)

    def _asked_cte(self) -> Cte:
        asking = self._asking
        each = [
            select(
                [self._row(), named(column(stand_in.name), _AT)],
                table(self._times),
                where=[is_not_null(column(stand_in.name))],
            )
            for stand_in, _ in self._pairs
        ]
        keys = zip(asking.keys, asking.rows.keys, strict=True)
        columns: list[Tree] = [
            self._row("n"),
            *(named(column(mine, "n"), key) for mine, key in keys),
            named(asking.time("n", self._dialect), TIME),
            *([column(self._known_by, "n")] if self._known_by else []),
            column(_AT, "t"),
        ]
        joins = [join("", table(asking.asked.name, "n"), [equal(self._row("n"), self._row("t"))])]
        tree = select(columns, derived(union_all(each), "t"), joins=joins, distinct=True)
        comment = "When the first and last rows of the windows happened. A row a spine row and time."
        return Cte(self._asked, comment, self._dialect.sql(tree), self._dialect.inline_cte or "")

    def _ends_cte(self) -> Cte:
        columns = [self._row("a"), *(named(self._end(*pair), pair[1].name) for pair in self._pairs)]
        on = [*self._asking.same("r", "a"), equal(column(EVENT, "r"), column(_AT, "a"))]
        joins = [
            join("", table(self._asking.rows.cte, "r"), on),
            join("", table(self._times, "s"), [equal(self._row("s"), self._row("a"))]),
        ]
        tree = select(
            columns,
            table(self._asked, "a"),
            joins=joins,
            where=[self._known()],
            group_by=[self._row("a")],
        )
        comment = (
            "The rows at these times; of several the first or last as (created, value). A row a spine row."
        )
        return Cte(self._ends, comment, self._dialect.sql(tree))

    def _known(self) -> Tree:
        """A row at the time of another was perhaps known later than that."""
        time = column(self._known_by or TIME, "a")
        return self._asking.visible(time, "r")

    def _end(self, stand_in: WindowOutput, output: WindowOutput) -> Tree:
        value, newest = column(self._asking.rows.inputs[output.input], "r"), output.function == "last"
        order = by_value(value, output.input.dtype, self._dialect, newest=newest)
        if self._asking.rows.has_created:
            order.insert(0, exp.Ordered(this=column(CREATED, "r"), desc=newest, nulls_first=not newest))
        there = [equal(column(EVENT, "r"), column(stand_in.name, "s")), is_not_null(value)]
        return self._dialect.newest_value(value, order, conjunction(there))

    def _windows_cte(self) -> Cte:
        columns: list[Tree] = [self._row("s")]
        for _, output in self._pairs:
            value = column(output.name, "e")
            columns.append(named(finished(output, value, value, self._dialect), output.name))
        columns.append(column(MATCHED, "s"))
        joins = [join("LEFT", table(self._ends, "e"), [equal(self._row("e"), self._row("s"))])]
        tree = select(columns, table(self._times, "s"), joins=joins)
        return Cte(self.name, windows_comment(self._asking), self._dialect.sql(tree))
