"""``source: {view: ..., as_of: query}``: features computed from another view's, as of the time that asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fcompile.compiler.bind.derived import check_keys, computed_text, refuse_default
from fcompile.compiler.bind.on_demand import computed_features
from fcompile.compiler.bind.scope import Item, Scope, at
from fcompile.compiler.bind.values import meta_of
from fcompile.compiler.bind.view_rows import inner_view
from fcompile.compiler.bind.views import entities_of
from fcompile.compiler.columns import member_of
from fcompile.compiler.definitions import Entity, FeatureView, OnDemandInput, OnDemandView, Selected
from fcompile.compiler.expressions.nodes import column_names
from fcompile.compiler.expressions.text import quote_name

_OF_ROWS = ("aggregations", "filter", "ttl", "every", "lookback", "allow_exact_matches", "online", "expire")
"""Keys that speak of rows or of what is stored: a view as of the time that asks has neither."""


def bind_query_view(scope: Scope, item: Item) -> OnDemandView | None:
    """Return the view; what it reads may be broken, its own mistakes are then still reported."""
    before = len(scope.diagnostics)
    for key in _OF_ROWS:
        if item.has(key):
            message = f"`{key}` is of rows, and `{item.name}` has none: it is computed when it is read"
            scope.problem(
                "FC245", message, item.key_span(key), f"remove it, or let `{item.name}` be `as_of: event`"
            )
    if not item.has("features") and not item.has("aggregations"):
        scope.problem("FC114", "missing key `features`", item.node.span, "add `features: [...]`")
    view = inner_view(scope, item)
    entities = entities_of(scope, item)
    if view is not None and len(entities) == len(item.shape.entities):
        _check_entities(scope, item, view, entities)
    inputs = [] if view is None else [_input(view, feature.name) for feature in view.features]
    texts = list(_texts(scope, item))
    whole = view is not None and len(scope.diagnostics) == before
    features = computed_features(scope, item, (), inputs, texts, whole=whole)
    read = {name for feature in features for name in column_names(feature.expr)}
    inputs = [each for each in inputs if each.name in read]
    if view is None:
        return None
    return OnDemandView(
        item.name,
        (),
        tuple(inputs),
        features,
        meta_of(item),
        item.span("name"),
        as_of_query=True,
        members=(member_of(view),),
    )


def _input(view: FeatureView, name: str) -> OnDemandInput:
    features = tuple(feature for feature in view.features if feature.name == name)
    return OnDemandInput(f"{view.name}__{name}", Selected(view, features))


def _check_entities(scope: Scope, item: Item, view: FeatureView, entities: Sequence[Entity]) -> None:
    """The one asked is the one that the values are of: both views have the same join keys."""
    mine = {key for entity in entities for key in entity.join_keys}
    if mine != set(view.join_keys):
        keys = ", ".join(f"`{key.name}`" for key in view.join_keys) or "no join keys"
        message = (
            f"`{item.name}` has `{view.name}`'s values as of the time that asks, and so its join keys: {keys}"
        )
        names = ", ".join(entity.name for entity in view.entities)
        scope.problem("FC244", message, item.span("entities"), f"write `entities: [{names}]`")


def _texts(scope: Scope, item: Item) -> Iterator[str | None]:
    """Yield each feature's expression; of a plain one the feature that it is named after."""
    for i, shape in enumerate(item.shape.features):
        node = at(item.node, "features", i)
        if shape.expr is not None:
            if isinstance(shape.expr, str):
                check_keys(scope, shape, node, "write its name into `expr`")
            yield computed_text(scope, shape, node)
        else:
            refuse_default(scope, shape, node, "write `expr: coalesce(x, ...)`")
            name = shape.column or shape.name
            yield quote_name(name) if name is not None else None
