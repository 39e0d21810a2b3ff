"""Queries that users wrote, in the trees that sqlglot's BigQuery looks into before it writes them."""

from __future__ import annotations

from sqlglot import exp


def with_opaque_queries(tree: exp.Expr) -> exp.Expr:
    """``(text of a query) AS q`` as a table of that name: as a subquery, sqlglot asks the text for its columns."""
    for query in list(tree.find_all(exp.Subquery)):
        if isinstance(query.this, exp.Var):
            text = exp.Var(this=f"({query.this.name})")
            query.replace(exp.Table(this=text, alias=query.args.get("alias")))
    return tree
