"""Clauses that an engine does not have, said in words that it has: passes for ``Dialect.rewrites``.

Each takes a tree that is the caller's own copy, may change it, and returns what stands in its place. All
work at any depth: in subqueries, in the SELECTs of a WITH, in each side of a UNION. A tree without the
clause comes back as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from fcompile.dialects.connectors import conjunction, disjunction

_ATOMS = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Null, exp.Boolean, exp.Subquery)


# -- aggregate FILTER (WHERE ..) -------------------------------------------------------------------


def without_filter(tree: exp.Expr) -> exp.Expr:
    """``SUM(x) FILTER (WHERE c)`` as ``SUM(CASE WHEN c THEN x END)``.

    Right for aggregates that ignore NULLs; raises ``ValueError`` for ARRAY_AGG, which keeps them.
    """
    return _replaced(tree, exp.Filter, _filtered)


def _filtered(node: exp.Expr) -> exp.Expr:
    aggregate: exp.Expr = node.this
    condition: exp.Expr = node.expression.this
    if isinstance(aggregate, exp.ArrayAgg):
        raise ValueError("a list of some rows has no form without FILTER: it keeps NULLs")
    if isinstance(aggregate, exp.Anonymous):
        aggregate.set("expressions", [_only(condition, value) for value in aggregate.expressions])
    else:
        aggregate.set("this", _only(condition, aggregate.this))
    return aggregate


def _only(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    """``value`` of the rows that count, NULL of others; a text such as a function's option is no row's value."""
    if isinstance(value, exp.Order):
        raise ValueError("an ordered aggregate has no form without FILTER: it may keep NULLs")
    if isinstance(value, exp.Distinct):
        value.set("expressions", [_only(condition, each) for each in value.expressions])
        return value
    if isinstance(value, exp.Literal) and value.is_string:
        return value
    counted = exp.Literal.number(1) if isinstance(value, exp.Star) else value
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=counted)])


# -- SEMI and ANTI joins ----------------------------------------------------------------------------


def without_semi_joins(tree: exp.Expr) -> exp.Expr:
    """``a SEMI JOIN b ON c`` as ``a WHERE EXISTS (SELECT 1 FROM b WHERE c)``, ANTI as ``NOT EXISTS``.

    The columns of ``c`` must name their tables: inside EXISTS a bare name is b's.
    """
    return _replaced(tree, exp.Select, _select_without_semi_joins)


def _select_without_semi_joins(node: exp.Expr) -> exp.Expr:
    joins: list[exp.Join] = node.args.get("joins") or []
    semi = [each for each in joins if each.kind in ("SEMI", "ANTI")]
    if not semi:
        return node
    node.set("joins", [each for each in joins if each.kind not in ("SEMI", "ANTI")])
    conditions = [_exists(each) for each in semi]
    where = node.args.get("where")
    if where is not None:
        conditions.insert(0, exp.Paren(this=where.this) if isinstance(where.this, exp.Or) else where.this)
    node.set("where", exp.Where(this=conjunction(conditions)))
    return node


def _exists(join: exp.Join) -> exp.Expr:
    found = exp.Select(expressions=[exp.Literal.number(1)], from_=exp.From(this=join.this))
    if (on := join.args.get("on")) is not None:
        found.set("where", exp.Where(this=on))
    exists = exp.Exists(this=found)
    return exp.Not(this=exists) if join.kind == "ANTI" else exists


# -- QUALIFY ------------------------------------------------------------------------------------------


def without_qualify(tree: exp.Expr) -> exp.Expr:
    """``SELECT a FROM t QUALIFY w = 1`` as ``SELECT a FROM (SELECT a, w AS q FROM t) WHERE q = 1``.

    Every column of the SELECT must have a name. Window functions stand alone in the inner SELECT, so that an
    engine sees the bound on them.
    """
    return _replaced(tree, exp.Select, _select_without_qualify)


def _select_without_qualify(node: exp.Expr) -> exp.Expr:
    qualify = node.args.get("qualify")
    if qualify is None:
        return node
    inside = _Inside(node)
    outer = exp.Select(expressions=[_column(name) for name in inside.names])
    node.set("qualify", None)
    for clause in ("with_", "distinct"):
        outer.set(clause, node.args.get(clause))
        node.set(clause, None)
    outer.set("where", exp.Where(this=inside.outside(qualify.this)))
    for clause in ("order", "limit", "offset"):
        if (moved := node.args.get(clause)) is not None:
            node.set(clause, None)
            outer.set(clause, inside.outside(moved))
    alias = exp.TableAlias(this=_identifier(inside.fresh("__qualified")))
    outer.set("from_", exp.From(this=exp.Subquery(this=node, alias=alias)))
    return outer


class _Inside:
    """The SELECT that stands inside: what the one around it tests becomes a column of it.

    Attributes:
        names: its columns' names before that.
    """

    def __init__(self, node: exp.Expr) -> None:
        self._node = node
        self.names = [each.alias_or_name for each in node.expressions]
        if not all(self.names):
            raise ValueError("a SELECT with QUALIFY has a column without a name")
        self._taken = {name.lower() for name in self.names}
        # A name in the condition means a column of FROM, and else what the list calls so.
        self._known = {_column(name).sql(): name for name in self.names}
        for each, name in zip(node.expressions, self.names, strict=True):
            self._known[each.unalias().sql()] = name

    def outside(self, tree: exp.Expr) -> exp.Expr:
        """``tree`` over the inner SELECT's columns."""
        return _replaced(_replaced(tree, exp.Window, self._carried), exp.Column, self._carried)

    def fresh(self, wanted: str) -> str:
        name, number = wanted, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name.lower())
        return name

    def _carried(self, node: exp.Expr) -> exp.Expr:
        text = node.sql()
        if text not in self._known:
            name = self.fresh("__tested")
            self._known[text] = name
            self._known[_column(name).sql()] = name
            self._node.append("expressions", exp.Alias(this=node, alias=_identifier(name)))
        return _column(self._known[text])


