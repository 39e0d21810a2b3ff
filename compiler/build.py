"""What `fcompile build` writes: every statement that can run, as files for review. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fcompile.compiler.compile import (
    canonical_spine,
    dialect_named,
    historical_text,
    merge_text,
    table_definition,
)
from fcompile.compiler.definitions import Definitions, FeatureService, FeatureView, Selected
from fcompile.compiler.errors import Span
from fcompile.compiler.render import header
from fcompile.compiler.request import OutputColumn, Request
from fcompile.compiler.version import VERSION
from fcompile.dialects.base import Dialect


def build_files(definitions: Definitions, project: str, schema: str, dialect: str) -> Mapping[str, str]:
    """Return path -> text, sorted by path; paths are relative to the folder of generated SQL.

    ``<dialect>/feature_views/<view>/{historical,materialize}.sql`` for each view and
    ``<dialect>/feature_services/<service>/historical.sql`` for each service. ``schema`` is where the
    target keeps fcompile's tables.
    """
    engine = dialect_named(dialect)
    files: dict[str, str] = {}
    for view in definitions.feature_views.values():
        folder = f"{dialect}/feature_views/{view.name}"
        files[f"{folder}/historical.sql"] = _view_history(view, engine)
        files[f"{folder}/materialize.sql"] = _materialize(view, project, schema, engine)
    for service in definitions.feature_services.values():
        path = f"{dialect}/feature_services/{service.name}/historical.sql"
        files[path] = _service_history(service, engine)
    return dict(sorted(files.items()))


def _view_history(view: FeatureView, engine: Dialect) -> str:
    request = request_of((Selected(view, view.features),))
    return _history(request, f"Training set of feature view {view.name}", view.span, engine)


def _service_history(service: FeatureService, engine: Dialect) -> str:
    request = request_of(service.members)
    return _history(request, f"Training set of feature service {service.name}", service.span, engine)


def request_of(members: tuple[Selected, ...]) -> Request:
    """Return the request for ``members``, under short names where they are unique, else full ones."""
    short = [f.name for m in members for f in m.features]
    full = len(set(short)) < len(short)
    columns = tuple(
        OutputColumn(f"{m.label}__{f.name}" if full else f.name, m, f) for m in members for f in m.features
    )
    return Request(members, columns)


def _history(request: Request, title: str, span: Span, engine: Dialect) -> str:
    lines = [
        f"{title}: one row out for each row of the spine, in its order.",
        *_origin(span, engine),
        "Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.",
    ]
    return header(*lines) + historical_text(request, canonical_spine(request), engine) + ";\n"


def _materialize(view: FeatureView, project: str, schema: str, engine: Dialect) -> str:
    lines = [
        f"Materialization of feature view {view.name}: the latest row of each entity as of $as_of.",
        *_origin(view.span, engine),
        "Bound when it runs: $as_of, $since, $sequence (the number of the load), $newest (not a backfill).",
    ]
    statements = [*table_definition(view, schema, project, engine), merge_text(view, schema, project, engine)]
    return header(*lines) + "".join(f"{text};\n" for text in statements)


def _origin(span: Span, engine: Dialect) -> Iterator[str]:
    yield f"Definition: {span.file}. Dialect: {engine.name}, session time zone UTC."
    yield f"Written by fcompile {VERSION} (`fcompile build`): change the definition, not this file."
