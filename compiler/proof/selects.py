"""A query, clause by clause, to what is known of its rows and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.closing import closed
from fcompile.compiler.proof.groups import grouped
from fcompile.compiler.proof.joins import joined
from fcompile.compiler.proof.reading import read, sampled, unknown
from fcompile.compiler.proof.relation import Need, Needs, Origin, Relation, Scan, Value, assumption, merged
from fcompile.compiler.proof.scalars import facts_of, needs_of, value_of
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import FOREVER, NEVER, ZERO, Branches, Column, Over, Term
from fcompile.compiler.proof.windows import Frame, Reach, of_frame
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

    node = node.unnest()
    if scope.context.spent():
        return unknown(node, scope)
    scope = _with_tables(node, scope)
    if isinstance(node, exp.Select):
        return _select(node, scope)
    if isinstance(node, exp.SetOperation):
        return _limited(node, _set_operation(node, scope), scope)
    if isinstance(node, exp.Table | exp.Values):
        return read(node, scope)[0][1]
    return unknown(node, scope)


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
    scope = _filtered(scope, node.args.get("qualify"))
    rows = scope.rows.rows
    columns, scans, hidden = _projected(node, scope)
    made = Relation(columns, scans, rows, scope.rows.facts, scope.rows.uses | _uses(columns), hidden)
    if "sample" in odd:
        made = made.needing([Need(FOREVER, sampled(node.args["sample"]))])
    elif odd:
        made = made.needing([assumption(f"`{odd[0].upper()}` of the query was not understood", node)])
    made = _distinct(node, made, scope)
    return _limited(node, made, scope)


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


def _projected(node: exp.Select, scope: Scope) -> tuple[dict[str, Value], tuple[Scan, ...], frozenset[str]]:
    """Return the columns, the tables of which all columns are there, and those left out of these."""
    from sqlglot import exp

    columns: dict[str, Value] = {}
    scans: list[Scan] = []
    hidden: set[str] = set()
    for place, each in enumerate(node.expressions):
        star = each.this if isinstance(each, exp.Column) else each
        if isinstance(star, exp.Star):
            table = each.table.lower() if isinstance(each, exp.Column) else ""
            made, more, without = _star(star, table, scope)
            columns.update(made)
            scans += more
            hidden |= without
            continue
        name = (each.alias_or_name or f"_{place}").lower()
        columns[name] = _fresh(value_of(each, scope), each, name, scope)
    return columns, tuple(scans), frozenset(hidden)


def _star(star: exp.Star, table: str, scope: Scope) -> tuple[dict[str, Value], list[Scan], set[str]]:
    columns: dict[str, Value] = {}
    scans: list[Scan] = []
    hidden = {each.name.lower() for each in star.args.get("except_") or []}
    for alias, each in scope.named:
        if table and alias != table:
            continue
        for name, value in each.columns.items():
            if name not in hidden:
                columns.setdefault(name, value)
        scans += each.scans
        hidden |= each.hidden
    for each in star.args.get("replace") or []:
        columns[each.alias.lower()] = value_of(each.this, scope)
    for each in star.args.get("rename") or []:
        old = each.this.name.lower()
        if old in columns:
            columns[each.alias.lower()] = columns.pop(old)
        else:
            columns[each.alias.lower()] = value_of(each.this, scope)
            hidden.add(old)
    return columns, scans, hidden


def _fresh(value: Value, node: exp.Expr, name: str, scope: Scope) -> Value:
    """Each row that a function of SELECT makes has an instant of its own."""
    from sqlglot import exp

    inner = node.unalias()
    if isinstance(inner, exp.Explode | exp.Unnest | exp.Posexplode):
        return replace(value, term=Column(scope.context.number(), name))
    return value


def _distinct(node: exp.Select, made: Relation, scope: Scope) -> Relation:
    """DISTINCT groups by all columns; DISTINCT ON keeps the first row of each group, by ORDER BY."""
    from sqlglot import exp

    distinct = node.args.get("distinct")
    if distinct is None:
        return made
    on = distinct.args.get("on")
    if on is None:
        return made if made.scans else _once(made, scope, node)
    keys = [
        value_of(each, scope) for each in (on.expressions if isinstance(on, exp.Tuple) else [on.unnest()])
    ]
    order = [
        each for each in _ordered(node) if value_of(each.this, scope).term not in [key.term for key in keys]
    ]
    return _firsts(made, scope, node, tuple(key.term for key in keys), order, "DISTINCT ON")


def _ordered(node: exp.Expr) -> list[exp.Ordered]:
    order = node.args.get("order")
    return list(order.expressions) if order is not None else []


def _once(made: Relation, scope: Scope, node: exp.Expr) -> Relation:
    """Rows that are equal become one: it is there from the first of them on, and all say when that is."""
    bounds = tuple(value.term for value in made.columns.values())
    needs = merged(made.rows, *(value.needs for value in made.columns.values()))
    group, found = scope.context.number(), []
    message = f"`{said(node)[:40]}...` drops the known times of rows that are otherwise equal"
    origin = Origin("FC254", message, "select the known time too", node, "equal rows become known together")
    for need in needs:
        kept = closed(scope.context.order, need, bounds, made.facts, made.uses)
        found.append(Need(Over("max", need.term, group), origin) if kept is None else kept)
    return replace(
        made, rows=merged(found), columns={name: Value(v.term) for name, v in made.columns.items()}
    )


def _firsts(
    made: Relation,
    scope: Scope,
    node: exp.Expr,
    keys: tuple[Term, ...],
    order: list[exp.Ordered],
    what: str,
) -> Relation:
    """The first rows of each partition, in an order: a later one must not come before them."""
    needs = merged(made.rows, *(value_of(each.this, scope).needs for each in order))
    if order and not order[0].args.get("desc"):
        frame = Frame(Reach.PAST, keys, (value_of(order[0].this, scope).term,), True, what)
    else:
        frame = Frame(Reach.AHEAD, keys, (), True, what)
    piece = node.args["order"] if order else node.args.get("limit") or node
    return made.needing(of_frame(needs, frame, (what, keys, frame.order), piece, scope))


def _limited(node: exp.Expr, made: Relation, scope: Scope) -> Relation:
    """LIMIT keeps the first rows of all, or of each partition (``LIMIT n BY``)."""
    limit = node.args.get("limit") or node.args.get("offset")
    if limit is None:
        return made
    keys = tuple(value_of(each, scope).term for each in limit.args.get("expressions") or [])
    rows = replace(scope.rows, rows=made.rows, facts=made.facts, uses=made.uses)
    inner = replace(scope, named=(*scope.named, ("", made)), rows=rows)
    return _firsts(made, inner, node, keys, _ordered(node), "LIMIT")


def _set_operation(node: exp.SetOperation, scope: Scope) -> Relation:
    from sqlglot import exp

    left, right = interpret(node.left, scope), interpret(node.right, scope)
    if isinstance(node, exp.Union):
        made = _union(node, left, right, scope)
        return made if node.args.get("distinct") is False else _once(made, scope, node)
    group = scope.context.number()
    word = "EXCEPT" if isinstance(node, exp.Except) else "INTERSECT"
    message = f"rows of the other side of {word} that become known later change what is there"
    origin = Origin("FC250", message, "compare with rows known by then, by a join", node)
    needs = merged(right.rows, *(value.needs for value in right.columns.values()))
    equal = tuple(
        fact
        for _, a, b in _paired(node, left, right)
        for fact in ((a.term, b.term, ZERO), (b.term, a.term, ZERO))
    )
    found = []
    for need in needs:
        # Rows that are equal to one of the left side are known by what it says of their times.
        kept = closed(scope.context.order, need, (), (*equal, *right.facts), right.uses)
        found.append(Need(Over("max", need.term, group), origin) if kept is None else kept)
    return _once(left.needing(found), scope, node)


def _union(node: exp.SetOperation, left: Relation, right: Relation, scope: Scope) -> Relation:
    """A row of a union is of one branch, with that branch's bound and facts."""
    context = scope.context
    if left.scans or right.scans:
        return _open_union(node, left, right, scope)
    number = context.number()
    context.order.branches[number] = (left.facts, right.facts)
    pairs = _paired(node, left, right)
    columns = {
        name: Value(
            Branches(number, (a.term, b.term)),
            merged(_of_branch(number, 0, a.needs), _of_branch(number, 1, b.needs)),
        )
        for name, a, b in pairs
    }
    rows = merged(_of_branch(number, 0, left.rows), _of_branch(number, 1, right.rows))
    return Relation(columns, (), rows, (), left.uses | right.uses)


