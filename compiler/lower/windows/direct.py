"""Values made directly of the rows in a window, on engines that keep no lists: one GROUP BY, and no partial aggregates.

``inside`` (the rows in the windows of each spine row) -> ``aggregated`` (a row a spine row) and, of distinct
values, ``values`` (a row a spine row and value) -> ``lists`` -> one value a window.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.ir import WindowOutput
from fcompile.compiler.lower.names import CREATED, EVENT, Names
from fcompile.compiler.lower.sql import (
    Tree,
    cast,
    column,
    conjunction,
    equal,
    greatest_first,
    is_not_null,
    join,
    maximum,
    named,
    select,
    table,
)
from fcompile.compiler.lower.windows.asking import Asking, counts_for
from fcompile.compiler.lower.windows.functions import ROW_FUNCTIONS
from fcompile.compiler.lower.windows.inside import InsidePieces
from fcompile.compiler.lower.windows.places import PlacedPieces
from fcompile.compiler.lower.windows.states import by_value, filtered
from fcompile.compiler.lower.windows.values import MATCHED, finished, windows_comment
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_SPREAD = ("stddev_samp", "var_samp")
_COUNT, _TIMES, _NEWEST, _CREATED = "__count", "__times", "__newest", "__newest_created"


class DirectValues:
    """The CTEs of ``outputs``, all of them direct; ``asking`` has their windows.

    ``known_by``: as for ``InsidePieces``. ``pieces``: the rows, where they are found in another way.
    """

    def __init__(
        self,
        asking: Asking,
        outputs: Sequence[WindowOutput],
        names: Names,
        dialect: Dialect,
        known_by: str | None = None,
        pieces: PlacedPieces | None = None,
    ) -> None:
        self._asking = asking
        self._outputs = tuple(outputs)
        self._dialect = dialect
        topic = "_".join(asking.join.labels)
        self._pieces = pieces or InsidePieces(asking, names, dialect, known_by)
        self._of_rows = tuple(o for o in outputs if o.function in ROW_FUNCTIONS)
        of_values = [o for o in outputs if o.function not in ROW_FUNCTIONS]
        self._by_input = {
            self._input(o): tuple(x for x in of_values if x.input == o.input) for o in of_values
        }
        self._aggregated = names.fresh(f"aggregated_{topic}")
        self._values = {name: names.fresh(f"values_{topic}_{name}") for name in self._by_input}
        self._lists = {name: names.fresh(f"lists_{topic}_{name}") for name in self._by_input}
        self.name = names.fresh(f"windows_{topic}_of_rows")
        """The last CTE: row, a column an output, __matched. A row for every spine row."""

    def ctes(self) -> list[Cte]:
        made = [*self._pieces.ctes(), self._aggregated_cte()]
        for name, outputs in self._by_input.items():
            made += [self._values_cte(name, outputs), self._lists_cte(name, outputs)]
        return [*made, self._windows_cte()]

    def _input(self, output: WindowOutput) -> str:
        return self._asking.rows.inputs[output.input]

    def _row(self, alias: str | None = None) -> Tree:
        return column(self._asking.asked.row, alias)

    # -- functions of rows ------------------------------------------------------------------------

    def _aggregated_cte(self) -> Cte:
        """Also where no function of rows is asked for: it says for which spine rows there are any."""
        columns: list[Tree] = [self._row()]
        for output in self._of_rows:
            columns.append(named(self._aggregate(output), output.name))
        for output in self._of_rows:
            if _tells_empty(output):
                count = exp.Count(this=column(self._input(output)))
                columns.append(named(filtered(count, self._counts(output)), self._count_name(output)))
        tree = select(columns, table(self._pieces.name), group_by=[self._row()])
        comment = "The rows in each window as one value. A row a spine row with any."
        return Cte(self._aggregated, comment, self._dialect.sql(tree))

    def _count_name(self, output: WindowOutput) -> str:
        return f"{_COUNT}_{self._outputs.index(output) + 1}"

    def _counts(self, output: WindowOutput) -> Tree:
        return counts_for(self._asking.number(output.length))

    def _where(self, output: WindowOutput) -> Tree:
        return conjunction([self._counts(output), is_not_null(column(self._input(output)))])

    def _aggregate(self, output: WindowOutput) -> Tree:
        dialect, where = self._dialect, self._where(output)
        value = column(self._input(output))
        if output.function == "last_n":
            return dialect.list_in_order(value, self._order(output), int(output.arguments[0]), where)
        number = cast(value, dialect.scalar("float64"))
        if output.function == "percentile":
            return dialect.percentile_of(number, output.arguments[0], where)
        dtype = output.input.dtype
        floating = dtype is None or dtype.kind in ("float32", "float64")
        return dialect.deviation(number, output.function == "var_samp", floating, where)

    def _order(self, output: WindowOutput) -> list[exp.Ordered]:
        """The newest first, by (event time, created NULLS first, value)."""
        created = [column(CREATED)] if self._asking.rows.has_created else []
        times = [greatest_first(each) for each in (column(EVENT), *created)]
        return [*times, *by_value(column(self._input(output)), output.input.dtype, self._dialect)]

    # -- functions of distinct values -------------------------------------------------------------

    def _numbers(self, outputs: Sequence[WindowOutput]) -> list[int]:
        return sorted({self._asking.number(output.length) for output in outputs})

    def _values_cte(self, name: str, outputs: Sequence[WindowOutput]) -> Cte:
        grain = [self._row(), column(name)]
        columns = [*grain]
        for number in self._numbers(outputs):
            where = counts_for(number)
            times = filtered(exp.Count(this=column(name)), where)
            columns.append(named(times, f"{_TIMES}_{number}"))
            columns.append(named(filtered(maximum(column(EVENT)), where), f"{_NEWEST}_{number}"))
            if self._asking.rows.has_created:
                order = [greatest_first(column(EVENT)), greatest_first(column(CREATED))]
                created = self._dialect.newest_value(column(CREATED), order, where)
                columns.append(named(created, f"{_CREATED}_{number}"))
        given = [is_not_null(column(name))]
        tree = select(columns, table(self._pieces.name), where=given, group_by=grain)
        comment = f"How often each value of {name} occurs in each window, and when last. A row a spine row and value."
        return Cte(self._values[name], comment, self._dialect.sql(tree))

    def _lists_cte(self, name: str, outputs: Sequence[WindowOutput]) -> Cte:
        columns: list[Tree] = [self._row()]
        for output in outputs:
            number = self._asking.number(output.length)
            keys = [f"{_NEWEST}_{number}"]
            if output.function == "top_k":
                keys.insert(0, f"{_TIMES}_{number}")
            if self._asking.rows.has_created:
                keys.append(f"{_CREATED}_{number}")
            order = [greatest_first(column(key)) for key in keys]
            order += by_value(column(name), output.input.dtype, self._dialect)
            occurs = is_not_null(column(f"{_NEWEST}_{number}"))
            count = int(output.arguments[0])
            columns.append(
                named(self._dialect.list_in_order(column(name), order, count, occurs), output.name)
            )
        tree = select(columns, table(self._values[name]), group_by=[self._row()])
        comment = f"Lists of the values of {name}. A row a spine row with any."
        return Cte(self._lists[name], comment, self._dialect.sql(tree))

    # -- all of them ------------------------------------------------------------------------------

    def _windows_cte(self) -> Cte:
        aliases = {name: f"v{number}" for number, name in enumerate(self._lists, 1)}
        columns: list[Tree] = [self._row("n")]
        for output in self._outputs:
            alias = "a" if output in self._of_rows else aliases[self._input(output)]
            columns.append(named(self._finished(output, column(output.name, alias)), output.name))
        columns.append(named(is_not_null(self._row("a")), MATCHED))
        made = {"a": self._aggregated, **{aliases[name]: cte for name, cte in self._lists.items()}}
        joins = [
            join("LEFT", table(cte, alias), [equal(self._row(alias), self._row("n"))])
            for alias, cte in made.items()
        ]
        tree = select(columns, table(self._asking.asked.name, "n"), joins=joins)
        return Cte(self.name, windows_comment(self._asking), self._dialect.sql(tree))

    def _finished(self, output: WindowOutput, value: Tree) -> Tree:
        state = value
        if output.dtype.kind == "list":
            value = state = self._dialect.nonempty(value)
        elif _tells_empty(output):
            count = column(self._count_name(output), "a")
            state = exp.Nullif(this=count, expression=exp.Literal.number(0))
        return finished(output, value, state, self._dialect)


def _tells_empty(output: WindowOutput) -> bool:
    """Must an empty window be told from one value alone, which has no spread?"""
    return output.function in _SPREAD and output.default is not None
