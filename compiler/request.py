"""What a caller asks for (``view:feature``, a view, a service), resolved to features and column names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fcompile.compiler.definitions import (
    Computed,
    Definitions,
    Feature,
    FeatureService,
    Label,
    RequestField,
    Selected,
)
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.leak import label_as_feature


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A result column: the feature of one selected view, under the name it gets in the result."""

    name: str
    selected: Selected
    feature: Feature

    @property
    def reference(self) -> str:
        """``view:feature``, or ``alias:feature`` for an aliased view."""
        return f"{self.selected.label}:{self.feature.name}"


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """A result column that is computed from others when it is read.

    Attributes:
        reads: (a name in the feature's expression, the name of a column of ``Request.fetched``), each input once.
        request: what the expression reads of the request data, under the names it has there.
    """

    name: str
    computed: Computed
    feature: Feature
    reads: tuple[tuple[str, str], ...]
    request: tuple[RequestField, ...]

    @property
    def reference(self) -> str:
        """``view:feature``, or ``alias:feature`` for an aliased view."""
        return f"{self.computed.label}:{self.feature.name}"


@dataclass(frozen=True, slots=True)
class Request:
    """Features in the order asked for; ``columns`` names are unique.

    Attributes:
        selected: the views that are read, also those that only ``hidden`` needs.
        columns: the result's, in order.
        hidden: what only computed columns read; their names are like no result column's.
    """

    selected: tuple[Selected, ...]
    columns: tuple[OutputColumn | ComputedColumn, ...]
    hidden: tuple[OutputColumn, ...] = ()

    @property
    def fetched(self) -> tuple[OutputColumn, ...]:
        """All values that come from feature views, shown or not."""
        return (*(c for c in self.columns if isinstance(c, OutputColumn)), *self.hidden)

    @property
    def computed(self) -> tuple[ComputedColumn, ...]:
        """The result's columns that are computed, in order."""
        return tuple(c for c in self.columns if isinstance(c, ComputedColumn))

    @property
    def request_fields(self) -> tuple[RequestField, ...]:
        """The request data that computed columns read, each name once, in order of first use."""
        return tuple(dict.fromkeys(f for column in self.computed for f in column.request))

    @property
    def spine_keys(self) -> tuple[str, ...]:
        """The spine columns that the request joins on, each once, in order of first use."""
        return tuple(dict.fromkeys(s.spine_key(k.name) for s in self.selected for k in s.view.join_keys))


def resolve(definitions: Definitions, references: Sequence[str], full_feature_names: bool = False) -> Request:
    """Return the request that ``references`` (``view:feature``, a view, a service; mixed freely) stand for.

    A plain name is a service's if there is one, else a view's. Columns come in the order asked for.
    Raises UsageError with every problem: an unknown name (FC206, FC215), a label (FC221), a malformed
    reference (FC213), two result columns of one name, letter case aside (FC214).
    """
    problems: list[Diagnostic] = []
    asked = [part for text in references for part in _members(definitions, text, problems)]
    if not references:
        problems.append(
            Diagnostic("FC213", "no features are asked for", None, "name a service or view:feature")
        )
    columns = _columns(asked, full_feature_names)
    problems.extend(_collisions(columns, full_feature_names))
    if problems:
        raise UsageError(*problems)
    return Request(tuple(dict.fromkeys(c.selected for c in columns)), columns)


def resolve_with_labels(
    definitions: Definitions,
    references: Sequence[str],
    full_feature_names: bool = False,
    labels: Sequence[str] = (),
) -> tuple[Request, tuple[Label, ...]]:
    """As ``resolve``, with the labels of these names, in their order; with a label no feature need be asked for.

    Raises UsageError with every problem of both: as ``resolve``, and an unknown label (FC284), one that is
    asked for twice or named like a result column of the features, letter case aside (FC214).
    """
    problems: list[Diagnostic] = []
    request = Request((), ())
    try:
        if references or not labels:
            request = resolve(definitions, references, full_feature_names)
    except UsageError as error:
        problems += error.diagnostics
    names = [name.strip() for name in labels]
    problems += [_no_label(definitions, n) for n in dict.fromkeys(names) if n not in definitions.labels]
    problems += _label_collisions([n for n in names if n in definitions.labels], request)
    if problems:
        raise UsageError(*problems)
    return request, tuple(definitions.labels[name] for name in names)


