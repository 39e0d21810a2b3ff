"""Short names for the sqlglot trees that lowering builds. Identifiers are always quoted.

Trees are built by their constructors, never parsed or copied: a project has thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from fcompile.dialects.leaves import column as column
from fcompile.dialects.leaves import identifier as identifier

Tree = exp.Expr


def named(tree: Tree, name: str) -> Tree:
    """``tree AS name``; a column that already has the name stays as it is."""
    if isinstance(tree, exp.Column) and tree.name == name:
        return tree
    return exp.Alias(this=tree, alias=identifier(name))


def bare(tree: Tree) -> Tree:
    """A value without its name."""
    return tree.this if isinstance(tree, exp.Alias) else tree


def table(name: str, alias: str | None = None) -> exp.Table:
    return aliased(exp.Table(this=identifier(name)), alias)


def aliased(relation: exp.Table, alias: str | None) -> exp.Table:
    if alias is not None:
        relation.set("alias", exp.TableAlias(this=identifier(alias)))
    return relation


def derived(tree: exp.Select | exp.Union, alias: str) -> exp.Subquery:
    """A SELECT as what FROM reads."""
    return exp.Subquery(this=tree, alias=exp.TableAlias(this=identifier(alias)))


def row_of(values: Iterable[Tree]) -> Tree:
    """``ROW(...)``: several values compared as one."""
    return exp.Anonymous(this="ROW", expressions=list(values))


def select(
    columns: Iterable[Tree],
    source: exp.Table | exp.Subquery,
    *,
    where: Sequence[Tree] = (),
    joins: Sequence[exp.Join] = (),
    group_by: Sequence[Tree] = (),
    having: Tree | None = None,
    qualify: Tree | None = None,
    order_by: Sequence[Tree] = (),
    distinct: bool = False,
) -> exp.Select:
    """Return a SELECT; clauses left out are empty."""
    tree = exp.Select(expressions=list(columns), from_=exp.From(this=source))
    if distinct:
        tree.set("distinct", exp.Distinct())
    if joins:
        tree.set("joins", list(joins))
    if where:
        tree.set("where", exp.Where(this=conjunction(where)))
    if group_by:
        tree.set("group", exp.Group(expressions=list(group_by)))
    if having is not None:
        tree.set("having", exp.Having(this=having))
    if qualify is not None:
        tree.set("qualify", exp.Qualify(this=qualify))
    if order_by:
        tree.set("order", exp.Order(expressions=[exp.Ordered(this=o) for o in order_by]))
    return tree


def join(kind: str, relation: exp.Table | exp.Subquery, on: Sequence[Tree]) -> exp.Join:
    """``kind`` is JOIN's words before it: ``ASOF LEFT``, ``LEFT``, ``SEMI`` or nothing."""
    words = kind.split()
    parts = {
        "method": next((w for w in words if w == "ASOF"), None),
        "side": next((w for w in words if w == "LEFT"), None),
        "kind": next((w for w in words if w in ("SEMI", "ANTI")), None),
    }
    return exp.Join(
        this=relation,
        on=conjunction(on) if on else exp.true(),
        **{key: word for key, word in parts.items() if word},
    )


def conjunction(conditions: Sequence[Tree]) -> Tree:
    result = conditions[0]
    for condition in conditions[1:]:
        result = exp.And(this=result, expression=condition)
    return result


def disjunction(conditions: Sequence[Tree]) -> Tree:
    result = conditions[0]
    for condition in conditions[1:]:
        result = exp.Or(this=result, expression=condition)
    return result


def equal(left: Tree, right: Tree) -> Tree:
    return exp.EQ(this=left, expression=right)


def same_keys(names: Sequence[str], left: str, right: str) -> list[Tree]:
    """``left.k = right.k`` for each key of the same name."""
    return [equal(column(n, left), column(n, right)) for n in names]


def is_null(tree: Tree) -> Tree:
    return exp.Is(this=tree, expression=exp.Null())


def is_not_null(tree: Tree) -> Tree:
    return exp.Is(this=tree, expression=exp.Not(this=exp.Null()))


def case(condition: Tree, then: Tree, otherwise: Tree | None = None) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=condition, true=then)], default=otherwise)


_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not)


def cast(tree: Tree, to: exp.DataType) -> Tree:
    """``CAST(tree AS to)``; what is of the type in every engine, by its form, stays as it is."""
    if isinstance(tree, exp.Cast) and tree.to == to:
        return tree
    if isinstance(tree, _CONDITIONS) and to.this == exp.DType.BOOLEAN:
        return tree
    return exp.Cast(this=tree, to=to)


def maximum(tree: Tree) -> exp.Max:
    return exp.Max(this=tree)


def greatest_first(tree: Tree) -> exp.Ordered:
    return exp.Ordered(this=tree, desc=True, nulls_first=False)


def least_first(tree: Tree) -> exp.Ordered:
    return exp.Ordered(this=tree, desc=False, nulls_first=True)


def over(function: Tree, partition: Sequence[Tree], order: Sequence[exp.Ordered] = ()) -> exp.Window:
    """A window function; with an order its frame runs from the partition's start to the row's peers."""
    window = exp.Window(this=function, partition_by=list(partition))
    if order:
        window.set("order", exp.Order(expressions=list(order)))
    return window
