"""Tiles: states of all rows of a key within a stretch of time, small ones and the large ones made of them.

A tile is of two stretches: that of its rows' event times, and that of the instants from which they are visible.
So a whole tile is inside a window, or it is not used, and knowledge time costs no exactness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.lower.names import EVENT, Names
from fcompile.compiler.lower.sql import (
    Tree,
    column,
    derived,
    is_not_null,
    join,
    named,
    same_keys,
    select,
    table,
)
from fcompile.compiler.lower.windows.rows import NamedRows, Track
from fcompile.compiler.render import Cte
from fcompile.compiler.tuning import MIXED, ROWS, Form
from fcompile.dialects.base import Dialect

TILE = "__tile"
KNOWN = "__known"


@dataclass(frozen=True, slots=True)
class Tiles:
    """The tiles of some window rows: the CTE of the hot keys (None: all keys are), and two CTEs a track."""

    form: Form
    hot: str | None
    small: dict[tuple[str | None, bool], str]
    large: dict[tuple[str | None, bool], str]


def tiles_ctes(
    rows: NamedRows, tracks: Sequence[Track], form: Form, names: Names, dialect: Dialect
) -> tuple[list[Cte], Tiles | None]:
    """Return the CTEs, and their names by ``Track.tiles``; none for the form ``rows``."""
    if form.kind == ROWS:
        return [], None
    ctes: list[Cte] = []
    hot = None
    if form.kind == MIXED and rows.keys:
        hot = names.fresh(f"hot_{rows.topic}")
        ctes.append(hot_cte(rows, hot, form.hot, dialect))
    small: dict[tuple[str | None, bool], str] = {}
    large: dict[tuple[str | None, bool], str] = {}
    for track in tracks:
        small[track.tiles] = names.fresh(track.named(f"tiles_{rows.topic}"))
        large[track.tiles] = names.fresh(track.named(f"spans_{rows.topic}"))
        ctes.append(_small_cte(rows, track, small[track.tiles], hot, form.tile, dialect))
        ctes.append(_large_cte(rows, track, large[track.tiles], small[track.tiles], form.span, dialect))
    return ctes, Tiles(form, hot, small, large)


def hot_cte(rows: NamedRows, name: str, most: int, dialect: Dialect) -> Cte:
    keys = [column(key) for key in rows.keys]
    many = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(most))
    tree = select(keys, table(rows.cte), group_by=keys, having=many)
    comment = (
        f"Hot keys: more than {most} rows. Their windows are made of tiles, those of other keys of rows."
    )
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def floored(name: str, width: timedelta, dialect: Dialect, table_name: str | None = None) -> Tree:
    return dialect.floor_time(column(name, table_name), width)


def _small_cte(
    rows: NamedRows, track: Track, name: str, hot: str | None, width: timedelta, dialect: Dialect
) -> Cte:
    grain: list[Tree] = [column(c) for c in (*rows.keys, *track.grain)]
    times = [floored(EVENT, width, dialect), floored(rows.visible, width, dialect)]
    tree = select(
        [*grain, named(times[0], TILE), named(times[1], KNOWN), *folds(track, dialect)],
        table(rows.cte, "r"),
        joins=[join("SEMI", table(hot, "h"), same_keys(rows.keys, "r", "h"))] if hot else [],
        where=[is_not_null(column(track.value))] if track.value else [],
        group_by=[*grain, *times],
    )
    per = f", value of {track.value}" if track.value else ""
    comment = (
        f"Tiles: partial aggregates. A row a key{per}, {format_duration(width)} of event times and "
        f"{format_duration(width)} of the instants from which the rows are visible."
    )
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def _large_cte(
    rows: NamedRows, track: Track, name: str, small: str, width: timedelta, dialect: Dialect
) -> Cte:
    grain = {c: column(c) for c in (*rows.keys, *track.grain)}
    times = {TILE: floored(TILE, width, dialect), KNOWN: floored(KNOWN, width, dialect)}
    tree = merged(track, {**grain, **times}, table(small), dialect)
    comment = f"The same for {format_duration(width)}, made of the tiles above."
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def folds(track: Track, dialect: Dialect) -> list[Tree]:
    return [named(state.fold(dialect), state.column) for state in track.states]


def merged(
    track: Track, grain: Mapping[str, Tree], states: exp.Table | exp.Subquery, dialect: Dialect
) -> exp.Select:
    """Return the SELECT that merges ``states``; ``grain`` says what they are merged by, column by column."""
    lists = track.by_element
    if lists:
        others = [column(state.column) for state in track.states if state not in lists]
        elements = [named(dialect.elements(column(state.column)), state.column) for state in lists]
        inner = select([*(named(t, name) for name, t in grain.items()), *others, *elements], states)
        states = derived(inner, "elements")
        grain = {name: column(name) for name in grain}
    merges = [
        named(state.gather(dialect) if state in lists else state.merge(dialect), state.column)
        for state in track.states
    ]
    columns = [*(named(tree, name) for name, tree in grain.items()), *merges]
    return select(columns, states, group_by=list(grain.values()))
