"""Feature views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fcompile.compiler.bind.aggregations import bind_aggregations, told_columns, written_aggregations
from fcompile.compiler.bind.derived import Windows, bind_computed, row_formula
from fcompile.compiler.bind.formulas import condition, known_columns, plain_column
from fcompile.compiler.bind.inline import Draft, inlined
from fcompile.compiler.bind.scope import Item, Scope, at, has
from fcompile.compiler.bind.values import (
    check_column,
    check_default,
    dtype_of,
    duration_of,
    meta_of,
    shape_meta,
)
from fcompile.compiler.bind.view_rows import check_reads, view_source
from fcompile.compiler.definitions import Entity, Feature, FeatureView, Source
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.infer import Columns
from fcompile.compiler.expressions.nodes import Expr
from fcompile.compiler.nested import view_read
from fcompile.compiler.tree import Mapping as Written


def bind_view(scope: Scope, item: Item) -> FeatureView | None:
    """Return the view; what it refers to may be broken, its own mistakes are then still reported."""
    shape = item.shape
    entities = entities_of(scope, item)
    source = _source(scope, item)
    _check_kind(scope, item)
    keys = tuple(key for entity in entities for key in entity.join_keys)
    if source is not None and view_read(source) is not None:
        check_reads(scope, item, source, keys)
    dtypes = [
        dtype_of(scope, f.dtype, item.span("features", i, "dtype")) for i, f in enumerate(shape.features)
    ]
    aggregations = written_aggregations(scope, item, source is not None)
    columns = known_columns(source, keys)
    plain = {} if item.has("aggregations") else _plain_types(item, dtypes)
    readable = known_columns(source, keys, {**told_columns(aggregations), **plain})
    if len(entities) != len(shape.entities):  # the keys of a broken entity are not known
        columns, readable = replace(columns, closed=False), replace(readable, closed=False)
    names = _Names(scope, item, {key.name.lower(): "" for key in keys})
    if item.has("aggregations"):
        features = _windows(
            scope, item, dtypes, bind_aggregations(scope, aggregations, columns, readable), names
        )
    else:
        features = _features(scope, item, dtypes, readable, columns, names)
    where = shape.filter
    filter_ = condition(scope, where, at(item.node, "filter"), readable) if where is not None else None
    ttl = duration_of(scope, item, "ttl", shape.ttl)
    lookback = duration_of(scope, item, "lookback", shape.lookback)
    every = duration_of(scope, item, "every", shape.every)
    if source is None or len(entities) != len(shape.entities):
        return None
    return FeatureView(
        item.name,
        entities,
        source,
        features,
        ttl,
        filter_,
        shape.allow_exact_matches,
        shape.online,
        lookback,
        meta_of(item),
        item.span("name"),
        every,
        shape.expire,
    )


def entities_of(scope: Scope, item: Item) -> tuple[Entity, ...]:
    """Return the entities that are sound, and report unknown ones and join keys of one name."""
    found: list[Entity] = []
    owners: dict[str, str] = {}
    for i, name in enumerate(item.shape.entities):
        entity = scope.find("entities", name, item.span("entities", i))
        if entity is None:
            continue
        found.append(entity)
        for key in entity.join_keys:
            first = owners.setdefault(key.name.lower(), name)
            if first != name or found.count(entity) > 1:
                message = f"entities `{first}` and `{name}` both have the join key `{key.name}`"
                scope.problem("FC209", message, item.span("entities", i), "rename one of the join keys")
    return tuple(found)


def _source(scope: Scope, item: Item) -> Source | None:
    name = item.shape.source
    if name is None:
        return None
    if not isinstance(name, str):
        return view_source(scope, item)
    source: Source | None = scope.find("sources", name, item.span("source"))
    return source


def _check_kind(scope: Scope, item: Item) -> None:
    """Report a view that has neither features nor aggregations, or what only one of them takes."""
    features, aggregations = item.has("features"), item.has("aggregations")
    if not features and not aggregations:
        hint = "add `features: [...]`, or `aggregations: [...]`"
        scope.problem("FC114", "missing key `features`", item.node.span, hint)
    if item.shape.every is not None and not aggregations:
        message = "`every` is for windows, and there are no `aggregations`"
        scope.problem("FC120", message, item.key_span("every"), "remove it")
    if item.shape.expire and (item.shape.ttl is None or aggregations):
        message = "`expire` needs a `ttl`, and windows have none"
        scope.problem("FC120", message, item.key_span("expire"), "add `ttl:`, or remove it")


def _column(item: Item, i: int) -> str | None:
    """Return the column that a plain feature reads; None for an expression, or where it cannot be told."""
    shape, node = item.shape.features[i], at(item.node, "features", i)
    if not isinstance(node, Written) or not node.sound or has(node, "expr"):
        return None
    return shape.column if has(node, "column") else shape.name  # type: ignore[no-any-return]


def _plain_types(item: Item, dtypes: list[DType | None]) -> dict[str, DType | None]:
    """Return the columns that plain features read; None where two of them disagree about the type."""
    types: dict[str, DType | None] = {}
    for i, dtype in enumerate(dtypes):
        name = _column(item, i)
        if name is not None:
            types[name] = dtype if types.get(name, dtype) == dtype else None
    return types


def _features(
    scope: Scope,
    item: Item,
    dtypes: list[DType | None],
    columns: Columns,
    told: Columns,
    names: _Names,
) -> tuple[Feature, ...]:
    """Return the latest values, in order; those that read others with the others' expressions in place.

    ``told`` are the columns that the source tells of; ``columns`` also those that plain features read, for which
    another feature of that name goes first.
    """
    written = _names_of(item, dtypes, names)
    hidden = {name for name in written if name not in told.types} - _own_columns(item)
    made: list[Feature] = []
    for i, dtype in enumerate(dtypes):
        shape = item.shape.features[i]
        readable = columns if shape.expr is None else _without(columns, hidden - {shape.name})
        feature = _feature(scope, item, i, dtype, columns, readable, written)
        made.extend([feature] if feature is not None else [])
    nodes = {shape.name: at(item.node, "features", i, "expr") for i, shape in enumerate(item.shape.features)}
    plain = {shape.name for shape in item.shape.features if shape.expr is None}
    drafts = [Draft(each.name, each.dtype, each.expr, nodes[each.name], each.name in plain) for each in made]
    # Open: a feature's own name in its own expression is the column, where it may be read at all.
    found = inlined(scope, item.title, drafts, replace(_without(columns, hidden), closed=False))
    return tuple(replace(each, expr=found[each.name]) for each in made if each.name in found)


def _own_columns(item: Item) -> set[str | None]:
    """Return the names of plain features that are the column of that name."""
    features = enumerate(item.shape.features)
    return {shape.name for i, shape in features if _column(item, i) == shape.name}


def _without(columns: Columns, names: set[str]) -> Columns:
    return replace(columns, types={n: dtype for n, dtype in columns.types.items() if n not in names})


def _windows(
    scope: Scope,
    item: Item,
    dtypes: list[DType | None],
    windows: Iterable[tuple[str, Span, Feature | None]],
    names: _Names,
) -> tuple[Feature, ...]:
    """Return the windows, then the features computed from them."""
    before = len(scope.diagnostics)
    made = list(windows)
    whole = len(scope.diagnostics) == before
    for name, span, _ in made:
        names.check(name, span)
    _names_of(item, dtypes, names)
    types = {name: feature.dtype if feature else None for name, _, feature in made}
    computed = bind_computed(scope, item, dtypes, Windows(types, whole))
    return (*(feature for *_, feature in made if feature), *computed)


def _names_of(item: Item, dtypes: list[DType | None], names: _Names) -> dict[str, DType | None]:
    """Take the names of `features`; return them with their types."""
    for i, shape in enumerate(item.shape.features):
        if shape.name is not None:
            names.check(shape.name, item.span("features", i, "name"))
    return {shape.name: dtype for shape, dtype in zip(item.shape.features, dtypes, strict=True) if shape.name}


@dataclass(frozen=True, slots=True)
class _Names:
    """Names that are taken in a view, in lower case: those of join keys map to nothing, others to their place."""

    scope: Scope
    item: Item
    taken: dict[str, str]

    def check(self, name: str, span: Span) -> None:
        """Take the name of a feature; report one that is taken."""
        first = self.taken.get(name.lower())
        if first == "":
            message = f"feature `{name}` is named like a join key"
            self.scope.problem("FC208", message, span, "rename the feature")
        elif first is not None:
            message = f"feature `{name}` stands twice in `{self.item.name}`; first at {first}"
            self.scope.problem("FC207", message, span, "rename or remove one of the two")
        else:
            self.taken[name.lower()] = f"{span.line}:{span.column}"


def _feature(
    scope: Scope,
    item: Item,
    i: int,
    dtype: DType | None,
    columns: Columns,
    readable: Columns,
    written: Mapping[str, DType | None],
) -> Feature | None:
    """Return feature ``i``, which as an expression reads ``readable`` and the features ``written``."""
    shape = item.shape.features[i]
    node = at(item.node, "features", i)
    if shape.expr is not None and shape.column is not None:
        message = "`column` and `expr` exclude one another"
        scope.problem("FC118", message, at(node, "expr").span, "remove one of the two")
    if dtype is not None:
        check_default(scope, shape.default, dtype, at(node, "default").span)
    if shape.expr is not None:
        expr = row_formula(scope, item, i, dtype, readable, written)
    else:
        expr = _plain(scope, item, i, dtype, columns)
    if expr is None or dtype is None:
        return None
    meta = shape_meta(shape)
    return Feature(shape.name, dtype, expr, shape.default, meta, at(node, "name").span)


def _plain(scope: Scope, item: Item, i: int, dtype: DType | None, columns: Columns) -> Expr | None:
    name = _column(item, i)
    if name is None:
        return None
    span = at(item.node, "features", i, "column" if item.shape.features[i].column else "name").span
    check_column(scope, name, span)
    return plain_column(scope, name, span, columns, dtype) if dtype is not None else None
