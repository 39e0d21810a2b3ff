"""How a source's rows lie over its keys and over time: one query, and what it answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlglot import exp

from fcompile.compiler.definitions import FeatureView, Label, Source
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.ir import Scan
from fcompile.compiler.lower.events import relation_words
from fcompile.compiler.lower.names import EVENT, Names
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.sql import (
    Tree,
    cast,
    column,
    derived,
    is_not_null,
    join,
    named,
    same_keys,
    select,
    table,
)
from fcompile.compiler.plan import rows_of, rows_of_label
from fcompile.compiler.render import Cte, Statement
from fcompile.compiler.tuning import HOT_ROWS
from fcompile.dialects.base import Dialect

CROWDS = (timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=1))
"""The tiles whose crowd is counted, largest first; the smallest divides all others."""
HOT_STEPS = 5
"""Hot keys are counted for 1, 2, ... times ``HOT_ROWS``."""

_ROWS, _TILE = "__rows", "__tile"


@dataclass(frozen=True, slots=True)
class Statistics:
    """The rows of one source that have an event time, a known time and a key without NULL; filters aside.

    Attributes:
        rows, keys: how many there are.
        largest: the greatest number of rows of one key.
        hot: how many keys have more than 1, 2, ... times ``HOT_ROWS`` rows.
        crowds: a tile of ``CROWDS`` each: with how many rows of its key a row shares its tile, itself included,
            on average over the rows of a key; the greatest of the keys with more than ``HOT_ROWS`` rows, else 0.
        stretches: (a length, the greatest number of rows of such a key within one multiple of that length since
            1970, else 0). Any stretch as long holds at most twice as many.
    """

    rows: int = 0
    keys: int = 0
    largest: int = 0
    hot: tuple[int, ...] = (0,) * HOT_STEPS
    crowds: tuple[int, ...] = (0,) * len(CROWDS)
    stretches: tuple[tuple[timedelta, int], ...] = ()

    def within(self, length: timedelta | None) -> int:
        """Return a bound for the rows of one hot key in any window of that length; None is a lifetime.

        Where no key is hot, that of any key.
        """
        found = dict(self.stretches).get(length, 0) if length is not None else 0
        return min(self.largest, 2 * found) if found else self.largest


def statistics_text(
    source: Source, readers: Sequence[FeatureView | Label], lengths: Sequence[timedelta], dialect: Dialect
) -> str:
    """Return the SELECT of one row that ``statistics_of`` reads; the source is scanned once.

    ``readers`` have the same join keys and read ``source``, as it was found in the warehouse.
    """
    names = Names(relation_words(source.relation), dialect.longest_name)
    all_rows = [rows_of_label(r) if isinstance(r, Label) else rows_of(r) for r in readers]
    keys = [column(key.name) for key in readers[0].join_keys]
    minutes, by_key = names.fresh("minutes"), names.fresh("by_key")
    read = Scan(source, tuple(key.name for key in readers[0].join_keys))
    scans, scanned = scan_ctes((read,), all_rows, names, dialect)
    scan = scans[source]
    ctes = [
        *scanned[:-1],
        # Kept, so that the source is read once.
        replace(scanned[-1], hint=dialect.keep_cte or ""),
        _by_key_cte(by_key, keys, scan, dialect),
        _minutes_cte(minutes, keys, scan, by_key, dialect),
    ]
    values = [exp.Count(this=exp.Star()), _sum(column(_ROWS)), exp.Max(this=column(_ROWS))]
    values += [_sum(_one_where_more(HOT_ROWS * (n + 1))) for n in range(HOT_STEPS)]
    for width in CROWDS:
        name = names.fresh(f"crowd_{format_duration(width)}")
        ctes.append(_crowd_cte(name, keys, minutes, width, dialect))
        values.append(_greatest(name))
    for length in lengths:
        name = names.fresh(f"stretch_{format_duration(length)}")
        floor = dialect.floor_time(column(_TILE), length)
        comment = f"A row a hot key and {format_duration(length)}."
        ctes.append(Cte(name, comment, dialect.sql(_counted(keys, [floor], minutes))))
        values.append(_greatest(name))
    zero = exp.Literal.number(0)
    whole = [cast(exp.Coalesce(this=value, expressions=[zero]), dialect.scalar("int64")) for value in values]
    columns = [named(value, f"__{n}") for n, value in enumerate(whole)]
    return Statement(tuple(ctes), dialect.sql(select(columns, table(by_key)))).text(dialect)


def statistics_of(row: Sequence[object], lengths: Sequence[timedelta]) -> Statistics:
    """Return the one row of ``statistics_text`` as statistics."""
    numbers = [int(str(value)) for value in row]
    rest = numbers[3:]
    hot, rest = rest[:HOT_STEPS], rest[HOT_STEPS:]
    crowds, stretches = rest[: len(CROWDS)], rest[len(CROWDS) :]
    return Statistics(
        rows=numbers[1],
        keys=numbers[0] if numbers[1] else 0,
        largest=numbers[2],
        hot=tuple(hot),
        crowds=tuple(crowds),
        stretches=tuple(zip(lengths, stretches, strict=True)),
    )


def _by_key_cte(name: str, keys: Sequence[exp.Column], scan: str, dialect: Dialect) -> Cte:
    columns = [*keys, named(exp.Count(this=exp.Star()), _ROWS)]
    tree = select(columns, table(scan), where=[is_not_null(key) for key in keys], group_by=keys)
    return Cte(name, "How many rows each key has. A row a key.", dialect.sql(tree), dialect.keep_cte or "")


def _minutes_cte(name: str, keys: Sequence[exp.Column], scan: str, by_key: str, dialect: Dialect) -> Cte:
    minute = dialect.floor_time(column(EVENT, "s"), CROWDS[-1])
    mine = [column(key.name, "s") for key in keys]
    columns = [*mine, named(minute, _TILE), named(exp.Count(this=exp.Star()), _ROWS)]
    hot = exp.GT(this=column(_ROWS, "k"), expression=exp.Literal.number(HOT_ROWS))
    on = [*same_keys([key.name for key in keys], "s", "k"), hot]
    joins = [join("SEMI", table(by_key, "k"), on)]
    tree = select(columns, table(scan, "s"), joins=joins, group_by=[*mine, minute])
    comment = f"Hot keys, with more than {HOT_ROWS} rows. A row a key and {format_duration(CROWDS[-1])} of event times."
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "")


def _counted(keys: Sequence[Tree], more: Sequence[Tree], minutes: str) -> exp.Select:
    """Rows of each key, or of each key and stretch of time."""
    grain = [*keys, *more]
    return select([*keys, named(_sum(column(_ROWS)), _ROWS)], table(minutes), group_by=grain)


def _crowd_cte(name: str, keys: Sequence[Tree], minutes: str, width: timedelta, dialect: Dialect) -> Cte:
    inner = derived(_counted(keys, [dialect.floor_time(column(_TILE), width)], minutes), "tiles")
    # As floats: squares of large numbers are beyond int64.
    rows = cast(column(_ROWS), dialect.scalar("float64"))
    crowd = exp.Div(this=_sum(exp.Mul(this=rows, expression=rows)), expression=_sum(rows))
    tree = select([named(crowd, _ROWS)], inner, group_by=keys)
    comment = f"A row a hot key: the rows that a row of it shares its {format_duration(width)} with."
    return Cte(name, comment, dialect.sql(tree))


def _one_where_more(rows: int) -> Tree:
    more = exp.GT(this=column(_ROWS), expression=exp.Literal.number(rows))
    return exp.Case(ifs=[exp.If(this=more, true=exp.Literal.number(1))], default=exp.Literal.number(0))


def _sum(tree: Tree) -> Tree:
    return exp.Sum(this=tree)


def _greatest(name: str) -> Tree:
    return exp.Subquery(this=select([exp.Max(this=column(_ROWS))], table(name)))
