"""``ls --output json``: all that is known of objects, for scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import Exposure, FeatureService, FeatureView, Label, OnDemandView
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.fingerprints import fingerprint, parts
from fcompile.compiler.graph import Node
from fcompile.compiler.proof.certificate import Certificates
from fcompile.runtime.console.inspect import columns_read, inputs_read

if TYPE_CHECKING:
    from fcompile.runtime.project import Project


def objects_json(project: Project, nodes: Sequence[Node]) -> str:
    """Return a list of objects in the order of ``nodes``; views with the verdict on each of their features."""

    views = any(isinstance(node.definition, FeatureView | OnDemandView) for node in nodes)
    found = project.proof.certificates if views else {}
    return json.dumps([_object(node, found) for node in nodes], indent=2, ensure_ascii=False) + "\n"


def _object(node: Node, proved: Certificates) -> dict[str, object]:
    return {
        "id": node.id,
        "kind": node.kind,
        "name": node.name,
        "file": node.span.file,
        "line": node.span.line,
        "description": node.meta.description,
        "owner": node.meta.owner,
        "tags": dict(node.meta.tags),
        "depends_on": list(node.parents),
        "fingerprint": fingerprint(node.definition),
        "fingerprints": parts(node.definition),
        **_own(node, proved),
    }


def _own(node: Node, proved: Certificates) -> Mapping[str, object]:
    """What only objects of its kind have."""
    match node.definition:
        case FeatureView() as view:
            return {"features": _features(view), "verdicts": _verdicts(view, proved)}
        case OnDemandView() as view:
            return {
                "computed": "when read",
                "features_from": inputs_read(view),
                "request": {f.name: str(f.dtype) for f in view.request},
                "features": _features(view),
                "verdicts": _verdicts(view, proved),
            }
        case FeatureService() as service:
            return {"features": columns_read(service)}
        case Label() as label:
            return {
                "dtype": str(label.feature.dtype),
                "horizon": format_duration(label.horizon),
                "maturity": format_duration(label.maturity),
            }
        case Exposure() as exposure:
            return {"type": exposure.type, "url": exposure.url, "reads": list(exposure.reads)}
    return {}


def _features(view: FeatureView | OnDemandView) -> list[dict[str, str]]:
    return [{"name": f.name, "dtype": str(f.dtype)} for f in view.features]


def _verdicts(view: FeatureView | OnDemandView, proved: Certificates) -> dict[str, str]:
    found = {f.name: proved.get(f"{view.name}:{f.name}") for f in view.features}
    return {name: each.verdict.value for name, each in found.items() if each is not None}
