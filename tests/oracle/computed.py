"""Hypothesis strategies: features that are computed from others: of windows beside them, and on demand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.oracle import oracle
from tests.oracle.case import Case
from tests.oracle.nested import exact_features
from tests.oracle.projects import cases
from tests.oracle.rows import keys_of
from tests.oracle.vocabulary import Draw, SourceShape, expressions

Typed = tuple[str, str]
"""The name of an input, and its dtype."""


@st.composite
def computed_cases(draw: Draw) -> Case:
    """Draw a case of windows and latest values that also asks for what is computed from them, where it can.

    Only from values that are exact: one that may differ by 1e-9 can be on either side of a comparison.
    """
    case: Case = draw(cases(windowed=True))
    views = [view for view in case.project["feature_views"] if _is_joined(case, view)]
    if not views:
        return case
    project = {
        **case.project,
        "feature_views": [_with_derived(draw, case, v) for v in case.project["feature_views"]],
    }
    inputs = [(f"{v['name']}__{n}", dtype) for v in views for n, dtype in _inputs(case, v)]
    request = _request(case)
    asked = [*case.features, *_derived_of(project, case)]
    if (features := _made(draw, [*inputs, *request.items()], "computed")) and inputs:
        made: dict[str, Any] = {
            "name": "made",
            "features_from": [v["name"] for v in views],
            "features": features,
        }
        if request:
            made["request"] = request
        project["on_demand_feature_views"] = [made]
        asked.append("made")
    return replace(case, project=project, features=asked)


def _is_joined(case: Case, view: Mapping[str, Any]) -> bool:
    """Has the spine the view's keys, by their own names and types?"""
    declared = {k: t for e in case.project["entities"] for k, t in e["join_keys"].items()}
    return all(case.spine_types.get(key) == declared[key] for key in keys_of(case.project, view))


def _inputs(case: Case, view: Mapping[str, Any]) -> list[Typed]:
    source = next(s for s in case.project["sources"] if s["name"] == view["source"])
    shape = SourceShape(source, case.types[source["name"]], (), ())
    return [(name, dtype) for name, dtype in exact_features(view, shape) if dtype is not None]


def _with_derived(draw: Draw, case: Case, view: Mapping[str, Any]) -> Mapping[str, Any]:
    if "aggregations" not in view or not draw(st.booleans()):
        return view
    made = _made(draw, _inputs(case, view), f"of_{view['name']}")
    return {**view, "features": made} if made else view


def _derived_of(project: Mapping[str, Any], case: Case) -> list[str]:
    """References to the features of windows that the case does not ask for already and can."""
    columns = {w.column for w in oracle.wanted(project, case.features, case.full_feature_names)}
    found = []
    for view in project["feature_views"]:
        if "aggregations" in view and _is_joined(case, view):
            names = [feature["name"] for feature in view.get("features", ())]
            long = {n: f"{view['name']}__{n}" if case.full_feature_names else n for n in names}
            found += [f"{view['name']}:{n}" for n in names if long[n] not in columns]
    return found


def _request(case: Case) -> dict[str, str]:
    """Columns of the spine that are no keys and have a name that an expression can say."""
    keys = {
        k
        for e in case.project["entities"]
        for name in e["join_keys"]
        for k in (name, f"{name}_b", f"{name}_c")
    }
    plain = [
        n
        for n in case.spine_types
        if re.fullmatch("[a-z]+", n) and n not in ("select", case.timestamp_column)
    ]
    return {
        n: case.spine_types[n] for n in plain if n not in keys and case.spine_types[n] in ("int64", "string")
    }


def _made(draw: Draw, inputs: list[Typed], prefix: str) -> list[dict[str, Any]]:
    """Draw up to three features, each of one input or of another of them."""
    found: list[dict[str, Any]] = []
    for i in range(draw(st.sampled_from([1, 2, 3])) if inputs else 0):
        known = [*inputs, *((f["name"], f["dtype"]) for f in found)]
        name, dtype = draw(st.sampled_from(known))
        expr, result = draw(st.sampled_from(expressions(name, dtype)))
        found.append({"name": f"{prefix}_{i}", "dtype": result, "expr": expr})
    return found
