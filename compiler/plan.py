"""Requests and views to plans: the first IR, one node for each thing asked, nothing shared yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from fcompile.compiler.definitions import Feature, FeatureView, JoinKey, Label, Selected, Source, Window
from fcompile.compiler.ir import (
    EventKey,
    Events,
    EventValue,
    Input,
    Latest,
    Output,
    Pick,
    PointInTimeJoin,
    Rows,
    Spine,
    TrainingSet,
    WindowJoin,
    WindowOutput,
    WindowRows,
    WindowTable,
)
from fcompile.compiler.request import Request
from fcompile.compiler.tuning import UNTUNED, Tuning


def plan_training_set(
    request: Request, spine: Spine, labels: Sequence[Label] = (), tuning: Tuning = UNTUNED
) -> TrainingSet:
    """Return one join for each selected view and label, in the request's order; labels' columns come last."""
    latest = tuple(_join(s, request) for s in request.selected if not s.view.windowed)
    windows = tuple(_window_join(s, request, tuning) for s in request.selected if s.view.windowed)
    columns = (*(column.name for column in request.columns), *(label.name for label in labels))
    return TrainingSet(spine, latest, columns, (*windows, *(_label_join(each, tuning) for each in labels)))


def plan_latest(view: FeatureView) -> Latest:
    return Latest(view, events_of(view), strict=not view.allow_exact_matches)


def events_of(view: FeatureView) -> Events:
    """Return the view's rows as feature values, before any time is asked for."""
    keys = tuple(EventKey(key.name, key.dtype) for key in view.join_keys)
    values = tuple(EventValue(view.name, f.name, f.dtype, f.expr) for f in view.features)
    return Events(view.source, keys, view.filter, values)


def plan_window_table(view: FeatureView) -> WindowTable:
    outputs = _counting_typed(_window_output(f.name, f) for f in view.features)
    rows = _window_rows(view.source, view.join_keys, view, outputs)
    return WindowTable(view, rows, not view.allow_exact_matches, view.every, outputs)


def rows_of(view: FeatureView) -> Rows:
    """Return what is read of the view's source: its events, or the rows for its windows."""
    return plan_window_table(view).rows if view.windowed else events_of(view)


def _window_join(selected: Selected, request: Request, tuning: Tuning) -> WindowJoin:
    view = selected.view
    outputs = _counting_typed(
        _window_output(column.name, column.feature)
        for column in request.fetched
        if column.selected is selected
    )
    return WindowJoin(
        rows=_window_rows(view.source, view.join_keys, view, outputs),
        spine_keys=tuple(selected.spine_key(key.name) for key in view.join_keys),
        strict=not view.allow_exact_matches,
        every=view.every,
        shift=timedelta(0),
        outputs=outputs,
        labels=(selected.label,),
        form=tuning.forms.get(view.name),
    )


def rows_of_label(label: Label) -> WindowRows:
    return _label_join(label, UNTUNED).rows


def _label_join(label: Label, tuning: Tuning) -> WindowJoin:
    output = _window_output(label.name, label.feature, label.maturity)
    return WindowJoin(
        rows=_window_rows(label.source, label.join_keys, None, (output,)),
        spine_keys=tuple(key.name for key in label.join_keys),
        strict=False,
        every=None,
        shift=label.horizon,
        outputs=(output,),
        labels=(label.name,),
        form=tuning.forms.get(label.name),
    )


def _window_rows(
    source: Source, keys: Iterable[JoinKey], view: FeatureView | None, outputs: Sequence[WindowOutput]
) -> WindowRows:
    """Return the rows of a view's windows; without a view those of a label, which are known when it is asked."""
    inputs = tuple(dict.fromkeys(output.input for output in outputs))
    event_keys = tuple(EventKey(key.name, key.dtype) for key in keys)
    return WindowRows(source, event_keys, view.filter if view else None, inputs, settled=view is None)


def _window_output(name: str, feature: Feature, maturity: timedelta | None = None) -> WindowOutput:
    window = _window(feature)
    hashed = window.function == "approx_count_distinct"
    return WindowOutput(
        name=name,
        feature=feature.name,
        function=window.function,
        arguments=window.arguments,
        input=Input(feature.expr, window.input, window.filter, hashed),
        length=window.length,
        dtype=feature.dtype,
        default=feature.default,
        maturity=maturity,
    )


def _counting_typed(outputs: Iterable[WindowOutput]) -> tuple[WindowOutput, ...]:
    """A count of an untyped input counts the typed one, where another output reads that: they are NULL alike."""
    made = tuple(outputs)
    typed = {(o.input.expr, o.input.filter): o.input for o in made if o.input.dtype and not o.input.hashed}
    return tuple(
        replace(o, input=typed.get((o.input.expr, o.input.filter), o.input)) if o.function == "count" else o
        for o in made
    )


def _window(feature: Feature) -> Window:
    if feature.window is None:
        raise ValueError(f"`{feature.name}` is no window")
    return feature.window


def _join(selected: Selected, request: Request) -> PointInTimeJoin:
    view = selected.view
    outputs = tuple(
        Output(column.name, column.feature.name, column.feature.dtype, column.feature.default)
        for column in request.fetched
        if column.selected is selected
    )
    return PointInTimeJoin(
        events=events_of(view),
        spine_keys=tuple(selected.spine_key(key.name) for key in view.join_keys),
        strict=not view.allow_exact_matches,
        picks=(Pick(selected.label, view.name, view.ttl, outputs),),
    )
