"""Names of tables in BigQuery, which columns hide: in QUALIFY those of the SELECT, in a subquery its own [RAN].

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
