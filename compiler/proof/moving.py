"""Instants that are moved by a constant length."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from fcompile.compiler.proof.lengths import interval_of, name_of_unit, unit_of, whole
from fcompile.compiler.proof.terms import End, Shifted, Start, Term, Unit, shifted

if TYPE_CHECKING:
    from sqlglot import exp


def moved(term: Term, unit: Unit, sign: int) -> Term:
    """Return ``term`` plus (or with ``sign`` -1 minus) a length; whole buckets after a start lead to an end."""
    months, length = unit.months * sign, unit.length * sign
    exact = isinstance(term, Shifted) and not term.slack
    base, extra = (term.term, term.by) if exact and isinstance(term, Shifted) else (term, timedelta(0))
    if isinstance(base, Start):
        width = base.unit
        if months and months >= width.months > 0:
            # What lies beyond the end is 28 to 31 days a month.
            more = months - width.months
            return shifted(End(base.term, width), timedelta(days=28 * more) + extra, timedelta(days=3 * more))
        if not width.months and length and length + extra >= width.length:
            return shifted(End(base.term, width), length + extra - width.length)
    if months:
        least = timedelta(days=(28 if months > 0 else 31) * months)
        return shifted(term, least, timedelta(days=3 * abs(months)))
    return shifted(term, length)


def moves(node: exp.Expr) -> tuple[exp.Expr, Unit, int] | None:
    """Return what ``node`` adds a constant length to, the length, and 1 or -1; None where it does nothing of it."""
    from sqlglot import exp

    if isinstance(node, exp.Add | exp.Sub):
        sign = -1 if isinstance(node, exp.Sub) else 1
        for base, by in ((node.this, node.expression), (node.expression, node.this)):
            unit = interval_of(by) if isinstance(_bare(by), exp.Interval | exp.Anonymous) else None
            days = whole(by) if unit is None and _is_date(base) else None
            unit = Unit(0, timedelta(days=days)) if days is not None else unit
            if unit is not None and (sign == 1 or by is node.expression):
                return base, unit, sign
        return None
    adds = (exp.DateAdd, exp.TimestampAdd, exp.DatetimeAdd, exp.TsOrDsAdd)
    if isinstance(node, (*adds, exp.DateSub, exp.TimestampSub, exp.DatetimeSub)):
        return _added(node, 1 if isinstance(node, adds) else -1)
    if isinstance(node, exp.Anonymous) and len(node.expressions) == 2:
        made = re.match(r"^(add|subtract)([a-z]+?)s?$", node.name.lower())
        count = whole(node.expressions[1])
        unit = unit_of(made[2], count) if made and count is not None else None
        return (node.expressions[0], unit, -1 if made and made[1] == "subtract" else 1) if unit else None
    return None


def _added(node: exp.Expr, sign: int) -> tuple[exp.Expr, Unit, int] | None:
    unit = interval_of(node.expression)
    if unit is None:
        count = whole(node.expression)
        unit = None if count is None else unit_of(name_of_unit(node.args.get("unit")) or "day", count)
    return None if unit is None else (node.this, unit, sign)


def _bare(node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def _is_date(node: exp.Expr) -> bool:
    from sqlglot import exp

    inner = node.this if isinstance(node, exp.Paren) else node
    if isinstance(inner, exp.Cast):
        return bool(inner.to.is_type(exp.DataType.Type.DATE))
    return isinstance(inner, exp.Date | exp.TsOrDsToDate)
