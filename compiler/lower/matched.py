"""The matched spine: each row with the event that each point-in-time join picks, one join after another."""

from __future__ import annotations

from collections.abc import Sequence

from fcompile.compiler.ir import PointInTimeJoin
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.point_in_time.as_of import as_of_matching
from fcompile.compiler.lower.point_in_time.joined import Joined, Matching, strategy_of
from fcompile.compiler.lower.point_in_time.lateral import lateral_matching
from fcompile.compiler.lower.point_in_time.portable import portable_matching
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import column, select, table
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


def matched_ctes(
    name: str,
    carried: Sequence[str],
    asked: Asked,
    joined: Sequence[Joined],
    names: Names,
    dialect: Dialect,
) -> list[Cte]:
    """Return the CTEs that end in the matched spine ``name``, with the numbered spine's columns ``carried``."""
    matchings = [_matching(each, asked, n, names, dialect) for n, each in enumerate(joined, 1)]
    tree = select(
        [*(column(c, "s") for c in carried), *(c for each in matchings for c in each.columns)],
        table(asked.name, "s"),
        joins=[j for each in matchings for j in each.joins],
    )
    comment = (
        "Each spine row with the latest event visible at its time, for each join; "
        + "; ".join(_rule(each.join) for each in joined)
        + "."
    )
    # Ties are looked up in it before it is read again.
    kept = None if all(each.settled for each in joined) else dialect.keep_cte
    matched = Cte(name, comment, dialect.sql(tree), kept or "")
    return [*(cte for each in matchings for cte in each.ctes), matched]


def _matching(each: Joined, asked: Asked, number: int, names: Names, dialect: Dialect) -> Matching:
    match strategy_of(each.join, dialect):
        case "as_of":
            return as_of_matching(each, asked, number, dialect)
        case "lateral":
            return lateral_matching(each, asked, number, dialect)
    return portable_matching(each, asked, number, names, dialect)


def _rule(each: PointInTimeJoin) -> str:
    views = ", ".join(pick.label for pick in each.picks)
    return f"{views}: {'strictly before' if each.strict else 'at or before'} the row's time"
