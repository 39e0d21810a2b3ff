"""Training sets: the spine with the features of each point-in-time join, one row in, one row out.

The statement's CTEs, in order: the numbered spine; a scan of each source; events of each scan; for
sources with a known time of their own, the events that still lead when they become known; the
*matched* spine (one ASOF join after another); ties and their winners; the rows, tiles, pieces and values
of windows; what is computed from all these, stage by stage; and the final SELECT.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.definitions import Source
from fcompile.compiler.ir import Events, Output, Pick, Rows, TrainingSet, scans
from fcompile.compiler.lower.computed import JoinedValues, computed_stages
from fcompile.compiler.lower.events import events_cte, relation_words
from fcompile.compiler.lower.leading import leading_cte
from fcompile.compiler.lower.matched import Joined, matched_cte, name_join
from fcompile.compiler.lower.names import EVENT, VISIBLE, Names
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.spine import Asked, numbered_spine
from fcompile.compiler.lower.sql import (
    Tree,
    case,
    column,
    equal,
    is_not_null,
    is_null,
    join,
    named,
    select,
    table,
)
from fcompile.compiler.lower.ties import readable_columns, settled_cte, tied_cte
from fcompile.compiler.lower.types import lower_constant
from fcompile.compiler.lower.windows.join import WindowValues, joined_values
from fcompile.compiler.lower.windows.plan import windows_of_sources
from fcompile.compiler.render import Cte, Statement
from fcompile.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class _Settled:
    """The winners of one view's ties in one join: their CTE."""

    joined: Joined
    view: str
    name: str

    @property
    def picks(self) -> Iterator[Pick]:
        return (pick for pick in self.joined.join.picks if pick.view == self.view)


def lower_training_set(plan: TrainingSet, dialect: Dialect, *, counted: bool = False) -> Statement:
    """Return one SELECT: the spine's columns, then ``plan.columns``; rows in the spine's order.

    With ``counted``, a BOOLEAN column ``__matched_<n>`` follows for each of ``match_labels``: an event matched
    within its ttl, or lies in one of the windows.
    """
    names = Names([*(c.name for c in plan.spine.columns), *_words(plan)])
    asked, spine_cte = numbered_spine(plan, names, dialect)
    scan_names, ctes = _scans(plan, names, dialect)
    ctes.insert(0, spine_cte)
    events_ctes, events_names = _events_of_sources(plan, scan_names, names, dialect)
    ctes += events_ctes
    joined = [name_join(each, *events_names[each.events], asked, names) for each in plan.joins]
    matched = asked.name
    if joined:
        matched = names.fresh("matched")
        ctes.append(matched_cte(matched, plan, asked, joined, dialect))
    settled: list[_Settled] = []
    for each in joined:
        more, winners = _settle(each, matched, names, dialect)
        ctes += more
        settled += winners
    window_ctes, windows = windows_of_sources(plan, scan_names, asked, names, dialect)
    values = _joined_values(asked, matched, settled, windows, dialect)
    ctes += window_ctes
    if plan.computed:
        more, body = computed_stages(plan, asked, values, names, dialect, counted=counted)
        return Statement((*ctes, *more), dialect.sql(body))
    return Statement(tuple(ctes), dialect.sql(_final(plan, asked, values, counted=counted)))


def match_labels(plan: TrainingSet) -> tuple[str, ...]:
    """The labels of the flags that ``counted`` adds, in order; features' only."""
    picks: list[str] = []
    for each in plan.joins:
        views = list(dict.fromkeys(pick.view for pick in each.picks))
        picks += [pick.label for pick in sorted(each.picks, key=lambda pick: views.index(pick.view))]
    windows = (label for each in plan.windows if not each.rows.settled for label in each.labels)
    return (*picks, *windows)


def _words(plan: TrainingSet) -> Iterator[str]:
    sources = (*(j.events.source for j in plan.joins), *(w.rows.source for w in plan.windows))
    for where in (plan.spine.relation, *(source.relation for source in sources)):
        yield from relation_words(where)


def _scans(plan: TrainingSet, names: Names, dialect: Dialect) -> tuple[dict[Source, str], list[Cte]]:
    """Return the CTEs of the sources' scans, and their names by source."""
    readers: list[Rows] = [*(each.events for each in plan.joins), *(each.rows for each in plan.windows)]
    every = tuple(dict.fromkeys(readers))
    return scan_ctes(scans(every), every, names, dialect)


