"""On-demand feature views: what they read, under which names, and what they compute of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fcompile.compiler.bind.derived import check_keys, computed_text, features_of
from fcompile.compiler.bind.formulas import expression
from fcompile.compiler.bind.inline import Draft, check_names, inlined, substituted
from fcompile.compiler.bind.on_demand_inputs import Borrowed, read_inputs
from fcompile.compiler.bind.scope import Item, Scope, at
from fcompile.compiler.bind.values import TIME, check_column, dtype_of, meta_of
from fcompile.compiler.bind.view_rows import is_as_of_query
from fcompile.compiler.columns import other_keys
from fcompile.compiler.definitions import Feature, OnDemandInput, OnDemandView, RequestField
from fcompile.compiler.dtypes import TIMESTAMP, DType
from fcompile.compiler.errors import Span, listed
from fcompile.compiler.expressions.infer import Columns
from fcompile.compiler.expressions.nodes import Column, Expr, column_names
from fcompile.compiler.tree import Node


@dataclass(frozen=True, slots=True)
class _Readable:
    """What expressions of a view may call.

    Attributes:
        types: inputs by their long names, and request data.
        short: the inputs' features whose own names are as good: name -> long name.
        ambiguous: names that are of several inputs' features, with these inputs' long names.
        whole: there is nothing else; False where an input or request data are broken (reported).
    """

    types: Mapping[str, DType]
    short: Mapping[str, str]
    ambiguous: Mapping[str, Sequence[str]]
    whole: bool

    @property
    def names(self) -> dict[str, DType]:
        return {**{short: self.types[long] for short, long in self.short.items()}, **self.types}


def bind_on_demand(scope: Scope, item: Item) -> OnDemandView | None:
    """Return the view; what it reads may be broken, its own mistakes are then still reported."""
    before = len(scope.diagnostics)
    request = _request(scope, item)
    read = read_inputs(scope, item, request)
    sound = _are_of_the_spine(scope, item, request, read.inputs) and read.whole
    whole = read.whole and len(scope.diagnostics) == before
    texts = _texts(scope, item)
    features = computed_features(
        scope, item, read.request, read.called, texts, whole=whole, borrowed=read.borrowed, more=read.more
    )
    if not sound:
        return None
    meta, span = meta_of(item), item.span("name")
    views = tuple(dict.fromkeys(read.views))
    made = OnDemandView(item.name, tuple(read.request), read.inputs, features, meta, span, views=views)
    return replace(made, members=tuple(read.members))


def computed_features(
    scope: Scope,
    item: Item,
    request: Sequence[RequestField],
    inputs: Sequence[OnDemandInput],
    texts: Sequence[str | None],
    *,
    whole: bool,
    borrowed: Sequence[Borrowed] = (),
    more: Sequence[OnDemandInput] = (),
) -> tuple[Feature, ...]:
    """Return the features, each the expression of its place in ``texts``; they call inputs by their long names.

    Without those that are wrong (reported); None in ``texts`` is one. ``whole``: there are no other inputs.
    ``borrowed`` are features whose expressions stand in place of their names; only these read ``more``.
    """
    _check_unique(scope, item, request, [*inputs, *borrowed])
    drafts = _drafts(scope, item, _readable(request, [*inputs, *borrowed], whole), texts)
    place = at(item.node, "features_from")
    there = [Draft(each.name, each.feature.dtype, each.expr, place) for each in borrowed]
    types = {each.name: each.feature.dtype for each in (*inputs, *more)}
    types |= {each.name: each.dtype for each in request}
    found = inlined(scope, item.title, [*there, *drafts], Columns(types, closed=whole))
    return features_of(item, drafts, found)


def _texts(scope: Scope, item: Item) -> list[str | None]:
    found = []
    for i, shape in enumerate(item.shape.features):
        node = at(item.node, "features", i)
        check_keys(scope, shape, node, "name the feature in `features_from`, and in `expr`")
        found.append(computed_text(scope, shape, node))
    return found


def _request(scope: Scope, item: Item) -> tuple[RequestField, ...]:
    found = []
    for name, text in item.shape.request.items():
        check_column(scope, name, item.key_span("request", name))
        dtype = dtype_of(scope, text, item.span("request", name))
        found.extend([RequestField(name, dtype)] if dtype is not None else [])
    return tuple(found)


def _are_of_the_spine(
    scope: Scope, item: Item, request: Sequence[RequestField], inputs: Sequence[OnDemandInput]
) -> bool:
    """Report request data named like a join key or the time of the spine, of another type (FC227)."""
    before = len(scope.diagnostics)
    for field in request:
        span = item.span("request", field.name)
        message = f"request data `{field.name}` is {field.dtype}, and"
        for entity, joins in other_keys(field, (each.selected for each in inputs)).items():
            place = f"{entity.span.file}:{entity.span.line}:{entity.span.column}"
            hint = f"the two are one column: give them one dtype, or rename one; entity `{entity.name}` is at {place}"
            scope.problem("FC227", f"{message} {joins}", span, hint)
        if field.name.lower() == TIME and field.dtype != TIMESTAMP:
            hint = f"write `{TIME}: timestamp`, and cast it in `expr`; or rename the request data"
            scope.problem("FC227", f"{message} the spine's column of that name is the timestamp", span, hint)
    return len(scope.diagnostics) == before


def _check_unique(
    scope: Scope, item: Item, request: Sequence[RequestField], inputs: Sequence[OnDemandInput | Borrowed]
) -> None:
    """Report names that stand for two things (FC224), and features of one name (FC207)."""
    taken: dict[str, str] = {}

    def take(name: str, what: str, span: Span) -> None:
        first = taken.get(name.lower())
        taken.setdefault(name.lower(), what)
        if first is not None:
            message = f"`{name}` stands for {first} and for {what} in {item.title}"
            if first == what:
                message = f"{what} is read twice in {item.title}"
            scope.problem("FC224", message, span, "rename one of the two, or leave it out")

    for field in request:
        take(field.name, f"request data `{field.name}`", item.key_span("request", field.name))
    for each in inputs:
        take(each.name, f"input `{each.reference}`", item.span("features_from"))
    names: dict[str, Span] = {}
    for i, shape in enumerate(item.shape.features):
        if shape.name is None:
            continue
        span = item.span("features", i, "name")
        first = names.setdefault(shape.name.lower(), span)
        if first is not span:
            message = (
                f"feature `{shape.name}` stands twice in `{item.name}`; first at {first.line}:{first.column}"
            )
            scope.problem("FC207", message, span, "rename or remove one of the two")
        else:
            take(shape.name, f"feature `{shape.name}`", span)


def _readable(
    request: Sequence[RequestField], inputs: Sequence[OnDemandInput | Borrowed], whole: bool
) -> _Readable:
    types = {each.name: each.feature.dtype for each in inputs} | {each.name: each.dtype for each in request}
    longs: dict[str, dict[str, None]] = {}
    for each in inputs:
        if each.feature.name not in types:
            longs.setdefault(each.feature.name, {})[each.name] = None
    short = {name: next(iter(names)) for name, names in longs.items() if len(names) == 1}
    several = {name: list(names) for name, names in longs.items() if len(names) > 1}
    return _Readable(types, short, several, whole)


def _drafts(scope: Scope, item: Item, readable: _Readable, texts: Sequence[str | None]) -> list[Draft]:
    shapes = item.shape.features
    dtypes = [dtype_of(scope, f.dtype, item.span("features", i, "dtype")) for i, f in enumerate(shapes)]
    own = {shape.name: dtype for shape, dtype in zip(shapes, dtypes, strict=True) if shape.name is not None}
    types = {**own, **dict.fromkeys(readable.ambiguous), **readable.names}
    drafts = []
    for i, (shape, dtype) in enumerate(zip(shapes, dtypes, strict=True)):
        node, text = at(item.node, "features", i), texts[i]
        columns = Columns(types, closed=False)
        expr = None if text is None else expression(scope, text, at(node, "expr"), columns, dtype)
        if expr is None or dtype is None or shape.name is None:
            continue
        if _is_known(scope, item, expr, at(node, "expr"), readable, list(types)):
            long = {
                name: Column(found, dtype=readable.types[found]) for name, found in readable.short.items()
            }
            named = replace(substituted(expr, long), place=expr.place)
            drafts.append(Draft(shape.name, dtype, named, at(node, "expr")))
    return drafts


def _is_known(
    scope: Scope, item: Item, expr: Expr, node: Node, readable: _Readable, known: Sequence[str]
) -> bool:
    """Report names that mean nothing, or one of several inputs; whether there is none."""
    several = [name for name in column_names(expr) if name in readable.ambiguous]
    for name in several:
        message = f"`{name}` is a feature of several inputs"
        scope.problem("FC312", message, node.span, f"write {listed(readable.ambiguous[name])}")
    lacks = f"{item.title} has no input, request data or feature"
    hint = f"it reads {listed(list(readable.names), 6)}" if readable.types else "add it to `request`, say"
    if is_as_of_query(item):
        lacks = f"{item.title} reads no feature, and has none,"
    sound = not readable.whole or check_names(scope, lacks, expr, node, known, hint)
    return sound and not several
