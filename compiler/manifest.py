"""``sql/manifest.json``: what a build was made of, for reviews and ``state:`` selectors. Byte-stable.

A manifest alone is enough to compare with: ``objects_of`` gives what ``rebound`` binds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from fcompile.compiler.canonical import written
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.digest import sha256
from fcompile.compiler.fingerprints import fingerprint, fingerprints, parts
from fcompile.compiler.graph import Node, graph
from fcompile.compiler.json_text import json_text, laid
from fcompile.compiler.lineage import Lineage, lineage
from fcompile.compiler.proof.certificate import Certificate, Certificates
from fcompile.compiler.proof.prove import certificates
from fcompile.compiler.provable import unproven
from fcompile.compiler.version import VERSION

__all__ = ["SCHEMA_VERSION", "fingerprint", "fingerprints", "manifest", "manifest_of"]

SCHEMA_VERSION = 2


def manifest(
    definitions: Definitions, project_name: str, files: Mapping[str, str], dialect: str = "duckdb"
) -> str:
    """Return the manifest's text; ``files`` maps a path under ``sql/`` to the text written there.

    Neither times, hosts nor absolute paths are in it; it ends with a newline. ``dialect`` is the target's, in which
    sources' queries are written.
    """
    return manifest_of(
        definitions, project_name, {path: sha256(text) for path, text in files.items()}, dialect
    )


def manifest_of(
    definitions: Definitions, project_name: str, digests: Mapping[str, str], dialect: str = "duckdb"
) -> str:
    """As ``manifest``, from digests of the files: for those whose text is not at hand."""
    return assembled(entries(definitions, digests, dialect), project_name, digests)


def assembled(objects: Mapping[str, object], project_name: str, digests: Mapping[str, str]) -> str:
    """Return the manifest of ``objects``: their ``entries`` by id."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "fcompile": VERSION,
        "project": project_name,
        "objects": dict(sorted(objects.items())),
        "files": dict(sorted(digests.items())),
    }
    return json_text(content)


def entries(
    definitions: Definitions,
    files: Iterable[str],
    dialect: str,
    known: Collection[str] = (),
    read: Mapping[str, Iterable[str]] | None = None,
    found: Certificates | None = None,
) -> dict[str, object]:
    """Return what the manifest says of each object by id, without those ``known``.

    An entry depends on its object, on what that is made from, on the paths of its ``files``, and on all
    sources, since a query may read the table of another one; a source's also on what is ``read`` of it (see
    ``lineage``). A long one is returned as it is laid out. ``found``: the certificates, where they are known already.
    """
    if found is None:
        found = certificates(definitions, dialect)
    proved = _by_object(found, definitions)
    columns = lineage(definitions, dialect, read)
    nodes = [node for node in graph(definitions).nodes.values() if node.id not in known]
    paths = files_of_objects(files)
    made = {node.id: _entry(node, paths, proved.get(node.id, {}), columns) for node in nodes}
    return {name: laid(entry, 2, name) or entry for name, entry in made.items()}


def _entry(
    node: Node, paths: Mapping[str, list[str]], proved: Mapping[str, Certificate], columns: Lineage
) -> dict[str, object]:
    found, split = unproven(node.definition), parts(node.definition)
    through = {each.name: list(each.through) for each in found if each.through}
    return {
        "kind": node.kind,
        "name": node.name,
        "file": node.span.file,
        "description": node.meta.description,
        "owner": node.meta.owner,
        "tags": dict(node.meta.tags),
        "depends_on": list(node.parents),
        "fingerprint": split["data"],
        "fingerprints": split,
        "sql": paths.get(f"{node.kind}s/{node.name}", []),
        **({"not_provable": {each.name: list(each.dialects) for each in found}} if found else {}),
        **({"not_provable_through": through} if through else {}),
        **({"certificates": {name: _certificate(each) for name, each in proved.items()}} if proved else {}),
        **_lineage(node.id, columns),
        "definition": written(node.definition),
    }


def files_of_objects(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return paths, sorted, by the object's folder: ``sql/<dialect>/<kind>s/<name>/<statement>.sql``."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        found.setdefault("/".join(path.split("/")[1:3]), []).append(path)
    return found


def _by_object(
    found: Mapping[str, Certificate], definitions: Definitions
) -> dict[str, dict[str, Certificate]]:
    """Return the certificates by object and feature: views of the two kinds share no names."""
    made: dict[str, dict[str, Certificate]] = {}
    for reference, certificate in found.items():
        view, _, feature = reference.partition(":")
        kind = "feature_view" if view in definitions.feature_views else "on_demand_view"
        made.setdefault(f"{kind}.{view}", {})[feature] = certificate
    return made


def _certificate(certificate: Certificate) -> dict[str, object]:
    said: dict[str, object] = {"verdict": certificate.verdict.value}
    if certificate.assumptions:
        said["assumptions"] = list(certificate.assumptions)
    if certificate.path:
        said["path"] = list(certificate.path)
    return said


def _lineage(node_id: str, columns: Lineage) -> dict[str, object]:
    """Return what each column is made of, by its bare name, and what decides the rows."""
    own = {
        column[len(node_id) + 1 :]: list(columns.columns[column]) for column in columns.of.get(node_id, ())
    }
    rows = columns.rows.get(node_id)
    said = {"columns": own, **({"rows": list(rows)} if rows is not None else {})}
    return {"lineage": said} if own or rows else {}
