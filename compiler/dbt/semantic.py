"""Semantic models: their entities, their time, and their measures as trailing windows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.dbt.imported import Asked, Imported, Item, Time, contract
from fcompile.compiler.dbt.manifest import DbtManifest, Relation, SemanticModel, mapping
from fcompile.compiler.dbt.names import is_column, name_of
from fcompile.compiler.dtypes import parse_dtype

TYPED = "set its `data_type`, or name a --catalog"
_KEYS = ("primary", "unique", "foreign")
_FUNCTIONS = {"sum": "sum", "average": "avg", "min": "min", "max": "max", "count_distinct": "count_distinct"}
_BUCKETS = {
    **dict.fromkeys(("nanosecond", "microsecond", "millisecond", "second"), ""),
    "minute": "1m",
    "hour": "1h",
    "day": "1d",
    "week": "7d",
    "month": "31d",
    "quarter": "92d",
    "year": "366d",
}
"""How long after its begin a bucket is over at the latest."""


def times_of(manifest: DbtManifest) -> dict[str, Time]:
    """Return each relation's event time as semantic models say it; of several, the first by name."""
    found: dict[str, Time] = {}
    for model in manifest.semantic_models:
        time = _time(model, model.time)
        if time is not None and model.model:
            found.setdefault(model.model, time)
    return found


def _time(model: SemanticModel, name: str) -> Time | None:
    for dimension in model.dimensions:
        if dimension.get("name") == name and dimension.get("type") == "time":
            granularity = mapping(dimension.get("type_params")).get("time_granularity")
            return Time(_expr(dimension), _BUCKETS.get(str(granularity or "day").lower(), "366d"))
    return None


def _expr(part: Mapping[str, Any]) -> str:
    return str(part.get("expr") or part.get("name") or "")


def add_semantic_models(
    manifest: DbtManifest,
    relations: Mapping[str, Relation],
    sources: Mapping[str, Item],
    asked: Asked,
    found: Imported,
) -> None:
    """Add the entities, and a view for each foreign entity of a model with measures."""
    read = [each for each in manifest.semantic_models if each.model in relations]
    columns = _key_columns(read)
    entities = _Entities(columns, manifest.adapter, relations, found)
    for model in read:
        title = f"semantic model {model.name}"
        source = sources.get(model.model)
        if source is None:
            found.leave_out(title, "what it reads is left out")
            continue
        keys = {str(e.get("name")): _expr(e) for e in model.entities if e.get("type") in _KEYS}
        for name in keys:
            entities.add(name, model)
        _say_rest(model, title, found)
        if model.measures:
            _add_views(model, title, relations[model.model], source, manifest.adapter, asked, entities, found)
    found.entities.extend(entities.made.values())


def _key_columns(models: list[SemanticModel]) -> dict[str, str]:
    """Return each entity's join key: the column that most models call it, the first by name of several."""
    uses: dict[str, Counter[str]] = {}
    for model in models:
        for entity in model.entities:
            if entity.get("type") in _KEYS:
                uses.setdefault(str(entity.get("name")), Counter())[_expr(entity)] += 1
    return {name: min(counts, key=lambda column: (-counts[column], column)) for name, counts in uses.items()}


class _Entities:
    """Entities as they are asked for, each once; what cannot be one is said once."""

    def __init__(
        self, columns: Mapping[str, str], adapter: str, relations: Mapping[str, Relation], found: Imported
    ) -> None:
        self.columns, self.adapter, self.relations, self.found = columns, adapter, relations, found
        self.made: dict[str, Item] = {}
        self.refused: set[str] = set()

    def add(self, name: str, model: SemanticModel) -> None:
        column = self.columns[name]
        own = next((_expr(e) for e in model.entities if e.get("name") == name), "")
        dtype = contract(self.relations[model.model], self.adapter).get(column) if own == column else None
        if name in self.made or dtype is None:
            return
        called = name_of(name)
        if called is None or not is_column(column):
            return
        entity = next(e for e in model.entities if e.get("name") == name)
        description = str(entity.get("description") or "")
        self.made[name] = {
            "name": called,
            **({"description": description} if description else {}),
            "join_keys": {column: dtype},
        }

    def why_not(self, name: str, column: str) -> str:
        """Return why a view cannot be of this entity by this column; "" where it can."""
        if not is_column(column):
            return f"entity `{name}` is `{column}` here, and no column: compute it in the model"
        if column != self.columns[name]:
            return f"entity `{name}` is `{column}` here and `{self.columns[name]}` elsewhere: rename the column in dbt"
        if name not in self.made:
            return f"the type of `{column}`, the key of entity `{name}`, is not known: {TYPED}"
        return ""


