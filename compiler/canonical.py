"""Definitions as the YAML that defines them, each in one form: what a manifest holds, and what tools write.

Binding what is written gives equal definitions back (``compiler/rebound.py``). Defaults are left out; keys stand
in SPEC's order, and their order has meaning (join keys, columns): it is not to be sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.bind.formulas import known_columns
from fcompile.compiler.canonical_text import formula_text, is_plain
from fcompile.compiler.definitions import (
    Computed,
    Entity,
    Exposure,
    Feature,
    FeatureService,
    FeatureView,
    File,
    Label,
    Member,
    Meta,
    OnDemandView,
    Query,
    Relation,
    Source,
    Table,
    TestCase,
    ViewRows,
    Window,
)
from fcompile.compiler.dtypes import DType, format_duration
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.graph import Definition

Written = dict[str, object]
"""A YAML mapping: plain JSON, but for floats that JSON does not have."""


def written(definition: Definition) -> Written:
    """Return the mapping that defines ``definition``, as an item of the list that ``list_of`` names."""
    return {"name": definition.name, **_meta(definition.meta), **_own(definition)}


def list_of(kind: str, mapping: Mapping[str, object]) -> str:
    """Return the list of a definition file that an object of a node's ``kind`` stands in."""
    if kind == "on_demand_view":
        return "feature_views" if "source" in mapping else "on_demand_feature_views"
    return {"entity": "entities"}.get(kind, f"{kind}s")


def _own(definition: Definition) -> Written:
    match definition:
        case Entity():
            return {"join_keys": {key.name: str(key.dtype) for key in definition.join_keys}}
        case Source():
            return _source(definition)
        case FeatureView():
            return _view(definition)
        case OnDemandView():
            return _query_view(definition) if definition.as_of_query else _on_demand(definition)
        case FeatureService():
            return {"features": [_member(each) for each in definition.members]}
        case Label():
            return _label(definition)
        case TestCase():
            return _case(definition)
        case Exposure(type=type_, reads=reads, url=url):
            return {"type": type_, **_present(url=url), "reads": list(reads)}


def _meta(meta: Meta) -> Written:
    allow = [{"change": each.change.value, "reason": each.reason} for each in meta.allow]
    return _present(description=meta.description, owner=meta.owner, tags=dict(meta.tags), allow=allow)


