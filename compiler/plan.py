"""Requests and views to plans: the first IR, one node for each thing asked, nothing shared yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from fcompile.compiler.definitions import Feature, FeatureView, JoinKey, Label, Selected, Source, Window
from fcompile.compiler.expressions.nodes import column_names
from fcompile.compiler.ir import (
    Computation,
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
from fcompile.compiler.late import Late, late_features
from fcompile.compiler.request import ComputedColumn, Request
from fcompile.compiler.tuning import UNTUNED, Tuning


def plan_training_set(
    request: Request, spine: Spine, labels: Sequence[Label] = (), tuning: Tuning = UNTUNED
) -> TrainingSet:
    """Return one join for each selected view and label, in the request's order; labels' columns come last.

    What views of windows compute of their windows comes first, then what on-demand views compute.
    """
    late = [late_features(selected, request.fetched) for selected in request.selected]
    latest = tuple(_join(each, request, tuning) for each in late if not each.selected.view.windowed)
    windows = tuple(_window_join(s, request, tuning) for s in request.selected if s.view.windowed)
    columns = (*(column.name for column in request.columns), *(label.name for label in labels))
    labelled = (_label_join(each, tuning) for each in labels)
    derived = tuple(each for of_view in late for each in _derived(of_view, request))
    on_demand = tuple(_on_demand(column) for column in request.computed)
    stages = tuple(stage for stage in (derived, on_demand) if stage)
    return TrainingSet(spine, latest, columns, (*windows, *labelled), stages)


def plan_latest(view: FeatureView) -> Latest:
    return Latest(view, events_of(view), strict=not view.allow_exact_matches)


def events_of(view: FeatureView, raw: tuple[str, ...] = ()) -> Events:
    """Return the view's rows as feature values, before any time is asked for; with ``raw`` columns."""
    keys = tuple(EventKey(key.name, key.dtype) for key in view.join_keys)
    values = tuple(EventValue(view.name, f.name, f.dtype, f.expr) for f in view.features)
    return Events(view.source, keys, view.filter, values, raw)


def plan_window_table(view: FeatureView) -> WindowTable:
    outputs = _counting_typed(_window_output(f.name, f) for f in view.features if f.window is not None)
    rows = _window_rows(view.source, view.join_keys, view, outputs)
    computed = tuple(
        Computation(f.name, f.dtype, f.expr, tuple((name, name) for name in column_names(f.expr)))
        for f in view.features
        if f.window is None
    )
    return WindowTable(view, rows, not view.allow_exact_matches, view.every, outputs, computed)


def rows_of(view: FeatureView) -> Rows:
    """Return what is read of the view's source: its events, or the rows for its windows."""
    return plan_window_table(view).rows if view.windowed else events_of(view)


def _window_join(selected: Selected, request: Request, tuning: Tuning) -> WindowJoin:
    view = selected.view
    outputs = _counting_typed(_window_output(name, f) for name, f in _windows_asked(selected, request))
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


def _windows_asked(selected: Selected, request: Request) -> Iterator[tuple[str, Feature]]:
    """Yield the windows to make, each with its column: those fetched, then those that others are computed from."""
    fetched = [column for column in request.fetched if column.selected is selected]
    windows = [column for column in fetched if column.feature.window is not None]
    yield from ((column.name, column.feature) for column in windows)
    there = {column.feature.name for column in windows}
    computed = (column.feature for column in fetched if column.feature.window is None)
    read = dict.fromkeys(name for feature in computed for name in column_names(feature.expr))
    features = [f for f in selected.view.features if f.window is not None]
    more = [f for f in features if f.name in read and f.name not in there]
    # A computed feature may be a constant, and a join without a window is none.
    yield from ((_hidden(selected, f), f) for f in more or ([] if there else features[:1]))


def _hidden(selected: Selected, window: Feature) -> str:
    return f"__{selected.label}__{window.name}"


def _derived(late: Late, request: Request) -> Iterator[Computation]:
    selected = late.selected
    if not selected.view.windowed:
        yield from late.computations
        return
    columns = {feature.name: name for name, feature in _windows_asked(selected, request)}
    for column in request.fetched:
        feature = column.feature
        if column.selected is selected and feature.window is None:
            reads = tuple((name, columns[name]) for name in column_names(feature.expr))
            yield Computation(column.name, feature.dtype, feature.expr, reads)


def _on_demand(column: ComputedColumn) -> Computation:
    feature = column.feature
    request = tuple((each.name, each.name, each.dtype) for each in column.request)
    return Computation(column.name, feature.dtype, feature.expr, column.reads, request)


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


def _join(late: Late, request: Request, tuning: Tuning) -> PointInTimeJoin:
    selected, view = late.selected, late.selected.view
    pinned = tuning.joins.get(view.name)
    outputs = tuple(
        Output(column.name, column.feature.name, column.feature.dtype, column.feature.default)
        for column in request.fetched
        if column.selected is selected and column not in late.columns
    )
    matched = late.matched if late.columns else None
    return PointInTimeJoin(
        events=events_of(view, late.carried),
        spine_keys=tuple(selected.spine_key(key.name) for key in view.join_keys),
        strict=not view.allow_exact_matches,
        picks=(Pick(selected.label, view.name, view.ttl, (*outputs, *late.outputs), matched),),
        pinned=pinned.kind if pinned is not None else None,
    )