# -- ROW_NUMBER() OVER () ---------------------------------------------------------------------------


def with_ordered_row_numbers(tree: exp.Expr) -> exp.Expr:
    """``ROW_NUMBER() OVER ()`` as ``ROW_NUMBER() OVER (ORDER BY NULL)``: any order, where one must be named."""
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.RowNumber) and window.args.get("order") is None:
            window.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Null(), nulls_first=True)]))
    return tree


# -- comparisons of rows -------------------------------------------------------------------------


def without_row_comparisons(tree: exp.Expr) -> exp.Expr:
    """``ROW(a, b) < ROW(c, d)`` as ``(a < c OR (a = c AND b < d))``; =, <>, <=, >, >= and NULL-safe ones alike.

    NULL where a NULL decides, as in the standard and Postgres; DuckDB would compare NULLs as values [RAN].
    """
    return _replaced(tree, exp.Binary, _members_compared)


def _members_compared(node: exp.Expr) -> exp.Expr:
    left, right = _members(node.this), _members(node.expression)
    if left is None or right is None or len(left) != len(right):
        return node
    pairs = list(zip(left, right, strict=True))
    match node:
        case exp.EQ() | exp.NullSafeEQ():
            return exp.Paren(this=conjunction(type(node)(this=a, expression=b) for a, b in pairs))
        case exp.NEQ() | exp.NullSafeNEQ():
            return exp.Paren(this=disjunction(type(node)(this=a, expression=b) for a, b in pairs))
        case exp.LT() | exp.LTE():
            return _ordered(pairs, exp.LT, type(node))
        case exp.GT() | exp.GTE():
            return _ordered(pairs, exp.GT, type(node))
    return node


def _members(row: exp.Expr) -> list[exp.Expr] | None:
    if isinstance(row, exp.Paren):
        return _members(row.this)
    is_row = isinstance(row, exp.Tuple) or (isinstance(row, exp.Anonymous) and row.name.upper() == "ROW")
    return list(row.expressions) if is_row else None


def _ordered(
    pairs: list[tuple[exp.Expr, exp.Expr]], strictly: type[exp.Binary], last: type[exp.Binary]
) -> exp.Expr:
    """The first member that differs decides."""
    (a, b), rest = pairs[0], pairs[1:]
    if not rest:
        return last(this=a, expression=b)
    same = exp.EQ(this=a.copy(), expression=b.copy())
    further = exp.Paren(this=exp.And(this=same, expression=_ordered(rest, strictly, last)))
    return exp.Paren(this=exp.Or(this=strictly(this=a, expression=b), expression=further))


# -- IS [NOT] DISTINCT FROM ------------------------------------------------------------------------


def without_null_safe_equality(tree: exp.Expr) -> exp.Expr:
    """``a IS NOT DISTINCT FROM b`` as ``COALESCE(a = b, a IS NULL AND b IS NULL)``, which is never NULL."""
    tree = _replaced(tree, exp.NullSafeEQ, _equal_or_both_null)
    return _replaced(tree, exp.NullSafeNEQ, lambda node: exp.Not(this=_equal_or_both_null(node)))


def _equal_or_both_null(node: exp.Expr) -> exp.Expr:
    a, b = _bracketed(node.this), _bracketed(node.expression)
    both = exp.And(this=_is_null(a.copy()), expression=_is_null(b.copy()))
    return exp.Coalesce(this=exp.EQ(this=a, expression=b), expressions=[both])


def _is_null(tree: exp.Expr) -> exp.Expr:
    return exp.Is(this=tree, expression=exp.Null())


# -- the user's own SELECT ------------------------------------------------------------------------


def with_raw_tables(tree: exp.Expr) -> exp.Expr:
    """``(the user's own words) AS x`` as a table: sqlglot looks into subqueries before it prints some dialects."""
    return _replaced(tree, exp.Subquery, _raw_table)


def _raw_table(node: exp.Expr) -> exp.Expr:
    if not isinstance(node.this, exp.Var):
        return node
    return exp.Table(this=exp.Var(this=f"({node.this.name})"), alias=node.args.get("alias"))


# -- trees ------------------------------------------------------------------------------------------


def _replaced(tree: exp.Expr, kind: type[exp.Expr], change: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Change every node of ``kind``, the inner ones first; ``change`` may put the node into what it returns."""
    for node in reversed(list(tree.find_all(kind))):
        parent, key, index = node.parent, node.arg_key, node.index
        is_root = node is tree
        changed = change(node)
        if changed is node:
            continue
        if is_root:
            tree = changed
        elif parent is not None and key is not None:
            parent.set(key, changed, index)
    return tree


def _identifier(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


def _column(name: str) -> exp.Column:
    return exp.Column(this=_identifier(name))


def _bracketed(tree: exp.Expr) -> exp.Expr:
    return tree if isinstance(tree, _ATOMS) and not isinstance(tree, exp.Connector) else exp.Paren(this=tree)
