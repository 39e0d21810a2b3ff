"""``source: {view: ...}``: views of views, in the order in which they can be bound, and what they may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fcompile.compiler.bind.declare import taken
from fcompile.compiler.bind.order import ordered
from fcompile.compiler.bind.scope import VIEWS, Item, Scope, at
from fcompile.compiler.definitions import FeatureView, JoinKey, Source, ViewRows
from fcompile.compiler.dtypes import TIMESTAMP, DType
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.expressions.infer import Typed, conform
from fcompile.compiler.expressions.nodes import Column, Place
from fcompile.compiler.nested import views_below
from fcompile.compiler.tree import Node

MOST_HOPS = 8
"""How many views may stand between a view and its source: each is a part of every statement."""

_PLACE = ("source", "view")


def read_view(item: Item) -> str | None:
    """Return the name of the view that ``item`` says its rows are of; None where it names a source."""
    source = getattr(item.shape, "source", None)
    return None if source is None or isinstance(source, str) else source.view


def is_as_of_query(item: Item) -> bool:
    """Whether ``item`` is written as a feature view with ``as_of: query``, which is computed when it is read."""
    return read_view(item) is not None and item.shape.source.as_of == "query"


def move_query_views(scope: Scope) -> None:
    """Declare views with ``as_of: query`` among the on-demand ones, which is what they are."""
    declared = scope.declared["feature_views"]
    found = [item for item in scope.items["feature_views"] if is_as_of_query(item)]
    if not found:
        return
    scope.items["feature_views"] = [i for i in scope.items["feature_views"] if not is_as_of_query(i)]
    for item in found:
        moved = replace(item, kind="on_demand_feature_views")
        scope.items[moved.kind].append(moved)
        if declared.get(item.name) is item:
            del declared[item.name]
            first = scope.declared[moved.kind].setdefault(item.name, moved)
            if first is not moved:
                taken(
                    scope, moved, first, f"feature view `{item.name}` is named like an on-demand feature view"
                )


def in_order(scope: Scope) -> list[Item]:
    """Return the feature views, each after the one that it reads; report those that read one another in a circle."""
    declared: dict[str, Item] = {}
    for kind in reversed(VIEWS):
        declared.update(scope.declared[kind].items())
    reads = {
        name: [read] if (read := read_view(item)) in declared and read else []
        for name, item in declared.items()
    }
    order, circles = ordered(reads)
    for circle in circles:
        _circle(scope, [declared[name] for name in circle[:-1]])
    return scope.placed("feature_views", order)


def _circle(scope: Scope, found: list[Item]) -> None:
    """Report the circle once, at the first of its views by place."""
    spans = [item.span(*_PLACE) for item in found]
    first = min(range(len(found)), key=lambda n: (spans[n].file, spans[n].line, spans[n].column))
    names = [item.name for item in (*found[first:], *found[:first], found[first])]
    path = " -> ".join(names)
    hint = "a view's rows come from a source in the end: let one of them name a source"
    scope.problem("FC241", f"views read one another in a circle: {path}", spans[first], hint)


def view_source(scope: Scope, item: Item) -> Source | None:
    """Return the rows of the view that ``item`` reads, as a source; None after reporting why there are none."""
    span = item.span(*_PLACE)
    view = inner_view(scope, item)
    if view is None:
        return None
    if not view.windowed and not view.allow_exact_matches:
        message = (
            f"`{view.name}` is strictly before a time (`allow_exact_matches: false`), and so has no value at the "
            "time of its own rows"
        )
        hint = f"read its source `{view.source.name}`, or write `as_of: query`"
        scope.problem("FC242", message, span, hint)
        return None
    if len(views_below(view.source)) >= MOST_HOPS:
        path = " -> ".join((item.name, view.name, *(each.name for each in views_below(view.source))))
        message = f"more than {MOST_HOPS} views stand between `{item.name}` and its source: {path}"
        scope.problem("FC243", message, span, "compute more in fewer views, or in the source's `query:`")
        return None
    return rows_of_view(view)


def inner_view(scope: Scope, item: Item) -> FeatureView | None:
    """Return the view that ``item`` reads; None after reporting that there is none, or silently if it is broken."""
    span = item.span(*_PLACE)
    name = read_view(item)
    if name is None:
        return None
    if name in scope.declared["on_demand_feature_views"]:
        message = f"{_on_demand_words(scope, name)}: it has no rows of its own"
        scope.problem("FC242", message, span, "read what it is computed from, and compute it here too")
        return None
    view: FeatureView | None = scope.find("feature_views", name, span)
    return view


def _on_demand_words(scope: Scope, name: str) -> str:
    if read_view(scope.declared["on_demand_feature_views"][name]) is not None:
        return f"view `{name}` has `as_of: query`, and is computed when it is read"
    return f"`{name}` is an on-demand feature view, and is computed when it is read"


def rows_of_view(view: FeatureView) -> Source:
    """Return the view's rows as a source: its keys, its features, and the event time, all under a contract."""
    source = view.source
    columns = {key.name: key.dtype for key in view.join_keys} | {f.name: f.dtype for f in view.features}
    if source.timestamp_field.lower() not in {name.lower() for name in columns}:
        columns[source.timestamp_field] = TIMESTAMP
    return Source(
        name=view.name,
        relation=ViewRows(view),
        timestamp_field=source.timestamp_field,
        created_timestamp_field=source.created_timestamp_field,
        available_at=source.available_at,
        availability_lag=source.availability_lag,
        columns=tuple(columns.items()),
        meta=view.meta,
        span=view.span,
    )


def check_reads(scope: Scope, item: Item, source: Source, keys: tuple[JoinKey, ...]) -> None:
    """Report join keys and columns that the rows of the view do not have, and keys of another type."""
    columns = dict(source.columns)
    for name, node in _columns_read(item):
        if name not in columns:
            hint = did_you_mean(name, columns) or f"its columns are {listed(list(columns))}"
            scope.problem("FC312", f"view `{source.name}` has no column `{name}`", node.span, hint)
    for key in keys:
        found = columns.get(key.name)
        if found is None:
            message = f"view `{source.name}` has no column `{key.name}`, the join key of `{item.name}`"
            hint = f"its columns are {listed(list(columns))}; add a feature `{key.name}` to it"
            scope.problem("FC244", message, item.span("entities"), hint)
        elif not _compares(key.name, found, key.dtype):
            message = f"join key `{key.name}` is {key.dtype}, but view `{source.name}` has it as {found}"
            scope.problem("FC244", message, item.span("entities"), "give the two one dtype")


def _columns_read(item: Item) -> Iterator[tuple[str, Node]]:
    """Yield the columns of plain features, each with its place; all others are checked where they are typed."""
    for i, each in enumerate(() if item.shape.aggregations else item.shape.features):
        node = at(item.node, "features", i)
        if each.expr is None and (each.column or each.name) is not None:
            yield each.column or each.name, at(node, "column" if each.column else "name")


def _compares(name: str, found: DType, wanted: DType) -> bool:
    if found == wanted:
        return True
    return not conform(Typed(Column(name, Place(0, len(name))), found), wanted).problems
