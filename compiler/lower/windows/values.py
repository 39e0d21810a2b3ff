"""From pieces to values: states a piece, states a window, and at last the value of each output."""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.ir import WindowOutput
from fcompile.compiler.lower.names import TIME, Names
from fcompile.compiler.lower.sql import (
    Tree,
    case,
    column,
    derived,
    disjunction,
    equal,
    is_not_null,
    is_null,
    join,
    named,
    select,
    table,
)
from fcompile.compiler.lower.types import lower_constant, lower_type
from fcompile.compiler.lower.windows.asking import FROM, TO, Asking, counts_for, union_all
from fcompile.compiler.lower.windows.functions import ROW_FUNCTIONS, VALUE_FUNCTIONS, Occurring
from fcompile.compiler.lower.windows.pieces import Pieces
from fcompile.compiler.lower.windows.rows import Track, states_of
from fcompile.compiler.lower.windows.states import filtered
from fcompile.compiler.lower.windows.tiles import folds, merged
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

MATCHED = "__matched"
"""Whether a spine row has any row in its windows."""


def track_ctes(
    asking: Asking, track: Track, pieces: Pieces, names: Names, dialect: Dialect
) -> tuple[list[Cte], str]:
    """Return the CTEs from pieces to values, and the name of the last: row, a column an output, __matched."""
    topic = "_".join(asking.join.labels)
    parts = names.fresh(track.named(f"parts_{topic}"))
    ctes = [parts_cte(parts, asking, track, pieces, dialect)]
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


def parts_cte(name: str, asking: Asking, track: Track, pieces: Pieces, dialect: Dialect) -> Cte:
    selects = [] if pieces.rows_name is None else [_folded(pieces.rows_name, asking, track, dialect)]
    tiles = pieces.tiles(track)
    if tiles:
        by = {c: column(c) for c in (asking.asked.row, FROM, TO, *track.grain)}
        selects.append(merged(track, by, derived(union_all(tiles), "tiles"), dialect))
    comment = "Partial aggregates of the pieces. A row a spine row and range of windows"
    comment += f" and value of {track.value}." if track.value else "."
    return Cte(name, comment, dialect.sql(union_all(selects)))


def _folded(rows: str, asking: Asking, track: Track, dialect: Dialect) -> exp.Select:
    grain = [column(c) for c in (asking.asked.row, FROM, TO, *track.grain)]
    given = [is_not_null(column(track.value))] if track.value else []
    return select([*grain, *folds(track, dialect)], table(rows), where=given, group_by=grain)


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
    if not asking.recent:
        some = exp.GT(this=exp.Count(this=column(FROM)), expression=exp.Literal.number(0))
        columns.append(named(some, MATCHED))
    asked, on = table(asking.asked.name, "n"), [equal(column(asking.asked.row, "p"), row)]
    if asking.as_of:
        # Nothing of the spine is needed to merge, and joining what is merged takes less time.
        key = column(asking.asked.row)
        states = derived(select([key, *columns], table(parts), group_by=[key]), "p")
        outer: list[Tree] = [row, *(column(each.alias, "p") for each in columns)]
        tree = select(outer, asked, joins=[join("LEFT", states, on)])
    else:
        tree = select(
            [row, *(named(time, TIME) for time in times), *columns],
            asked,
            joins=[join("LEFT", table(parts, "p"), on)],
            group_by=[row, *times],
        )
    comment = "The partial aggregates of each window: _1 is the shortest. A row a spine row."
    return Cte(name, comment, dialect.sql(tree))


def _row_values(name: str, asking: Asking, track: Track, states: str, dialect: Dialect) -> Cte:
    values = [named(_row_value(output, asking, dialect), output.name) for output in track.outputs]
    matched = _some_newest(asking, track, dialect) if asking.recent else column(MATCHED)
    tree = select([column(asking.asked.row), *values, named(matched, MATCHED)], table(states))
    # Those that say when a row happened are read again and again. As of one instant nothing is kept: a table
    # that is made before the statement would have to know it.
    again = not asking.as_of and any(output.function in ("first_at", "last_at") for output in track.outputs)
    hint = dialect.keep_cte if again else None
    return Cte(name, windows_comment(asking), dialect.sql(tree), hint or "")


