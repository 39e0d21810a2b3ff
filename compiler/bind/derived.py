"""Features computed from other features: of the row of a latest view, or of the windows of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fcompile.compiler.bind.formulas import expression, formula
from fcompile.compiler.bind.inline import Draft, check_names, inlined
from fcompile.compiler.bind.scope import Item, Scope, at, has
from fcompile.compiler.bind.values import shape_meta
from fcompile.compiler.definitions import Feature
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import listed
from fcompile.compiler.expressions.infer import Columns
from fcompile.compiler.expressions.nodes import Expr, Raw
from fcompile.compiler.schema.definitions import FeatureShape
from fcompile.compiler.tree import Node


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of a view by name, each with its type; None: a broken one.

    ``whole``: there are no windows but these.
    """

    types: Mapping[str, DType | None]
    whole: bool


def row_formula(
    scope: Scope,
    item: Item,
    i: int,
    dtype: DType | None,
    columns: Columns,
    dtypes: Mapping[str, DType | None],
) -> Expr | None:
    """Return feature ``i`` of a latest view as it is written: it reads columns, then other features by name.

    ``dtypes`` are those of the view's features.
    """
    shape, node = item.shape.features[i], at(item.node, "features", i, "expr")
    others = {name: each for name, each in dtypes.items() if name != shape.name}
    readable = replace(columns, types={**others, **columns.types})
    made = formula(scope, shape.expr, node, readable, dtype)
    if isinstance(made, Raw) and columns.closed:
        wrong = [each.name for each in made.columns if each.name not in columns.types]
        for name in wrong:
            message = f"raw SQL reads columns of the source, and `{name}` is a feature"
            scope.problem("FC341", message, node.span, "read what that feature reads")
        return None if wrong else made
    return made


def bind_computed(
    scope: Scope, item: Item, dtypes: Sequence[DType | None], windows: Windows
) -> tuple[Feature, ...]:
    """Return the features beside ``aggregations``, in order; without those that are wrong (reported)."""
    named = zip(item.shape.features, dtypes, strict=True)
    types = {**{shape.name: dtype for shape, dtype in named if shape.name is not None}, **windows.types}
    drafts = []
    for i, (shape, dtype) in enumerate(zip(item.shape.features, dtypes, strict=True)):
        node = at(item.node, "features", i)
        check_keys(scope, shape, node, "an aggregation with `function: last` reads a column")
        text = computed_text(scope, shape, node)
        readable = Columns(types, closed=False)
        expr = None if text is None else expression(scope, text, at(node, "expr"), readable, dtype)
        if expr is None or dtype is None or shape.name is None:
            continue
        hint = f"it reads {listed(list(windows.types), 6)}" if windows.types else ""
        lacks = f"{item.title} has no window or feature"
        if not windows.whole or check_names(scope, lacks, expr, at(node, "expr"), list(types), hint):
            drafts.append(Draft(shape.name, dtype, expr, at(node, "expr")))
    found = inlined(scope, item.title, drafts, Columns(windows.types, closed=True))
    return features_of(item, drafts, found)


def check_keys(scope: Scope, shape: FeatureShape, node: Node, instead: str) -> None:
    """Report `column` and `default` of a feature that is computed from values (FC123)."""
    if shape.column is not None:
        message = "a feature computed from others reads no column"
        scope.problem("FC123", message, at(node, "column").span, instead)
    refuse_default(scope, shape, node, "write coalesce(x, ...) in its `expr`")


def refuse_default(scope: Scope, shape: FeatureShape, node: Node, instead: str) -> None:
    if shape.default is not None:
        message = "a feature computed from others takes no default"
        scope.problem("FC123", message, at(node, "default").span, instead)


def computed_text(scope: Scope, shape: FeatureShape, node: Node) -> str | None:
    """Return a computed feature's expression; None after reporting that there is none, or raw SQL (FC341)."""
    if isinstance(shape.expr, str):
        return shape.expr
    if shape.expr is not None:
        message = "raw SQL reads a source's columns, and this feature is computed from others"
        scope.problem("FC341", message, at(node, "expr").span, "write one expression for all dialects")
    elif not has(node, "expr") and shape.column is None:
        message = "missing key `expr`: the feature is computed from others"
        scope.problem("FC114", message, node.span, "add `expr: ...`")
    return None


def features_of(item: Item, drafts: Iterable[Draft], found: Mapping[str, Expr]) -> tuple[Feature, ...]:
    """Return the drafts that are ``found`` as features."""
    shapes = {
        shape.name: (shape, at(item.node, "features", i)) for i, shape in enumerate(item.shape.features)
    }
    made = []
    for draft in drafts:
        if draft.name in found:
            shape, node = shapes[draft.name]
            span = at(node, "name").span
            made.append(Feature(draft.name, draft.dtype, found[draft.name], None, shape_meta(shape), span))
    return tuple(made)
