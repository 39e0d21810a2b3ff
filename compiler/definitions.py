"""What a project defines, with every name resolved: the typed front end's result.

Everything is frozen and compares by value; ``span`` is where it is written. Times are UTC,
durations have microsecond resolution.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.nodes import Expr, column_names
from fcompile.compiler.tree import Node

if TYPE_CHECKING:
    from fcompile.compiler.diff.model import Allowed


def _no_span() -> Span:
    return Span("", 1, 1)


def span_field() -> Span:
    """A place is not part of what a definition means: it is left out of comparison and hashing."""
    return field(default_factory=_no_span, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Meta:
    """What people say about an object; no part of its SQL. ``allow``: changes of it that are meant."""

    description: str = ""
    owner: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    allow: tuple[Allowed, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinKey:
    name: str
    dtype: DType


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    join_keys: tuple[JoinKey, ...]
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Table:
    """``catalog.schema.table``, split at its dots."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """One path or glob of Parquet or CSV files, as written: relative to fcompile.yaml.

    ``table`` is what a warehouse that reads no files has in their place: a table with the name of the source.
    """

    path: str
    table: str = field(default="", compare=False)

    @property
    def format(self) -> str:
        return "csv" if self.path.endswith((".csv", ".csv.gz", ".tsv")) else "parquet"


@dataclass(frozen=True, slots=True)
class Query:
    """Exactly one SELECT in the target's dialect; ``origin`` is where it is written."""

    sql: str
    origin: Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ViewRows:
    """The rows of another view, each with that view's values at its own time (``as_of: event``).

    Grain: a row of that view's source with a key, passing its filter. Columns: that view's join keys and features.
    """

    view: FeatureView


Relation = Table | File | Query | ViewRows


@dataclass(frozen=True, slots=True)
class Source:
    """Rows with an event time ``e`` and a known time ``a`` (SPEC 4).

    ``a`` is ``available_at`` if set, else ``e + availability_lag``, else ``e``. ``nanoseconds`` names time
    columns that the warehouse holds in nanoseconds: not written in YAML, but found where the source is looked at.
    ``static`` names tables that its query reads and that never change: the proof rests on it, and no SQL.
    """

    name: str
    relation: Relation
    timestamp_field: str
    created_timestamp_field: str | None = None
    available_at: str | None = None
    availability_lag: timedelta = timedelta(0)
    columns: tuple[tuple[str, DType], ...] = ()
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()
    nanoseconds: tuple[str, ...] = ()
    static: tuple[str, ...] = field(default=(), compare=False)


Literal = None | bool | int | float | str
"""A ``default:`` as YAML gives it, already checked against the feature's dtype."""


