"""Which columns of tables the columns of a ``query:`` are made of, as far as can be told without a schema."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot.lineage import Node

ANY = "*"
"""Stands for every output column of a query that passes all columns of one table on; then a table, not a column."""


@lru_cache(maxsize=4_096)
def traced(sql: str, dialect: str) -> Mapping[str, tuple[str, ...]]:
    """Return output columns, in lower case, with the ``schema.table.column`` that each is made of, sorted.

    What cannot be told is left out: of columns without their table's name among several tables, of ``*`` over
    several, of SQL that sqlglot cannot follow. Never raises. A column of constants is made of nothing.
    """
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage

    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        nodes = lineage(None, sql, {}, dialect=dialect, trim_selects=False)
    except (SqlglotError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    finally:
        logger.disabled = before
    assert isinstance(nodes, dict)  # noqa: S101  as asked for
    found = {name.lower(): _bases(node) for name, node in nodes.items()}
    return {name: bases for name, bases in sorted(found.items()) if bases is not None}


def _bases(node: Node) -> tuple[str, ...] | None:
    """Return what ``node`` comes from in the end; None where one of it cannot be told."""
    from sqlglot import exp

    found: set[str] = set()
    for leaf in node.walk():
        if leaf.downstream:
            continue
        if isinstance(leaf.expression, exp.Table):
            if not isinstance(leaf.expression.this, exp.Identifier):
                return None  # a function that returns rows
            found.add(_base(leaf, leaf.expression))
        elif leaf.expression.find(exp.Column, exp.Placeholder, exp.Star) and not _counts(leaf.expression):
            return None
    stars = [each for each in found if each.endswith(f".{ANY}")]
    return None if stars and len(found) > 1 else tuple(sorted(found))


def _base(leaf: Node, table: object) -> str:
    from sqlglot import exp

    assert isinstance(table, exp.Table)  # noqa: S101  the caller's promise
    parts = [part.name for part in table.parts]
    column = ANY if leaf.name == ANY else exp.to_column(leaf.name).name
    return ".".join((*parts, column)).lower()


def _counts(expression: object) -> bool:
    """Whether the only star is that of ``count(*)``, which reads rows and no column."""
    from sqlglot import exp

    assert isinstance(expression, exp.Expr)  # noqa: S101  of sqlglot's own tree
    stars = list(expression.find_all(exp.Star))
    others = expression.find(exp.Column, exp.Placeholder)
    return bool(stars) and others is None and all(isinstance(star.parent, exp.Count) for star in stars)
