"""Leaves of sqlglot's trees: one a name, shared by all trees. Nothing asks a leaf for its parent or changes it."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

MOST = 65_536
"""Leaves of a kind that are kept at a time."""


@lru_cache(maxsize=MOST)
def identifier(name: str) -> exp.Identifier:
    """A quoted name."""
    return exp.Identifier(this=name, quoted=True)


@lru_cache(maxsize=MOST)
def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its quoted name, behind that of a table if there is one."""
    if table is None:
        return exp.Column(this=identifier(name))
    return exp.Column(this=identifier(name), table=identifier(table))


@lru_cache(maxsize=256)
def plain_type(name: str) -> exp.DataType:
    """A type without arguments, by the name that sqlglot has for it."""
    return exp.DataType(this=exp.DataType.Type[name])


def is_leaf(node: exp.Expr) -> bool:
    """Whether it is the one column or type of its name that is shared."""
    this, table = node.args["this"], node.args.get("table")
    if isinstance(node, exp.Column):
        return column(this.name, table.name if table else None) is node
    return isinstance(this, exp.DType) and plain_type(this.name) is node
