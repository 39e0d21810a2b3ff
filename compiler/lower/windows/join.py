"""The window join: one value a spine row and window, made of the pieces that lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.ir import WindowJoin, WindowOutput
from fcompile.compiler.lower.names import TIME, Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import (
    Tree,
    case,
    column,
    equal,
    is_not_null,
    join,
    named,
    select,
    table,
)
from fcompile.compiler.lower.types import lower_constant, lower_type
from fcompile.compiler.lower.windows.functions import RECENT, ROW_FUNCTIONS, VALUE_FUNCTIONS, Occurring
from fcompile.compiler.lower.windows.pieces import (
    FROM,
    TO,
    Asking,
    Pieces,
    SpinePieces,
    counts_for,
    union_all,
)
from fcompile.compiler.lower.windows.rows import NamedRows, Track, states_of, tracks_of
from fcompile.compiler.lower.windows.spells import Spells
from fcompile.compiler.lower.windows.tiles import Tiles, folds
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

MATCHED = "__matched"


@dataclass(frozen=True, slots=True)
class WindowValues:
    """Where a join's values are: CTEs with a row for each spine row, and (CTE, column) of each output."""

    join: WindowJoin
    ctes: tuple[str, ...]
    outputs: dict[WindowOutput, tuple[str, str]]


def window_ctes(
    each: WindowJoin, rows: NamedRows, tiles: Tiles | None, asked: Asked, names: Names, dialect: Dialect
) -> tuple[list[Cte], WindowValues]:
    keys = tuple(
        asked.keys[spine_key, key.dtype]
        for spine_key, key in zip(each.spine_keys, rows.rows.keys, strict=True)
    )
    ctes: list[Cte] = []
    outputs: dict[WindowOutput, tuple[str, str]] = {}
    pieces: dict[tuple[bool, bool], SpinePieces] = {}
    for track in tracks_of(rows, each.outputs):
        asking = Asking(each, rows, asked, keys, _lengths(each.outputs, track), recent=track.recent)
        hot_apart = track.counts_distinct and tiles is not None
        if (track.recent, hot_apart) not in pieces:
            made = pieces[track.recent, hot_apart] = SpinePieces(
                asking, tiles, names, dialect, cold=hot_apart
            )
            ctes += made.ctes()
        more, name = track_ctes(asking, track, pieces[track.recent, hot_apart], names, dialect)
        ctes += more
        if tiles is not None and hot_apart:
            more, name = _with_hot_keys(name, asking, track, tiles, names, dialect)
            ctes += more
        outputs.update((output, (name, output.name)) for output in track.outputs)
    values = tuple(dict.fromkeys(cte for cte, _ in outputs.values()))
    return ctes, WindowValues(each, values, outputs)


def _with_hot_keys(
    cold: str, asking: Asking, track: Track, tiles: Tiles, names: Names, dialect: Dialect
) -> tuple[list[Cte], str]:
    """Counts of distinct values: those of hot keys beside those of the others, which are 0 for hot ones."""
    spells = Spells(asking, track, tiles, names, dialect)
    name = names.fresh(track.named(f"windows_{'_'.join(asking.join.labels)}"))
    zero = exp.Literal.number(0)
    columns: list[Tree] = [column(asking.asked.row, "c")]
    for output in track.outputs:
        hot = exp.Coalesce(this=column(output.name, "h"), expressions=[zero])
        columns.append(named(exp.Add(this=column(output.name, "c"), expression=hot), output.name))
    most = exp.Coalesce(this=column(track.outputs[-1].name, "h"), expressions=[zero])
    some = exp.Or(this=column(MATCHED, "c"), expression=exp.GT(this=most, expression=zero))
    tree = select(
        [*columns, named(some, MATCHED)],
        table(cold, "c"),
        joins=[
            join(
                "LEFT",
                table(spells.name, "h"),
                [equal(column(asking.asked.row, "h"), column(asking.asked.row, "c"))],
            )
        ],
    )
    return [*spells.ctes(), Cte(name, _comment(asking), dialect.sql(tree))], name


def _lengths(outputs: Sequence[WindowOutput], track: Track) -> tuple[timedelta | None, ...]:
    """The windows to look at: of functions of the newest rows only the longest."""
    alike = [output for output in outputs if (output.function in RECENT) == track.recent]
    return lengths_of(alike)[-1:] if track.recent else lengths_of(alike)


