"""Training sets: the spine with the features of each point-in-time join, one row in, one row out.

The statement's CTEs, in order: the numbered spine; a scan of each source; events of each scan; for
sources with a known time of their own, the events that still lead when they become known; the
*matched* spine (one ASOF join after another); ties and their winners; and the final SELECT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.definitions import File, Query, Table
from fcompile.compiler.dtypes import DType
from fcompile.compiler.ir import Events, Output, Pick, PointInTimeJoin, Spine, TrainingSet, scans
from fcompile.compiler.lower.events import (
    csv_types,
    events_cte,
    relation,
    scan_cte,
    time_names,
    value_names,
    visible_name,
)
from fcompile.compiler.lower.names import EVENT, ROW, TIME, VISIBLE, Names
from fcompile.compiler.lower.sql import (
    Tree,
    case,
    cast,
    column,
    conjunction,
    equal,
    is_not_null,
    is_null,
    join,
    maximum,
    named,
    over,
    select,
    table,
)
from fcompile.compiler.lower.ties import columns_of_view, settled_cte, tied_cte
from fcompile.compiler.lower.types import lower_constant, lower_type
from fcompile.compiler.render import Cte, Statement
from fcompile.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class _Asked:
    """The numbered spine: its CTE and the columns that hold the row, the time and each key."""

    name: str
    row: str
    time: str
    keys: dict[tuple[str, DType], str]


@dataclass(frozen=True, slots=True)
class _Joined:
    """One join's names: the events that are joined, and the matched spine's columns for what was picked."""

    join: PointInTimeJoin
    events: str
    leading: str
    event: str
    visible: str
    keys: tuple[str, ...]
    values: dict[tuple[str, str], str]


def lower_training_set(plan: TrainingSet, dialect: Dialect, *, counted: bool = False) -> Statement:
    """Return one SELECT: the spine's columns, then ``plan.columns``; rows in the spine's order.

    With ``counted``, a BOOLEAN column ``__matched_<n>`` follows for each pick: an event matched within its ttl.
    """
    names = Names([*(c.name for c in plan.spine.columns), *_words(plan)])
    asked, asked_cte = _numbered_spine(plan, names, dialect)
    ctes = [asked_cte]
    scan_names: dict[str, str] = {}
    all_events = tuple(dict.fromkeys(j.events for j in plan.joins))
    for scan in scans(all_events):
        scan_names[scan.source.name] = name = names.fresh(f"source_{scan.source.name}")
        types = csv_types(scan.source, tuple(e for e in all_events if e.source == scan.source))
        ctes.append(scan_cte(scan, name, types, dialect))
    event_names: dict[Events, tuple[str, str]] = {}
    for events in all_events:
        event_names[events], more = _events(events, scan_names[events.source.name], names, dialect)
        ctes += more
    joined = [_name_join(j, *event_names[j.events], asked, names) for j in plan.joins]
    matched = names.fresh("matched")
    ctes.append(_matched_cte(matched, plan, asked, joined, dialect))
    settled: dict[tuple[int, str], str] = {}
    for number, each in enumerate(joined):
        ctes += _settle(number, each, matched, settled, names, dialect)
    body = _final(plan, asked, joined, matched, settled, dialect, counted=counted)
    return Statement(tuple(ctes), dialect.sql(body))


def _words(plan: TrainingSet) -> Iterator[str]:
    """Words that name relations the statement reads: a CTE of that name would hide them."""
    for where in (plan.spine.relation, *(j.events.source.relation for j in plan.joins)):
        match where:
            case Table(parts):
                yield from parts
            case Query(sql):
                yield from sorted(Dialect.words(sql))


# -- the spine ------------------------------------------------------------------------------


def _numbered_spine(plan: TrainingSet, names: Names, dialect: Dialect) -> tuple[_Asked, Cte]:
    spine = plan.spine
    number = named(over(exp.RowNumber(), ()), row := names.fresh(ROW))
    columns: list[Tree] = [number, *(column(c.name, "s") for c in spine.columns)]
    time = spine.timestamp
    if spine.column(time).kind != "timestamp":
        time = names.fresh(TIME)
        columns.append(named(_spine_time(spine, dialect), time))
    keys: dict[tuple[str, DType], str] = {}
    for each in plan.joins:
        for spine_key, key in zip(each.spine_keys, each.events.keys, strict=True):
            if (spine_key, key.dtype) in keys:
                continue
            keys[spine_key, key.dtype] = spine_key
            if spine.column(spine_key).kind != key.dtype.kind:
                keys[spine_key, key.dtype] = name = names.fresh(f"__{spine_key}")
                columns.append(named(_spine_key(spine, spine_key, key.dtype, dialect), name))
    asked = _Asked(names.fresh("numbered"), row, time, keys)
    types = spine.read_types if isinstance(spine.relation, File) else ()
    comment = "The spine, numbered so that its rows and their order come back. A row a training example."
    tree = select(columns, relation(spine.relation, types, dialect, "s"))
    return asked, Cte(asked.name, comment, dialect.sql(tree))


def _spine_time(spine: Spine, dialect: Dialect) -> Tree:
    time: Tree = column(spine.timestamp, "s")
    match spine.column(spine.timestamp).kind:
        case "nanoseconds":
            return dialect.from_nanoseconds(column(spine.timestamp, "s"))
        case "string":
            time = cast(time, dialect.instant())
    return cast(time, dialect.scalar("timestamp"))


def _spine_key(spine: Spine, name: str, dtype: DType, dialect: Dialect) -> Tree:
    """The key as its dtype; a value the dtype cannot hold, such as 1.5 or 2^40 for an int32, finds nothing."""
    key: Tree = column(name, "s")
    whole = spine.column(name).kind in ("float32", "float64") and dtype.kind in ("int32", "int64")
    if not whole:
        return exp.TryCast(this=key, to=lower_type(dtype, dialect))
    # Bounds first: NaN equals its own floor where engines order it, and would fail to convert.
    bound = exp.Literal.number(2**31 if dtype.kind == "int32" else 2**63)
    within: list[Tree] = [
        exp.GTE(this=key, expression=exp.Neg(this=bound)),
        exp.LT(this=key, expression=bound),
        equal(key, exp.Floor(this=key)),
    ]
    return case(conjunction(within), cast(key, lower_type(dtype, dialect)))


# -- events ----------------------------------------------------------------------------------


def _events(events: Events, scan: str, names: Names, dialect: Dialect) -> tuple[tuple[str, str], list[Cte]]:
    """Return the names (all events, those to join) and their CTEs."""
    views = list(dict.fromkeys(v.view for v in events.values))
    topic = views[0] if len(views) == 1 else events.source.name
    name = names.fresh(f"events_{topic}")
    ctes = [events_cte(events, name, scan, dialect)]
    if not events.source.available_at:
        return (name, name), ctes
    leading = names.fresh(f"leading_{topic}")
    return (name, leading), [*ctes, _leading_cte(leading, name, events, dialect)]


def _leading_cte(name: str, events_name: str, events: Events, dialect: Dialect) -> Cte:
    keys = [column(k.name) for k in events.keys]
    lead = over(maximum(column(EVENT)), keys, [exp.Ordered(this=column(VISIBLE), desc=False)])
    columns = [k.name for k in events.keys] + list(time_names(events.source)) + list(value_names(events))
    tree = select(
        [column(c) for c in columns],
        table(events_name),
        qualify=equal(column(EVENT), lead),
    )
    comment = (
        "Events that are the latest of their key when they become known. One that is known only after a "
        "later event never counts."
    )
    return Cte(name, comment, dialect.sql(tree))


# -- the point-in-time join ---------------------------------------------------------------


def _name_join(each: PointInTimeJoin, events: str, leading: str, asked: _Asked, names: Names) -> _Joined:
    label = each.picks[0].label
    event = names.fresh(f"{label}{EVENT}")
    visible = event
    if each.events.source.available_at:
        visible = names.fresh(f"{label}{VISIBLE}")
    keys = tuple(
        asked.keys[spine_key, key.dtype]
        for spine_key, key in zip(each.spine_keys, each.events.keys, strict=True)
    )
    values: dict[tuple[str, str], str] = {}
    for pick in each.picks:
        for output in pick.outputs:
            if (pick.view, output.feature) not in values:
                values[pick.view, output.feature] = names.fresh(f"{pick.label}__{output.feature}")
    return _Joined(each, events, leading, event, visible, keys, values)


def _matched_cte(name: str, plan: TrainingSet, asked: _Asked, joined: list[_Joined], dialect: Dialect) -> Cte:
    spine_columns = [c.name for c in plan.spine.columns]
    kept = dict.fromkeys((asked.row, *spine_columns, asked.time, *asked.keys.values()))
    columns: list[Tree] = [column(c, "s") for c in kept]
    joins: list[exp.Join] = []
    for number, each in enumerate(joined, 1):
        alias = f"e{number}"
        columns += _picked_columns(each, alias)
        joins.append(join("ASOF LEFT", table(each.leading, alias), _asof(each, asked, alias)))
    comment = (
        "Each spine row with the latest event visible at its time, for each join; "
        + "; ".join(_rule(each.join) for each in joined)
        + "."
    )
    tree = select(columns, table(asked.name, "s"), joins=joins)
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def _picked_columns(each: _Joined, alias: str) -> Iterator[Tree]:
    yield named(column(EVENT, alias), each.event)
    if each.visible != each.event:
        yield named(column(VISIBLE, alias), each.visible)
    for (view, feature), name in each.values.items():
        yield named(column(columns_of_view(each.join.events, view)[feature], alias), name)


def _asof(each: _Joined, asked: _Asked, alias: str) -> list[Tree]:
    keys = zip(each.keys, each.join.events.keys, strict=True)
    on: list[Tree] = [equal(column(mine, "s"), column(key.name, alias)) for mine, key in keys]
    time, visible = column(asked.time, "s"), column(visible_name(each.join.events.source), alias)
    compare = exp.GT if each.join.strict else exp.GTE
    return [*on, compare(this=time, expression=visible)]


def _rule(each: PointInTimeJoin) -> str:
    views = ", ".join(pick.label for pick in each.picks)
    return f"{views}: {'strictly before' if each.strict else 'at or before'} the row's time"


# -- ties and the result ---------------------------------------------------------------------


def _settle(
    number: int,
    each: _Joined,
    matched: str,
    settled: dict[tuple[int, str], str],
    names: Names,
    dialect: Dialect,
) -> list[Cte]:
    """Return the CTEs that settle this join's ties, one set of winners a view; ``settled`` gets their names."""
    label = each.join.picks[0].label
    tied = names.fresh(f"tied_{label}")
    keys = zip(each.keys, each.join.events.keys, strict=True)
    on = [equal(column(key.name, "e"), column(mine, "m")) for mine, key in keys]
    on.append(equal(column(EVENT, "e"), column(each.event, "m")))
    ctes = [tied_cte(tied, each.join.events, each.events, table(matched, "m"), on, dialect)]
    for view in dict.fromkeys(pick.view for pick in each.join.picks):
        name = names.fresh(f"settled_{view}")
        features = [feature for v, feature in each.values if v == view]
        ctes.append(settled_cte(name, view, features, each.join.events, each.events, tied, dialect))
        settled[number, view] = name
    return ctes


