"""A query, clause by clause, to what is known of its rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.closing import closed
from fcompile.compiler.proof.facts import facts_of
from fcompile.compiler.proof.groups import grouped
from fcompile.compiler.proof.joins import joined
from fcompile.compiler.proof.output import projected
from fcompile.compiler.proof.picking import distinct, limited, once
from fcompile.compiler.proof.reading import read, sampled, unknown
from fcompile.compiler.proof.relation import Need, Origin, Relation, Value, assumption, merged
from fcompile.compiler.proof.scalars import needs_of, value_of
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import FOREVER, ZERO, Column, Over
from fcompile.compiler.proof.unions import paired, union
from fcompile.compiler.proof.wording import said

if TYPE_CHECKING:
    from sqlglot import exp

_UNDERSTOOD = frozenset(
    ["expressions", "from_", "joins", "laterals", "where", "prewhere", "group", "having", "qualify", "windows",
     "distinct", "order", "limit", "offset", "with_", "hint", "settings", "format", "cluster", "distribute", "sort",
     "locks", "kind", "operation_modifiers"]
)  # fmt: skip


def interpret(node: exp.Expr, scope: Scope) -> Relation:
    """Return what is known of the rows of a query in ``scope``."""
    from sqlglot import exp

    if scope.context.spent():
        return unknown(node, scope)
    scope = _with_tables(node, scope)
    if isinstance(node, exp.Paren):
        return interpret(node.this, scope)
    if isinstance(node, exp.Subquery):
        return _bracketed(node, scope)
    if isinstance(node, exp.Select):
        return _select(node, scope)
    if isinstance(node, exp.SetOperation):
        return limited(node, _set_operation(node, scope), scope)
    if isinstance(node, exp.Table | exp.Values):
        return read(node, scope)[0][1]
    return unknown(node, scope)


def _bracketed(node: exp.Subquery, scope: Scope) -> Relation:
    """``(select ...) order by at limit 5``: what stands behind the brackets is of the whole."""
    made = interpret(node.this, scope)
    odd = [key for key, value in node.args.items() if value and key not in _BRACKETS]
    if odd:
        text = f"`{odd[0].upper()}` of `{said(node)}` was not understood"
        made = made.needing([assumption(text, node)])
    return limited(node, made, scope)


_BRACKETS = frozenset(["this", "alias", "with_", "order", "limit", "offset"])


def _with_tables(node: exp.Expr, scope: Scope) -> Scope:
    """Return the scope with the query's common table expressions; those that read themselves are not looked into."""
    written = node.args.get("with_")
    if written is None:
        return scope
    for each in written.expressions:
        name = each.alias.lower()
        itself = written.args.get("recursive") and any(t.name.lower() == name for t in _tables(each.this))
        query = None if itself else _named_columns(each)
        scope = scope.with_tables({name: (query, scope)})  # type: ignore[dict-item]
    return scope


def _named_columns(table: exp.CTE) -> exp.Expr:
    from sqlglot import exp

    alias = table.args.get("alias")
    if alias is None or not alias.args.get("columns"):
        plain: exp.Expr = table.this
        return plain
    return exp.Select(
        expressions=[exp.Star()],
        from_=exp.From(this=exp.Subquery(this=table.this.copy(), alias=alias.copy())),
    )


def _tables(node: exp.Expr) -> Iterator[exp.Table]:
    from sqlglot import exp

    yield from node.find_all(exp.Table)


def _select(node: exp.Select, scope: Scope) -> Relation:
    odd = [key for key, value in node.args.items() if value and key not in _UNDERSTOOD]
    scope = _from(node, scope)
    scope = replace(scope, aliases=_Aliases(node, scope))
    for key in ("prewhere", "where"):
        scope = _filtered(scope, node.args.get(key))
    scope = grouped(node, scope)
    scope = replace(scope, aliases=_Aliases(node, scope))
    scope = _filtered(scope, node.args.get("having"))
    scope = replace(scope, windows={each.name.lower(): each for each in node.args.get("windows") or []})
    scope = replace(scope, aliases=_Aliases(node, scope))
    # Windows are of the rows before QUALIFY: what it says holds for those that are left only.
    before, scope = scope, _filtered(scope, node.args.get("qualify"))
    rows = scope.rows.rows
    columns, scans, hidden = projected(node, before)
    made = Relation(columns, scans, rows, scope.rows.facts, scope.rows.uses | _uses(columns), hidden)
    if "sample" in odd:
        made = made.needing([Need(FOREVER, sampled(node.args["sample"]))])
    elif odd:
        made = made.needing([assumption(f"`{odd[0].upper()}` of the query was not understood", node)])
    made = distinct(node, made, scope)
    return limited(node, made, scope)


