"""Requests and views to plans: the first IR, one node for each thing asked, nothing shared yet."""

from __future__ import annotations

from fcompile.compiler.definitions import FeatureView, Selected
from fcompile.compiler.ir import (
    EventKey,
    Events,
    EventValue,
    Latest,
    Output,
    Pick,
    PointInTimeJoin,
    Spine,
    TrainingSet,
)
from fcompile.compiler.request import Request


def plan_training_set(request: Request, spine: Spine) -> TrainingSet:
    """Return one point-in-time join for each selected view, in the request's order."""
    joins = tuple(_join(selected, request) for selected in request.selected)
    return TrainingSet(spine, joins, tuple(column.name for column in request.columns))


def plan_latest(view: FeatureView) -> Latest:
    return Latest(view, events_of(view), strict=not view.allow_exact_matches)


def events_of(view: FeatureView) -> Events:
    """Return the view's rows as feature values, before any time is asked for."""
    keys = tuple(EventKey(key.name, key.dtype) for key in view.join_keys)
    values = tuple(EventValue(view.name, f.name, f.dtype, f.expr) for f in view.features)
    return Events(view.source, keys, view.filter, values)


def _join(selected: Selected, request: Request) -> PointInTimeJoin:
    view = selected.view
    outputs = tuple(
        Output(column.name, column.feature.name, column.feature.dtype, column.feature.default)
        for column in request.columns
        if column.selected is selected
    )
    return PointInTimeJoin(
        events=events_of(view),
        spine_keys=tuple(selected.spine_key(key.name) for key in view.join_keys),
        strict=not view.allow_exact_matches,
        picks=(Pick(selected.label, view.name, view.ttl, outputs),),
    )