def _open_union(node: exp.SetOperation, left: Relation, right: Relation, scope: Scope) -> Relation:
    """With ``select *`` of tables nobody knows which columns meet: taken by name."""
    number = scope.context.number()
    rows = merged(left.rows, right.rows)
    text = f"`{said(node)}` puts together columns of the same names, known times too: write them out"
    scans = (*left.scans, *right.scans)
    del number
    return Relation(
        {**right.columns, **left.columns},
        scans[:1],
        merged(rows, [assumption(text, node)]),
        (),
        left.uses | right.uses,
    )


def _paired(node: exp.SetOperation, left: Relation, right: Relation) -> list[tuple[str, Value, Value]]:
    if node.args.get("by_name"):
        missing = Value(NEVER)
        names = dict.fromkeys((*left.columns, *right.columns))
        return [(name, left.columns.get(name, missing), right.columns.get(name, missing)) for name in names]
    return [(n, a, b) for (n, a), b in zip(left.columns.items(), right.columns.values(), strict=False)]


def _of_branch(number: int, place: int, needs: Needs) -> Needs:
    def term(need: Need) -> Term:
        if need.term in (NEVER, FOREVER):
            return need.term
        return Branches(number, (need.term, NEVER) if place == 0 else (NEVER, need.term))

    return tuple(Need(term(need), need.origin) for need in needs)