def _present(**values: object) -> Written:
    """Return what says something: neither nothing nor empty. 0 and false are left to the caller."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _duration(value: timedelta | None) -> str | None:
    return None if value is None else format_duration(value)


def _source(source: Source) -> Written:
    return {
        **_relation(source.relation),
        "timestamp_field": source.timestamp_field,
        **_present(
            created_timestamp_field=source.created_timestamp_field,
            available_at=source.available_at,
            availability_lag=_duration(source.availability_lag or None),
            columns={name: str(dtype) for name, dtype in source.columns},
            static=list(source.static),
        ),
    }


def _relation(relation: Relation) -> Written:
    match relation:
        case Table(parts):
            return {"table": ".".join(parts)}
        case File(path):
            return {"path": path}
        case Query(sql):
            return {"query": sql}
        case ViewRows(view):
            raise ValueError(f"the rows of view `{view.name}` are no source of their own")


def _view(view: FeatureView) -> Written:
    read = {"view": view.source.name} if isinstance(view.source.relation, ViewRows) else view.source.name
    known = known_columns(view.source, view.join_keys).types
    plain = [feature for feature in view.features if feature.window is None]
    windows = [feature for feature in view.features if feature.window is not None]
    return {
        "entities": [entity.name for entity in view.entities],
        "source": read,
        **_present(ttl=_duration(view.ttl), filter=formula_text(view.filter)),
        **({} if view.allow_exact_matches else {"allow_exact_matches": False}),
        **_present(
            aggregations=list(_aggregations(windows, known)),
            every=_duration(view.every),
            features=[_feature(each, known) for each in plain],
        ),
        **({} if view.online else {"online": False}),
        **({"expire": True} if view.expire else {}),
        **_present(lookback=_duration(view.lookback)),
    }


def _feature(feature: Feature, known: Mapping[str, DType | None]) -> Written:
    made: Written = {"name": feature.name, "dtype": str(feature.dtype)}
    column = is_plain(feature.expr, feature.dtype, known)
    if column is None:
        made["expr"] = formula_text(feature.expr)
    elif column != feature.name:
        made["column"] = column
    return {**made, **_default(feature), **_meta(feature.meta)}


def _default(feature: Feature) -> Written:
    return {} if feature.default is None else {"default": feature.default}


def _aggregations(features: Iterable[Feature], known: Mapping[str, DType | None]) -> Iterator[Written]:
    """Yield aggregations in order: neighbours that differ in nothing but their windows are one."""
    last: tuple[Written, list[str]] | None = None
    for feature in features:
        name, _, window = feature.name.rpartition("_")
        assert feature.window is not None  # noqa: S101  the caller's promise
        made = {"name": name, **_window(feature, feature.window, known)}
        if last is not None and last[0] == made:
            last[1].append(window)
            continue
        if last is not None:
            yield _with_windows(*last)
        last = made, [window]
    if last is not None:
        yield _with_windows(*last)


def _with_windows(made: Written, windows: list[str]) -> Written:
    first: Written = {key: made[key] for key in ("name", "function", "column") if key in made}
    return {**first, "windows": windows, **{key: made[key] for key in made if key not in first}}


def _window(feature: Feature, window: Window, known: Mapping[str, DType | None]) -> Written:
    """Return what an aggregation or a label says, but for its name and its length."""
    function = AGGREGATES[window.function]
    column = feature.expr.name if isinstance(feature.expr, Column) else None
    held = known.get(column or "")
    told = function.told or (function.result(held) if held is not None else None)
    return {
        "function": window.function + "".join(f"({_number(each)})" for each in window.arguments),
        **_present(column=column, dtype=None if told == feature.dtype else str(feature.dtype)),
        **_present(filter=formula_text(window.filter)),
        **_default(feature),
        **_meta(feature.meta),
    }


def _number(value: float) -> str:
    """Return the digits, without an exponent: ``3`` and ``0.00001``."""
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def _label(label: Label) -> Written:
    assert label.feature.window is not None  # noqa: S101  all labels have one
    known = known_columns(label.source, label.join_keys).types
    said = _window(label.feature, label.feature.window, known)
    own = {key: value for key, value in said.items() if key not in ("description", "owner", "tags", "allow")}
    first: Written = {key: own.pop(key) for key in ("function", "column") if key in own}
    return {
        "entities": [entity.name for entity in label.entities],
        "source": label.source.name,
        **first,
        "horizon": format_duration(label.horizon),
        **_present(maturity=_duration(label.maturity or None)),
        **own,
    }


def _on_demand(view: OnDemandView) -> Written:
    read = view.members or tuple(each.selected for each in view.inputs)
    return {
        **_present(request={each.name: str(each.dtype) for each in view.request}),
        **_present(features_from=[_input(each) for each in read]),
        "features": [_computed(each) for each in view.features],
    }


def _query_view(view: OnDemandView) -> Written:
    """Return a feature view with ``as_of: query``. Its join keys are those of the view that it reads."""
    read = view.members[0] if view.members else view.inputs[0].selected
    if isinstance(read, Computed):
        raise ValueError(f"`{view.name}` reads a view that is computed itself")
    return {
        "entities": [entity.name for entity in read.view.entities],
        "source": {"view": read.view.name, "as_of": "query"},
        "features": [_computed(each) for each in view.features],
    }


def _computed(feature: Feature) -> Written:
    made = {"name": feature.name, "dtype": str(feature.dtype), "expr": formula_text(feature.expr)}
    return {**made, **_meta(feature.meta)}


def _input(member: Member) -> object:
    """As ``_member``, with ``view:feature`` where it is one feature."""
    bare = not member.alias and not member.join_key_map
    if bare and len(member.features) == 1 and len(member.view.features) > 1:
        return f"{member.view.name}:{member.features[0].name}"
    return _member(member)


def _member(member: Member) -> object:
    """Return the shortest of the forms of a service's ``features``."""
    name = member.view.name
    whole = member.features == member.view.features
    names = [feature.name for feature in member.features]
    if member.alias or member.join_key_map or (name == "view" and not whole):
        keys = dict(member.join_key_map)
        picked = None if whole else names
        return {"view": name, **_present(alias=member.alias, join_key_map=keys, features=picked)}
    return name if whole else {name: names}


def _case(case: TestCase) -> Written:
    given = {source: [_row(row) for row in rows] for source, rows in case.given}
    return {
        "features": list(case.features),
        **_present(given=given),
        "spine": [_row(row) for row in case.spine],
        "expect": [_row(row) for row in case.expect],
    }


def _row(row: tuple[tuple[str, Any], ...]) -> Written:
    return dict(row)
