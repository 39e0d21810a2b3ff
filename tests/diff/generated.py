"""Random small projects as plain mappings, which operators edit and YAML is made of.

Both tables have the same columns, so that a source may come to read the other one.
"""

from __future__ import annotations

from random import Random
from typing import Any

Project = dict[str, list[dict[str, Any]]]

TYPES = {
    "user_id": "int64",
    "item_id": "int64",
    "ts": "timestamp",
    "ts2": "timestamp",
    "created": "timestamp",
    "known": "timestamp",
    "known2": "timestamp",
    "amount": "float64",
    "small": "float32",
    "qty": "int32",
    "big": "int64",
    "price": "decimal(10,2)",
    "note": "string",
    "flag": "bool",
    "day": "date",
    "sizes": "list<int32>",
}
"""What the tables hold."""

COLUMNS = ["amount", "small", "qty", "big", "price", "note", "flag", "day", "sizes"]
FILTERS = ["amount > 1", "note is not null", "qty in (1, 2)", "flag or amount < 3", "note = 'a' or qty >= 2"]
EXPRS = {
    "float64": [
        "amount + 1",
        "coalesce(amount, 0.0) * 2.0",
        "case when qty > 1 then amount else 0.5 end",
        "amount / 2",
    ],
    "int64": ["qty + 1", "qty * 2 + coalesce(big, 0)", "length(note)", "cast(qty as int64)"],
    "string": ["upper(note)", "concat(note, 'x')", "cast(qty as string)", "coalesce(note, '-')"],
    "bool": ["qty > 1", "note = 'a'", "not flag", "amount is null"],
}
DEFAULTS: dict[str, list[Any]] = {
    "float64": [0.0, -1.5],
    "int64": [0, 7],
    "string": ["none", ""],
    "bool": [False, True],
    "int32": [0, 3],
}
DURATIONS = ["15m", "30m", "1h", "90m", "2h", "6h", "1d"]
AGGREGATIONS = [
    ("sum", "amount"),
    ("sum", "qty"),
    ("count", None),
    ("count", "note"),
    ("avg", "qty"),
    ("min", "big"),
    ("max", "amount"),
    ("last", "note"),
    ("first", "qty"),
    ("last_n(2)", "qty"),
    ("count_distinct", "note"),
    ("percentile(0.5)", "amount"),
]
CONTRACTED = ["amount", "small", "qty", "big", "price", "note", "flag", "day"]


def project(rng: Random) -> Project:
    """Return a sound project: two entities, two or three sources, views of each kind, services, a label, a test."""
    sources = [source(rng, f"s{number}", number % 2) for number in range(rng.choice([2, 3]))]
    latest = [latest_view(rng, f"latest{number}", rng.choice(sources)) for number in range(2)]
    windows = [window_view(rng, f"spend{number}", rng.choice(sources)) for number in range(2)]
    made: Project = {
        "entities": [
            {"name": "user", "join_keys": {"user_id": "int64"}},
            {"name": "item", "join_keys": {"item_id": "int64"}},
        ],
        "sources": sources,
        "feature_views": [*latest, *windows],
        "on_demand_feature_views": [],
        "feature_services": [],
        "labels": [label(rng, rng.choice(sources))],
        "tests": [],
    }
    if rng.random() < 0.6:
        made["feature_views"].append(nested_view(rng, "nested", rng.choice([latest[0], windows[0]])))
    made["on_demand_feature_views"] = [on_demand(rng, "ratio", latest[1], windows[1])]
    if rng.random() < 0.3:
        twice = {"name": "twice_a", "dtype": "float64", "expr": "ratio_a * 2.0"}
        made["on_demand_feature_views"].append(
            {"name": "twice", "features_from": ["ratio:ratio_a"], "features": [twice]}
        )
    made["feature_services"] = services(rng, made)
    return made


def source(rng: Random, name: str, table: int) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "timestamp_field": "ts"}
    if rng.random() < 0.3:
        made["query"] = f"SELECT * FROM raw.t{table} WHERE user_id IS NOT NULL"
    else:
        made["table"] = f"raw.t{table}"
    match rng.randrange(4):
        case 0:
            made["available_at"] = "known"
        case 1:
            made["availability_lag"] = rng.choice(DURATIONS[:4])
    if rng.random() < 0.5:
        made["created_timestamp_field"] = "created"
    # Views of windows and expressions read types from it.
    made["columns"] = {column: TYPES[column] for column in CONTRACTED}
    return made


def plain(name: str, column: str, dtype: str = "") -> dict[str, Any]:
    return {"name": name, "dtype": dtype or TYPES[column], "column": column}


def computed(rng: Random, name: str) -> dict[str, Any]:
    dtype = rng.choice(list(EXPRS))
    return {"name": name, "dtype": dtype, "expr": rng.choice(EXPRS[dtype])}


