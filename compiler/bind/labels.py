"""Labels: windows that look forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fcompile.compiler.bind.formulas import known_columns
from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.bind.values import dtype_of, duration_of, meta_of
from fcompile.compiler.bind.views import entities_of
from fcompile.compiler.bind.windows import Written, aggregated, told_by
from fcompile.compiler.definitions import Label


def bind_label(scope: Scope, item: Item) -> Label | None:
    """Return the label; what it refers to may be broken, its own mistakes are then still reported."""
    shape = item.shape
    entities = entities_of(scope, item)
    source = scope.find("sources", shape.source, item.span("source"))
    dtype = dtype_of(scope, shape.dtype, item.span("dtype"))
    written = Written(shape, item.node, dtype, source is not None)
    keys = tuple(key for entity in entities for key in entity.join_keys)
    columns = known_columns(source, keys)
    readable = known_columns(source, keys, {shape.column: told_by(written)} if shape.column else {})
    if len(entities) != len(shape.entities):  # the keys of a broken entity are not known
        columns, readable = replace(columns, closed=False), replace(readable, closed=False)
    found = aggregated(scope, written, columns, readable)
    horizon = duration_of(scope, item, "horizon", shape.horizon)
    maturity = duration_of(scope, item, "maturity", shape.maturity, positive=False)
    if source is None or found is None or horizon is None or len(entities) != len(shape.entities):
        return None
    span, meta = item.span("name"), meta_of(item)
    feature = found.feature(item.name, horizon, span, meta=meta)
    return Label(item.name, entities, source, feature, maturity or timedelta(0), meta, span)
