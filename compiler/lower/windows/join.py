"""The window join: one value a spine row and window, made of the pieces that lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.ir import WindowJoin, WindowOutput
from fcompile.compiler.lower.names import Names
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
from fcompile.compiler.lower.types import time_parameter
from fcompile.compiler.lower.windows.asking import Asking, looked_at
from fcompile.compiler.lower.windows.functions import RECENT
from fcompile.compiler.lower.windows.newest import NewestPieces, found_by_time
from fcompile.compiler.lower.windows.pieces import Pieces, SpinePieces
from fcompile.compiler.lower.windows.ranks import Ranks
from fcompile.compiler.lower.windows.rows import NamedRows, Track, tracks_of
from fcompile.compiler.lower.windows.spells import Spells
from fcompile.compiler.lower.windows.tiles import Tiles
from fcompile.compiler.lower.windows.values import MATCHED, track_ctes, windows_comment
from fcompile.compiler.lower.windows.ways import ways_of
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


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
    ways = ways_of(each.outputs, dialect, in_order=rows.in_order)
    apart = tiles is not None and dialect.keeps_lists
    ranked = apart and rows.as_they_happen
    for track in tracks_of(rows, ways.parts, ranked=ranked):
        asking = Asking(each, rows, asked, keys, _lengths(ways.parts, track), recent=track.recent)
        hot_apart = apart and (track.counts_distinct or (ranked and track.ranks))
        if (track.recent, hot_apart) not in pieces:
            of_spine = pieces[track.recent, hot_apart] = SpinePieces(
                asking, tiles, names, dialect, cold=hot_apart
            )
            ctes += of_spine.ctes()
        within: Pieces = pieces[track.recent, hot_apart]
        if tiles is not None and found_by_time(rows, track):
            newest = within = NewestPieces(asking, track, within, names, dialect)
            ctes += newest.ctes()
        more, name = track_ctes(asking, track, within, names, dialect)
        ctes += more
        if tiles is not None and hot_apart:
            with_hot_keys = _with_ranks if track.ranks else _with_spells
            more, name = with_hot_keys(name, asking, track, tiles, names, dialect)
            ctes += more
        outputs.update((output, (name, output.name)) for output in track.outputs)
    asking = Asking(each, rows, asked, keys, ())
    more, outputs = ways.completed(outputs, asking, names, dialect)
    ctes += more
    values = tuple(dict.fromkeys(cte for cte, _ in outputs.values()))
    return ctes, WindowValues(each, values, outputs)


def _with_spells(
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
    return [*spells.ctes(), Cte(name, windows_comment(asking), dialect.sql(tree))], name


def _with_ranks(
    cold: str, asking: Asking, track: Track, tiles: Tiles, names: Names, dialect: Dialect
) -> tuple[list[Cte], str]:
    """Percentiles: those of hot keys where there are any, else those of the others."""
    ranks = Ranks(asking, track, tiles, names, dialect)
    name = names.fresh(track.named(f"windows_{'_'.join(asking.join.labels)}"))
    row = asking.asked.row
    hot = is_not_null(column(row, "h"))
    columns: list[Tree] = [column(row, "c")]
    for found in (*(output.name for output in track.outputs), MATCHED):
        columns.append(named(case(hot, column(found, "h"), column(found, "c")), found))
    joins = [join("LEFT", table(ranks.name, "h"), [equal(column(row, "h"), column(row, "c"))])]
    tree = select(columns, table(cold, "c"), joins=joins)
    return [*ranks.ctes(), Cte(name, windows_comment(asking), dialect.sql(tree))], name


def _lengths(outputs: Sequence[WindowOutput], track: Track) -> tuple[timedelta | None, ...]:
    alike = [output for output in outputs if (output.function in RECENT) == track.recent]
    return looked_at(alike, track.recent)


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
    return case(exp.LTE(this=end, expression=time_parameter("as_of", dialect)), value)
