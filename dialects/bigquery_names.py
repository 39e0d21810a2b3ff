"""Names in BigQuery's QUALIFY, where a column of the SELECT hides a table of the same name [RAN].

cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#qualify_clause
"""

from __future__ import annotations

from sqlglot import exp

from fcompile.dialects.rewrites import without_qualify


def without_hidden_tables(tree: exp.Expr) -> exp.Expr:
    """Each QUALIFY as a subquery, if one stands where ``e.id`` would be a field of a column that is named ``e``."""
    chosen = [tree, *tree.find_all(exp.Select)]
    hidden = any(isinstance(each, exp.Select) and _hides(each) for each in chosen)
    return without_qualify(tree) if hidden else tree


def _hides(select: exp.Select) -> bool:
    if select.args.get("qualify") is None:
        return False
    columns = {each.alias_or_name.lower() for each in select.expressions}
    tables = [each.this for each in (select.args.get("from_"), *(select.args.get("joins") or ())) if each]
    return any(each.alias_or_name.lower() in columns for each in tables)
