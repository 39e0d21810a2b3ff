"""Column lineage: from columns of tables over sources and views to services and exposures.

A column is called by its object's id and its own name: ``source.purchases.amount``,
``feature_view.user_spend.spend_7d``, ``feature_service.fraud_v1.spend_7d``. Besides there are
``table.raw.purchases.amount`` of the warehouse (in lower case) and ``request.amount`` of request data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from fcompile.compiler.canonical_text import formula_text
from fcompile.compiler.definitions import (
    Computed,
    Definitions,
    Exposure,
    Feature,
    FeatureService,
    FeatureView,
    Label,
    OnDemandView,
    Query,
    Source,
    Table,
)
from fcompile.compiler.expressions.nodes import Expr, column_names
from fcompile.compiler.expressions.parser import parse
from fcompile.compiler.lineage_of_query import ANY, traced
from fcompile.compiler.nested import base_of, view_read
from fcompile.compiler.request import ComputedColumn, request_of_members


@dataclass(frozen=True)
class Lineage:
    """Everything is sorted; each column is there that something reads or is made.

    Attributes:
        columns: column -> the columns that its value is made of. An exposure is a column of its own.
        rows: object -> the columns that decide which rows it sees: keys, times and its filter.
        owners: column -> the object that it is of; none of tables and request data.
    """

    columns: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, str]

    @cached_property
    def of(self) -> Mapping[str, tuple[str, ...]]:
        """Object -> its columns, in their order."""
        found: dict[str, list[str]] = {}
        for column, owner in self.owners.items():
            found.setdefault(owner, []).append(column)
        return {owner: tuple(columns) for owner, columns in found.items()}

    def upstream(self, columns: Iterable[str]) -> frozenset[str]:
        """Return the columns that ``columns`` are made of or that decide their rows, all the way up."""
        return _reach(columns, lambda column: (*self.columns.get(column, ()), *self._rows_of(column)))

    def downstream(self, columns: Iterable[str]) -> frozenset[str]:
        """Return the columns that are made of ``columns``, or of rows that these decide, all the way down."""
        return _reach(columns, lambda column: self._below.get(column, ()))

    def _rows_of(self, column: str) -> tuple[str, ...]:
        return self.rows.get(self.owners.get(column, ""), ())

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for column, made_of in self.columns.items():
            for each in (*made_of, *self._rows_of(column)):
                found.setdefault(each, {})[column] = None
        return {column: tuple(below) for column, below in found.items()}


def lineage(
    definitions: Definitions, dialect: str, read: Mapping[str, Iterable[str]] | None = None
) -> Lineage:
    """Return the lineage of all columns; ``dialect`` is the one that sources' queries are written in.

    ``read``: where ``definitions`` are a part of a project, what all of it reads of sources beyond their contracts.
    """
    return _Tracer(definitions, dialect).traced(read)


def outside_contract(view: FeatureView | Label) -> tuple[str, ...]:
    """Return ``source.column`` for what a view reads of its source beyond the source's contract, in its order."""
    tracer = _Tracer(Definitions(), "")
    if isinstance(view, Label):
        tracer.label(view)
    else:
        tracer.view(view)
    listed = {name for name, _ in base_of(view.source).columns}
    names = ((source, name) for source, found in tracer.read.items() for name in found)
    return tuple(f"{source}.{name}" for source, name in names if name not in listed)


