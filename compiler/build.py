"""What `fcompile build` writes: every statement that can run, as files for review. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fcompile.compiler.compile import (
    canonical_spine,
    dialect_named,
    historical_script,
)
from fcompile.compiler.definitions import (
    Definitions,
    FeatureService,
    FeatureView,
    Label,
    OnDemandView,
)
from fcompile.compiler.errors import Span
from fcompile.compiler.materialize import steps_of, table_definition
from fcompile.compiler.render import header
from fcompile.compiler.request import Request, member_of, request_of_members
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.compiler.version import VERSION
from fcompile.dialects.base import Dialect

_SPINE = "Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here"


def build_files(
    definitions: Definitions, project: str, schema: str, dialect: str, tuning: Tuning = UNTUNED
) -> Mapping[str, str]:
    """Return path -> text, sorted by path; paths are relative to the folder of generated SQL.

    ``<dialect>/feature_views/<view>/{historical,materialize}.sql`` for each view,
    ``<dialect>/on_demand_views/<view>/historical.sql`` for each on-demand view,
    ``<dialect>/feature_services/<service>/historical.sql`` for each service and
    ``<dialect>/labels/<label>/historical.sql`` for each label. ``schema`` is where the target keeps
    fcompile's tables.
    """
    files: dict[str, str] = {}
    for unit in units_of(definitions, dialect):
        files.update(unit_files(unit, project, schema, tuning))
    return dict(sorted(files.items()))


Compiled = FeatureView | OnDemandView | FeatureService | Label


@dataclass(frozen=True, slots=True)
class Unit:
    """What SQL is written of by itself: one object in one dialect.

    Attributes:
        folder: of its files, as in ``build_files``.
        kind: the list that it is written in, as ``feature_views``.
    """

    dialect: str
    folder: str
    kind: str
    definition: Compiled


def units_of(definitions: Definitions, dialect: str) -> tuple[Unit, ...]:
    """Return all that ``build_files`` writes files of; raise ``UsageError`` for a dialect that does not exist."""
    name = dialect_named(dialect).name
    kinds: dict[str, tuple[str, Mapping[str, Compiled]]] = {
        "feature_views": ("feature_views", definitions.feature_views),
        "on_demand_feature_views": ("on_demand_views", definitions.on_demand_feature_views),
        "feature_services": ("feature_services", definitions.feature_services),
        "labels": ("labels", definitions.labels),
    }
    return tuple(
        Unit(name, f"{dialect}/{folder}/{each.name}", kind, each)
        for kind, (folder, objects) in kinds.items()
        for each in objects.values()
    )


def unit_paths(unit: Unit) -> tuple[str, ...]:
    """Return the paths of one unit's files, before any is compiled."""
    names = ("historical", "materialize") if isinstance(unit.definition, FeatureView) else ("historical",)
    return tuple(f"{unit.folder}/{name}.sql" for name in names)


def unit_files(unit: Unit, project: str, schema: str, tuning: Tuning = UNTUNED) -> dict[str, str]:
    """Return path -> text of one unit's files."""
    engine = dialect_named(unit.dialect)
    each, (historical, *materialize) = unit.definition, unit_paths(unit)
    match each:
        case FeatureView():
            return {
                historical: _view_history(each, engine, tuning, schema),
                materialize[0]: _materialize(each, project, schema, engine),
            }
        case OnDemandView():
            return {historical: _view_history(each, engine, tuning, schema)}
        case FeatureService():
            return {historical: _service_history(each, engine, tuning, schema)}
        case Label():
            return {historical: _label_history(each, engine, tuning, schema)}


def _view_history(view: FeatureView | OnDemandView, engine: Dialect, tuning: Tuning, schema: str) -> str:
    kind = "feature view" if isinstance(view, FeatureView) else "on-demand feature view"
    request = request_of_members((member_of(view),))
    return _history(request, f"Training set of {kind} {view.name}", view.span, engine, tuning, schema)


def _service_history(service: FeatureService, engine: Dialect, tuning: Tuning, schema: str) -> str:
    request = request_of_members(service.members)
    return _history(
        request, f"Training set of feature service {service.name}", service.span, engine, tuning, schema
    )


def _label_history(label: Label, engine: Dialect, tuning: Tuning, schema: str) -> str:
    as_of = engine.sql(engine.parameter("as_of"))
    lines = [
        f"Label {label.name}: one row out for each row of the spine, in its order.",
        *_origin(label.span, engine),
        f"{_SPINE}.",
        f"Bound too: {as_of}, the instant as of which the label is known: NULL where it is not mature by then.",
    ]
    request, labels = Request((), ()), (label,)
    spine = canonical_spine(request, labels)
    return header(*lines) + historical_script(request, spine, engine, labels, tuning, schema).whole()


def _history(request: Request, title: str, span: Span, engine: Dialect, tuning: Tuning, schema: str) -> str:
    lines = [
        f"{title}: one row out for each row of the spine, in its order.",
        *_origin(span, engine),
        f"{_SPINE}.",
        *_request_data(request),
    ]
    script = historical_script(request, canonical_spine(request), engine, (), tuning, schema)
    return header(*lines) + script.whole()


def _request_data(request: Request) -> Iterator[str]:
    if request.request_fields:
        fields = ", ".join(f"{each.name} ({each.dtype})" for each in request.request_fields)
        yield f"The spine has the request data too: {fields}."


def _materialize(view: FeatureView, project: str, schema: str, engine: Dialect) -> str:
    steps = steps_of(view, schema, project, engine)
    used = dict.fromkeys(name for step in steps for name in step.parameters)
    what = "the windows" if view.windowed else "the latest row"
    together = ", in one transaction" if engine.transactional else ""
    signs = {name: engine.sql(engine.parameter(name)) for name in _PARAMETERS}
    lines = [
        f"Materialization of feature view {view.name}: {what} of each entity as of {signs['as_of']}{together}.",
        *_origin(view.span, engine),
        f"Bound when it runs: {', '.join(signs[name] + _PARAMETERS[name] for name in used)}.",
    ]
    tables = "".join(f"{text};\n" for text in table_definition(view, schema, project, engine))
    return header(*lines) + tables + "".join(f"{header(*step.comments)}{step.text};\n" for step in steps)


_PARAMETERS = {
    "as_of": "",
    "since": " (look at what became known after it; NULL = at everything)",
    "previous": " (what the table's values are as of; NULL = unknown)",
    "sequence": " (the number of the load)",
    "newest": " (not a backfill)",
}


def _origin(span: Span, engine: Dialect) -> Iterator[str]:
    yield f"Definition: {span.file}. Dialect: {engine.name}, session time zone UTC."
    yield f"Written by fcompile {VERSION} (`fcompile build`): change the definition, not this file."
