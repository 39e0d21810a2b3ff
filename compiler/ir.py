"""The typed IR: what a statement means, before any SQL is chosen.

Nodes are frozen, compare by value and hold tuples, so that a pass can share what it keeps. The
words: a *scan* reads a source; *events* are its rows as feature values of keys, each with an event
time ``e`` and an instant ``v = max(e, known)`` from which it is visible; a *point-in-time join*
picks, for each row of the spine, the greatest visible event; a *window join* aggregates, for each
row of the spine, the visible events of some time before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from fcompile.compiler.definitions import FeatureView, Literal, Relation, Source
from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.nodes import Expr, column_names
from fcompile.compiler.tuning import Form


@dataclass(frozen=True, slots=True)
class SpineColumn:
    """A column of the spine.

    ``kind`` says how it reads as a key or as the time: a dtype kind of SPEC 3 (``timestamp`` means
    microseconds without a zone), ``timestamptz``, ``nanoseconds`` (cut, not rounded), or ``other``.
    """

    name: str
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Spine:
    """The rows that ask: each has keys and a time t, and comes back exactly once.

    Attributes:
        relation: where they are (a table, a file or a SELECT).
        columns: every column in order; all pass through untouched.
        timestamp: the column holding t (UTC).
        read_types: for a CSV file: column name -> the dtype it must be read as.
        ordinal: a further column that numbers the rows in their order; it does not come back. Without one the
            engine's own order is numbered.
    """

    relation: Relation
    columns: tuple[SpineColumn, ...]
    timestamp: str = "event_timestamp"
    read_types: tuple[tuple[str, DType], ...] = ()
    ordinal: str | None = None

    def column(self, name: str) -> SpineColumn:
        return next(c for c in self.columns if c.name == name)


@dataclass(frozen=True, slots=True)
class Scan:
    """One pass over a source; ``columns`` are those of it that anything above reads, in a stable order."""

    source: Source
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventKey:
    """A join key and the dtype in which it is compared."""

    name: str
    dtype: DType


@dataclass(frozen=True, slots=True)
class EventValue:
    """A feature of ``view`` computed from one row of the source."""

    view: str
    feature: str
    dtype: DType
    expr: Expr


@dataclass(frozen=True, slots=True)
class Events:
    """The rows of a source that pass ``filter`` and have a key, as feature values. Grain: a source row.

    ``values`` hold, view after view, every feature of each view in declared order: the order
    settles ties, so it is complete even where a request asks for fewer. ``raw`` are columns of the source that
    come along as they are, each named ``RAW`` and its name.
    """

    source: Source
    keys: tuple[EventKey, ...]
    filter: Expr | None
    values: tuple[EventValue, ...]
    raw: tuple[str, ...] = ()
    digest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Events are keys of many mappings and deep: they are hashed once.
        object.__setattr__(self, "digest", hash((self.source, self.keys, self.filter, self.values, self.raw)))

    def __hash__(self) -> int:
        return self.digest


RAW = "__raw__"


@dataclass(frozen=True, slots=True)
class Output:
    """A result column: ``name`` holds ``feature`` where an event matches, ``default`` where none does.

    ``dtype`` None: one of ``Events.raw``, as the source has it.
    """

    name: str
    feature: str
    dtype: DType | None
    default: Literal


@dataclass(frozen=True, slots=True)
class Pick:
    """What one requested view takes from a point-in-time join; ``ttl`` tests the picked event's time.

    ``matched``: a BOOLEAN output: whether an event was picked within ``ttl``; None where nobody reads it.
    """

    label: str
    view: str
    ttl: timedelta | None
    outputs: tuple[Output, ...]
    matched: str | None = None


@dataclass(frozen=True, slots=True)
class PointInTimeJoin:
    """The node the compiler exists for (SPEC 4, latest).

    For a spine row with keys k and time t: among events with key k, e <= t and v <= t (``<`` with
    ``strict``), the greatest by (e, created NULLS first, the view's features in declared order,
    NULLS first). Never changes the number of spine rows. ``spine_keys`` are the spine's columns, in
    the order of ``events.keys``. ``pinned``: how it is to be lowered, where the dialect can; the answer is the same.
    """

    events: Events
    spine_keys: tuple[str, ...]
    strict: bool
    picks: tuple[Pick, ...]
    pinned: str | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """What windows aggregate of a source's row: ``expr`` as ``dtype`` where ``filter`` is true, else NULL.

    Every aggregation ignores NULLs, so that a filter needs no other place. ``dtype`` None: as it is.
    ``hashed``: its portable hash instead, a whole number in [0, 2^60).
    """

    expr: Expr
    dtype: DType | None
    filter: Expr | None = None
    hashed: bool = False
    digest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # As of events.
        object.__setattr__(self, "digest", hash((self.expr, self.dtype, self.filter, self.hashed)))

    def __hash__(self) -> int:
        return self.digest


@dataclass(frozen=True, slots=True)
class WindowRows:
    """The rows of a source that have a key, with what is aggregated of them. Grain: a source row.

    ``settled``: for labels: only rows known by the run's as-of instant, each visible as soon as it happens.
    """

    source: Source
    keys: tuple[EventKey, ...]
    filter: Expr | None
    inputs: tuple[Input, ...]
    settled: bool = False


@dataclass(frozen=True, slots=True)
class WindowOutput:
    """A result column: ``function`` over ``input`` of the rows in the window; ``length`` None is a lifetime.

    ``maturity``, of labels only: NULL until it has passed after the window's end.
    """

    name: str
    feature: str
    function: str
    arguments: tuple[float, ...]
    input: Input
    length: timedelta | None
    dtype: DType
    default: Literal = None
    maturity: timedelta | None = None


@dataclass(frozen=True, slots=True)
class WindowJoin:
    """Trailing windows (SPEC 4): never changes the number of spine rows.

    For a spine row with keys k and time t: the rows with key k, e <= T, v <= T and e > T - length (``strict``:
    e < T, v < T and e >= T - length), where T is t rounded down to a multiple of ``every`` since 1970, plus
    ``shift``. A label's window is the trailing window at the end of its horizon: that is its shift.

    Attributes:
        labels: the views' names or aliases that asked.
        form: how it is lowered; the answer is the same. None until a pass has chosen.
    """

    rows: WindowRows
    spine_keys: tuple[str, ...]
    strict: bool
    every: timedelta | None
    shift: timedelta
    outputs: tuple[WindowOutput, ...]
    labels: tuple[str, ...]
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Computation:
    """A column computed from columns of the same row: ``expr`` as ``dtype``.

    Attributes:
        reads: (a name in ``expr``, the column that it stands for): an output of a join, or of an earlier computation.
        request: (a name in ``expr``, the spine's column, the dtype in which it is read).
        when: a BOOLEAN column; where it is not true, the value is ``otherwise``. None: there is no condition.
    """

    name: str
    dtype: DType
    expr: Expr
    reads: tuple[tuple[str, str], ...]
    request: tuple[tuple[str, str, DType], ...] = ()
    when: str | None = None
    otherwise: Literal = None


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The spine's rows with features: the plan of `historical`.

    Attributes:
        columns: the result's order; what else the joins and computations give is not shown.
        computed: stage by stage; a stage reads the joins' outputs and earlier stages.
    """

    spine: Spine
    joins: tuple[PointInTimeJoin, ...]
    columns: tuple[str, ...]
    windows: tuple[WindowJoin, ...] = ()
    computed: tuple[tuple[Computation, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Latest:
    """Each entity's greatest event as of one instant: the plan of `materialize`. Grain: an entity."""

    view: FeatureView
    events: Events
    strict: bool


@dataclass(frozen=True, slots=True)
class WindowTable:
    """Each entity's windows as of one instant: the plan of `materialize`. Grain: an entity with a visible row.

    ``computed``: the view's other features, each of the outputs of the same entity.
    """

    view: FeatureView
    rows: WindowRows
    strict: bool
    every: timedelta | None
    outputs: tuple[WindowOutput, ...]
    computed: tuple[Computation, ...] = ()


Rows = Events | WindowRows


def source_columns(rows: Rows) -> tuple[str, ...]:
    """The source's columns that ``rows`` reads beside its times, each once, in order of first use."""
    from_keys = (key.name for key in rows.keys)
    from_filter = column_names(rows.filter) if rows.filter is not None else ()
    from_values = (name for expr in _value_expressions(rows) for name in column_names(expr))
    return tuple(dict.fromkeys((*from_keys, *from_filter, *from_values)))


def _value_expressions(rows: Rows) -> Iterator[Expr]:
    if isinstance(rows, Events):
        yield from (value.expr for value in rows.values)
        return
    for each in rows.inputs:
        yield from (expr for expr in (each.expr, each.filter) if expr is not None)


def scans(all_rows: tuple[Rows, ...]) -> tuple[Scan, ...]:
    """One scan a source, however many rows are made of it, in the order of first use."""
    columns: dict[Source, dict[str, None]] = {}
    for each in all_rows:
        columns.setdefault(each.source, {}).update(dict.fromkeys(source_columns(each)))
    return tuple(Scan(source, tuple(names)) for source, names in columns.items())
