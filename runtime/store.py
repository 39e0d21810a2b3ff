"""The Python API (SPEC 6): a project with Feast's method names. Times without a zone are UTC."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from fcompile.compiler.definitions import (
    Entity,
    Feature,
    FeatureService,
    FeatureView,
    Label,
    OnDemandView,
    Source,
)
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean
from fcompile.compiler.request import resolve_with_labels
from fcompile.runtime.clock import naive_utc
from fcompile.runtime.events import Report, silent
from fcompile.runtime.historical import HistoricalJob
from fcompile.runtime.online.async_store import AsyncReader, reader_of
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.online.response import OnlineResponse
from fcompile.runtime.procedure import RunSummary, whole
from fcompile.runtime.project import Project, load_project
from fcompile.runtime.push import Pushed, To, push
from fcompile.runtime.run import materialize
from fcompile.runtime.serving import Prepared, prepared
from fcompile.runtime.teardown import teardown

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    EntityRows: TypeAlias = pd.DataFrame | pl.DataFrame | pa.Table | pa.RecordBatchReader | str | Path
    """A spine: a data frame, a Parquet or CSV file, a table's name, or SQL text."""
    PushedFrame: TypeAlias = (
        pd.DataFrame
        | pl.DataFrame
        | pa.Table
        | pa.RecordBatchReader
        | Sequence[Mapping[str, object]]
        | str
        | Path
    )
    """Rows: a data frame, a list of rows by column name, or a Parquet or CSV file."""

Defined = TypeVar("Defined", Entity, Source, FeatureView, OnDemandView, FeatureService, Label)
MOST_PREPARED = 128
"""Requests that a store keeps ready to be read online: those asked for last."""


