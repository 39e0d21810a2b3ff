"""``aggregations`` of a feature view: one feature a window, named after both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from fcompile.compiler.bind.scope import Item, Scope, at
from fcompile.compiler.bind.values import check_default, dtype_of, read_duration, shape_meta
from fcompile.compiler.bind.windows import Aggregated, Written, aggregated, told_by
from fcompile.compiler.definitions import Feature
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.infer import Columns

LIFETIME = "lifetime"
LONGEST_NAME = 63


def written_aggregations(scope: Scope, item: Item, sourced: bool) -> list[Written]:
    """Return the aggregations of a view as written, their types read; ``sourced``: its source is known."""
    nodes = [at(item.node, "aggregations", i) for i in range(len(item.shape.aggregations or ()))]
    return [
        Written(shape, node, dtype_of(scope, shape.dtype, at(node, "dtype").span), sourced)
        for shape, node in zip(item.shape.aggregations or (), nodes, strict=True)
    ]


def told_columns(aggregations: list[Written]) -> dict[str, DType | None]:
    """Return the columns that are aggregated; None where their type is not told, or two disagree about it."""
    types: dict[str, DType | None] = {}
    for each in aggregations:
        name = each.shape.column
        told = told_by(each)
        if name is not None:
            types[name] = told if types.get(name, told) == told else None
    return types


def bind_aggregations(
    scope: Scope, aggregations: list[Written], columns: Columns, readable: Columns
) -> Iterator[tuple[str, Span, Feature | None]]:
    """Yield each window's feature by its name; None for one that is wrong (reported)."""
    for written in aggregations:
        found = aggregated(scope, written, columns, readable)
        _check_default(scope, written, found)
        for text, length, span in _windows(scope, written):
            if written.shape.name is None:
                continue
            name = f"{written.shape.name}_{text}"
            if len(name) > LONGEST_NAME:
                message = f"a name has at most {LONGEST_NAME} characters; `{name}` has {len(name)}"
                scope.problem("FC201", message, span, "give the aggregation a shorter name")
            feature = _feature(written, found, name, length) if found else None
            yield name, span, feature


def _feature(written: Written, found: Aggregated, name: str, length: timedelta | None) -> Feature:
    shape: Any = written.shape
    return found.feature(name, length, written.span("name"), shape.default, shape_meta(shape))


def _windows(scope: Scope, written: Written) -> Iterator[tuple[str, timedelta | None, Span]]:
    """Yield text, length (None: ``lifetime``) and place of each window that can be read; report the others."""
    seen: set[str] = set()
    for i, text in enumerate(written.shape.windows or ()):
        span = at(written.node, "windows", i).span
        length = None if text == LIFETIME else read_duration(scope, text, "a window", span, LIFETIME)
        if text in seen:
            message = f"window `{text}` stands twice in `{written.shape.name}`"
            scope.problem("FC207", message, span, "remove one of the two")
        elif length is not None or text == LIFETIME:
            yield text, length, span
        seen.add(text)


def _check_default(scope: Scope, written: Written, found: Aggregated | None) -> None:
    default, span = written.shape.default, written.span("default")
    if found is not None and found.function.counts and default is not None:
        message = f"{found.function.name} over no rows is 0, and takes no default"
        scope.problem("FC354", message, span, "remove `default`")
    elif found is not None:
        check_default(scope, default, found.dtype, span)
    elif written.dtype is not None:
        check_default(scope, default, written.dtype, span)
