"""Training sets: the spine with the features of each point-in-time join, one row in, one row out.

The statement's CTEs, in order: the numbered spine; a scan of each source; events of each scan; for
sources with a known time of their own, the events that still lead when they become known; the
*matched* spine (one point-in-time join after another); ties and their winners, where the join leaves them
open; the rows, tiles, pieces and values of windows; what is computed from all these, stage by stage; and
the final SELECT. Large requests do the same in groups of joins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from fcompile.compiler.definitions import File, Query, Source
from fcompile.compiler.ir import Events, Rows, TrainingSet, scans
from fcompile.compiler.lower.computed import JoinedValues, computed_stages
from fcompile.compiler.lower.events import events_cte, relation_words
from fcompile.compiler.lower.groups import chunks, joined_groups, needs_groups
from fcompile.compiler.lower.leading import leading_cte
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.point_in_time.joined import Joined, joins_as_of, name_join, tables_joined
from fcompile.compiler.lower.point_in_time.values import latest_values
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.short_names import with_short_names
from fcompile.compiler.lower.spine import Asked, numbered_spine
from fcompile.compiler.lower.sql import Tree, bare, column, named, select, table
from fcompile.compiler.lower.width import refuse_too_wide
from fcompile.compiler.lower.windows.join import WindowValues, joined_values
from fcompile.compiler.lower.windows.plan import windows_of_sources
from fcompile.compiler.render import Cte, Statement
from fcompile.dialects.base import Dialect


def lower_training_set(plan: TrainingSet, dialect: Dialect, *, counted: bool = False) -> Statement:
    """Return one SELECT: the spine's columns, then ``plan.columns``; rows in the spine's order.

    With ``counted``, a BOOLEAN column ``__matched_<n>`` follows for each of ``match_labels``: an event matched
    within its ttl, or lies in one of the windows. Raises ``UsageError`` where the engine takes fewer columns.
    """
    refuse_too_wide(plan, dialect)
    plan, shown = with_short_names(plan, dialect)
    taken = [*(c.name for c in plan.spine.columns), *_words(plan)]
    names = Names(taken, dialect.longest_name)
    asked, spine_cte = numbered_spine(plan, names, dialect, kept=_reads_spine_again(plan, dialect))
    scan_names, ctes = _scans(plan, names, dialect)
    ctes.insert(0, spine_cte)
    events_ctes, events_names = _events_of_sources(plan, scan_names, names, dialect)
    ctes += events_ctes
    joined = [name_join(each, *events_names[each.events], asked, names, dialect) for each in plan.joins]
    in_one = _in_groups if needs_groups(plan, dialect) else _in_one
    more, values = in_one(plan, joined, scan_names, asked, names, dialect)
    ctes += more
    if plan.computed:
        stages, body = computed_stages(plan, shown, asked, values, names, dialect, counted=counted)
        return Statement((*ctes, *stages), dialect.sql(body))
    return Statement(tuple(ctes), dialect.sql(_final(plan, shown, asked, values, counted=counted)))


def _reads_spine_again(plan: TrainingSet, dialect: Dialect) -> bool:
    """Must its rows be the same wherever they are read? A SELECT may be dear, and may give others each time."""
    portable = not all(joins_as_of(each, dialect) for each in plan.joins)
    return needs_groups(plan, dialect) or (portable and isinstance(plan.spine.relation, File | Query))


def _in_one(
    plan: TrainingSet,
    joined: Sequence[Joined],
    scan_names: dict[Source, str],
    asked: Asked,
    names: Names,
    dialect: Dialect,
) -> tuple[list[Cte], JoinedValues]:
    """Return the CTEs up to the final SELECT, and the values that it shows: all joined there."""
    ctes: list[Cte] = []
    values = JoinedValues(table(asked.name, "m"), (), {}, ())
    if joined:
        spine_columns = [c.name for c in plan.spine.columns]
        carried = list(dict.fromkeys((asked.row, *spine_columns, asked.time, *asked.keys.values())))
        ctes, values = latest_values(joined, asked, carried, names, dialect)
    window_ctes, windows = windows_of_sources(plan, scan_names, asked, names, dialect)
    return [*ctes, *window_ctes], _with_windows(values, windows, asked, dialect)


def _in_groups(
    plan: TrainingSet,
    joined: Sequence[Joined],
    scan_names: dict[Source, str],
    asked: Asked,
    names: Names,
    dialect: Dialect,
) -> tuple[list[Cte], JoinedValues]:
    """The same, with each group's values made apart and joined to the numbered spine by its rows."""
    most = dialect.most_joins
    ctes: list[Cte] = []
    groups: list[JoinedValues] = []
    for chunk in chunks(joined, most, lambda each: tables_joined([each.join], dialect)):
        carried = list(dict.fromkeys((asked.row, asked.time, *(key for each in chunk for key in each.keys))))
        more, values = latest_values(chunk, asked, carried, names, dialect)
        ctes += more
        groups.append(values)
    window_ctes, windows = windows_of_sources(plan, scan_names, asked, names, dialect)
    for part in chunks(windows, most, lambda each: len(each.ctes)):
        groups.append(_with_windows(JoinedValues(table(asked.name, "m"), (), {}, ()), part, asked, dialect))
    more, values = joined_groups(groups, asked, names, dialect)
    return [*ctes, *window_ctes, *more], values


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


def _with_windows(
    values: JoinedValues, windows: Sequence[WindowValues], asked: Asked, dialect: Dialect
) -> JoinedValues:
    """Return ``values`` and those of ``windows``, over the same source."""
    joins, outputs, flags = list(values.joins), dict(values.outputs), list(values.flags)
    for each in windows:
        joins += joined_values(each, asked, outputs, flags, len(joins), dialect)
    return JoinedValues(values.source, tuple(joins), outputs, tuple(flags))


def _final(
    plan: TrainingSet, shown: Mapping[str, str], asked: Asked, values: JoinedValues, *, counted: bool
) -> exp.Select:
    columns: list[Tree] = [column(c.name, "m") for c in plan.spine.columns]
    columns += [named(bare(values.outputs[name]), shown[name]) for name in plan.columns]
    if counted:
        columns += [named(flag, f"__matched_{n}") for n, flag in enumerate(values.flags, 1)]
    return select(columns, values.source, joins=values.joins, order_by=[column(asked.row, "m")])
