"""All windows of a training set: rows and tiles once for each source and key, then each join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fcompile.compiler.definitions import Source
from fcompile.compiler.ir import TrainingSet, WindowJoin, WindowRows
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.windows.join import WindowValues, window_ctes
from fcompile.compiler.lower.windows.newest import found_by_time, timed
from fcompile.compiler.lower.windows.rows import (
    NamedRows,
    Track,
    all_outputs,
    name_rows,
    rows_cte,
    tile_tracks_of,
    tracks_of,
)
from fcompile.compiler.lower.windows.tiles import Tiles, tiles_ctes
from fcompile.compiler.lower.windows.ways import ways_of
from fcompile.compiler.render import Cte
from fcompile.compiler.tuning import Form
from fcompile.dialects.base import Dialect


def windows_of_sources(
    plan: TrainingSet, scan_names: dict[Source, str], asked: Asked, names: Names, dialect: Dialect
) -> tuple[list[Cte], list[WindowValues]]:
    ctes: list[Cte] = []
    found: list[WindowValues] = []
    for rows in dict.fromkeys(each.rows for each in plan.windows):
        joins = [each for each in plan.windows if each.rows == rows]
        named_rows = name_rows(rows, _topic(joins, rows), names)
        ctes.append(rows_cte(named_rows, scan_names[rows.source], dialect))
        tiles: dict[Form | None, Tiles | None] = {}
        for each in joins:
            if each.form not in tiles:
                alike = [other for other in joins if other.form == each.form]
                more, tiles[each.form] = _tiles(named_rows, alike, names, dialect)
                ctes += more
            more, values = window_ctes(each, named_rows, tiles[each.form], asked, names, dialect)
            ctes += more
            found.append(values)
    return ctes, found


def _tiles(
    rows: NamedRows, joins: Sequence[WindowJoin], names: Names, dialect: Dialect
) -> tuple[list[Cte], Tiles | None]:
    form = joins[0].form
    if form is None:
        return [], None
    outputs = [
        output
        for output in all_outputs(joins, rows.rows)
        if not (rows.as_they_happen and output.function == "percentile")
    ]
    outputs = list(ways_of(outputs, dialect, in_order=rows.in_order).parts)
    if not outputs and not dialect.keeps_lists:
        return [], None
    tracks = tile_tracks_of(rows, outputs, counted=not dialect.keeps_lists)
    tracks = [_timed(track, rows, joins) if found_by_time(rows, track) else track for track in tracks]
    return tiles_ctes(rows, tracks, form, names, dialect)


def _timed(track: Track, rows: NamedRows, joins: Sequence[WindowJoin]) -> Track:
    """The times that each join looks for: lists of one input are as long as the longest of the one that asks."""
    alike = [t for each in joins for t in tracks_of(rows, each.outputs) if t.tiles == track.tiles]
    states = dict.fromkeys(state for each in alike for state in timed(each).states)
    return replace(track, states=tuple(states))


def windows_of_rows(
    rows: NamedRows, each: WindowJoin, asked: Asked, names: Names, dialect: Dialect
) -> tuple[list[Cte], WindowValues]:
    """Return one join of ``rows`` with those that ask."""
    ctes, tiles = _tiles(rows, [each], names, dialect)
    more, values = window_ctes(each, rows, tiles, asked, names, dialect)
    return [*ctes, *more], values


def _topic(joins: Sequence[WindowJoin], rows: WindowRows) -> str:
    labels = list(dict.fromkeys(label for each in joins for label in each.labels))
    return labels[0] if len(labels) == 1 else rows.source.name