def _say_rest(model: SemanticModel, title: str, found: Imported) -> None:
    plain = [str(each.get("name")) for each in model.dimensions if each.get("type") != "time"]
    natural = [str(each.get("name")) for each in model.entities if each.get("type") not in _KEYS]
    if plain:
        what = f"dimension{'s' if len(plain) > 1 else ''} {', '.join(plain)} of {title}"
        found.leave_out(what, "a row that dbt rewrites does not say what it held before")
    for name in natural:
        found.leave_out(f"entity {name} of {title}", "keys with times of validity have no counterpart")


def _add_views(
    model: SemanticModel,
    title: str,
    relation: Relation,
    source: Item,
    adapter: str,
    asked: Asked,
    entities: _Entities,
    found: Imported,
) -> None:
    """Add a view for each foreign entity, with all measures; of a model without one, for its other entities."""
    time = _time(model, model.time)
    if time is None or time.column != source["timestamp_field"]:
        found.leave_out(title, f"its rows count by another time than those of source `{source['name']}`")
        return
    measures = list(
        _aggregations(model, title, contract(relation, adapter), "columns" in source, asked, found)
    )
    foreign = [each for each in model.entities if each.get("type") == "foreign"]
    keys = foreign or [each for each in model.entities if each.get("type") in _KEYS]
    for entity in keys if measures else ():
        name = str(entity.get("name"))
        called, why = name_of(f"{model.name}_by_{name}"), entities.why_not(name, _expr(entity))
        if why or called is None:
            found.leave_out(f"{title} by {name}", why or "its name is too long")
            continue
        found.feature_views.append(
            {
                "name": called,
                **({"description": model.description} if model.description else {}),
                "entities": [entities.made[name]["name"]],
                "source": source["name"],
                "aggregations": measures,
            }
        )


def _aggregations(
    model: SemanticModel,
    title: str,
    types: Mapping[str, str],
    contracted: bool,
    asked: Asked,
    found: Imported,
) -> Iterator[Item]:
    for measure in model.measures:
        what = f"measure {measure.get('name')} of {title}"
        name = name_of(str(measure.get("name")))
        function, why = _function(measure, model)
        column = _column(measure)
        if not why and name is None:
            why = "its name cannot be a feature's"
        if not why and column and column not in types:
            why = f"the type of `{column}` is not known: {TYPED}"
        if why:
            found.leave_out(what, why)
            continue
        described = str(measure.get("description") or "")
        yield {
            "name": name,
            "function": function,
            **({"column": column} if column and measure.get("agg") != "sum_boolean" else {}),
            "windows": list(asked.windows),
            **({"filter": column} if measure.get("agg") == "sum_boolean" else {}),
            **({} if contracted else _result(function, types.get(column, ""))),
            **({"description": described} if described else {}),
        }


def _result(function: str, column: str) -> Item:
    """Return the dtype that an aggregation gives, where no contract tells it."""
    aggregate = AGGREGATES[function.partition("(")[0]]
    if aggregate.counts or not column:
        return {}
    return {"dtype": str(aggregate.result(parse_dtype(column)))}


def _column(measure: Mapping[str, Any]) -> str:
    """Return the column that is aggregated; "" where rows are counted."""
    expr = _expr(measure)
    return "" if expr == "1" else expr


def _function(measure: Mapping[str, Any], model: SemanticModel) -> tuple[str, str]:
    """Return the function, and why there is none."""
    agg, expr = str(measure.get("agg")), _expr(measure)
    parameters = mapping(measure.get("agg_params"))
    if measure.get("non_additive_dimension"):
        return "", "it is not additive in time"
    if (measure.get("agg_time_dimension") or model.time) != model.time:
        return "", f"it counts by another time, `{measure.get('agg_time_dimension')}`"
    if expr == "1" and agg in ("sum", "count"):
        return "count", ""
    if not is_column(expr):
        return "", f"its expression `{expr}` is SQL: compute it as a column of the model"
    if agg in ("count", "sum_boolean"):
        return "count", ""
    if agg == "median":
        return "percentile(0.5)", ""
    if agg == "percentile":
        share = parameters.get("percentile")
        if (
            parameters.get("use_discrete_percentile")
            or not isinstance(share, int | float)
            or not 0 <= share <= 1
        ):
            return "", "a percentile that is one of the values has no counterpart"
        return f"percentile({share})", ""
    return _FUNCTIONS.get(agg, ""), "" if agg in _FUNCTIONS else f"there is no function for `{agg}`"