def latest_view(rng: Random, name: str, of: dict[str, Any]) -> dict[str, Any]:
    columns = rng.sample(COLUMNS, rng.randint(2, 3))
    features = [plain(f"{name}_{column}", column) for column in columns]
    features.insert(rng.randrange(len(features)), computed(rng, f"{name}_made"))
    if rng.random() < 0.4:
        read = rng.choice(features)["name"]
        features.append({"name": f"{name}_lacks", "dtype": "bool", "expr": f"{read} is null"})
    for feature in features:
        if feature["dtype"] in DEFAULTS and rng.random() < 0.3:
            feature["default"] = rng.choice(DEFAULTS[feature["dtype"]])
    view = {"name": name, "entities": _entities(rng), "source": of["name"], "features": features}
    return view | _options(rng, {"ttl": rng.choice(DURATIONS)})


def window_view(rng: Random, name: str, of: dict[str, Any]) -> dict[str, Any]:
    chosen = rng.sample(range(len(AGGREGATIONS)), 2)
    aggregations = [aggregation(rng, f"{name}_a{n}", which) for n, which in enumerate(chosen)]
    view: dict[str, Any] = {"name": name, "entities": _entities(rng), "source": of["name"]}
    view["aggregations"] = aggregations
    window = f"{name}_n_{rng.choice(DURATIONS[2:5])}"
    aggregations.append({"name": f"{name}_n", "function": "count", "windows": [window.rpartition("_")[2]]})
    view["features"] = [{"name": f"{name}_busy", "dtype": "bool", "expr": f'"{window}" > 1'}]
    return view | _options(rng, {"every": rng.choice(["15m", "30m", "1h"])})


def aggregation(rng: Random, name: str, which: int) -> dict[str, Any]:
    function, column = AGGREGATIONS[which]
    made: dict[str, Any] = {"name": name, "function": function}
    if column is not None:
        made["column"] = column
    made["windows"] = rng.sample([*DURATIONS, "lifetime"], rng.randint(1, 2))
    if rng.random() < 0.3:
        made["filter"] = rng.choice(FILTERS)
    return made


def nested_view(rng: Random, name: str, inner: dict[str, Any]) -> dict[str, Any]:
    """A view of the rows of another one, by the same entities."""
    view: dict[str, Any] = {
        "name": name,
        "entities": list(inner["entities"]),
        "source": {"view": inner["name"]},
    }
    inner.pop("allow_exact_matches", None)
    if "aggregations" in inner:
        each = inner["aggregations"][-1]
        read, dtype = f"{each['name']}_{each['windows'][0]}", "int64"
    else:
        read, dtype = inner["features"][0]["name"], inner["features"][0]["dtype"]
    if rng.random() < 0.5:
        view["features"] = [{"name": f"{name}_x", "dtype": dtype, "column": read}]
    else:
        function = "count" if "list" in dtype else "last"
        view["aggregations"] = [
            {"name": f"{name}_k", "function": "count", "column": read, "windows": ["2h"]},
            {"name": f"{name}_l", "function": function, "column": read, "windows": ["1d"]},
        ]
    return view


def on_demand(rng: Random, name: str, latest: dict[str, Any], windows: dict[str, Any]) -> dict[str, Any]:
    each = windows["aggregations"][-1]
    window = f"{each['name']}_{each['windows'][0]}"
    feature = latest["features"][0]["name"]
    return {
        "name": name,
        "request": {"asked": "float64", "unread": "int64"},
        "features_from": [f"{windows['name']}:{window}", f"{latest['name']}:{feature}"],
        "features": [
            {"name": f"{name}_a", "dtype": "float64", "expr": f'asked + cast("{window}" as float64)'},
            {"name": f"{name}_b", "dtype": "bool", "expr": f"{feature} is null"},
            {"name": f"{name}_c", "dtype": "float64", "expr": "asked * 2.0"},
        ],
    }


def services(rng: Random, made: Project) -> list[dict[str, Any]]:
    views = made["feature_views"]
    wide = [view["name"] for view in views]
    picked = rng.choice([view for view in views if "aggregations" not in view])
    names = [feature["name"] for feature in picked["features"]]
    aliased = next((view for view in views[:2] if view["entities"] == ["user"]), None)
    members: list[Any] = [{picked["name"]: rng.sample(names, rng.randint(1, len(names)))}, "ratio"]
    if aliased is not None and aliased is not picked:
        members.append({"view": aliased["name"], "alias": "other", "join_key_map": {"user_id": "item_id"}})
    return [{"name": "all_of_it", "features": [*wide, "ratio"]}, {"name": "some", "features": members}]


def label(rng: Random, of: dict[str, Any]) -> dict[str, Any]:
    made = {"name": "later", "entities": ["user"], "source": of["name"], "function": "count", "horizon": "2h"}
    if rng.random() < 0.5:
        made["maturity"] = "1h"
    return made


def _entities(rng: Random) -> list[str]:
    return rng.choice([["user"], ["user"], ["item"], ["user", "item"]])


def _options(rng: Random, more: dict[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if rng.random() < 0.4:
        options["filter"] = rng.choice(FILTERS)
    if rng.random() < 0.3:
        options["allow_exact_matches"] = False
    if rng.random() < 0.5:
        options |= more
    return options