class _Tracer:
    """What has been found so far; a source's columns are those of its contract and those that are read."""

    def __init__(self, definitions: Definitions, dialect: str) -> None:
        self.definitions = definitions
        self.dialect = dialect
        self.columns: dict[str, tuple[str, ...]] = {}
        self.rows: dict[str, tuple[str, ...]] = {}
        self.owners: dict[str, str] = {}
        self.read: dict[str, dict[str, None]] = {}

    def traced(self, read: Mapping[str, Iterable[str]] | None) -> Lineage:
        for view in self.definitions.feature_views.values():
            self.view(view)
        for on_demand in self.definitions.on_demand_feature_views.values():
            for feature in on_demand.features:
                self._put(f"on_demand_view.{on_demand.name}", feature.name, _computed(on_demand, feature))
        for service in self.definitions.feature_services.values():
            for name, column in service_columns(service):
                self._put(f"feature_service.{service.name}", name, (column,))
        for label in self.definitions.labels.values():
            self.label(label)
        for exposure in self.definitions.exposures.values():
            node = f"exposure.{exposure.name}"
            self.columns[node] = tuple(sorted({*exposed(exposure, self.definitions)}))
            self.owners[node] = node
        for source in self.definitions.sources.values():
            self._source(source, self.read if read is None else read)
        columns, rows = dict(sorted(self.columns.items())), dict(sorted(self.rows.items()))
        return Lineage(MappingProxyType(columns), MappingProxyType(rows), MappingProxyType(self.owners))

    def _put(self, owner: str, name: str, made_of: Iterable[str]) -> None:
        column = f"{owner}.{name}"
        self.columns[column] = tuple(sorted(set(made_of)))
        self.owners[column] = owner

    def view(self, view: FeatureView) -> None:
        node = f"feature_view.{view.name}"
        own = {feature.name for feature in view.features} if view.windowed else frozenset[str]()
        for feature in view.features:
            if feature.window is not None:
                self._windowed(node, view, feature)
            else:
                names = column_names(feature.expr)
                made_of = (f"{node}.{n}" if n in own else self._column(view.source, n) for n in names)
                self._put(node, feature.name, made_of)
        self._rows(node, view, view.filter)

    def label(self, label: Label) -> None:
        self._windowed(f"label.{label.name}", label, label.feature)

    def _windowed(self, node: str, view: FeatureView | Label, feature: Feature) -> None:
        assert feature.window is not None  # noqa: S101  the caller's promise
        names = [*column_names(feature.expr), *_names(feature.window.filter)]
        self._put(node, feature.name, (self._column(view.source, name) for name in names))
        if isinstance(view, Label):
            self._rows(node, view, None)

    def _rows(self, node: str, view: FeatureView | Label, filter_: Expr | None) -> None:
        source = view.source
        times = (source.timestamp_field, source.created_timestamp_field, source.available_at)
        names = [*(key.name for key in view.join_keys), *(name for name in times if name), *_names(filter_)]
        self.rows[node] = tuple(sorted({self._column(source, name) for name in names}))

    def _column(self, source: Source, name: str) -> str:
        """Return what a column of the source is called: of a view's rows the feature, else what its source has."""
        view = view_read(source)
        if view is None:
            self.read.setdefault(source.name, {})[name] = None
            return f"source.{source.name}.{name}"
        return f"feature_view.{view.name}.{name}" if view.feature(name) else self._column(view.source, name)

    def _source(self, source: Source, read: Mapping[str, Iterable[str]]) -> None:
        names = dict.fromkeys([*(name for name, _ in source.columns), *read.get(source.name, ())])
        for name in names:
            self._put(f"source.{source.name}", name, self._bases(source, name))

    def _bases(self, source: Source, name: str) -> tuple[str, ...]:
        match source.relation:
            case Table(parts):
                return (f"table.{'.'.join(parts)}.{name}".lower(),)
            case Query(sql) if self.dialect:
                found = traced(sql, self.dialect)
                passed = tuple(f"{each.removesuffix(ANY)}{name.lower()}" for each in found.get(ANY, ()))
                return tuple(f"table.{each}" for each in found.get(name.lower(), passed))
        return ()


def service_columns(service: FeatureService) -> Iterator[tuple[str, str]]:
    """Yield a service's result columns, in order, each with the column of a view that it is."""
    for column in request_of_members(service.members).columns:
        if isinstance(column, ComputedColumn):
            yield column.name, f"on_demand_view.{column.computed.view.name}.{column.feature.name}"
        else:
            yield column.name, f"feature_view.{column.selected.view.name}.{column.feature.name}"


def exposed(exposure: Exposure, definitions: Definitions) -> Iterator[str]:
    """Yield the columns that an exposure reads: all of what it names whole."""
    for reference in exposure.reads:
        name, _, feature = reference.partition(":")
        service = definitions.feature_services.get(name) if not feature else None
        if service is not None:
            yield from (f"feature_service.{name}.{column}" for column, _ in service_columns(service))
            continue
        view = definitions.view(name)
        kind = "feature_view" if isinstance(view, FeatureView) else "on_demand_view"
        wanted = [feature] if feature else [each.name for each in view.features] if view else []
        yield from (f"{kind}.{name}.{each}" for each in wanted)


def _names(expr: Expr | None) -> tuple[str, ...]:
    return () if expr is None else column_names(expr)


def _computed(view: OnDemandView, feature: Feature) -> Iterator[str]:
    """Yield what a feature that is computed when it is read is made of, other such features among it."""
    yield from (f"feature_view.{e.selected.view.name}.{e.feature.name}" for e in view.reads(feature))
    yield from (f"request.{each.name}" for each in view.asks(feature))
    borrowed: list[Computed] = [each for each in view.members if isinstance(each, Computed)]
    if not borrowed:
        return
    # Their expressions stand in place of their names; these are in what was written.
    text = formula_text(feature.expr)
    names = column_names(parse(text)) if isinstance(text, str) else ()
    own = {field.name for field in view.request} | {other.name for other in view.features}
    for member in borrowed:
        for name in [other.name for other in member.features]:
            if f"{member.label}__{name}" in names or (name in names and name not in own):
                yield f"on_demand_view.{member.view.name}.{name}"


def _reach(start: Iterable[str], near: Callable[[str], Iterable[str]]) -> frozenset[str]:
    seen: set[str] = set()
    front = list(start)
    while front:
        front = [
            each for each in dict.fromkeys(n for column in front for n in near(column)) if each not in seen
        ]
        seen.update(front)
    return frozenset(seen)
