"""What SELECT gives: its columns, and the tables of which it gives all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fcompile.compiler.proof.relation import Scan, Value
from fcompile.compiler.proof.scalars import value_of
from fcompile.compiler.proof.scope import Scope
from fcompile.compiler.proof.terms import Column

if TYPE_CHECKING:
    from sqlglot import exp


def projected(node: exp.Select, scope: Scope) -> tuple[dict[str, Value], tuple[Scan, ...], frozenset[str]]:
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
            columns = {**made, **columns}
            scans += more
            hidden |= without
            continue
        name = (each.alias_or_name or f"_{place}").lower()
        # Of columns of one name the first is meant, and each keeps its place for a UNION.
        twice = name in columns or (name not in hidden and _has(scans, name))
        name = f"{name}#{place}" if twice else name
        columns[name] = _fresh(value_of(each, scope), each, name, scope)
    return columns, tuple(scans), frozenset(hidden)


def _has(scans: list[Scan], name: str) -> bool:
    """Whether one of the tables is known to have a column of this name."""
    return any(name in each.columns or name in each.known or name in each.times for each in scans)


def _star(star: exp.Star, table: str, scope: Scope) -> tuple[dict[str, Value], list[Scan], set[str]]:
    columns: dict[str, Value] = {}
    scans: list[Scan] = []
    hidden = {each.name.lower() for each in star.args.get("except_") or []}
    if table and scope.outer is not None and all(alias != table for alias, _ in scope.named):
        return _star(star, table, scope.outer)
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
