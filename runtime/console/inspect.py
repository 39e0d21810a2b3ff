"""Definitions as people look at them: what there is, what it compiles to, what a build changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import (
    Definitions,
    Entity,
    Exposure,
    FeatureService,
    FeatureView,
    File,
    Label,
    OnDemandView,
    Query,
    Source,
    Table,
)
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean
from fcompile.compiler.graph import Node
from fcompile.compiler.nested import view_read
from fcompile.compiler.provable import Unproven, unproven
from fcompile.compiler.selectors import of_kind
from fcompile.compiler.tuning import Tuning
from fcompile.runtime.console.forms import form_and_why
from fcompile.runtime.console.proved import verdicts_shown
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import table

if TYPE_CHECKING:
    from fcompile.runtime.project import Project


def check_connected(session: Session, nodes: Sequence[Node]) -> None:
    """Hold the warehouse to the selected views, labels and sources; raise with every problem."""
    from fcompile.runtime.sources import check_sources
    from fcompile.runtime.warehouses.registry import open_warehouse

    project = session.project
    sources = [n.definition for n in nodes if isinstance(n.definition, Source)]
    # Labels are no wish to check the views beside them, nor the other way round.
    of_views = of_kind(session.graph, [n for n in nodes if n.kind != "label"], "feature_view")
    of_labels = of_kind(session.graph, [n for n in nodes if n.kind in ("label", "source")], "label")
    views = [n.definition for n in of_views if isinstance(n.definition, FeatureView)]
    labels = [n.definition for n in of_labels if isinstance(n.definition, Label)]
    with closing(open_warehouse(project)) as warehouse:
        check_sources(warehouse, views, project.files, sources, labels=labels)


def listing(project: Project, nodes: Sequence[Node], output: str) -> str:
    """Return the objects as a table, as JSON (a list of objects), or their names, a line each."""
    one_of(output, ("table", "json", "names"))
    if output == "names":
        return "".join(f"{node.name}\n" for node in nodes)
    if output == "json":
        from fcompile.runtime.console.object_json import objects_json

        return objects_json(project, nodes)
    rows = [(n.kind, n.name, f"{n.span.file}:{n.span.line}", n.meta.owner, n.meta.description) for n in nodes]
    return table(("kind", "name", "file", "owner", "description"), rows)


def one_of(value: str, known: Sequence[str], option: str = "--output") -> None:
    """Raise ``UsageError`` where ``value`` is none of ``known``."""
    if value not in known:
        hint = did_you_mean(value, known) or f"write {' or '.join(known)}"
        raise UsageError(Diagnostic("FC285", f"{option}: `{value}` is not known", hint=hint))


def shown(project: Project, nodes: Sequence[Node], dialects: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (heading, SQL) of each object, its own summary first; the SQL is what ``build`` writes."""
    from fcompile.compiler.build import build_files

    for node in nodes:
        yield "\n".join((*_summary(node, project.tuning), *verdicts_shown(project, node))) + "\n", ""
        if not isinstance(node.definition, FeatureView | OnDemandView | FeatureService | Label):
            continue
        only = _only(node.definition)
        for dialect in dialects:
            name, schema = project.config.project, project.target.warehouse.schema_
            for path, text in build_files(only, name, schema, dialect, project.tuning).items():
                yield f"\n-- {path}", text


def _summary(node: Node, tuning: Tuning) -> Iterator[str]:
    yield f"{node.kind} {node.name}  ({node.span.file}:{node.span.line})"
    facts = {"description": node.meta.description, "owner": node.meta.owner}
    facts["tags"] = ", ".join(f"{key}={value}" for key, value in node.meta.tags)
    facts |= _facts(node)
    facts["raw SQL, not provable"] = ", ".join(map(_not_provable, unproven(node.definition)))
    if isinstance(node.definition, FeatureView | Label):
        facts["computed as"] = form_and_why(node.definition, tuning)
    for name, value in facts.items():
        if value:
            yield f"  {name}: {value}"


def _facts(node: Node) -> dict[str, str]:
    match node.definition:
        case Entity(_, keys):
            return {"join keys": ", ".join(f"{key.name}: {key.dtype}" for key in keys)}
        case Source() as source:
            return _source_facts(source)
        case FeatureView() as view:
            return {
                "entities": ", ".join(entity.name for entity in view.entities),
                "source": f"view {inner.name}" if (inner := view_read(view.source)) else view.source.name,
                "ttl": _ttl(view),
                "every": format_duration(view.every) if view.every else "",
                "exact matches": "" if view.allow_exact_matches else "no: strictly before",
                "features": ", ".join(f"{f.name}: {f.dtype}" for f in view.features),
                "computed from windows": ", ".join(_derived(view)),
                "online": "" if view.online else "no",
            }
        case OnDemandView() as on_demand:
            return {
                "computed": "when read, offline and online; nothing is stored",
                "features from": ", ".join(inputs_read(on_demand)),
                "request data": ", ".join(f"{f.name}: {f.dtype}" for f in on_demand.request),
                "features": ", ".join(f"{f.name}: {f.dtype}" for f in on_demand.features),
            }
        case FeatureService() as service:
            return {"features": ", ".join(columns_read(service))}
        case Label() as label:
            return {
                "entities": ", ".join(entity.name for entity in label.entities),
                "source": label.source.name,
                "dtype": str(label.feature.dtype),
                "horizon": format_duration(label.horizon),
                "maturity": format_duration(label.maturity) if label.maturity else "",
            }
        case Exposure() as exposure:
            return {"type": exposure.type, "url": exposure.url, "reads": ", ".join(exposure.reads)}
        case test:
            return {"features": ", ".join(test.features)}


def _not_provable(found: Unproven) -> str:
    through = f"; through {', '.join(found.through)}" if found.through else ""
    return f"{found.name} ({', '.join(found.dialects)}{through})"


def inputs_read(view: OnDemandView) -> list[str]:
    return [each.reference for each in view.inputs]


def _derived(view: FeatureView) -> list[str]:
    return [f.name for f in view.features if view.windowed and f.window is None]


def _ttl(view: FeatureView) -> str:
    """Return "" for windows, on which ttl has no effect."""
    if view.windowed:
        return ""
    return format_duration(view.ttl) if view.ttl is not None else "never expires"


def _source_facts(source: Source) -> dict[str, str]:
    match source.relation:
        case Table(parts):
            where = f"table {'.'.join(parts)}"
        case File(path):
            where = f"file {path}"
        case Query():
            where = "a query"
    known = source.available_at or (
        f"{source.timestamp_field} + {format_duration(source.availability_lag)}"
        if source.availability_lag
        else ""
    )
    return {
        "reads": where,
        "event time": source.timestamp_field,
        "created": source.created_timestamp_field or "",
        "known at": known or source.timestamp_field,
        "columns": ", ".join(f"{name}: {dtype}" for name, dtype in source.columns),
    }


def columns_read(service: FeatureService) -> list[str]:
    return [f"{m.label}:{f.name}" for m in service.members for f in m.features]


def _only(definition: FeatureView | OnDemandView | FeatureService | Label) -> Definitions:
    """Definitions of this object alone: they compile as they do among others."""
    if isinstance(definition, Label):
        return Definitions(labels={definition.name: definition})
    if isinstance(definition, FeatureView):
        return Definitions(feature_views={definition.name: definition})
    if isinstance(definition, OnDemandView):
        return Definitions(on_demand_feature_views={definition.name: definition})
    return Definitions(feature_services={definition.name: definition})
