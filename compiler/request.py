"""What a caller asks for (``view:feature``, a view, a service), resolved to features and column names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fcompile.compiler.columns import ComputedColumn, OutputColumn, columns_of, conflicts, member_of
from fcompile.compiler.definitions import (
    Definitions,
    FeatureService,
    FeatureView,
    Label,
    Member,
    OnDemandView,
    RequestField,
    Selected,
)
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.leak import label_as_feature

__all__ = [
    "ComputedColumn",
    "OutputColumn",
    "Request",
    "member_of",
    "references_of",
    "request_of",
    "request_of_members",
    "resolve",
    "resolve_with_labels",
]


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
    reference (FC213), two result columns of one name, letter case aside, or one named like request data
    (FC214), request data that two on-demand views want in different types (FC225).
    """
    problems: list[Diagnostic] = []
    asked = [part for text in references for part in _members(definitions, text, problems)]
    if not references:
        problems.append(
            Diagnostic("FC213", "no features are asked for", None, "name a service or view:feature")
        )
    request = request_of(asked, full_feature_names)
    problems.extend(_collisions(request, full_feature_names))
    problems.extend(_conflicts(asked))
    if problems:
        raise UsageError(*problems)
    return request


def request_of(members: Sequence[Member], full_feature_names: bool) -> Request:
    """Return the request for ``members``, whatever their names."""
    return Request(*columns_of(members, full_feature_names))


def request_of_members(members: Sequence[Member]) -> Request:
    """Return the request for ``members``, under short names where they are told apart, else full ones."""
    short = request_of(members, full_feature_names=False)
    return short if are_told_apart(short) else request_of(members, full_feature_names=True)


def are_told_apart(request: Request) -> bool:
    """Whether each result column has a name of its own."""
    return not any(True for _ in _collisions(request, full=False))


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


def _members(definitions: Definitions, text: str, problems: list[Diagnostic]) -> tuple[Member, ...]:
    name, colon, feature = text.strip().partition(":")
    if not name or (colon and (not feature or ":" in feature)):
        hint = "write view:feature, a view or a service"
        problems.append(Diagnostic("FC213", f"`{text}` is not a reference", None, hint))
        return ()
    if not colon and name in definitions.feature_services:
        return definitions.feature_services[name].members
    view = definitions.view(name)
    if view is None:
        problems.append(_unknown(definitions, name, bool(colon)))
        return ()
    if not colon:
        return (member_of(view),)
    found = view.feature(feature)
    if found is None:
        known = [f.name for f in view.features]
        hint = did_you_mean(feature, known) or f"it has {listed(known, 8)}"
        problems.append(Diagnostic("FC206", f"feature view `{name}` has no feature `{feature}`", None, hint))
        return ()
    return (replace(member_of(view), features=(found,)),)


def _unknown(definitions: Definitions, name: str, view_only: bool) -> Diagnostic:
    if name in definitions.labels:
        return label_as_feature(name)
    views: list[FeatureView | OnDemandView] = [*definitions.feature_views.values()]
    views += definitions.on_demand_feature_views.values()
    known = [*(v.name for v in views), *(() if view_only else definitions.feature_services)]
    kinds = "feature view" if view_only else "feature view or feature service"
    owners = [v.name for v in views if v.feature(name) and not view_only]
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


def _collisions(request: Request, full: bool) -> Iterator[Diagnostic]:
    first: dict[str, OutputColumn | ComputedColumn] = {}
    data = {each.name.lower(): column for column in request.computed for each in column.request}
    for column in request.columns:
        name = column.name.lower()
        other = first.setdefault(name, column)
        hint = "leave one out, or give one view an alias" if full else "ask for full feature names"
        if other is column and name in data:
            reader = f"`{data[name].computed.view.name}` reads request data of that name"
            message = f"`{column.reference}` gives a column `{column.name}`, and {reader}"
            yield Diagnostic("FC214", message, None, hint)
        elif other is not column and other.reference == column.reference:
            yield Diagnostic("FC214", f"`{column.reference}` is asked for twice", None, "leave one out")
        elif other is not column:
            message = f"`{other.reference}` and `{column.reference}` both give a column `{column.name}`"
            yield Diagnostic("FC214", message, None, hint)


def _conflicts(members: Iterable[Member]) -> Iterator[Diagnostic]:
    for conflict in conflicts(members):
        hint = "rename one of the two in its view, or ask for one view at a time"
        yield Diagnostic("FC225", conflict, None, hint)