def track_ctes(
    asking: Asking, track: Track, pieces: Pieces, names: Names, dialect: Dialect
) -> tuple[list[Cte], str]:
    """Return the CTEs from pieces to values, and the name of the last: row, a column an output, __matched."""
    topic = "_".join(asking.join.labels)
    parts = names.fresh(track.named(f"parts_{topic}"))
    ctes = [_parts_cte(parts, asking, track, pieces, dialect)]
    name = names.fresh(track.named(f"windows_{topic}"))
    if track.value is None:
        states = names.fresh(track.named(f"states_{topic}"))
        ctes.append(_row_states(states, asking, track, parts, dialect))
        ctes.append(_row_values(name, asking, track, states, dialect))
    else:
        seen = names.fresh(track.named(f"values_{topic}"))
        ctes.append(_occurrences(seen, asking, track, parts, dialect))
        ctes.append(_distinct_values(name, asking, track, seen, dialect))
    return ctes, name


def joined_values(
    values: WindowValues,
    asked: Asked,
    outputs: dict[str, Tree],
    flags: list[Tree],
    number: int,
    dialect: Dialect,
) -> list[exp.Join]:
    """Return the joins of ``values`` to the spine ``m``; add their result columns, and whether rows matched."""
    aliases = {name: f"w{number + n}" for n, name in enumerate(values.ctes, 1)}
    for output, (cte, name) in values.outputs.items():
        value = column(name, aliases[cte])
        outputs[output.name] = named(_mature(output, value, asked, dialect), output.name)
    if not values.join.rows.settled:
        flags += [column(MATCHED, aliases[values.ctes[0]])] * len(values.join.labels)
    return [
        join("LEFT", table(cte, alias), [equal(column(asked.row, alias), column(asked.row, "m"))])
        for cte, alias in aliases.items()
    ]


def _mature(output: WindowOutput, value: Tree, asked: Asked, dialect: Dialect) -> Tree:
    """A label only once its horizon and maturity have passed."""
    if output.maturity is None or output.length is None:
        return value
    end = dialect.after(column(asked.time, "m"), output.length + output.maturity)
    as_of = exp.Cast(this=dialect.parameter("as_of"), to=dialect.scalar("timestamp"))
    return case(exp.LTE(this=end, expression=as_of), value)


def lengths_of(outputs: Sequence[WindowOutput]) -> tuple[timedelta | None, ...]:
    """Return the windows' lengths, shortest first; a lifetime, None, is the longest."""
    lengths = {output.length for output in outputs}
    finite = sorted(length for length in lengths if length is not None)
    return (*finite, *([None] if None in lengths else []))


def _parts_cte(name: str, asking: Asking, track: Track, pieces: Pieces, dialect: Dialect) -> Cte:
    grain = [column(c) for c in (asking.asked.row, FROM, TO, *track.grain)]
    given = [is_not_null(column(track.value))] if track.value else []
    tree: Tree = select(
        [*grain, *folds(track, dialect)], table(pieces.rows_name), where=given, group_by=grain
    )
    tiles = pieces.tiles(track)
    if tiles:
        merged = [named(state.merge(dialect), state.column) for state in track.states]
        whole = exp.Subquery(
            this=union_all(tiles), alias=exp.TableAlias(this=exp.Identifier(this="tiles", quoted=True))
        )
        tree = exp.Union(
            this=tree, expression=select([*grain, *merged], whole, group_by=grain), distinct=False
        )
    comment = "Partial aggregates of the pieces. A row a spine row and range of windows"
    comment += f" and value of {track.value}." if track.value else "."
    return Cte(name, comment, dialect.sql(tree))


def _row_states(name: str, asking: Asking, track: Track, parts: str, dialect: Dialect) -> Cte:
    """The states of each window: those of its pieces, merged. A row for every spine row, also without pieces."""
    row = column(asking.asked.row, "n")
    # What lies in the shorter windows is told by its event time.
    times = [asking.time("n", dialect)] if asking.recent and not asking.as_of else []
    needed = {
        (asking.number(output.length), state): None
        for output in track.outputs
        for state in states_of(asking.rows, output)
    }
    columns = [
        named(state.merge(dialect, counts_for(number)), f"{state.column}_{number}")
        for number, state in needed
    ]
    matched = named(exp.GT(this=exp.Count(this=column(FROM)), expression=exp.Literal.number(0)), MATCHED)
    on = [equal(column(asking.asked.row, "p"), row)]
    tree = select(
        [row, *(named(time, TIME) for time in times), *columns, matched],
        table(asking.asked.name, "n"),
        joins=[join("LEFT", table(parts, "p"), on)],
        group_by=[row, *times],
    )
    comment = "The partial aggregates of each window: _1 is the shortest. A row a spine row."
    return Cte(name, comment, dialect.sql(tree))


