"""What stands in FROM: tables, subqueries, common table expressions, functions and lists of rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.relation import Need, Origin, Relation, Scan, Value, assumption, merged
from fcompile.compiler.proof.scalars import value_of
from fcompile.compiler.proof.scope import Named, Scope
from fcompile.compiler.proof.tables import name_of
from fcompile.compiler.proof.terms import FOREVER, Column, Made
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp

_TABLE_ARGS = frozenset(
    ["this", "db", "catalog", "alias", "sample", "joins", "laterals", "only", "hints", "ordinality"]
)


def read(node: exp.Expr, scope: Scope) -> tuple[Named, ...]:
    """Return the relations that ``node`` brings, with their aliases."""
    from sqlglot import exp

    if isinstance(node, exp.Final):
        text = f"`FINAL` of `{said(node)}` drops no row that was known: it keeps the newest version of each"
        return tuple((name, each.needing([assumption(text, node)])) for name, each in read(node.this, scope))
    if isinstance(node, exp.Paren):
        return read(node.this, scope)
    if isinstance(node, exp.Table):
        return ((node.alias_or_name.lower(), _renamed(_table(node, scope), node)),)
    if isinstance(node, exp.Subquery):
        return (_subquery(node, scope),)
    if isinstance(node, exp.Lateral):
        return (_lateral(node, scope),)
    if isinstance(node, exp.Func) and not _makes_rows(node):
        return ((node.alias.lower(), _read_by(node, scope)),)
    if isinstance(node, exp.Unnest | exp.Values | exp.Func):
        return ((node.alias.lower(), _made(node, scope)),)
    return (("", unknown(node, scope)),)


def unknown(node: exp.Expr, scope: Scope) -> Relation:
    """Return rows of which nothing is known but that they are there: said to keep known times."""
    use = scope.context.number()
    text = f"`{said(node)}` keeps the known times of its rows: it was not understood"
    return Relation(scans=(Scan(use, "", True),), rows=(assumption(text, node),), uses=frozenset((use,)))


def _table(node: exp.Table, scope: Scope) -> Relation:
    from sqlglot import exp

    if any(value for key, value in node.args.items() if key not in _TABLE_ARGS):
        return unknown(node, scope)
    if isinstance(node.this, exp.ReadParquet | exp.ReadCSV):
        made = _files(node, scope)
    elif isinstance(node.this, exp.Func):
        made = _made(node.this, scope, node) if _makes_rows(node.this) else _read_by(node.this, scope)
    else:
        made = _named(node, scope)
    if node.args.get("sample") is not None:
        made = made.needing([Need(FOREVER, sampled(node))])
    return unknown(node, scope) if node.args.get("joins") or node.args.get("laterals") else made


def _files(node: exp.Table, scope: Scope) -> Relation:
    from sqlglot import exp

    paths = [each for each in node.this.iter_expressions() if isinstance(each, exp.Literal)]
    if len(paths) != 1:
        return _read_by(node.this, scope)
    return scope.context.tables.scan(scope.context, paths[0].name.lower(), node)


def _makes_rows(node: exp.Expr) -> bool:
    """Whether a function makes rows of its arguments; all others may read tables, files or services."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous):
        return _MAKES_ROWS.match(node.name) is not None
    return not isinstance(node, exp.ReadParquet | exp.ReadCSV)


_MAKES_ROWS = re.compile(
    r"^(unnest|generate_\w+|range|sequence|numbers(_mt)?|zeros(_mt)?|flatten|json_(each|tree|array_elements\w*|object_keys)"
    r"|jsonb_(each\w*|array_elements\w*|object_keys)|json_each_text|json_tuple|regexp_(split_to_table|matches)|string_split"
    r"|string_to_table|split_to_table|strtok_split_to_table|(pos)?explode\w*|inline\w*|stack|values|repeat_row"
    r"|generateseries|arrayjoin)$",
    re.IGNORECASE,
)


def _read_by(node: exp.Expr, scope: Scope) -> Relation:
    """Rows that a function reads from elsewhere: a table that is named by the call."""
    needs = _made(node, scope).rows
    return scope.context.tables.scan(scope.context, node.sql(comments=False).lower(), node).needing(needs)


def _named(node: exp.Table, scope: Scope) -> Relation:
    name = name_of(node)
    found = scope.tables.get(name)
    if found is None:
        return scope.context.tables.scan(scope.context, name, node)
    query, around = found
    if query is None:
        return unknown(node, scope)
    return scope.context.select(query, around)


def sampled(node: exp.Expr) -> Origin:
    text = said(node)
    return Origin(
        "FC253", f"`{text}` is another sample whenever the query runs", "sample by a hash of the key", node
    )


def _subquery(node: exp.Subquery, scope: Scope) -> Named:
    """A subquery of FROM sees nothing beside it."""
    plain = Scope(scope.context, outer=scope.outer, tables=scope.tables)
    if node.args.get("pivots") or node.args.get("sample"):
        return node.alias.lower(), unknown(node, scope)
    return node.alias.lower(), _renamed(scope.context.select(node, plain), node)


def _lateral(node: exp.Lateral, scope: Scope) -> Named:
    """A lateral subquery or function sees the relations before it."""
    from sqlglot import exp

    inner = node.this
    if isinstance(inner, exp.Query):
        return node.alias.lower(), _renamed(scope.context.select(inner, scope.inside()), node)
    made = _made(inner, scope, node) if _makes_rows(inner) else _read_by(inner, scope)
    return node.alias.lower(), made


def _made(node: exp.Expr, scope: Scope, named: exp.Expr | None = None) -> Relation:
    """Rows that a function makes of its arguments: known with what it reads."""
    use = scope.context.number()
    needs = merged(*(value_of(each, scope).needs for each in node.iter_expressions() if not _is_name(each)))
    made = Relation(scans=(Scan(use, "", True),), rows=needs, uses=frozenset((use,)))
    names = [each.name.lower() for each in _columns(named or node)]
    told = {name: Value(Column(use, name)) for name in names}
    return replace(made, columns=told, scans=()) if told else made


def _is_name(node: exp.Expr) -> bool:
    from sqlglot import exp

    return isinstance(node, exp.TableAlias | exp.Identifier)


def _columns(node: exp.Expr) -> list[exp.Expr]:
    alias = node.args.get("alias")
    return list(alias.args.get("columns") or []) if alias is not None and hasattr(alias, "args") else []


def _renamed(relation: Relation, node: exp.Expr) -> Relation:
    """Return the columns under the names of ``t(a, b)``, which are those of the first ones, by their place."""
    names = [each.name.lower() for each in _columns(node)]
    if not names:
        return relation
    if relation.scans or len(names) > len(relation.columns):
        return _misnamed(relation, names, node)
    told = zip((*names, *list(relation.columns)[len(names) :]), relation.columns.values(), strict=True)
    columns: dict[str, Value] = {}
    for name, value in told:
        columns.setdefault(name, value)
    return replace(relation, columns=columns)


def _misnamed(relation: Relation, names: list[str], node: exp.Expr) -> Relation:
    """Of a table whose columns nobody lists, which of them a name means cannot be told: it may be any."""
    text = (
        f"the columns of `{said(node)}` are known with their rows: name them in a SELECT, not by their place"
    )
    needs = merged(*(value.needs for value in relation.columns.values()), [assumption(text, node)])
    told = {
        name: Value(Made("?" + name, tuple(Column(use, name) for use in sorted(relation.uses))), needs)
        for name in names
    }
    return replace(relation, columns={**told}, hidden=relation.hidden | {*relation.columns})