def references_of(service: FeatureService) -> tuple[str, ...]:
    """Return a service's features as ``view:feature`` (``alias:feature`` where aliased), in order."""
    return tuple(f"{m.label}:{f.name}" for m in service.members for f in m.features)


def _members(definitions: Definitions, text: str, problems: list[Diagnostic]) -> tuple[Selected, ...]:
    name, colon, feature = text.strip().partition(":")
    if not name or (colon and (not feature or ":" in feature)):
        hint = "write view:feature, a view or a service"
        problems.append(Diagnostic("FC213", f"`{text}` is not a reference", None, hint))
        return ()
    if not colon and name in definitions.feature_services:
        return definitions.feature_services[name].members
    view = definitions.feature_views.get(name)
    if view is None:
        problems.append(_unknown(definitions, name, bool(colon)))
        return ()
    if not colon:
        return (Selected(view, view.features),)
    found = view.feature(feature)
    if found is None:
        known = [f.name for f in view.features]
        hint = did_you_mean(feature, known) or f"it has {listed(known, 8)}"
        problems.append(Diagnostic("FC206", f"feature view `{name}` has no feature `{feature}`", None, hint))
        return ()
    return (Selected(view, (found,)),)


def _unknown(definitions: Definitions, name: str, view_only: bool) -> Diagnostic:
    if name in definitions.labels:
        return label_as_feature(name)
    known = [*definitions.feature_views, *(() if view_only else definitions.feature_services)]
    kinds = "feature view" if view_only else "feature view or feature service"
    owners = [v.name for v in definitions.feature_views.values() if v.feature(name) and not view_only]
    hint = did_you_mean(name, known) or (f"did you mean `{owners[0]}:{name}`?" if owners else "")
    hint = hint or (f"there is {listed(sorted(known))}" if known else "")
    return Diagnostic("FC215", f"there is no {kinds} `{name}`", None, hint)


def _no_label(definitions: Definitions, name: str) -> Diagnostic:
    known = definitions.labels
    hint = did_you_mean(name, known) or (f"there is {listed(sorted(known))}" if known else "")
    view = name.partition(":")[0]
    if view in definitions.feature_views or view in definitions.feature_services:
        hint = f"ask for features with -f (features=): -f {name}"
    return Diagnostic("FC284", f"there is no label `{name}`", None, hint or "the project has no labels")


def _label_collisions(labels: Sequence[str], request: Request) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    for name in dict.fromkeys(labels):
        if labels.count(name) > 1:
            problems.append(Diagnostic("FC214", f"label `{name}` is asked for twice", None, "leave one out"))
        for column in request.columns:
            if column.name.lower() == name.lower():
                message = f"`{column.reference}` and label `{name}` both give a column `{column.name}`"
                problems.append(Diagnostic("FC214", message, None, "ask for full feature names"))
    return problems


def _columns(asked: Sequence[Selected], full: bool) -> tuple[OutputColumn, ...]:
    """Return a column for each feature asked for; features of one view under one label share a ``Selected``."""
    together: dict[tuple[str, str, tuple[tuple[str, str], ...]], dict[str, Feature]] = {}
    for part in asked:
        features = together.setdefault(_identity(part), {})
        features.update((f.name, f) for f in part.features)
    merged = {
        _identity(part): Selected(
            part.view, tuple(together[_identity(part)].values()), part.alias, part.join_key_map
        )
        for part in asked
    }
    return tuple(
        OutputColumn(f"{part.label}__{f.name}" if full else f.name, merged[_identity(part)], f)
        for part in asked
        for f in part.features
    )


def _identity(part: Selected) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return part.view.name, part.alias, part.join_key_map


def _collisions(columns: Sequence[OutputColumn], full: bool) -> list[Diagnostic]:
    first: dict[str, OutputColumn] = {}
    problems: list[Diagnostic] = []
    for column in columns:
        other = first.setdefault(column.name.lower(), column)
        if other is column:
            continue
        if other.reference == column.reference:
            message, hint = f"`{column.reference}` is asked for twice", "leave one out"
        else:
            message = f"`{other.reference}` and `{column.reference}` both give a column `{column.name}`"
            hint = "leave one out, or give one view an alias" if full else "ask for full feature names"
        problems.append(Diagnostic("FC214", message, None, hint))
    return problems
