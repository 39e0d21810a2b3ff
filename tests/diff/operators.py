"""Edits of a project as people make them: each changes one thing, and returns False where there is nothing to change.

What an edit may be called is not said here: the values that the project gives before and after decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

from tests.diff import generated as g
from tests.diff.generated import Project

Operator = Callable[[Random, Project], bool]


def _view(rng: Random, project: Project, *, windowed: bool | None = None) -> dict[str, Any] | None:
    found = [v for v in project["feature_views"] if windowed is None or ("aggregations" in v) == windowed]
    return rng.choice(found) if found else None


def _on_a_view(change: Callable[[Random, dict[str, Any]], bool], windowed: bool | None = None) -> Operator:
    def operator(rng: Random, project: Project) -> bool:
        view = _view(rng, project, windowed=windowed)
        return view is not None and change(rng, view)

    return operator


def _on(kind: str, change: Callable[[Random, dict[str, Any]], bool]) -> Operator:
    def operator(rng: Random, project: Project) -> bool:
        return bool(project[kind]) and change(rng, rng.choice(project[kind]))

    return operator


def _on_ratio(change: Callable[[Random, dict[str, Any]], bool]) -> Operator:
    """The on-demand view that reads request data."""

    def operator(rng: Random, project: Project) -> bool:
        found = next((v for v in project["on_demand_feature_views"] if "request" in v), None)
        return found is not None and change(rng, found)

    return operator


def _set(key: str, values: list[Any]) -> Callable[[Random, dict[str, Any]], bool]:
    """Set a key to another value; None takes it away."""

    def change(rng: Random, made: dict[str, Any]) -> bool:
        value = rng.choice([each for each in values if each != made.get(key)])
        if value is None:
            del made[key]
        else:
            made[key] = value
        return True

    return change


def _of_feature(change: Callable[[Random, dict[str, Any]], bool]) -> Callable[[Random, dict[str, Any]], bool]:
    return lambda rng, view: bool(view.get("features")) and change(rng, rng.choice(view["features"]))


def _of_aggregation(
    change: Callable[[Random, dict[str, Any]], bool],
) -> Callable[[Random, dict[str, Any]], bool]:
    return lambda rng, view: change(rng, rng.choice(view["aggregations"]))


# -- features ---------------------------------------------------------------------------------------


def _new_feature(rng: Random) -> dict[str, Any]:
    return g.plain("added", rng.choice(g.COLUMNS)) if rng.random() < 0.6 else g.computed(rng, "added")


def _append(rng: Random, view: dict[str, Any]) -> bool:
    view["features"].append(_new_feature(rng))
    return True


def _insert(rng: Random, view: dict[str, Any]) -> bool:
    view["features"].insert(0, _new_feature(rng))
    return True


def _reorder(rng: Random, view: dict[str, Any]) -> bool:
    before = list(view.get("features", ()))
    rng.shuffle(view.get("features", []))
    return bool(before != view.get("features", []))


def _drop(rng: Random, owner: dict[str, Any]) -> bool:
    """Of a view or a service."""
    if len(owner["features"]) < 2:
        return False
    owner["features"].pop(rng.randrange(len(owner["features"])))
    return True


def _rename_feature(rng: Random, feature: dict[str, Any]) -> bool:
    if "expr" not in feature:
        feature.setdefault("column", feature["name"])
    feature["name"] = "renamed"
    return True


def _dtype(rng: Random, feature: dict[str, Any]) -> bool:
    others = {
        "int32": ["int64", "float64", "decimal(12,0)", "string"],
        "int64": ["float64", "int32"],
        "float32": ["float64"],
        "float64": ["float32"],
        "decimal(10,2)": ["decimal(12,2)", "decimal(12,4)", "float64", "decimal(38,2)"],
        "list<int32>": ["list<int64>", "list<float64>"],
        "date": ["timestamp", "string"],
        "bool": ["int64", "string"],
        "string": ["json"],
    }.get(feature["dtype"])
    if others is None:
        return False
    feature["dtype"] = rng.choice(others)
    return True


def _widen(rng: Random, feature: dict[str, Any]) -> bool:
    wider = {"int32": "int64", "decimal(10,2)": "decimal(14,2)", "list<int32>": "list<int64>"}
    feature["dtype"] = wider.get(feature["dtype"], feature["dtype"])
    return True


def _expr(rng: Random, feature: dict[str, Any]) -> bool:
    if "expr" not in feature or feature["dtype"] not in g.EXPRS:
        return False
    return _set("expr", g.EXPRS[feature["dtype"]])(rng, feature)


def _column(rng: Random, feature: dict[str, Any]) -> bool:
    if "column" not in feature or feature["column"] not in g.TYPES:
        return False
    feature["column"] = rng.choice(g.COLUMNS)
    feature["dtype"] = g.TYPES[feature["column"]]
    feature.pop("default", None)
    return True


def _default(rng: Random, feature: dict[str, Any]) -> bool:
    values = g.DEFAULTS.get(feature["dtype"])
    if values is None or ("expr" in feature and feature["dtype"] == "bool"):
        return False
    return _set("default", [*values, *([None] if "default" in feature else [])])(rng, feature)


# -- windows ----------------------------------------------------------------------------------------


def _aggregation(rng: Random, view: dict[str, Any]) -> bool:
    made = g.aggregation(rng, "added", rng.randrange(len(g.AGGREGATIONS)))
    view["aggregations"].insert(rng.randrange(len(view["aggregations"]) + 1), made)
    return True


def _function(rng: Random, each: dict[str, Any]) -> bool:
    function, column = rng.choice(g.AGGREGATIONS)
    each["function"] = function
    each.pop("column", None)
    if column is not None:
        each["column"] = column
    return True


def _argument(rng: Random, each: dict[str, Any]) -> bool:
    if "(" not in each["function"]:
        return False
    each["function"] = {"percentile(0.5)": "percentile(0.9)", "last_n(2)": "last_n(3)"}[each["function"]]
    return True


def _windows(rng: Random, each: dict[str, Any]) -> bool:
    each["windows"] = rng.sample([*g.DURATIONS, "lifetime"], rng.randint(1, 3))
    return True


def _same_window(rng: Random, each: dict[str, Any]) -> bool:
    """The same length in other words: the column has another name then."""
    same = {"1h": "60m", "2h": "120m", "1d": "24h"}
    each["windows"] = [same.get(window, window) for window in each["windows"]]
    return True


def _shuffle_aggregations(rng: Random, view: dict[str, Any]) -> bool:
    rng.shuffle(view["aggregations"])
    return True


# -- whole objects ----------------------------------------------------------------------------------


def _new_view(rng: Random, project: Project) -> bool:
    make = rng.choice([g.latest_view, g.window_view])
    project["feature_views"].append(make(rng, "brand_new", rng.choice(project["sources"])))
    return True


def _drop_view(rng: Random, project: Project) -> bool:
    view = _view(rng, project)
    if view is None:
        return False
    project["feature_views"].remove(view)
    for service in project["feature_services"]:
        service["features"] = [m for m in service["features"] if m != view["name"] and view["name"] not in m]
    return True


def _rename_everywhere(value: Any, old: str, new: str) -> Any:
    """Return what was made of YAML with a name changed wherever it is one, also before ``:`` of a reference."""
    if isinstance(value, str):
        return (
            new
            if value == old
            else f"{new}:{value[len(old) + 1 :]}"
            if value.startswith(f"{old}:")
            else value
        )
    if isinstance(value, list):
        return [_rename_everywhere(each, old, new) for each in value]
    if isinstance(value, dict):
        return {_rename_everywhere(k, old, new): _rename_everywhere(v, old, new) for k, v in value.items()}
    return value


def _rename(kind: str) -> Operator:
    def operator(rng: Random, project: Project) -> bool:
        if not project[kind]:
            return False
        old = rng.choice(project[kind])["name"]
        for each, objects in project.items():
            project[each] = _rename_everywhere(objects, old, f"{old}_too")
        return True

    return operator


def _rename_feature_everywhere(rng: Random, project: Project) -> bool:
    """Names of features are like no other word of the project."""
    view = _view(rng, project)
    if view is None or not view.get("features"):
        return False
    name = rng.choice(view["features"])["name"]
    text = re.sub(rf"\b{name}\b", "renamed", yaml.safe_dump(project, sort_keys=False))
    project |= yaml.safe_load(text)
    return True


def _shuffle_objects(rng: Random, project: Project) -> bool:
    for objects in project.values():
        rng.shuffle(objects)
    return True


def _new_test(rng: Random, project: Project) -> bool:
    project["tests"].append(
        {"name": "t", "features": [project["feature_views"][0]["name"]], "spine": [], "expect": []}
    )
    return True


# -- sources, entities ------------------------------------------------------------------------------


def _rows(rng: Random, source: dict[str, Any]) -> bool:
    key = "table" if "table" in source else "query"
    source[key] = source[key].replace("t0", "t9").replace("t1", "t0").replace("t9", "t1")
    return True


def _query(rng: Random, source: dict[str, Any]) -> bool:
    if "query" not in source:
        return False
    source["query"] += rng.choice([" AND qty IS NOT NULL", " -- all of them", "\n", " AND (amount > 0)"])
    return True


def _query_layout(rng: Random, source: dict[str, Any]) -> bool:
    if "query" not in source:
        return False
    source["query"] = source["query"].replace("SELECT", "select").replace(" WHERE", " -- some\n  where")
    return True


def _as_query(rng: Random, source: dict[str, Any]) -> bool:
    if "table" not in source:
        return False
    source["query"] = f"SELECT * FROM {source.pop('table')}"
    return True


def _known(rng: Random, source: dict[str, Any]) -> bool:
    before = source.get("available_at"), source.get("availability_lag")
    source.pop("available_at", None)
    source.pop("availability_lag", None)
    match rng.randrange(4):
        case 0 | 1:
            source["available_at"] = rng.choice(["known", "known2"])
        case 2:
            source["availability_lag"] = rng.choice(g.DURATIONS)
    return before != (source.get("available_at"), source.get("availability_lag"))


def _created(rng: Random, source: dict[str, Any]) -> bool:
    if source.pop("created_timestamp_field", None) is None:
        source["created_timestamp_field"] = "created"
    return True


def _contract(rng: Random, source: dict[str, Any]) -> bool:
    name = rng.choice(list(source["columns"]))
    other = {
        "qty": "int64",
        "amount": "float32",
        "small": "float64",
        "price": "decimal(12,2)",
        "note": "json",
    }
    if name in other and rng.random() < 0.7:
        source["columns"][name] = other[name]
    else:
        del source["columns"][name]
    return True


def _contract_named_like_a_feature(rng: Random, project: Project) -> bool:
    """Expressions that read the feature of that name would read the column."""
    found = [v for v in project["feature_views"] if isinstance(v["source"], str) and v.get("features")]
    if not found:
        return False
    view = rng.choice(found)
    feature = rng.choice(view["features"])
    source = next(each for each in project["sources"] if each["name"] == view["source"])
    source["columns"][feature["name"]] = feature["dtype"]
    return True


def _contract_order(rng: Random, source: dict[str, Any]) -> bool:
    source["columns"] = dict(reversed(source["columns"].items()))
    return True


def _contract_more(rng: Random, source: dict[str, Any]) -> bool:
    source["columns"] |= {"sizes": "list<int32>", "user_id": "int64", "ts": "timestamp"}
    return True


def _join_key(rng: Random, project: Project) -> bool:
    project["entities"][1]["join_keys"] = rng.choice(
        [{"item_id": "int32"}, {"user_id": "int64"}, {"big": "int64"}]
    )
    return True


def _join_key_of_user(rng: Random, project: Project) -> bool:
    """The sources have it under no such name: they get it by a query."""
    project["entities"][0]["join_keys"] = {"customer_id": "int64"}
    for source in project["sources"]:
        at = source.pop("table", None) or ("raw.t0" if "t0" in source.pop("query") else "raw.t1")
        source["query"] = f"SELECT *, user_id AS customer_id FROM {at}"
    return True


# -- services, on-demand views ----------------------------------------------------------------------


def _members(rng: Random, service: dict[str, Any]) -> bool:
    rng.shuffle(service["features"])
    return True


def _take_all(rng: Random, service: dict[str, Any]) -> bool:
    service["features"] = [
        next(iter(m)) if isinstance(m, dict) and len(m) == 1 else m for m in service["features"]
    ]
    return True


def _join_key_map(rng: Random, service: dict[str, Any]) -> bool:
    for member in service["features"]:
        if isinstance(member, dict) and "join_key_map" in member:
            member["join_key_map"] = {"user_id": "more"}
            return True
    return False


def _alias(rng: Random, service: dict[str, Any]) -> bool:
    for member in service["features"]:
        if isinstance(member, dict) and "alias" in member:
            member["alias"] = "another"
            return True
    return False


def _request(rng: Random, view: dict[str, Any]) -> bool:
    view["request"] = rng.choice(
        [
            {"asked": "float64"},
            {"asked": "float64", "unread": "int32"},
            {"unread": "int64", "asked": "float64"},
            {"asked": "float64", "unread": "int64", "more": "int64"},
        ]
    )
    return True


def _ask_more(rng: Random, view: dict[str, Any]) -> bool:
    view["request"]["more"] = "int64"
    view["features"][2]["expr"] = "asked * 2.0 + cast(more as float64)"
    return True


def _inputs(rng: Random, view: dict[str, Any]) -> bool:
    view["features_from"].reverse()
    return True


def _on_demand_expr(rng: Random, view: dict[str, Any]) -> bool:
    view["features"][2]["expr"] = rng.choice(["asked * 3.0", "2.0 * asked", "asked  *  2.0", "(asked * 2.0)"])
    return True


def _on_demand_feature(rng: Random, view: dict[str, Any]) -> bool:
    view["features"].insert(rng.randrange(4), {"name": "added", "dtype": "float64", "expr": "asked + 1"})
    return True


def _input_alias(rng: Random, view: dict[str, Any]) -> bool:
    first = view["features_from"][0]
    if not isinstance(first, str):
        return False
    name, _, feature = first.partition(":")
    view["features_from"][0] = {"view": name, "alias": "mine", "features": [feature]}
    return True


MORE = ["15m", "1h", "3h", "1d"]
CHANGES: dict[str, Operator] = {
    "description": _on_a_view(_set("description", ["What it is.", "x"])),
    "feature description": _on_a_view(_of_feature(_set("description", ["What it is."]))),
    "owner": _on("sources", _set("owner", ["me", "you"])),
    "tags": _on("entities", _set("tags", [{"team": "risk"}, {"team": "other", "pii": "no"}])),
    "allow": _on_a_view(_set("allow", [[{"change": "time", "reason": "The feed is faster."}]])),
    "test": _new_test,
    "order of objects": _shuffle_objects,
    "append feature": _on_a_view(_append, windowed=False),
    "insert feature": _on_a_view(_insert, windowed=False),
    "reorder features": _on_a_view(_reorder),
    "drop feature": _on_a_view(_drop, windowed=False),
    "rename feature": _on_a_view(_of_feature(_rename_feature)),
    "rename feature everywhere": _rename_feature_everywhere,
    "dtype": _on_a_view(_of_feature(_dtype)),
    "widen": _on_a_view(_of_feature(_widen), windowed=False),
    "expr": _on_a_view(_of_feature(_expr)),
    "column": _on_a_view(_of_feature(_column), windowed=False),
    "default": _on_a_view(_of_feature(_default), windowed=False),
    "filter": _on_a_view(_set("filter", g.FILTERS)),
    "ttl": _on_a_view(_set("ttl", MORE), windowed=False),
    "exact": _on_a_view(lambda _, view: _flip(view, "allow_exact_matches")),
    "online": _on_a_view(lambda _, view: _flip(view, "online")),
    "every": _on_a_view(_set("every", ["15m", "30m", "1h", "2h", "7m"]), windowed=True),
    "lookback": _on_a_view(_set("lookback", MORE)),
    "expire": _on_a_view(lambda _, view: "ttl" in view and _flip(view, "expire", default=False)),
    "entities": _on_a_view(_set("entities", [["user"], ["item"], ["user", "item"], ["item", "user"], []])),
    "source of view": _on_a_view(_set("source", ["s0", "s1"])),
    "add aggregation": _on_a_view(_aggregation, windowed=True),
    "function": _on_a_view(_of_aggregation(_function), windowed=True),
    "argument": _on_a_view(_of_aggregation(_argument), windowed=True),
    "windows": _on_a_view(_of_aggregation(_windows), windowed=True),
    "same window": _on_a_view(_of_aggregation(_same_window), windowed=True),
    "aggregation filter": _on_a_view(_of_aggregation(_set("filter", g.FILTERS)), windowed=True),
    "order of aggregations": _on_a_view(_shuffle_aggregations, windowed=True),
    "new view": _new_view,
    "drop view": _drop_view,
    "rename view": _rename("feature_views"),
    "rename source": _rename("sources"),
    "rename entity": _rename("entities"),
    "rename service": _rename("feature_services"),
    "rename on-demand view": _rename("on_demand_feature_views"),
    "other rows": _on("sources", _rows),
    "query": _on("sources", _query),
    "layout of query": _on("sources", _query_layout),
    "table as query": _on("sources", _as_query),
    "known": _on("sources", _known),
    "created": _on("sources", _created),
    "timestamp field": _on("sources", _set("timestamp_field", ["ts2", "ts"])),
    "contract": _on("sources", _contract),
    "order of contract": _on("sources", _contract_order),
    "more of a contract": _on("sources", _contract_more),
    "contract named like a feature": _contract_named_like_a_feature,
    "join key": _join_key,
    "name of join key": _join_key_of_user,
    "order of members": _on("feature_services", _members),
    "all of a view": _on("feature_services", _take_all),
    "drop member": _on("feature_services", _drop),
    "join key map": _on("feature_services", _join_key_map),
    "alias": _on("feature_services", _alias),
    "request data": _on_ratio(_request),
    "more request data": _on_ratio(_ask_more),
    "order of inputs": _on_ratio(_inputs),
    "alias of input": _on_ratio(_input_alias),
    "on-demand expr": _on_ratio(_on_demand_expr),
    "on-demand feature": _on_ratio(_on_demand_feature),
    "horizon": _on("labels", _set("horizon", ["1h", "3h"])),
    "maturity": _on("labels", _set("maturity", ["30m", "1h", "2h"])),
    "label filter": _on("labels", _set("filter", g.FILTERS)),
}


def _flip(view: dict[str, Any], key: str, *, default: bool = True) -> bool:
    view[key] = not view.get(key, default)
    return True
