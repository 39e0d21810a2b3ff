"""Names in BigQuery that others hide: a column of the SELECT hides tables and columns in QUALIFY and HAVING, one of a
subquery's tables a table around it [RAN].

Beside a column ``e``, ``e.id`` is the field id of that column there.
cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#name_hiding
"""

from __future__ import annotations

from sqlglot import exp


def with_apart_tables(tree: exp.Expr) -> exp.Expr:
    """Each table's alias that is a column's name too gets an underscore behind it, or as many as it needs."""
    aliases = [each.this for each in tree.find_all(exp.TableAlias) if each.this is not None]
    columns = list(tree.find_all(exp.Column))
    names = {each.name.lower() for each in columns}
    names |= {each.alias.lower() for each in tree.find_all(exp.Alias)}
    tables = dict.fromkeys(each.name for each in aliases)
    fresh = {
        name: _apart(name, names | {t.lower() for t in tables}) for name in tables if name.lower() in names
    }
    if fresh:
        used = [c.args["table"] for c in columns if c.args.get("table") is not None]
        for identifier in (*aliases, *used):
            identifier.set("this", fresh.get(identifier.name, identifier.name))
    return tree


def _apart(name: str, names: set[str]) -> str:
    while name.lower() in names:
        name += "_"
    return name


def with_names_in_having(tree: exp.Expr) -> exp.Expr:
    """``HAVING MAX(x) > 1`` as ``HAVING x > 1`` where MAX(x) is x in the SELECT: the x within would be that one."""
    for having in list(tree.find_all(exp.Having)):
        select = having.parent
        known = (
            {e.this.sql(): e.args["alias"] for e in select.expressions if isinstance(e, exp.Alias)}
            if select
            else {}
        )
        for node in list(having.find_all(exp.AggFunc)):
            name = known.get(node.sql())
            if name is not None:
                node.replace(exp.Column(this=name.copy()))
    return tree
