"""Which columns of a source are read by what is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fcompile.compiler.definitions import Feature, FeatureView, Label, Source
from fcompile.compiler.expressions.nodes import Expr, column_names
from fcompile.compiler.nested import view_read


def columns_read(definitions: Iterable[object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a source's name and columns of it that are read: times, join keys, and what expressions call.

    A source may be yielded several times. What views of views read are columns of views, and no source's.
    """
    for each in definitions:
        match each:
            case Source(name):
                times = (each.timestamp_field, each.created_timestamp_field, each.available_at)
                yield name, tuple(time for time in times if time is not None)
            case FeatureView(source=source) if view_read(source) is None:
                yield source.name, _of(each, each.features, each.filter)
            case Label(source=source):
                yield source.name, _of(each, (each.feature,), None)


def _of(view: FeatureView | Label, features: Iterable[Feature], filter: Expr | None) -> tuple[str, ...]:
    exprs = [filter, *(each for f in features for each in (f.expr, f.window.filter if f.window else None))]
    names = (name for expr in exprs if expr is not None for name in column_names(expr))
    return (*(key.name for key in view.join_keys), *names)
