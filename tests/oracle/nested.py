"""The rows of a view as what another view is drawn over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.oracle import windows
from tests.oracle.aggregations import result_of
from tests.oracle.functions import parsed
from tests.oracle.vocabulary import SourceShape

EXACT = ("count", "count_distinct", "min", "max", "first", "last", "sum")


def has_rows(view: Mapping[str, Any]) -> bool:
    return "aggregations" in view or view.get("allow_exact_matches", True) is True


def shape_of(
    view: Mapping[str, Any], entities: Sequence[Mapping[str, Any]], source: SourceShape
) -> SourceShape:
    """Return the rows of ``view``, which reads ``source``.

    Only with columns that are exact: what is computed from an approximate one may differ by more than it does.
    """
    types = {k: t for e in entities if e["name"] in view["entities"] for k, t in e["join_keys"].items()}
    keys = set(types)
    types |= {name: dtype for name, dtype in exact_features(view, source) if dtype is not None}
    time = source.definition["timestamp_field"]
    if time.lower() not in {name.lower() for name in types}:
        types[time] = "timestamp"
    definition = {"name": view["name"], "timestamp_field": time, "columns": types}
    return SourceShape(definition, types, source.moments, [name for name in types if name not in keys])


def exact_features(view: Mapping[str, Any], source: SourceShape) -> list[tuple[str, str | None]]:
    """Return a view's features, without those computed from windows: name and dtype, None of an approximate one."""
    if "aggregations" not in view:
        return [(feature["name"], feature["dtype"]) for feature in view["features"]]
    return [(feature["name"], _exact_type(feature, source)) for feature in windows.features_of(view)]


def _exact_type(feature: Mapping[str, Any], source: SourceShape) -> str | None:
    """Return the dtype of a window; None of one that is approximate, or a list."""
    function, _ = parsed(feature["function"])
    held = source.types[feature["column"]].removesuffix("_utc") if "column" in feature else "bool"
    dtype: str = feature.get("dtype") or result_of(feature["function"], held)
    floating = function == "sum" and (held.startswith("float") or dtype.startswith("float"))
    return dtype if function in EXACT and not floating else None