def _events_of_sources(
    plan: TrainingSet, scan_names: dict[Source, str], names: Names, dialect: Dialect
) -> tuple[list[Cte], dict[Events, tuple[str, str]]]:
    """Return the CTEs of events, and for each events the names (all of them, those to join)."""
    ctes: list[Cte] = []
    found: dict[Events, tuple[str, str]] = {}
    for events in dict.fromkeys(each.events for each in plan.joins):
        more, found[events] = _events(events, scan_names[events.source], names, dialect)
        ctes += more
    return ctes, found


def _events(events: Events, scan: str, names: Names, dialect: Dialect) -> tuple[list[Cte], tuple[str, str]]:
    views = list(dict.fromkeys(v.view for v in events.values))
    topic = views[0] if len(views) == 1 else events.source.name
    name = names.fresh(f"events_{topic}")
    ctes = [events_cte(events, name, scan, dialect)]
    if not events.source.available_at:
        return ctes, (name, name)
    leading = names.fresh(f"leading_{topic}")
    return [*ctes, leading_cte(leading, name, events, dialect)], (name, leading)


def _settle(each: Joined, matched: str, names: Names, dialect: Dialect) -> tuple[list[Cte], list[_Settled]]:
    """Return the CTEs that settle this join's ties, one set of winners a view."""
    events = each.join.events
    tied = names.fresh(f"tied_{each.join.picks[0].label}")
    ctes = [tied_cte(tied, events, each.events, table(matched, "m"), each.picked("e", "m"), dialect)]
    winners = [
        _Settled(each, view, names.fresh(f"settled_{view}"))
        for view in dict.fromkeys(pick.view for pick in each.join.picks)
    ]
    for one in winners:
        features = [feature for view, feature in each.values if view == one.view]
        ctes.append(settled_cte(one.name, one.view, features, events, each.events, tied, dialect))
    return ctes, winners


def _joined_values(
    asked: Asked, matched: str, settled: Sequence[_Settled], windows: Sequence[WindowValues], dialect: Dialect
) -> JoinedValues:
    """Return what all joins give, over the matched spine ``m``."""
    outputs: dict[str, Tree] = {}
    flags: list[Tree] = []
    joins: list[exp.Join] = []
    for number, each in enumerate(settled, 1):
        alias = f"w{number}"
        joins.append(join("LEFT", table(each.name, alias), _on_winner(each.joined, alias)))
        for pick in each.picks:
            match = _match(each.joined, pick, asked, dialect)
            flags.append(match)
            outputs.update(_outputs(each.joined, pick, alias, match, dialect))
            if pick.matched is not None:
                outputs[pick.matched] = named(match, pick.matched)
    for values in windows:
        joins += joined_values(values, asked, outputs, flags, len(joins), dialect)
    return JoinedValues(table(matched, "m"), tuple(joins), outputs, tuple(flags))


def _final(plan: TrainingSet, asked: Asked, values: JoinedValues, *, counted: bool) -> exp.Select:
    columns: list[Tree] = [column(c.name, "m") for c in plan.spine.columns]
    columns += [values.outputs[name] for name in plan.columns]
    if counted:
        columns += [named(flag, f"__matched_{n}") for n, flag in enumerate(values.flags, 1)]
    return select(columns, values.source, joins=values.joins, order_by=[column(asked.row, "m")])


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
    each: Joined, pick: Pick, alias: str, match: Tree, dialect: Dialect
) -> Iterator[tuple[str, Tree]]:
    """Yield each result column: the winner of a tie where there was one, else what the join picked."""
    columns = readable_columns(each.join.events, pick.view)
    untied = is_null(column(EVENT, alias))
    for output in pick.outputs:
        picked = column(each.values[pick.view, output.feature], "m")
        value: Tree = case(untied, picked, column(columns[output.feature], alias))
        if pick.ttl is not None or output.default is not None:
            value = case(match, value, _default(output, dialect))
        yield output.name, named(value, output.name)


def _default(output: Output, dialect: Dialect) -> Tree | None:
    if output.default is None or output.dtype is None:
        return None
    return lower_constant(output.default, output.dtype, dialect)
