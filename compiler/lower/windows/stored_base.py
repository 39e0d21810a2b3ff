"""What all steps of materialized windows stand on: the view's rows, its tables, and the words they share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.ir import WindowOutput, WindowTable, scans
from fcompile.compiler.lower.events import relation_words
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.sql import Tree, column, identifier, named, select, table
from fcompile.compiler.lower.types import time_parameter
from fcompile.compiler.lower.windows.asking import lengths_of
from fcompile.compiler.lower.windows.functions import ROW_FUNCTIONS
from fcompile.compiler.lower.windows.rows import NamedRows, name_inputs
from fcompile.compiler.lower.windows.tiles import TILE
from fcompile.compiler.nested import views_below
from fcompile.compiler.statements import statement
from fcompile.compiler.tuning import default_form
from fcompile.dialects.base import Dialect

CHANGED, DUE, FRESH = "__changed", "__due", "__fresh"
"""Temporary tables of a run."""
LAST = "__last"
_ALL = "__all"
_UNTILED = ("percentile",)
"""Functions whose states would be a copy of the rows: these are read from the source."""


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of a run, the named parameters that it takes, and what it is for."""

    text: str
    parameters: tuple[str, ...]
    comments: tuple[str, ...] = ()


class Stored:
    """A windows view and its tables in the warehouse: that of the entities, its tiles and their digests."""

    def __init__(
        self, plan: WindowTable, target: exp.Table, tiles: exp.Table, digests: exp.Table, dialect: Dialect
    ) -> None:
        self._plan = plan
        self._target = target
        self._tiles = tiles
        self._digests = digests
        self._dialect = dialect
        view, source = plan.view, plan.rows.source
        self._rows = NamedRows(plan.rows, view.name, f"__rows_{view.name}", name_inputs(plan.rows))
        scan_names, scanned = scan_ctes(
            scans((plan.rows,)), (plan.rows,), Names(relation_words(source.relation)), dialect
        )
        self._scan_name, self._scanned = scan_names[source], tuple(scanned)
        # Windows of windows: they are dear, and each step reads the rows.
        self._rows_kept = any(below.windowed for below in views_below(source))
        self._width = default_form(output.length for output in plan.outputs).span

    def _temporary(self, name: str, select_text: str) -> str:
        quoted = self._dialect.sql(identifier(name))
        return statement("create_temporary_table", self._dialect, table=quoted, select=select_text)

    def _insert(self, name: exp.Table | exp.Identifier, select_text: str) -> str:
        return statement("insert", self._dialect, table=self._dialect.sql(name), select=select_text)

    def _in_changed(self, tile: Tree) -> Tree:
        """Is the tile a changed one?"""
        return exp.In(this=tile, query=exp.Subquery(this=select([column(TILE)], table(CHANGED))))

    def _expiries(self) -> list[timedelta]:
        return [length for length in lengths_of(self._plan.outputs) if length is not None]

    def _outputs(self, tiled: bool) -> tuple[WindowOutput, ...]:
        return tuple(o for o in self._plan.outputs if _is_tiled(o) == tiled)

    def _key_columns(self, alias: str) -> list[Tree]:
        """The keys; a constant where there are none, as a SELECT needs a column."""
        keys: list[Tree] = [column(key, alias) for key in self._rows.keys]
        return keys or [named(exp.true(), _ALL)]

    def _instant(self, name: str) -> Tree:
        time = time_parameter(name, self._dialect)
        return time if self._plan.every is None else self._dialect.floor_time(time, self._plan.every)

    def _known_by(self, alias: str | None) -> Tree:
        compare = exp.LT if self._plan.strict else exp.LTE
        return compare(this=column(self._rows.visible, alias), expression=self._instant("as_of"))

    def _width_words(self) -> str:
        return format_duration(self._width)


def _is_tiled(output: WindowOutput) -> bool:
    return output.function in ROW_FUNCTIONS and output.function not in _UNTILED
