"""What point-in-time joins give: the matched spine, ties settled where they have to be, and each result column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.ir import Output, Pick
from fcompile.compiler.lower.computed import JoinedValues
from fcompile.compiler.lower.matched import matched_ctes
from fcompile.compiler.lower.names import EVENT, VISIBLE, Names
from fcompile.compiler.lower.point_in_time.joined import Joined
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import (
    Tree,
    case,
    column,
    equal,
    is_not_null,
    is_null,
    join,
    named,
    table,
)
from fcompile.compiler.lower.ties import readable_columns, settled_cte, tied_cte
from fcompile.compiler.lower.types import lower_constant
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class _Settled:
    """One view's values in one join: the CTE of the winners of its ties, or None where the join gave winners."""

    joined: Joined
    view: str
    name: str | None

    @property
    def picks(self) -> Iterator[Pick]:
        return (pick for pick in self.joined.join.picks if pick.view == self.view)


def latest_values(
    joined: Sequence[Joined], asked: Asked, carried: Sequence[str], names: Names, dialect: Dialect
) -> tuple[list[Cte], JoinedValues]:
    """Return what ``joined`` give, over a matched spine of its own, ``m``, with the columns ``carried``."""
    matched = names.fresh("matched")
    ctes = matched_ctes(matched, carried, asked, joined, names, dialect)
    settled: list[_Settled] = []
    for each in joined:
        more, winners = _settle(each, matched, names, dialect)
        ctes += more
        settled += winners
    return ctes, _values(matched, settled, asked, dialect)


def _settle(each: Joined, matched: str, names: Names, dialect: Dialect) -> tuple[list[Cte], list[_Settled]]:
    """Return the CTEs that settle this join's ties, one set of winners a view; none where it gave winners."""
    if each.settled:
        return [], [_Settled(each, view, None) for view in each.views]
    events = each.join.events
    tied = names.fresh(f"tied_{each.label}")
    ctes = [tied_cte(tied, events, each.events, table(matched, "m"), each.picked("e", "m"), dialect)]
    winners: list[_Settled] = []
    for view in each.views:
        name = names.fresh(f"settled_{view}")
        winners.append(_Settled(each, view, name))
        ctes.append(settled_cte(name, view, each.features(view), events, each.events, tied, dialect))
    return ctes, winners


def _values(matched: str, settled: Sequence[_Settled], asked: Asked, dialect: Dialect) -> JoinedValues:
    outputs: dict[str, Tree] = {}
    flags: list[Tree] = []
    joins: list[exp.Join] = []
    for each in settled:
        alias = None
        if each.name is not None:
            alias = f"w{len(joins) + 1}"
            joins.append(join("LEFT", table(each.name, alias), _on_winner(each.joined, alias)))
        for pick in each.picks:
            match = _match(each.joined, pick, asked, dialect)
            flags.append(match)
            outputs.update(_outputs(each.joined, pick, alias, match, dialect))
            if pick.matched is not None:
                outputs[pick.matched] = named(match, pick.matched)
    return JoinedValues(table(matched, "m"), tuple(joins), outputs, tuple(flags))


def _on_winner(each: Joined, alias: str) -> list[Tree]:
    on = each.picked(alias, "m")
    if each.visible != each.event:
        on.append(equal(column(VISIBLE, alias), column(each.visible, "m")))
    return on


def _match(each: Joined, pick: Pick, asked: Asked, dialect: Dialect) -> Tree:
    """True where an event was picked and is within ``ttl``; its event time counts, however late it was known."""
    event = column(each.event, "m")
    if pick.ttl is None:
        return is_not_null(event)
    return exp.GTE(this=event, expression=dialect.before(column(asked.time, "m"), pick.ttl))


def _outputs(
    each: Joined, pick: Pick, alias: str | None, match: Tree, dialect: Dialect
) -> Iterator[tuple[str, Tree]]:
    """Yield each result column: the winner of a tie where there was one, else what the join picked."""
    columns = readable_columns(each.join.events, pick.view, dialect)
    for output in pick.outputs:
        value: Tree = column(each.values[pick.view, output.feature], "m")
        if alias is not None:
            value = case(is_null(column(EVENT, alias)), value, column(columns[output.feature], alias))
        if pick.ttl is not None or output.default is not None:
            value = case(match, value, _default(output, dialect))
        yield output.name, named(value, output.name)


def _default(output: Output, dialect: Dialect) -> Tree | None:
    if output.default is None or output.dtype is None:
        return None
    return lower_constant(output.default, output.dtype, dialect)
