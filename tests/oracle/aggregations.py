"""Hypothesis strategies: views of trailing windows, and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.oracle.functions import COUNTS, LISTS, parsed
from tests.oracle.vocabulary import DURATIONS, Draw, SourceShape, condition

OF_ANYTHING = [
    *("min", "max", "first", "last", "count", "count_distinct", "approx_count_distinct"),
    *("last_n(2)", "last_n(3)", "last_distinct_n(1)", "last_distinct_n(2)", "top_k(1)", "top_k(2)"),
]
OF_NUMBERS = [
    *("sum", "sum", "sum", "avg", "avg", *["stddev_samp", "var_samp"] * 2),
    *("percentile(0)", "percentile(0.25)", "percentile(0.5)", "percentile(0.9)", "percentile(1)"),
]
TOLD = (*COUNTS, "avg", "stddev_samp", "var_samp", "percentile")
"""Functions whose result has one dtype, whatever they are over."""
NUMBERS = ("int32", "int64", "float32", "float64", "decimal(12,2)")
DEFAULTS = {"int64": 7, "float64": 0.5, "string": "none", "bool": False, "int32": -7}
NAMES = ["n", "total", "v", "select", "x_", "lifetime", "of"]


def windowed(draw: Draw, shape: SourceShape, lengths: Sequence[str], grid: str | None) -> dict[str, Any]:
    """Draw what makes a view one of windows: 1 to 3 aggregations over 1 to 3 windows each, and ``every``."""
    names = draw(st.permutations(NAMES))
    found = [
        _aggregation(draw, shape, name, lengths) for name in names[: draw(st.sampled_from([1, 2, 2, 3]))]
    ]
    every = {"every": grid} if grid and draw(st.booleans()) else {}
    return {"aggregations": found, **every}


def _aggregation(draw: Draw, shape: SourceShape, name: str, lengths: Sequence[str]) -> dict[str, Any]:
    choices = [*lengths, *lengths, "7d", "lifetime"]
    windows = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=3, unique=True))
    return {"name": name, **_function(draw, shape, may_default=True), "windows": windows}


def _function(draw: Draw, shape: SourceShape, *, may_default: bool) -> dict[str, Any]:
    """Draw a function over a column that fits it: keys and times too, and `count` of rows."""
    column = draw(st.sampled_from([*[*shape.value_columns] * 3, *shape.types]))
    held = shape.types[column].removesuffix("_utc")
    function = draw(st.sampled_from(_functions_of(held, known="columns" in shape.definition)))
    found: dict[str, Any] = {"function": function}
    if function != "count" or draw(st.booleans()):
        found["column"] = column
    dtype = result_of(function, held)
    told = "columns" in shape.definition or parsed(function)[0] in TOLD
    if not told or draw(st.sampled_from([False, False, True])):
        found["dtype"] = dtype
    if draw(st.sampled_from([False, False, False, True])):
        found["filter"] = condition(draw, shape)
    if may_default and parsed(function)[0] not in COUNTS and dtype in DEFAULTS and draw(st.booleans()):
        found["default"] = DEFAULTS[dtype]
    return found


def _functions_of(held: str, known: bool) -> list[str]:
    """A decimal that no contract tells of may only be added: avg and the like would read it as float64 (FC403)."""
    if held.startswith("decimal") and not known:
        return ["sum", *OF_ANYTHING]
    return [*OF_NUMBERS * 2, *OF_ANYTHING] if held in NUMBERS else OF_ANYTHING


def result_of(function: str, held: str) -> str:
    """Return the dtype of ``function`` over a column of dtype ``held``."""
    name, _ = parsed(function)
    if name in COUNTS:
        return "int64"
    if name in LISTS:
        return f"list<{held}>"
    if name == "sum":
        sums = {"int32": "int64", "float32": "float64", "decimal(12,2)": "decimal(38,2)"}
        return sums.get(held, held)
    return held if name in ("min", "max", "first", "last") else "float64"


def labels(
    draw: Draw, entities: Sequence[Mapping[str, Any]], shapes: Sequence[SourceShape], lengths: Sequence[str]
) -> list[dict[str, Any]]:
    """Draw up to two labels."""
    return [_label(draw, i, entities, shapes, lengths) for i in range(draw(st.sampled_from([1, 2, 0])))]


def _label(
    draw: Draw,
    i: int,
    entities: Sequence[Mapping[str, Any]],
    shapes: Sequence[SourceShape],
    lengths: Sequence[str],
) -> dict[str, Any]:
    shape = draw(st.sampled_from(shapes))
    entity = draw(st.sampled_from(entities))["name"]
    label: dict[str, Any] = {"name": f"label_{i}", "entities": [entity], "source": shape.definition["name"]}
    label |= _function(draw, shape, may_default=False)
    label["horizon"] = draw(st.sampled_from(lengths))
    if draw(st.booleans()):
        label["maturity"] = draw(st.sampled_from(["0s", *DURATIONS]))
    return label


def twin(draw: Draw, view: Mapping[str, Any], shape: SourceShape, name: str) -> dict[str, Any]:
    """Return a view of the same windows on the same source and key that sees other rows of it."""
    found = {**view, "name": name}
    if draw(st.booleans()):
        return {**found, "allow_exact_matches": not view.get("allow_exact_matches", True)}
    return {**found, "filter": condition(draw, shape)}