class FeatureStore:
    """A project and one of its targets.

    Definitions are read once, here; everything raises ``FcompileError`` with what to do about it.
    The online store is opened by the first read and closed by ``close`` or at the end of ``with``.
    What a request computes is made ready by its first read and kept for the next ones.
    Any number of threads may use one store.
    """

    def __init__(self, repo_path: str | Path = ".", target: str | None = None) -> None:
        self._project: Project = load_project(Path(repo_path), target)
        self._online: OnlineStore | None = None
        self._opening = Lock()
        # Connections belong to the event loop that they were made in.
        self._readers: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncReader] = WeakKeyDictionary()
        self._prepared = lru_cache(maxsize=MOST_PREPARED)(self._prepare)

    @property
    def project(self) -> str:
        """The project's name."""
        return self._project.config.project

    @property
    def repo_path(self) -> Path:
        return self._project.root

    @property
    def target(self) -> str:
        return self._project.target_name

    # -- training -------------------------------------------------------------------------------

    def get_historical_features(
        self,
        entity_df: EntityRows,
        features: Sequence[str] | str = (),
        full_feature_names: bool = False,
        timestamp_column: str | None = None,
        report: Report = silent,
        labels: Sequence[str] | str = (),
        as_of: datetime | None = None,
    ) -> HistoricalJob:
        """Return a training set to be: one row for each of ``entity_df``, in its order.

        Args:
            entity_df: with a column for each join key and each field of request data that the features need.
            features: ``view:feature`` references, views or services, or the name of one of them.
            timestamp_column: what ``event_timestamp`` is called in ``entity_df``.
            labels: names of labels, whose columns come after the features; features may then be left out.
            as_of: when labels are looked at: NULL where they were not mature; by default the warehouse's now.
        """
        names = _several(features), _several(labels)
        request, asked = resolve_with_labels(
            self._project.definitions, names[0], full_feature_names, names[1]
        )
        return HistoricalJob(
            self._project,
            request,
            entity_df,
            timestamp_column=timestamp_column,
            labels=asked,
            as_of=_instant(as_of, "as_of") if as_of is not None else None,
            report=report,
        )

    # -- materializing --------------------------------------------------------------------------

    def materialize(
        self,
        start_date: datetime,
        end_date: datetime,
        feature_views: Sequence[str] | None = None,
        report: Report = silent,
    ) -> RunSummary:
        """Bring views up to ``end_date``, looking at what became known from ``start_date`` on."""
        start, end = _instant(start_date, "start_date"), _instant(end_date, "end_date")
        return whole(
            materialize(self._project, self._views(feature_views), start=start, end=end, report=report)
        )

    def materialize_incremental(
        self, end_date: datetime, feature_views: Sequence[str] | None = None, report: Report = silent
    ) -> RunSummary:
        """Bring views up to ``end_date``, looking at what became known since their watermarks."""
        views = self._views(feature_views)
        end = _instant(end_date, "end_date")
        return whole(materialize(self._project, views, end=end, report=report))

    def push(
        self,
        feature_view: str,
        df: PushedFrame,
        to: To = "online",
        report: Report = silent,
    ) -> Pushed:
        """Write rows of the view's source as they happen; nothing is done where a row is refused.

        Args:
            df: with the columns of the source that the view reads, its times too; one without a zone is UTC.
            to: ``online`` writes latest values that are newer than what stands there, ``offline`` appends to the
                source's table, ``both`` appends and then brings the view up to now, its windows too.
        """
        view = self.get_feature_view(feature_view)
        store = self._store() if to == "online" else None
        return push(self._project, view, df, to, store, report)

    # -- serving --------------------------------------------------------------------------------

    def get_online_features(
        self,
        features: Sequence[str] | str,
        entity_rows: Sequence[Mapping[str, object]] | Mapping[str, Sequence[object]],
        full_feature_names: bool = False,
        at: datetime | None = None,
    ) -> OnlineResponse:
        """Return the newest values of ``entity_rows``: a list of rows, or lists of values by name.

        A row holds the join keys and, for on-demand features, the request data that they read.
        ``at`` is the instant as of which ttl is judged; now by default.
        """
        asked = self._prepared(tuple(_several(features)), full_feature_names)
        instant = _instant(at, "at") if at is not None else None
        return asked.read(self._store(), _rows(entity_rows), instant)

    async def get_online_features_async(
        self,
        features: Sequence[str] | str,
        entity_rows: Sequence[Mapping[str, object]] | Mapping[str, Sequence[object]],
        full_feature_names: bool = False,
        at: datetime | None = None,
    ) -> OnlineResponse:
        """As ``get_online_features``; other tasks go on while the store is waited for.

        Any number of tasks may use one store. At the end ``aclose``, or ``async with``, ends their connections.
        """
        asked = self._prepared(tuple(_several(features)), full_feature_names)
        instant = _instant(at, "at") if at is not None else None
        return await asked.read_async(self._reader(), _rows(entity_rows), instant)

    # -- definitions ----------------------------------------------------------------------------

    def list_entities(self) -> list[Entity]:
        """Return all entities by name."""
        return list(self._project.definitions.entities.values())

    def list_data_sources(self) -> list[Source]:
        """Return all sources by name."""
        return list(self._project.definitions.sources.values())

    def list_feature_views(self) -> list[FeatureView]:
        """Return all feature views by name."""
        return list(self._project.definitions.feature_views.values())

    def list_on_demand_feature_views(self) -> list[OnDemandView]:
        """Return all on-demand feature views by name: those of values as of the request, too."""
        return list(self._project.definitions.on_demand_feature_views.values())

    def list_feature_services(self) -> list[FeatureService]:
        """Return all feature services by name."""
        return list(self._project.definitions.feature_services.values())

    def list_labels(self) -> list[Label]:
        """Return all labels by name."""
        return list(self._project.definitions.labels.values())

    def get_entity(self, name: str) -> Entity:
        """Return the entity; raise ``UsageError`` (FC284) with a near name."""
        return _get(self._project.definitions.entities, name, "entity")

    def get_data_source(self, name: str) -> Source:
        """Return the source; raise ``UsageError`` (FC284) with a near name."""
        return _get(self._project.definitions.sources, name, "source")

    def get_feature_view(self, name: str) -> FeatureView:
        """Return the feature view; raise ``UsageError`` (FC284) with a near name."""
        return _get(self._project.definitions.feature_views, name, "feature view")

    def get_on_demand_feature_view(self, name: str) -> OnDemandView:
        """Return the on-demand feature view; raise ``UsageError`` (FC284) with a near name."""
        return _get(self._project.definitions.on_demand_feature_views, name, "on-demand feature view")

    def get_feature_service(self, name: str) -> FeatureService:
        """Return the feature service; raise ``UsageError`` (FC284) with a near name."""
        return _get(self._project.definitions.feature_services, name, "feature service")

    def get_label(self, name: str) -> Label:
        """Return the label; raise ``UsageError`` (FC284) with a near name."""
        return _get(self._project.definitions.labels, name, "label")

    # -- life -----------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Drop the target's tables, online rows and state. There is no question first."""
        self.close()
        teardown(self._project, True)

    def close(self) -> None:
        """Let go of the online store; idempotent, and the next read opens it again."""
        with self._opening:
            online, self._online = self._online, None
            self._readers.clear()
        if online is not None:
            online.close()

    async def aclose(self) -> None:
        """Do as ``close``, and end the connections of this event loop's tasks."""
        with self._opening:
            reader = self._readers.pop(asyncio.get_running_loop(), None)
        if reader is not None:
            await reader.close()
        self.close()

    async def __aenter__(self) -> FeatureStore:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __enter__(self) -> FeatureStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"FeatureStore({str(self.repo_path)!r}, target={self.target!r})"

    def _repr_html_(self) -> str:
        """Show the project's views and services in a notebook."""
        views = "".join(map(_view_row, self.list_feature_views()))
        views += "".join(map(_on_demand_row, self.list_on_demand_feature_views()))
        services = ", ".join(escape(s.name) for s in self.list_feature_services()) or "none"
        labels = ", ".join(f"{escape(label.name)}: {label.feature.dtype}" for label in self.list_labels())
        rest = f"feature services: {services}" + (f"; labels: {labels}" if labels else "")
        head = "<tr><th>feature view</th><th>entities</th><th>features</th><th>description</th></tr>"
        return (
            f"<p><b>{escape(self.project)}</b>, target {escape(self.target)}; {rest}</p>"
            f"<table><thead>{head}</thead><tbody>{views}</tbody></table>"
        )

    # -- how ------------------------------------------------------------------------------------

    def _prepare(self, features: tuple[str, ...], full_feature_names: bool) -> Prepared:
        return prepared(self._project.definitions, features, full_feature_names)

    def _views(self, names: Sequence[str] | None) -> list[FeatureView]:
        if names is None:
            return self.list_feature_views()
        return [self.get_feature_view(name) for name in dict.fromkeys(names)]

    def _reader(self) -> AsyncReader:
        store, loop = self._store(), asyncio.get_running_loop()
        with self._opening:
            if loop not in self._readers:
                self._readers[loop] = reader_of(store)
            return self._readers[loop]

    def _store(self) -> OnlineStore:
        with self._opening:
            if self._online is None:
                project = self._project
                self._online = open_online(project.target.online, project.root, project.online_namespace)
            return self._online


