"""Which columns of a source are read by what is made of it, and where their declared type counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fcompile.compiler.definitions import Feature, FeatureView, Label, Source
from fcompile.compiler.expressions.nodes import Cast, Column, Expr, column_names
from fcompile.compiler.nested import view_read


@dataclass(frozen=True, slots=True)
class Read:
    """Columns of a source that are read.

    Attributes:
        all: times, join keys, and what expressions call.
        typed: of these, what is computed with as the contract declares it. Others are brought to the type of their
            feature or key, whatever it is.
        times: of these, times.
    """

    all: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()

    def __or__(self, other: Read) -> Read:
        return Read(self.all | other.all, self.typed | other.typed, self.times | other.times)


def columns_read(definitions: Iterable[object]) -> Iterator[tuple[str, Read]]:
    """Yield a source's name and what is read of it; a source may be yielded several times.

    What views of views read are columns of views, and no source's.
    """
    for each in definitions:
        match each:
            case Source(name):
                times = (each.timestamp_field, each.created_timestamp_field, each.available_at)
                found = frozenset(time for time in times if time is not None)
                yield name, Read(found, frozenset(), found)
            case FeatureView(source=source) if view_read(source) is None:
                yield source.name, _of(each, each.features, each.filter)
            case Label(source=source):
                yield source.name, _of(each, (each.feature,), None)


def _of(view: FeatureView | Label, features: tuple[Feature, ...], filter: Expr | None) -> Read:
    exprs = [filter, *(expr for f in features for expr in _computed(f))]
    typed = frozenset(name for expr in exprs if expr is not None for name in column_names(expr))
    plain = (as_column(f).expr for f in features)
    read = {key.name for key in view.join_keys} | {each.name for each in plain if isinstance(each, Column)}
    return Read(typed | read, typed)


def _computed(feature: Feature) -> tuple[Expr | None, ...]:
    if feature.window is not None:
        return feature.expr, feature.window.filter
    return () if isinstance(as_column(feature).expr, Column) else (feature.expr,)


def as_column(feature: Feature) -> Feature:
    """Return a feature that is a column of floats brought to its dtype as that column; others as they are.

    float32 that is cast to float64 is read as any column is, by one cast: whether it is declared float32 or float64
    is in no statement, of any dialect.
    """
    expr = feature.expr
    if feature.window is not None or not isinstance(expr, Cast) or expr.safe:
        return feature
    kinds = expr.source and expr.source.kind, expr.dtype.kind, feature.dtype.kind
    plain = isinstance(expr.operand, Column) and kinds == ("float32", "float64", "float64")
    return replace(feature, expr=expr.operand) if plain else feature
