"""What is asked about windows: the features of a view, or a label, for one key at one time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fcompile.compiler.definitions import Feature, FeatureView, JoinKey, Label, Window
from fcompile.compiler.expressions.nodes import Column, Expr
from fcompile.compiler.ir import WindowRows
from fcompile.compiler.plan import rows_of, rows_of_label
from fcompile.runtime.why.bounds import Bounds, forward, trailing


@dataclass(frozen=True, slots=True)
class Question:
    """Windows over one source's rows. ``rows`` are those of the whole view or label."""

    name: str
    join_keys: tuple[JoinKey, ...]
    rows: WindowRows
    features: tuple[Feature, ...]
    bounds: Bounds

    @property
    def lengths(self) -> tuple[timedelta | None, ...]:
        """The windows' lengths, each once, shortest first; a lifetime is the longest."""
        found = dict.fromkeys(window_of(f).length for f in self.features)
        return tuple(sorted(found, key=lambda length: length or timedelta.max))

    @property
    def filters(self) -> tuple[Expr, ...]:
        """The aggregations' own filters, each once."""
        filters = (window_of(f).filter for f in self.features)
        return tuple(dict.fromkeys(each for each in filters if each is not None))

    @property
    def inputs(self) -> tuple[Feature, ...]:
        """A feature for each value that is aggregated; several features of one input are one."""
        return tuple({input_of(f): f for f in reversed(self.features)}.values())[::-1]

    def input_names(self) -> tuple[str, ...]:
        """Return the columns that are aggregated; "" where rows are counted. Two of one column say their types."""
        columns = [_column(f) for f in self.inputs]
        return tuple(
            f"{name} as {window_of(f).input}" if name and columns.count(name) > 1 else name
            for name, f in zip(columns, self.inputs, strict=True)
        )

    def input_place(self, feature: Feature) -> int:
        return [input_of(f) for f in self.inputs].index(input_of(feature))


def of_view(view: FeatureView, features: Sequence[Feature], at: datetime) -> Question:
    rows = rows_of(view)
    assert isinstance(rows, WindowRows)  # noqa: S101  the caller asks of windows only
    bounds = trailing(at, not view.allow_exact_matches, view.every)
    return Question(view.name, view.join_keys, rows, tuple(features), bounds)


def of_label(label: Label, at: datetime, as_of: datetime) -> Question:
    bounds = forward(at, label.horizon, as_of)
    return Question(label.name, label.join_keys, rows_of_label(label), (label.feature,), bounds)


def window_of(feature: Feature) -> Window:
    if feature.window is None:
        raise ValueError(f"`{feature.name}` is no window")
    return feature.window


def input_of(feature: Feature) -> tuple[object, ...]:
    """Return what tells one aggregated value from another."""
    return feature.expr, window_of(feature).input


def call_of(feature: Feature) -> str:
    """Return the aggregation as people write it: "sum(amount)", "percentile(0.9) of amount", "count of rows"."""
    window, column = window_of(feature), _column(feature)
    if window.arguments:
        return f"{window.function}({window.arguments[0]:g}) of {column}"
    return f"{window.function}({column})" if column else f"{window.function} of rows"


def _column(feature: Feature) -> str:
    return feature.expr.name if isinstance(feature.expr, Column) else ""
