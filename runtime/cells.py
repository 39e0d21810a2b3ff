"""Cells of two answers compared in DuckDB's SQL: what is the same value (SPEC 4), and how far numbers are apart."""

from __future__ import annotations

from fcompile.compiler.definitions import Feature, FeatureView, OnDemandView, Query
from fcompile.compiler.dtypes import DType
from fcompile.compiler.nested import base_of, views_below

RELATIVE = 1e-9
"""How far two sums or means of float64 over the same rows may be apart."""
_RELATIVE_FLOAT32 = 1e-6
"""The same, of what is then rounded to float32: one step of it."""
_FLOATS = {"float32": _RELATIVE_FLOAT32, "float64": RELATIVE}
_SUMS = ("sum", "avg", "stddev_samp", "var_samp")
_NUMBERS = ("int32", "int64", "float32", "float64", "decimal")


def is_summed(view: FeatureView | OnDemandView, feature: Feature) -> bool:
    """Whether the order in which floats are added may show in the feature's last digits.

    So it may in sums and means of windows and in what is computed of windows, and where a query may sum.
    """
    if feature.dtype.kind not in _FLOATS:
        return False
    if isinstance(view, OnDemandView):
        return any(_sums(each.selected.view, each.feature) for each in view.reads(feature))
    return _sums(view, feature)


def _sums(view: FeatureView, feature: Feature) -> bool:
    if isinstance(base_of(view.source).relation, Query) or any(v.windowed for v in views_below(view.source)):
        return True
    window = feature.window
    return view.windowed and (window is None or window.function in _SUMS)


def same_of_types(before: str, after: str, old: DType, new: DType, *, summed: bool) -> str:
    """As ``same``, of cells of two dtypes: numbers are compared as numbers, else what differs in kind as text."""
    if old == new or {old.kind, new.kind} <= set(_NUMBERS):
        return same(before, after, new, summed=summed and old == new)
    return f"(CAST({before} AS VARCHAR) IS NOT DISTINCT FROM CAST({after} AS VARCHAR))"


def same(before: str, after: str, dtype: DType, *, summed: bool) -> str:
    """Return the condition that two cells are the same: NULL is NULL, NaN is NaN, -0.0 is 0.0.

    ``summed``: floats may be apart by 1e-9 relatively (float32: by a step), where both are finite.
    """
    equal = f"{before} IS NOT DISTINCT FROM {after}"
    if not summed or dtype.kind not in _FLOATS:
        return f"({equal})"
    apart = f"abs({before} - {after}) <= {_FLOATS[dtype.kind]} * greatest(abs({before}), abs({after}))"
    near = f"CASE WHEN isfinite({before}) AND isfinite({after}) THEN {apart} ELSE FALSE END"
    return f"({equal} OR coalesce({near}, FALSE))"


def difference(before: str, after: str, old: DType, new: DType) -> str | None:
    """Return the absolute difference of two numbers, NULL where one is NULL or not finite; None for other types."""
    if old.kind not in _NUMBERS or new.kind not in _NUMBERS:
        return None
    a, b = f"CAST({before} AS DOUBLE)", f"CAST({after} AS DOUBLE)"
    return f"CASE WHEN isfinite({a}) AND isfinite({b}) THEN abs({a} - {b}) END"