def _final(
    plan: TrainingSet,
    asked: _Asked,
    joined: list[_Joined],
    matched: str,
    settled: dict[tuple[int, str], str],
    dialect: Dialect,
    *,
    counted: bool,
) -> exp.Select:
    outputs: dict[str, Tree] = {}
    flags: list[Tree] = []
    joins: list[exp.Join] = []
    for number, each in enumerate(joined):
        for view in dict.fromkeys(pick.view for pick in each.join.picks):
            alias = f"w{len(joins) + 1}"
            joins.append(join("LEFT", table(settled[number, view], alias), _on_winner(each, alias)))
            for pick in (p for p in each.join.picks if p.view == view):
                outputs.update(_outputs(each, pick, alias, asked, dialect))
                if counted:
                    flags.append(_visible_match(each, pick, asked, dialect))
    columns: list[Tree] = [column(c.name, "m") for c in plan.spine.columns]
    columns += [outputs[name] for name in plan.columns]
    columns += [named(flag, f"__matched_{n}") for n, flag in enumerate(flags, 1)]
    return select(columns, table(matched, "m"), joins=joins, order_by=[column(asked.row, "m")])


def _on_winner(each: _Joined, alias: str) -> list[Tree]:
    keys = zip(each.keys, each.join.events.keys, strict=True)
    on = [equal(column(mine, "m"), column(key.name, alias)) for mine, key in keys]
    on.append(equal(column(each.event, "m"), column(EVENT, alias)))
    if each.visible != each.event:
        on.append(equal(column(each.visible, "m"), column(VISIBLE, alias)))
    return on


