"""Window rows: a source's rows with what windows aggregate of them, and the tracks on which that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.ir import Input, WindowJoin, WindowOutput, WindowRows
from fcompile.compiler.lower.events import value_of, visible_name
from fcompile.compiler.lower.names import CREATED, EVENT, Names
from fcompile.compiler.lower.sql import Tree, case, cast, column, is_not_null, named, select, table
from fcompile.compiler.lower.types import lower_type, time_parameter
from fcompile.compiler.lower.windows.functions import RECENT, ROW_FUNCTIONS, VALUE_FUNCTIONS, kinds_of
from fcompile.compiler.lower.windows.states import State
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_ENDING = 24
"""Bytes that names of states have at most behind the name of their input."""


@dataclass(frozen=True, slots=True)
class NamedRows:
    """Window rows and their names: the CTE, and the column of each input.

    ``at_once``: they count as soon as they happen, whatever their source says of when they are known.
    """

    rows: WindowRows
    topic: str
    cte: str
    inputs: dict[Input, str]
    at_once: bool = False

    @property
    def keys(self) -> list[str]:
        return [key.name for key in self.rows.keys]

    @property
    def visible(self) -> str:
        """The column with the instant from which a row counts."""
        return EVENT if self.rows.settled or self.at_once else visible_name(self.rows.source)

    @property
    def as_they_happen(self) -> bool:
        """Do rows count from their event times on?"""
        return self.visible == EVENT

    @property
    def in_order(self) -> bool:
        """Do rows become visible in the order in which they happen?"""
        return self.as_they_happen or self.rows.source.available_at is None

    @property
    def has_created(self) -> bool:
        return self.rows.source.created_timestamp_field is not None


@dataclass(frozen=True, slots=True)
class Track:
    """Aggregations that are done together.

    Attributes:
        value: None: over rows. Else the input's column: over its distinct values, which are then a part of
            the grain of everything on the track.
        states: what is kept, each once.
        outputs: what is made of them.
        recent: of the newest rows: the states are those of the longest window, for all.
    """

    value: str | None
    states: tuple[State, ...]
    outputs: tuple[WindowOutput, ...]
    recent: bool = False

    @property
    def counts_distinct(self) -> bool:
        return all(output.function == "count_distinct" for output in self.outputs)

    @property
    def ranks(self) -> bool:
        return all(output.function == "percentile" for output in self.outputs)

    @property
    def grain(self) -> list[str]:
        return [] if self.value is None else [self.value]

    @property
    def tiles(self) -> tuple[str | None, bool]:
        """Tracks that agree in this can read the same tiles."""
        return self.value, self.recent and self.value is None

    @property
    def by_element(self) -> list[State]:
        """Lists of rows or times that are merged element by element, which is the fast way.

        Only beside states that bear to be merged with themselves: they are repeated for every element.
        """
        lists = [state for state in self.states if state.kind in ("latest", "times")]
        return lists if self.recent and self.value is None else []

    def named(self, name: str) -> str:
        """``name`` for this track."""
        ending = "_newest" if self.recent else ""
        return f"{name}{ending}" if self.value is None else f"{name}{ending}_{self.value}"


def name_rows(rows: WindowRows, topic: str, names: Names) -> NamedRows:
    return NamedRows(rows, topic, names.fresh(f"rows_{topic}"), name_inputs(rows, names.longest))


def name_inputs(rows: WindowRows, longest: int | None = None) -> dict[Input, str]:
    """Columns for the inputs, after the columns that they read; no key's name begins with one and ``__``.

    ``longest``: bytes of a name; some of them are left for what names of states have behind it.
    """
    keys = [key.name for key in rows.keys]
    names = Names(keys, longest and longest - _ENDING)
    found: dict[Input, str] = {}
    for each in rows.inputs:
        wanted = each.expr.name if isinstance(each.expr, Column) else "row"
        name = names.fresh(f"{wanted}_hash" if each.hashed else wanted)
        while any(key.lower().startswith(f"{name.lower()}__") for key in keys):
            name = names.fresh(f"{name}_value")
        found[each] = name
    return found


def rows_cte(named_rows: NamedRows, scan: str, dialect: Dialect) -> Cte:
    """Return keys, times, and a column an input: NULL where the row does not count for it."""
    rows = named_rows.rows
    columns: list[Tree] = [
        named(cast(column(k.name), lower_type(k.dtype, dialect)), k.name) for k in rows.keys
    ]
    times = dict.fromkeys((EVENT, named_rows.visible, *([CREATED] if named_rows.has_created else [])))
    columns += [column(time) for time in times]
    columns += [named(_input(each, dialect), name) for each, name in named_rows.inputs.items()]
    where: list[Tree] = [is_not_null(column(k.name)) for k in rows.keys]
    if rows.filter is not None:
        where.insert(0, exp.Paren(this=value_of(rows.filter, dialect)))
    if rows.settled:
        known = column(visible_name(rows.source))
        as_of = time_parameter("as_of", dialect)
        where.append(exp.LTE(this=known, expression=as_of))
    comment = (
        f"Rows for the windows of {named_rows.topic}: what is aggregated; NULL where a row does not count."
    )
    if rows.settled:
        when = dialect.sql(dialect.parameter("as_of"))
        comment = f"Rows for {named_rows.topic}, known as of {when}: what is aggregated of each."
    tree = select(columns, table(scan), where=where)
    return Cte(named_rows.cte, comment, dialect.sql(tree), dialect.inline_cte or "")


def _input(each: Input, dialect: Dialect) -> Tree:
    value = value_of(each.expr, dialect)
    if each.dtype is not None:
        value = cast(value, lower_type(each.dtype, dialect))
    if each.hashed:
        value = dialect.portable_hash(value, each.dtype.kind if each.dtype else "")
    else:
        value = dialect.ordered_value(value, each.dtype.kind if each.dtype else "")
    return value if each.filter is None else case(value_of(each.filter, dialect), value)


def tracks_of(rows: NamedRows, outputs: Sequence[WindowOutput], *, ranked: bool = False) -> list[Track]:
    """Return the track over rows, if any output needs it, then one for each input with distinct values.

    Functions of the newest rows have tracks of their own, and percentiles where they are ``ranked``.
    """
    tracks: list[Track] = []
    for recent in (False, True):
        some = [output for output in outputs if (output.function in RECENT) == recent]
        of_rows = [output for output in some if output.function in ROW_FUNCTIONS]
        apart = [output for output in of_rows if ranked and output.function == "percentile"]
        for alike in ([output for output in of_rows if output not in apart], apart):
            if alike:
                tracks.append(Track(None, _states(rows, alike), tuple(alike), recent))
        by_value: dict[tuple[str, str], list[WindowOutput]] = {}
        for output in some:
            if output.function in VALUE_FUNCTIONS:
                # Counts of hot keys are made in another way than the lists.
                kind = kinds_of(output.function)[-1] if recent else ""
                by_value.setdefault((rows.inputs[output.input], kind), []).append(output)
        tracks += [Track(value, _states(rows, e), tuple(e), recent) for (value, _), e in by_value.items()]
    return tracks


def tile_tracks_of(rows: NamedRows, outputs: Sequence[WindowOutput], *, counted: bool = False) -> list[Track]:
    """Return the tracks of which tiles are made: two over rows, one for each input with distinct values.

    Counts of distinct values need none: see ``spells``; only where they are ``counted`` from tiles too.
    """
    tiled = [output for output in outputs if counted or output.function != "count_distinct"]
    tracks = []
    for recent in (False, True):
        some = [o for o in tiled if o.function in ROW_FUNCTIONS and (o.function in RECENT) == recent]
        if some:
            tracks.append(Track(None, _states(rows, some), tuple(some), recent))
    by_value: dict[str, list[WindowOutput]] = {}
    for output in tiled:
        if output.function in VALUE_FUNCTIONS:
            by_value.setdefault(rows.inputs[output.input], []).append(output)
    return tracks + [Track(value, _states(rows, some), tuple(some)) for value, some in by_value.items()]


def _states(rows: NamedRows, outputs: Sequence[WindowOutput]) -> tuple[State, ...]:
    return tuple(dict.fromkeys(state for output in outputs for state in states_of(rows, output)))


def states_of(rows: NamedRows, output: WindowOutput) -> tuple[State, ...]:
    """Return the states that ``output`` is made of, in the order of its function's table entry."""
    kinds = kinds_of(output.function)
    name = rows.inputs[output.input]
    dtype = output.input.dtype
    floating = dtype is None or dtype.kind in ("float32", "float64")
    ordered = ("first", "last", "latest", "seen")
    return tuple(
        State(
            kind,
            name,
            size=int(output.arguments[0]) if kind == "latest" else 0,
            created=rows.has_created and kind in ordered,
            floating=floating and kind == "moments",
            dtype=dtype.kind if dtype and kind in ("sum", "min", "max") else "",
        )
        for kind in kinds
    )


def all_outputs(joins: Sequence[WindowJoin], rows: WindowRows) -> tuple[WindowOutput, ...]:
    """Return what all joins over ``rows`` make of them."""
    return tuple(dict.fromkeys(output for each in joins if each.rows == rows for output in each.outputs))
