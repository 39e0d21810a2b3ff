"""Why a feature that is computed when it is read has its value: its inputs, and why each of them has its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fcompile.compiler.definitions import Computed, Feature, OnDemandView, RequestField, Selected
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean
from fcompile.compiler.expressions.text import to_text
from fcompile.compiler.request import Request, request_of
from fcompile.runtime.clock import aware_utc, naive_utc, show
from fcompile.runtime.computing import Computing
from fcompile.runtime.request_data import asked_data, read_value
from fcompile.runtime.why.latest import why
from fcompile.runtime.why.latest_report import WhyReport
from fcompile.runtime.why.text import aligned, cell, key_text
from fcompile.runtime.why.view import why_windows
from fcompile.runtime.why.window_report import WindowReport

if TYPE_CHECKING:
    from fcompile.runtime.project import Project


@dataclass(frozen=True, slots=True)
class ComputedValue:
    """A feature with its expression, as text over the view's inputs and request data."""

    name: str
    expression: str
    answer: object


@dataclass(frozen=True, slots=True)
class ComputedReport:
    """What an on-demand view answers for one key at ``at`` (naive UTC), and what it is made of.

    Attributes:
        key: by the names of the spine's columns.
        inputs: (name in the expressions, ``view:feature``, value).
        parts: a report for each view that is read.
    """

    view: str
    key: Mapping[str, object]
    at: datetime
    features: tuple[ComputedValue, ...]
    request: Mapping[str, object]
    inputs: tuple[tuple[str, str, object], ...]
    parts: tuple[WhyReport | WindowReport, ...]

    @property
    def answer(self) -> dict[str, object]:
        return {feature.name: feature.answer for feature in self.features}

    def to_dict(self) -> dict[str, object]:
        """Return it for JSON: times as ISO 8601 text with Z, other values as they are."""
        return {
            "view": self.view,
            "key": dict(self.key),
            "at": show(self.at),
            "answer": self.answer,
            "expressions": {feature.name: feature.expression for feature in self.features},
            "request": dict(self.request),
            "inputs": [{"name": n, "feature": reference, "value": v} for n, reference, v in self.inputs],
            "explained": [part.to_dict() for part in self.parts],
        }

    def __str__(self) -> str:
        lines = [f"{self.view}{key_text(self.key)} at {show(self.at)}, computed when it is read", ""]
        made = [(name, reference, value) for name, reference, value in self.inputs]
        given = [(name, "request data", value) for name, value in self.request.items()]
        if made or given:
            lines += [*aligned([("input", "from", "value"), *made, *given]), ""]
        lines += [f"{each.name} = {cell(each.answer)} ({each.expression})" for each in self.features]
        for part in self.parts:
            lines += ["", str(part)]
        return "\n".join(lines)


def why_computed(
    project: Project,
    view: OnDemandView,
    features: Sequence[Feature],
    key: Mapping[str, object],
    at: datetime,
    data: Mapping[str, object],
) -> ComputedReport:
    """Return how ``features`` are computed for ``key`` (by spine column) and request ``data`` at ``at``.

    Raises UsageError: FC514 request data is not given, FC515 it does not fit, and what ``why`` raises of inputs.
    """
    request = request_of((Computed(view, tuple(features)),), False)
    given = _given(request, data)
    parts = {id(selected): _part(project, selected, key, at) for selected in request.selected}
    fetched = {
        column.name: [_as_read(_answer(parts[id(column.selected)])[column.feature.name])]
        for column in request.fetched
    }
    values = Computing(request).values(fetched, {field: [value] for field, value in given.items()}, 1)
    made = tuple(ComputedValue(c.name, to_text(c.feature.expr), values[c.name][0]) for c in request.computed)
    references = {column.name: column.reference for column in request.fetched}
    reads = dict(pair for column in request.computed for pair in column.reads)
    inputs = tuple((name, references[column], fetched[column][0]) for name, column in reads.items())
    shown = {field.name: value for field, value in given.items()}
    read_key = {
        selected.spine_key(name): value
        for selected in reversed(request.selected)
        for name, value in parts[id(selected)].key.items()
    }
    return ComputedReport(view.name, read_key, naive_utc(at), made, shown, inputs, tuple(parts.values()))


def _part(
    project: Project, selected: Selected, key: Mapping[str, object], at: datetime
) -> WhyReport | WindowReport:
    own = {k.name: key[selected.spine_key(k.name)] for k in selected.view.join_keys}
    if selected.view.windowed:
        return why_windows(project, selected.view, own, at, selected.features)
    return why(project, selected.view, own, at).only([f.name for f in selected.features])


def _answer(part: WhyReport | WindowReport) -> Mapping[str, object]:
    return dict(zip(part.features, part.answer, strict=True)) if isinstance(part, WhyReport) else part.answer


def _as_read(value: Any) -> Any:
    """Return the engine's value as a read of the online store gives it: times aware, lists as lists."""
    match value:
        case datetime():
            return aware_utc(value)
        case list() | tuple():
            return [_as_read(item) for item in value]
        case dict():
            return {name: _as_read(item) for name, item in value.items()}
    return value


def _given(request: Request, data: Mapping[str, object]) -> dict[RequestField, Any]:
    values: dict[RequestField, Any] = {}
    problems: list[Diagnostic] = []
    for each in asked_data(request):
        name, dtype = each.field.name, each.field.dtype
        try:
            values[each.field] = read_value(data[name], dtype)
        except KeyError:
            message = f"`{each.reader}` reads `{name}` ({dtype}) of the request data, and it is not given"
            hint = did_you_mean(name, data) or f"give it: -r {name}=VALUE"
            problems.append(Diagnostic("FC514", message, hint=hint))
        except ValueError as error:
            problems.append(Diagnostic("FC515", f"`{name}`: {error}"))
    problems += _unknown(request, data)
    if problems:
        raise UsageError(*problems)
    return values


def _unknown(request: Request, data: Mapping[str, object]) -> Iterator[Diagnostic]:
    known = [field.name for field in request.request_fields]
    for name in data:
        if name not in known:
            hint = did_you_mean(name, known) or "leave it out"
            yield Diagnostic("FC285", f"-r: `{name}` is no request data of what is asked", hint=hint)
