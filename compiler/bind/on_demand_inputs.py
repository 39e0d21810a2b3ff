"""What an on-demand view reads: features of views, and features of other on-demand views, with what these read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from fcompile.compiler.bind.inline import substituted
from fcompile.compiler.bind.order import ordered
from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.bind.services import bind_member, bind_reference
from fcompile.compiler.definitions import Computed, Feature, Member, OnDemandInput, RequestField, Selected
from fcompile.compiler.expressions.nodes import Column, Expr
from fcompile.compiler.schema.definitions import MemberShape

_KIND = "on_demand_feature_views"


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A feature of another on-demand view: ``expr``, over this view's inputs, stands wherever ``name`` is read."""

    name: str
    label: str
    feature: Feature
    expr: Expr

    @property
    def reference(self) -> str:
        return f"{self.label}:{self.feature.name}"


@dataclass(slots=True)
class Read:
    """What a view reads, collected.

    Attributes:
        request: request data, those of the views that it borrows from too.
        called: what expressions may call; of the view's own ``features_from``, in its order.
        borrowed: features of other on-demand views, likewise.
        more: inputs that only borrowed expressions read.
        views: the on-demand views that it borrows from.
        members: what ``features_from`` names.
        whole: nothing of it is broken.
    """

    request: list[RequestField]
    called: list[OnDemandInput] = field(default_factory=list)
    borrowed: list[Borrowed] = field(default_factory=list)
    more: list[OnDemandInput] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    whole: bool = True

    @property
    def inputs(self) -> tuple[OnDemandInput, ...]:
        return (*self.called, *self.more)


def in_order(scope: Scope) -> list[Item]:
    """Return the on-demand views, each after those that it reads; report those that read one another in a circle."""
    declared = scope.declared[_KIND]
    reads = {name: list(views_named(scope, item)) for name, item in declared.items()}
    order, circles = ordered(reads)
    for circle in circles:
        message = f"on-demand feature views read one another in a circle: {' -> '.join(circle)}"
        span = declared[circle[0]].span("features_from")
        scope.problem("FC226", message, span, "compute in one of them what the other needs")
    return scope.placed(_KIND, order)


def views_named(scope: Scope, item: Item) -> Iterator[str]:
    """Yield the on-demand views that ``item`` names in what it reads."""
    for written in getattr(item.shape, "features_from", ()):
        names = [written.view] if isinstance(written, MemberShape) else [*written]
        if isinstance(written, str):
            names = [written.partition(":")[0]]
        yield from (name for name in names if name in scope.declared[_KIND])


def read_inputs(scope: Scope, item: Item, request: Sequence[RequestField]) -> Read:
    """Return what ``features_from`` says; what is wrong is reported and left out."""
    members = [_member(scope, item, i, each) for i, each in enumerate(item.shape.features_from)]
    read = Read(list(request), whole=None not in members)
    read.members += [member for member in members if member is not None]
    for member in members:
        if isinstance(member, Selected):
            read.called += [
                OnDemandInput(f"{member.label}__{feature.name}", replace(member, features=(feature,)))
                for feature in member.features
            ]
    for i, each in enumerate(members):
        if isinstance(each, Computed):
            _borrow(scope, item, i, each, read)
    return read


def _member(scope: Scope, item: Item, i: int, written: object) -> Member | None:
    """Return what one entry of ``features_from`` reads: a form of a service's, or ``view:feature``."""
    place = ("features_from", i)
    if not isinstance(written, str) or ":" not in written:
        return bind_member(scope, item, place, written)
    name, _, wanted = written.partition(":")
    span = item.span(*place)
    if not name or not wanted or ":" in wanted:
        scope.problem("FC213", f"`{written}` is not a reference", span, "write view:feature")
        return None
    return bind_reference(scope, name, wanted, span)


def _borrow(scope: Scope, item: Item, i: int, member: Computed, read: Read) -> None:
    for wanted in member.request:
        mine = next((each for each in read.request if each.name.lower() == wanted.name.lower()), None)
        if mine is None:
            read.request.append(wanted)
        elif mine != wanted:
            message = (
                f"`{member.view.name}` wants request data `{wanted.name}` as {wanted.dtype}, "
                f"`{item.name}` wants `{mine.name}` as {mine.dtype}"
            )
            scope.problem("FC225", message, item.span("features_from", i), "give the two one dtype")
    names = {
        each.name: Column(_input(member, each, read), dtype=each.feature.dtype) for each in member.inputs
    }
    read.borrowed += [
        Borrowed(f"{member.label}__{f.name}", member.label, f, substituted(f.expr, names))
        for f in member.features
    ]
    read.views.append(member.view.name)


def _input(member: Computed, each: OnDemandInput, read: Read) -> str:
    """Return the name of an input that another view's expressions read: one that is there, or one more."""
    same = next((mine for mine in read.inputs if mine.selected == each.selected), None)
    if same is not None:
        return same.name
    taken = {mine.name for mine in read.inputs} | {mine.name for mine in read.request}
    name = f"{member.alias}__{each.name}" if member.alias else each.name
    while name in taken:
        name = f"{member.label}__{name}"
    read.more.append(replace(each, name=name))
    return name
