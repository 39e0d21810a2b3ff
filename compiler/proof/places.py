"""Where a piece of a query's SQL stands in the YAML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.compiler.definitions import Query, Source
from fcompile.compiler.errors import Span
from fcompile.compiler.places import place_of
from fcompile.compiler.proof.wording import characters

if TYPE_CHECKING:
    from sqlglot import exp


def span_of(source: Source, node: exp.Expr | None) -> Span:
    """Return the place of ``node`` in the source's query; the source's own where that is not known."""
    query = source.relation
    if node is None or not isinstance(query, Query) or query.origin is None:
        return source.span
    found = characters(node, query.sql)
    if found is None:
        return query.origin.span
    start, end = found
    return place_of(query.origin, start, end - start)