def _outputs(
    each: _Joined, pick: Pick, alias: str, asked: _Asked, dialect: Dialect
) -> Iterator[tuple[str, Tree]]:
    """Yield each result column: the winner of a tie where there was one, else what the join picked."""
    columns = columns_of_view(each.join.events, pick.view)
    for output in pick.outputs:
        picked = column(each.values[pick.view, output.feature], "m")
        value: Tree = case(is_null(column(EVENT, alias)), picked, column(columns[output.feature], alias))
        yield output.name, named(_when_matched(value, each, pick, output, asked, dialect), output.name)


def _when_matched(
    value: Tree, each: _Joined, pick: Pick, output: Output, asked: _Asked, dialect: Dialect
) -> Tree:
    if pick.ttl is None and output.default is None:
        return value
    default = None if output.default is None else lower_constant(output.default, output.dtype, dialect)
    return case(_visible_match(each, pick, asked, dialect), value, default)


def _visible_match(each: _Joined, pick: Pick, asked: _Asked, dialect: Dialect) -> Tree:
    """True where an event was picked and is within ``ttl``; its event time counts, however late it was known."""
    event = column(each.event, "m")
    if pick.ttl is None:
        return is_not_null(event)
    return exp.GTE(this=event, expression=dialect.before(column(asked.time, "m"), pick.ttl))
