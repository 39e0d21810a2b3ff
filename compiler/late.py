"""Features of latest values that are computed after the join, of the chosen row's columns.

Where many are made of few columns, the join carries these columns, and the expressions are computed once a spine
row and not once a row of the source. The values are the same: the columns come as the source has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fcompile.compiler.columns import OutputColumn
from fcompile.compiler.definitions import Selected
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.nodes import Call, Cast, Column, Expr, column_names, has_raw
from fcompile.compiler.ir import RAW, Computation, Output

FEW = 8
"""Fewer computed features than this are made with the rows: the statement is shorter."""


@dataclass(frozen=True, slots=True)
class Late:
    """What one selected view computes after its join; empty where nothing is.

    Attributes:
        reads: the source's columns that the expressions read.
        carried: these, and those of the view's other features, which settle ties.
    """

    selected: Selected
    columns: tuple[OutputColumn, ...] = ()
    reads: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()

    @property
    def matched(self) -> str:
        """The join's column that says whether a row was found; a feature's name does not begin with ``_``."""
        return f"__{self.selected.label}____matched"

    @property
    def outputs(self) -> Iterator[Output]:
        """The columns of the chosen row, as the join is to give them; they are never shown, and have no dtype."""
        for name in self.reads:
            yield Output(self._name(name), f"{RAW}{name}", None, None)

    @property
    def computations(self) -> Iterator[Computation]:
        for column in self.columns:
            feature = column.feature
            reads = tuple((name, self._name(name)) for name in column_names(feature.expr))
            # Without a match all that is read is NULL.
            free = feature.default is None and _is_null_of_nulls(feature.expr)
            yield Computation(
                column.name,
                feature.dtype,
                feature.expr,
                reads,
                when=None if free else self.matched,
                otherwise=feature.default,
            )

    def _name(self, column: str) -> str:
        return f"__{self.selected.label}__{RAW}{column}"


def late_features(selected: Selected, fetched: Sequence[OutputColumn]) -> Late:
    """Return which of a view's ``fetched`` features are computed late: many of few columns, or none."""
    if selected.view.windowed:
        return Late(selected)
    columns = tuple(c for c in fetched if c.selected is selected and _is_computed(c.feature.expr))
    reads = tuple(dict.fromkeys(name for c in columns for name in column_names(c.feature.expr)))
    if not _pays(columns, reads):
        return Late(selected)
    others = (name for feature in selected.view.features for name in column_names(feature.expr))
    return Late(selected, columns, reads, tuple(dict.fromkeys((*reads, *others))))


def _pays(columns: Sequence[OutputColumn], reads: Sequence[str]) -> bool:
    return len(columns) >= FEW and len(columns) > len(reads)


def _is_null_of_nulls(expr: Expr) -> bool:
    """Whether it is NULL where all columns are; False where that is not plain to see."""
    match expr:
        case Column():
            return True
        case Cast(operand):
            return _is_null_of_nulls(operand)
        case Call(function, arguments):
            return not TABLE[function].sees_null and any(map(_is_null_of_nulls, arguments))
    return False


def _is_computed(expr: Expr) -> bool:
    """Raw SQL calls columns by the names that they have in the source, and so stays with its rows."""
    inner = expr.operand if isinstance(expr, Cast) else expr
    return not isinstance(inner, Column) and not has_raw(expr)
