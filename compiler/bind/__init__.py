"""Definition files to resolved definitions: every mistake of all files in one run.

A broken object hides no mistake in another, and what merely refers to it is not blamed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from fcompile.compiler.bind.allow import check_allow
from fcompile.compiler.bind.cases import bind_case
from fcompile.compiler.bind.declare import declare, share_no_names
from fcompile.compiler.bind.entities import bind_entity, bind_source
from fcompile.compiler.bind.exposures import bind_exposure
from fcompile.compiler.bind.labels import bind_label
from fcompile.compiler.bind.memory import Memory
from fcompile.compiler.bind.on_demand import bind_on_demand
from fcompile.compiler.bind.on_demand_inputs import in_order as on_demand_in_order
from fcompile.compiler.bind.on_demand_inputs import views_named
from fcompile.compiler.bind.query_views import bind_query_view
from fcompile.compiler.bind.scope import MOST_HINTS, Item, Scope
from fcompile.compiler.bind.services import bind_service
from fcompile.compiler.bind.view_rows import in_order, is_as_of_query, move_query_views, read_view
from fcompile.compiler.bind.views import bind_view
from fcompile.compiler.definitions import Definitions, Entity, FeatureView, OnDemandView, Source
from fcompile.compiler.errors import Diagnostic
from fcompile.compiler.load import Document
from fcompile.compiler.steps import result_of

__all__ = ["Bound", "Pause", "bind", "binding"]


@dataclass(frozen=True)
class Bound:
    """``definitions`` holds the objects without a problem; ``diagnostics`` all problems, by place."""

    definitions: Definitions
    diagnostics: tuple[Diagnostic, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Pause:
    """Before ``item`` is bound."""

    scope: Scope
    item: Item

    def waiting(self, file: str) -> list[Item]:
        """Return the objects of the file that came first that are not bound yet."""
        kinds = list(_BINDERS)
        begun = kinds.index(self.item.kind) + (self.item.node.span.file != file)
        return [
            item for kind in kinds[begun:] for item in self.scope.items[kind] if item.node.span.file == file
        ]


def _bind_computed(scope: Scope, item: Item) -> OnDemandView | None:
    return bind_query_view(scope, item) if is_as_of_query(item) else bind_on_demand(scope, item)


# In this order each finds what it refers to already bound.
_BINDERS: dict[str, Callable[[Scope, Item], Any]] = {
    "entities": bind_entity,
    "sources": bind_source,
    "feature_views": bind_view,
    "on_demand_feature_views": _bind_computed,
    "feature_services": bind_service,
    "labels": bind_label,
    "tests": bind_case,
    "exposures": bind_exposure,
}

_ORDERS: dict[str, Callable[[Scope], list[Item]]] = {
    "feature_views": in_order,
    "on_demand_feature_views": on_demand_in_order,
}
"""Kinds that may read their own: each after what it reads."""

_CIRCLES = ("FC226", "FC241")


def bind(
    files: Mapping[str, str | Document],
    dialect: str = "duckdb",
    unread: Iterable[str] = (),
    memory: Memory | None = None,
    only: Container[tuple[str, str]] | None = None,
) -> Bound:
    """Return what ``files`` (name to text, or to what was read of it) define; never raises for what they hold.

    ``dialect`` is the one that sources' queries are written in (sqlglot's name; empty: queries are not read).
    ``unread`` are texts of files
    with a problem reported elsewhere: names that may be defined there are not missed.
    ``memory`` is what the last binding of this project left: with it the same is returned, sooner.
    ``only`` these objects, by the list they are of and their name, are looked at; the others as if they were not there.
    """
    return result_of(binding(files, dialect, unread, memory, only=only))


def binding(
    files: Mapping[str, str | Document],
    dialect: str = "duckdb",
    unread: Iterable[str] = (),
    memory: Memory | None = None,
    first: str = "",
    only: Container[tuple[str, str]] | None = None,
) -> Generator[Pause, None, Bound]:
    """As ``bind``, for who has other things to do: pauses before each object that has to be bound anew.

    Of each kind the objects of the file ``first`` come first, and behind them there is a pause. What was bound before
    it was left is remembered.
    """
    scope = Scope(dialect, unread=list(unread), memory=_memory(memory, dialect))
    for file in sorted(files):
        declare(scope, file, files[file])
    move_query_views(scope)
    if only is not None:
        scope.narrow(only)
    share_no_names(scope)
    before = ""
    for kind, binder in _BINDERS.items():
        items = _ORDERS[kind](scope) if kind in _ORDERS else scope.items[kind]
        for item in _sooner(scope, items, first) if first else items:
            made = scope.recalled(item)
            file = item.node.span.file
            if made is None or (before == first != file):
                yield Pause(scope, item)
            before = file
            _bind(scope, item, binder, made)
    if first and len(scope.diagnostics) > MOST_HINTS:  # which of them have a hint depends on their order
        return (yield from binding(files, dialect, unread, memory, only=only))
    scope.memory.forget(files, scope.declared)
    bound = {kind: MappingProxyType(dict(sorted(objects.items()))) for kind, objects in scope.bound.items()}
    return Bound(Definitions(**bound), tuple(sorted(scope.diagnostics, key=Diagnostic.sort_key)))


def _memory(given: Memory | None, dialect: str) -> Memory:
    if given is None or given.dialect not in (None, dialect):
        return Memory(dialect=dialect)
    given.dialect = dialect
    return given


def _sooner(scope: Scope, items: list[Item], file: str) -> list[Item]:
    """Return the objects of one kind with those of ``file``, and what these read of their kind, before the others.

    Where some read one another in a circle, all stay in their order: that says what is reported of them.
    """
    if any(each.code in _CIRCLES for each in scope.diagnostics):
        return items
    wanted: set[str | None] = set()
    first: list[Item] = []
    rest: list[Item] = []
    for item in reversed(items):
        is_first = item.node.span.file == file or item.name in wanted
        if is_first:
            wanted.update(views_named(scope, item))
            wanted.add(read_view(item))
        (first if is_first else rest).append(item)
    return [*reversed(first), *reversed(rest)]


def _bind(scope: Scope, item: Item, binder: Callable[[Scope, Item], Any], recalled: Any) -> None:
    """Bind one object; one with any problem of its own is checked to its end, but not bound."""
    before = len(scope.diagnostics)
    scope.leaned = False
    if recalled is None:
        check_allow(scope, item)
    made = recalled or binder(scope, item)
    if made is None or not item.sound or scope.declared[item.kind].get(item.name) is not item:
        return
    if len(scope.diagnostics) == before and not scope.leaned:
        scope.bound[item.kind][item.name] = made
        scope.remember(item, made)
    elif _is_whole(made, item.shape):
        scope.salvaged[item.kind][item.name] = made


def _is_whole(made: Any, shape: Any) -> bool:
    """Whether all that others look up in ``made`` is there, so that no mistake of theirs need wait."""
    match made:
        case Entity():
            return len(made.join_keys) == len(shape.join_keys)
        case Source():
            return len(made.columns) == len(shape.columns)
        case FeatureView():
            windows = sum(len(each.windows or ()) for each in shape.aggregations or ())
            return len(made.features) == len(shape.features) + windows
        case OnDemandView():
            request = () if made.as_of_query else shape.request
            return len(made.features) == len(shape.features) and len(made.request) == len(request)
    return False