def _some_newest(asking: Asking, track: Track, dialect: Dialect) -> Tree:
    """Does any of the newest rows lie in the longest window? Its pieces may hold older ones."""
    low = asking.begins(_asked_time(asking, dialect), asking.lengths[-1], dialect)
    found: list[Tree] = []
    for kept in track.states:
        state: Tree = column(f"{kept.column}_1")
        newest = state if kept.kind == "last" else dialect.element(state, 1)
        if low is None:
            found.append(is_not_null(state))
        else:
            inside = asking.inside(dialect.member(newest, "event"), low)
            found.append(exp.Coalesce(this=inside, expressions=[exp.false()]))
    return disjunction(found)


def _asked_time(asking: Asking, dialect: Dialect) -> Tree:
    """The instant at whose windows a row of the states looks."""
    return asking.time("n", dialect) if asking.as_of else column(TIME)


def _row_value(output: WindowOutput, asking: Asking, dialect: Dialect) -> Tree:
    function = ROW_FUNCTIONS[output.function]
    states = {s.kind: s for s in states_of(asking.rows, output)}

    def merged(kind: str) -> Tree:
        state = column(f"{states[kind].column}_{asking.number(output.length)}")
        return _within(kind, state, output, asking, dialect) if asking.recent else state

    return finished(output, function.value(output, merged, dialect), merged(function.states[0]), dialect)


def _within(kind: str, state: Tree, output: WindowOutput, asking: Asking, dialect: Dialect) -> Tree:
    """As much of the newest rows as lies in the output's window."""
    low = asking.begins(_asked_time(asking, dialect), output.length, dialect)
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
    return case(is_null(state), default, typed)


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
    columns.append(named(_some_value(asking, track, dialect), MATCHED))
    tree = select(
        columns,
        table(asking.asked.name, "n"),
        joins=[join("LEFT", table(seen, "v"), [equal(column(asking.asked.row, "v"), row)])],
        group_by=[row],
    )
    return Cte(name, windows_comment(asking), dialect.sql(tree))


def _some_value(asking: Asking, track: Track, dialect: Dialect) -> Tree:
    """Does any value occur in the longest window?"""
    count: Tree = exp.Count(this=column(str(track.value), "v"))
    low = asking.begins(asking.time("n", dialect), asking.lengths[-1], dialect)
    if asking.recent and low is not None:
        count = filtered(count, asking.inside(_newest(asking, track, 1, dialect), low))
    return exp.GT(this=count, expression=exp.Literal.number(0))


def _newest(asking: Asking, track: Track, number: int, dialect: Dialect) -> Tree:
    """When a value occurs last."""
    states = {state.kind: column(f"{state.column}_{number}", "v") for state in track.states}
    return states["newest"] if "newest" in states else dialect.member(states["seen"], "event")


def _occurring(output: WindowOutput, asking: Asking, track: Track, dialect: Dialect) -> Occurring:
    number = asking.number(output.length)
    kinds = {s.kind: column(f"{s.column}_{number}", "v") for s in track.states}
    value = column(str(track.value), "v")
    occurrences = kinds.get("occurrences", exp.Null())
    occurs = is_not_null(occurrences if "occurrences" in kinds else value)
    low = asking.begins(asking.time("n", dialect), output.length, dialect)
    if asking.recent and low is not None:
        occurs = asking.inside(_newest(asking, track, number, dialect), low)
    return Occurring(value, occurs, occurrences, kinds.get("seen", exp.Null()))


def windows_comment(asking: Asking) -> str:
    names = ", ".join(asking.join.labels)
    low, high = ("[t - w", "t)") if asking.join.strict else ("(t - w", "t]")
    if asking.rows.rows.settled:
        low, high = "(t", "t + horizon]"
    return f"{names}: one value a spine row and window {low}, {high}."