def _row_values(name: str, asking: Asking, track: Track, states: str, dialect: Dialect) -> Cte:
    values = [named(_row_value(output, asking, dialect), output.name) for output in track.outputs]
    tree = select([column(asking.asked.row), *values, column(MATCHED)], table(states))
    return Cte(name, _comment(asking), dialect.sql(tree))


def _row_value(output: WindowOutput, asking: Asking, dialect: Dialect) -> Tree:
    function = ROW_FUNCTIONS[output.function]
    states = {s.kind: s for s in states_of(asking.rows, output)}

    def merged(kind: str) -> Tree:
        state = column(f"{states[kind].column}_{asking.number(output.length)}")
        return _within(kind, state, output, asking, dialect) if asking.recent else state

    return finished(output, function.value(output, merged, dialect), merged(function.states[0]), dialect)


def _within(kind: str, state: Tree, output: WindowOutput, asking: Asking, dialect: Dialect) -> Tree:
    """As much of the newest rows as lies in the output's window."""
    time = asking.time("n", dialect) if asking.as_of else column(TIME)
    low = asking.begins(time, output.length, dialect)
    if low is None:
        return state
    if kind == "last":
        return case(asking.inside(dialect.member(state, "event"), low), state)
    newest = dialect.member(dialect.element(state, 1), "event")
    kept = dialect.kept(state, lambda row: asking.inside(dialect.member(row, "event"), low))
    return case(asking.inside(newest, low), kept)


def finished(output: WindowOutput, value: Tree, state: Tree, dialect: Dialect) -> Tree:
    """``value`` in the output's type; its default where ``state`` says that the window is empty."""
    typed = exp.Cast(this=value, to=lower_type(output.dtype, dialect))
    if output.default is None:
        return typed
    default = lower_constant(output.default, output.dtype, dialect)
    if output.function not in ("stddev_samp", "var_samp"):
        return exp.Coalesce(this=typed, expressions=[default])
    # One value alone has no spread: that is NULL, and not an empty window.
    empty = exp.Is(this=state, expression=exp.Null())
    return exp.Case(ifs=[exp.If(this=empty, true=default)], default=typed)


def _occurrences(name: str, asking: Asking, track: Track, parts: str, dialect: Dialect) -> Cte:
    grain = [column(c) for c in (asking.asked.row, *track.grain)]
    columns = [
        named(state.merge(dialect, counts_for(number)), f"{state.column}_{number}")
        for number in asking.numbers(track)
        for state in track.states
    ]
    tree = select([*grain, *columns], table(parts), group_by=grain)
    comment = f"How often each value of {track.value} occurs in each window. A row a spine row and value."
    return Cte(name, comment, dialect.sql(tree))


def _distinct_values(name: str, asking: Asking, track: Track, seen: str, dialect: Dialect) -> Cte:
    row = column(asking.asked.row, "n")
    columns: list[Tree] = [row]
    for output in track.outputs:
        occurring = _occurring(output, asking, track, dialect)
        made = VALUE_FUNCTIONS[output.function].value(output, occurring, dialect)
        columns.append(named(finished(output, made, made, dialect), output.name))
    some = exp.GT(this=exp.Count(this=column(str(track.value), "v")), expression=exp.Literal.number(0))
    columns.append(named(some, MATCHED))
    tree = select(
        columns,
        table(asking.asked.name, "n"),
        joins=[join("LEFT", table(seen, "v"), [equal(column(asking.asked.row, "v"), row)])],
        group_by=[row],
    )
    return Cte(name, _comment(asking), dialect.sql(tree))


def _occurring(output: WindowOutput, asking: Asking, track: Track, dialect: Dialect) -> Occurring:
    number = asking.number(output.length)
    kinds = {s.kind: column(f"{s.column}_{number}", "v") for s in track.states}
    value = column(str(track.value), "v")
    occurrences = kinds.get("occurrences", exp.Null())
    occurs = is_not_null(occurrences if "occurrences" in kinds else value)
    newest: Tree | None = kinds.get("newest")
    if newest is None and "seen" in kinds:
        newest = dialect.member(kinds["seen"], "event")
    low = asking.begins(asking.time("n", dialect), output.length, dialect)
    if asking.recent and newest is not None and low is not None:
        occurs = asking.inside(newest, low)
    return Occurring(value, occurs, occurrences, kinds.get("seen", exp.Null()))


def _comment(asking: Asking) -> str:
    names = ", ".join(asking.join.labels)
    low, high = ("[t - w", "t)") if asking.join.strict else ("(t - w", "t]")
    if asking.rows.rows.settled:
        low, high = "(t", "t + horizon]"
    return f"{names}: one value a spine row and window {low}, {high}."
