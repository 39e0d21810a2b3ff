"""Forms of the join that finds each row's latest event: the words differ, the meaning does not.

Each keeps every left row once, with the greatest right row that ``match`` admits among those that ``on`` admits,
or NULLs. Which of several right rows of one time it gives is nowhere defined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.dialects.connectors import conjunction


def among_conditions(relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr) -> exp.Join:
    """``ASOF LEFT JOIN r ON keys AND l.t >= r.t``."""
    return exp.Join(this=relation, method="ASOF", side="LEFT", on=conjunction([*on, match]))


def with_match_condition(
    relation: exp.Table | exp.Subquery, on: Sequence[exp.Expr], match: exp.Expr, *, left: bool
) -> exp.Join:
    """``ASOF JOIN r MATCH_CONDITION (l.t >= r.t) ON keys``; with ``left`` it says LEFT, where it would be INNER."""
    words = {"side": "LEFT", "kind": "ASOF"} if left else {"method": "ASOF"}
    tree = exp.Join(this=relation, match_condition=match, **words)
    if on:
        tree.set("on", conjunction(on))
    return tree


def nearest(
    relation: exp.Table | exp.Subquery,
    on: Sequence[exp.Expr],
    match: exp.Expr,
    text: Callable[[exp.Expr], str],
) -> exp.Join:
    """``LEFT JOIN NEAREST (FROM r WHERE keys MATCH r.t <= l.t) ON TRUE``; ``text`` writes what stands inside.

    sqlglot has no tree for it: what is read from must be a name, or rewrites of trees would pass it by.
    """
    flipped = exp.LT if isinstance(match, exp.GT) else exp.LTE
    where = [f"WHERE {text(conjunction(on))}"] if on else []
    nearer = text(flipped(this=match.args["expression"], expression=match.this))
    lines = "\n  ".join([f"FROM {text(relation)}", *where, f"MATCH {nearer}"])
    return exp.Join(this=exp.Var(this=f"NEAREST (\n  {lines}\n)"), side="LEFT", on=exp.true())