def _get(known: Mapping[str, Defined], name: str, kind: str) -> Defined:
    if name in known:
        return known[name]
    raise UsageError(
        Diagnostic("FC284", f"there is no {kind} `{name}`", hint=did_you_mean(name, known) or "see list_*()")
    )


def _several(names: Sequence[str] | str) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _instant(value: datetime, argument: str) -> datetime:
    if isinstance(value, datetime):
        return naive_utc(value)
    hint = "give a datetime; one without a zone is UTC"
    raise UsageError(Diagnostic("FC285", f"{argument}: {value!r} is no datetime", hint=hint))


def _rows(
    rows: Sequence[Mapping[str, object]] | Mapping[str, Sequence[object]],
) -> list[Mapping[str, object]]:
    """Return entity rows one by one; lists by name must be of one length."""
    if isinstance(rows, Mapping) and all(_is_list(values) for values in rows.values()):
        return _by_row({name: list(values) for name, values in rows.items()})
    if not isinstance(rows, Mapping) and _is_list(rows):
        each = list(rows)
        # A look at the types alone is quick: almost all rows are dicts.
        if set(map(type, each)) <= {dict} or all(isinstance(row, Mapping) for row in each):
            return each
    hint = "give a list of {name: value}, or {name: list of values}, of join keys and request data"
    raise UsageError(Diagnostic("FC285", "entity_rows: these are no entity rows", hint=hint))


def _is_list(values: object) -> bool:
    """Whether it is a list or a data frame's column; text is one value."""
    return isinstance(values, Iterable) and not isinstance(values, str | bytes)


def _by_row(columns: Mapping[str, list[object]]) -> list[Mapping[str, object]]:
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{name}` has {length}" for name, length in lengths.items())
        raise UsageError(Diagnostic("FC285", f"entity_rows: the lists differ in length: {told}"))
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _view_row(view: FeatureView) -> str:
    entities = ", ".join(entity.name for entity in view.entities)
    return _row(view.name, entities, view.features, view.meta.description)


def _on_demand_row(view: OnDemandView) -> str:
    """In place of entities, what it is computed from when it is read."""
    data = ", ".join(f"{field.name}: {field.dtype}" for field in view.request)
    inputs = ", ".join(each.reference for each in view.inputs)
    reads = "; ".join([*([f"request data {data}"] if data else []), *([inputs] if inputs else [])])
    return _row(view.name, f"on demand, from {reads}", view.features, view.meta.description)


def _row(name: str, entities: str, features: Sequence[Feature], description: str) -> str:
    shown = ", ".join(f"{f.name}: {f.dtype}" for f in features)
    return (
        "<tr>"
        + "".join(f"<td>{escape(text)}</td>" for text in (name, entities, shown, description))
        + "</tr>"
    )
