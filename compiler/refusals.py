"""What a dialect cannot say: each use of it, with its place. Nothing is lowered approximately instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fcompile.compiler.definitions import (
    Definitions,
    Feature,
    FeatureView,
    Label,
    OnDemandView,
)
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, FcompileError, Span
from fcompile.compiler.expressions.engines.registry import words_of
from fcompile.compiler.expressions.engines.words import Words
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.nodes import Call, Cast, Expr, Place, Raw, children
from fcompile.compiler.places import place_of
from fcompile.dialects.base import Dialect

Defined = FeatureView | OnDemandView | Label


def refuse(definitions: Definitions, engine: Dialect, files: Mapping[str, str] | None = None) -> None:
    """Raise FcompileError with everything in ``definitions`` that ``engine`` cannot say.

    FC391 a function or cast, FC392 a dtype, FC393 an aggregation.
    """
    views: list[Defined] = [*definitions.feature_views.values()]
    views += definitions.on_demand_feature_views.values()
    problems = refused((*views, *definitions.labels.values()), engine)
    if problems:
        raise FcompileError(*problems, files=files or {})


def refused(defined: Iterable[Defined], engine: Dialect) -> tuple[Diagnostic, ...]:
    """Return what ``engine`` cannot say of views and labels, each problem once."""
    return tuple(dict.fromkeys(problem for each in defined for problem in _of(each, engine)))


def _of(defined: Defined, engine: Dialect) -> Iterator[Diagnostic]:
    if isinstance(defined, OnDemandView):
        for feature in defined.features:
            yield from _of_feature(feature, engine)
        return
    for key in defined.join_keys:
        yield from _of_type(f"join key `{key.name}`", key.dtype, defined.span, engine)
    if isinstance(defined, Label):
        yield from _of_feature(defined.feature, engine)
        return
    if defined.filter is not None:
        yield from _of_expression(defined.filter, defined.span, engine)
    for feature in defined.features:
        yield from _of_feature(feature, engine)


def _of_feature(feature: Feature, engine: Dialect) -> Iterator[Diagnostic]:
    yield from _of_type(f"feature `{feature.name}`", feature.dtype, feature.span, engine)
    yield from _of_expression(feature.expr, feature.span, engine)
    window = feature.window
    if window is None:
        return
    if window.function in engine.refused_aggregations:
        reason = engine.refused_aggregations[window.function]
        message = f"{engine.name} has no {window.function}: {reason}"
        yield Diagnostic("FC393", message, feature.span)
    if window.filter is not None:
        yield from _of_expression(window.filter, feature.span, engine)


def _of_type(what: str, dtype: DType, span: Span, engine: Dialect) -> Iterator[Diagnostic]:
    for part in _parts(dtype):
        if part.kind in engine.refused_types:
            message = (
                f"{what} is {dtype}, which {engine.name} does not hold: {engine.refused_types[part.kind]}"
            )
            yield Diagnostic("FC392", message, span)
            return


def _parts(dtype: DType) -> Iterator[DType]:
    yield dtype
    for inner in (*([dtype.item] if dtype.item is not None else []), *(kind for _, kind in dtype.fields)):
        yield from _parts(inner)


def _of_expression(expr: Expr, span: Span, engine: Dialect) -> Iterator[Diagnostic]:
    words = words_of(engine.name)
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Raw) and engine.name in dict(node.texts):
            continue
        found = reason(node, words)
        if found is not None:
            message = f"{engine.name} has no {found[0]}: {found[1]}"
            hint = f"give it SQL of its own: expr: {{default: ..., {engine.name}: ...}}"
            yield Diagnostic("FC391", message, _span(node.place, span), hint)
        stack.extend(reversed(children(node)))


def reason(node: Expr, words: Words) -> tuple[str, str] | None:
    """What is refused at ``node`` itself, in words, and why."""
    match node:
        case Call(function) if function in words.refused:
            return f"`{TABLE[function].syntax}`", words.refused[function]
        case Call(function) if function in words.refused_calls:
            why = words.refused_calls[function](node)
            return None if why is None else (f"`{TABLE[function].syntax}` of this", why)
        case Cast(_, dtype, source, safe=safe) if source != dtype:
            kind = "" if source is None else source.kind
            pairs = ((kind, dtype.kind), ("*", dtype.kind), (kind, "*"))
            tried = (("try", dtype.kind), ("try", "*")) if safe else ()
            why = next((words.refused_casts[p] for p in (*tried, *pairs) if p in words.refused_casts), None)
            name = "try_cast" if safe else "cast"
            return None if why is None else (f"{name} of {source or 'this'} to {dtype}", why)
    return None


def _span(place: Place, otherwise: Span) -> Span:
    return otherwise if place.origin is None else place_of(place.origin, place.start, place.length)