@dataclass(frozen=True, slots=True)
class Window:
    """How the rows inside a window become one value.

    Attributes:
        function: an aggregation function's name in YAML, without its argument: "sum", "percentile", ...
        arguments: its one argument where it takes one: (p,), (n,) or (k,).
        length: longer than 0; a feature's window is ``(t - length, t]``, a label's ``(t, t + length]``.
            None: all rows up to t (``lifetime``).
        input: the type in which ``Feature.expr`` is read before it is aggregated; None (counts of a column
            without a contract): as the warehouse holds it.
        filter: which rows count, besides the view's own filter.
    """

    function: str
    arguments: tuple[float, ...]
    length: timedelta | None
    input: DType | None
    filter: Expr | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """``expr`` is always set: a plain column is a column expression. ``default`` stands where nothing matches.

    With a ``window``, ``expr`` is what is aggregated: a column, or ``true`` where rows are counted. Without
    one in a view of windows, ``expr`` is computed from the view's windows, which it calls by their names.
    """

    name: str
    dtype: DType
    expr: Expr
    default: Literal = None
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class FeatureView:
    """The latest value per entity, or its trailing windows (SPEC 4); never both.

    ``ttl`` None never expires; ``lookback`` None rereads all history. ``every``, longer than 0, only of windows:
    t is first rounded down to a multiple of it since 1970-01-01 UTC; None: exact at every instant. ``expire``:
    the online store forgets a row when it is past ``ttl``, which is then set.
    """

    name: str
    entities: tuple[Entity, ...]
    source: Source
    features: tuple[Feature, ...]
    ttl: timedelta | None = None
    filter: Expr | None = None
    allow_exact_matches: bool = True
    online: bool = True
    lookback: timedelta | None = None
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()
    every: timedelta | None = None
    expire: bool = False

    @property
    def windowed(self) -> bool:
        """Whether it has windows (``aggregations``); its other features are then computed from these."""
        return any(feature.window is not None for feature in self.features)

    @property
    def join_keys(self) -> tuple[JoinKey, ...]:
        """The keys of all its entities, in order; names are unique (checked)."""
        return tuple(key for entity in self.entities for key in entity.join_keys)

    def feature(self, name: str) -> Feature | None:
        return next((f for f in self.features if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Selected:
    """Features of one view as a request asks for them.

    Attributes:
        alias: stands for the view's name in full feature names; ``""`` without one.
        join_key_map: (the view's join key, the spine's column), only for those that differ.
        features: in the order of the request.
    """

    view: FeatureView
    features: tuple[Feature, ...]
    alias: str = ""
    join_key_map: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        return self.alias or self.view.name

    def spine_key(self, join_key: str) -> str:
        """The spine's column for one of the view's join keys."""
        return dict(self.join_key_map).get(join_key, join_key)


@dataclass(frozen=True, slots=True)
class RequestField:
    """A value that comes with the request: a column of the spine, or of the entity rows online."""

    name: str
    dtype: DType


@dataclass(frozen=True, slots=True)
class OnDemandInput:
    """A feature that an on-demand view reads: ``selected`` has just that one; ``name`` is what expressions call it."""

    name: str
    selected: Selected

    @property
    def feature(self) -> Feature:
        return self.selected.features[0]

    @property
    def reference(self) -> str:
        """``view:feature``, or ``alias:feature``."""
        return f"{self.selected.label}:{self.feature.name}"


@dataclass(frozen=True, slots=True)
class OnDemandView:
    """Features computed when they are read, from features and request data; nothing of it is stored.

    The ``expr`` of a feature reads names of ``inputs`` and of ``request``, and nothing else; ``default`` is not used.

    Attributes:
        inputs: in the order of ``features_from``; names are unique, also among those of ``request``.
        as_of_query: it is written as a feature view with ``source: {view: ..., as_of: query}``.
        views: the other on-demand views whose expressions stand in its own.
        members: what ``features_from`` names, as it is written; with ``as_of_query`` the whole view that it reads.
    """

    name: str
    request: tuple[RequestField, ...]
    inputs: tuple[OnDemandInput, ...]
    features: tuple[Feature, ...]
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()
    as_of_query: bool = False
    views: tuple[str, ...] = ()
    members: tuple[Member, ...] = field(default=(), compare=False, repr=False)

    @property
    def spine_keys(self) -> tuple[str, ...]:
        """The spine's columns that its inputs join on, each once, in order of first use."""
        parts = (each.selected for each in self.inputs)
        return tuple(dict.fromkeys(part.spine_key(key.name) for part in parts for key in part.view.join_keys))

    def feature(self, name: str) -> Feature | None:
        return next((f for f in self.features if f.name == name), None)

    def reads(self, feature: Feature) -> tuple[OnDemandInput, ...]:
        """The inputs that one of its features reads, in their order."""
        names = column_names(feature.expr)
        return tuple(each for each in self.inputs if each.name in names)

    def asks(self, feature: Feature) -> tuple[RequestField, ...]:
        """The request data that one of its features reads, in their order."""
        names = column_names(feature.expr)
        return tuple(each for each in self.request if each.name in names)


@dataclass(frozen=True, slots=True)
class Computed:
    """Features of one on-demand view as a request asks for them; attributes as of ``Selected``.

    ``join_key_map``: (what the inputs' views join on, the spine's column), only for those that differ.
    """

    view: OnDemandView
    features: tuple[Feature, ...]
    alias: str = ""
    join_key_map: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        return self.alias or self.view.name

    @property
    def inputs(self) -> tuple[OnDemandInput, ...]:
        """The inputs that its features read, each once, joined on the spine's columns of this request."""
        read = dict.fromkeys(each for feature in self.features for each in self.view.reads(feature))
        return tuple(replace(each, selected=self.mapped(each.selected)) for each in read)

    @property
    def request(self) -> tuple[RequestField, ...]:
        """The request data that its features read, each once."""
        return tuple(dict.fromkeys(each for feature in self.features for each in self.view.asks(feature)))

    def mapped(self, selected: Selected) -> Selected:
        """Return what an input selects, joined on the spine's columns of this request."""
        renamed = dict(self.join_key_map)
        columns = ((k.name, selected.spine_key(k.name)) for k in selected.view.join_keys)
        made = ((key, renamed.get(column, column)) for key, column in columns)
        return replace(selected, join_key_map=tuple((key, column) for key, column in made if key != column))


Member = Selected | Computed


def views_read(members: Iterable[Member]) -> tuple[Selected, ...]:
    """Return what is read of feature views: what is selected, and what computed features read."""
    return tuple(part for each in members for part in _views_read(each))


def _views_read(member: Member) -> Iterator[Selected]:
    match member:
        case Selected():
            yield member
        case Computed():
            yield from (each.selected for each in member.inputs)


@dataclass(frozen=True, slots=True)
class FeatureService:
    name: str
    members: tuple[Member, ...]
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Label:
    """A window that looks forward: over rows with an event time in ``(t, t + horizon]``; never served online.

    ``feature`` is named as the label and has a window whose length is the horizon. NULL until ``maturity``
    (0 or longer) has passed after the horizon's end.
    """

    name: str
    entities: tuple[Entity, ...]
    source: Source
    feature: Feature
    maturity: timedelta = timedelta(0)
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()

    @property
    def horizon(self) -> timedelta:
        length = self.feature.window.length if self.feature.window else None
        if length is None:
            raise ValueError(f"label `{self.name}` has no horizon")
        return length

    @property
    def join_keys(self) -> tuple[JoinKey, ...]:
        """The keys of all its entities, in order; names are unique (checked)."""
        return tuple(key for entity in self.entities for key in entity.join_keys)


Row = tuple[tuple[str, object], ...]
"""A row of a test: names with values as YAML gives them (text, int, float, bool, None, lists)."""


@dataclass(frozen=True, slots=True)
class TestCase:
    """``tests:`` of SPEC 3: rows of sources and a spine, and the features expected, row by row."""

    __test__ = False  # pytest is not to collect it

    name: str
    features: tuple[str, ...]
    given: tuple[tuple[str, tuple[Row, ...]], ...]
    spine: tuple[Row, ...]
    expect: tuple[Row, ...]
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()


@dataclass(frozen=True, slots=True)
class Exposure:
    """What reads features outside the project: a model, a dashboard.

    Attributes:
        type: "model", "dashboard", "application", "notebook", "analysis" or "other".
        reads: services, views, or ``view:feature``, as they are written; each once.
        url: ``http://`` or ``https://``; "" where there is none.
    """

    name: str
    type: str
    reads: tuple[str, ...]
    url: str = field(default="", compare=False)
    meta: Meta = field(default=Meta(), compare=False)
    span: Span = span_field()


@dataclass(frozen=True)
class Definitions:
    """All objects of a project by name, each mapping sorted by name."""

    entities: Mapping[str, Entity] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    feature_views: Mapping[str, FeatureView] = field(default_factory=lambda: MappingProxyType({}))
    on_demand_feature_views: Mapping[str, OnDemandView] = field(default_factory=lambda: MappingProxyType({}))
    feature_services: Mapping[str, FeatureService] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, Label] = field(default_factory=lambda: MappingProxyType({}))
    tests: Mapping[str, TestCase] = field(default_factory=lambda: MappingProxyType({}))
    exposures: Mapping[str, Exposure] = field(default_factory=lambda: MappingProxyType({}))

    def view(self, name: str) -> FeatureView | OnDemandView | None:
        """Return what has values of this name: the two kinds of views share no names."""
        return self.feature_views.get(name) or self.on_demand_feature_views.get(name)