def _uses(columns: Mapping[str, Value]) -> frozenset[int]:
    return frozenset(v.term.relation for v in columns.values() if isinstance(v.term, Column))


def _from(node: exp.Select, scope: Scope) -> Scope:
    start = node.args.get("from_")
    if start is not None:
        named = read(start.this, scope)
        rows = named[0][1] if len(named) == 1 else Relation()
        scope = replace(scope, named=named, rows=Relation({}, (), rows.rows, rows.facts, rows.uses))
    joins = [
        *(start.this.args.get("joins") or [] if start is not None else []),
        *(node.args.get("joins") or []),
    ]
    for join in joins:
        scope = joined(scope, join, read)
    for lateral in node.args.get("laterals") or []:
        named = read(lateral, scope)
        more = named[0][1]
        rows = replace(
            scope.rows.needing(more.rows),
            facts=(*scope.rows.facts, *more.facts),
            uses=scope.rows.uses | more.uses,
        )
        scope = replace(scope, named=(*scope.named, *named), rows=rows)
    return scope


class _Aliases(Mapping[str, Value]):
    """What SELECT names, interpreted when it is asked for; a name does not see itself."""

    def __init__(self, node: exp.Select, scope: Scope) -> None:
        from sqlglot import exp

        self.scope = replace(scope, aliases={})
        self.nodes = {
            each.alias.lower(): each.this for each in node.expressions if isinstance(each, exp.Alias)
        }
        self.asked: set[str] = set()
        # `date_trunc('hour', at) as at`: the name means the column elsewhere, as it does in there.
        self.own = {
            n for n, each in self.nodes.items() if any(c.name.lower() == n for c in each.find_all(exp.Column))
        }

    def __getitem__(self, name: str) -> Value:
        if name in self.asked or name not in self.nodes:
            raise KeyError(name)
        self.asked.add(name)
        try:
            return value_of(self.nodes[name], replace(self.scope, aliases=self))
        finally:
            self.asked.discard(name)

    def __contains__(self, name: object) -> bool:
        return name in self.nodes and name not in self.asked and name not in self.own

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


def _filtered(scope: Scope, clause: exp.Expr | None) -> Scope:
    """A filter keeps rows with their bounds; what it reads of them decides that they are there."""
    if clause is None:
        return scope
    rows = scope.rows.needing(needs_of(clause.this, scope))
    rows = replace(rows, facts=(*rows.facts, *facts_of(clause.this, scope)))
    made = replace(scope, rows=rows)
    if made.groups is not None:
        made = replace(made, groups=replace(made.groups, needs=rows.rows))
    return made


def _set_operation(node: exp.SetOperation, scope: Scope) -> Relation:
    from sqlglot import exp

    left, right = interpret(node.left, scope), interpret(node.right, scope)
    if isinstance(node, exp.Union):
        made = union(node, left, right, scope)
        return made if node.args.get("distinct") is False else once(made, scope, node)
    group = scope.context.number()
    word = "EXCEPT" if isinstance(node, exp.Except) else "INTERSECT"
    message = f"rows of the other side of {word} that become known later change what is there"
    origin = Origin("FC250", message, "compare with rows known by then, by a join", node)
    needs = merged(right.rows, *(value.needs for value in right.columns.values()))
    equal = tuple(
        fact
        for _, a, b in paired(node, left, right)
        for fact in ((a.term, b.term, ZERO), (b.term, a.term, ZERO))
    )
    found = []
    for need in needs:
        # Rows that are equal to one of the left side are known by what it says of their times.
        kept = closed(scope.context.order, need, (), (*equal, *right.facts), right.uses)
        found.append(Need(Over("max", need.term, group), origin) if kept is None else kept)
    return once(left.needing(found), scope, node)
