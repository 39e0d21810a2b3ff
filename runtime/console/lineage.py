"""``fcompile lineage``: what columns are made of, and what is made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.graph import Node
from fcompile.compiler.lineage import Lineage, lineage
from fcompile.compiler.lineage_edges import Edge, edges_around, place
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import table
from fcompile.runtime.review.mermaid import label_text


def lineage_text(session: Session, reference: str, output: str) -> str:
    """Return the lineage of an object's columns, or with ``NAME:COLUMN`` of that one.

    Raises:
        UsageError: nothing has that name (FC284), or it has no such column, or none at all (FC249).
    """
    one_of(output, ("table", "json", "mermaid"))
    name, _, column = reference.partition(":")
    nodes = session.node(name)
    found = lineage(session.project.definitions, session.project.target.warehouse.type)
    columns = _columns(found, nodes, name, column)
    edges = edges_around(found, columns)
    if output == "json":
        return _json(found, columns, edges)
    return _mermaid(found, columns, edges) if output == "mermaid" else _table(columns, edges)


def _columns(found: Lineage, nodes: Sequence[Node], name: str, column: str) -> list[str]:
    """Return the columns that are asked for; of several objects of one name those of all."""
    columns = [each for node in nodes for each in found.of.get(node.id, ())]
    if not columns:
        kinds = listed([node.kind for node in nodes])
        hint = "ask for a source, a view, a service, a label or an exposure"
        raise UsageError(Diagnostic("FC249", f"`{name}` ({kinds}) has no columns", hint=hint))
    own = {each[len(found.owners[each]) + 1 :]: each for each in columns}
    if not column:
        return columns
    if column not in own:
        hint = did_you_mean(column, own) or f"it has {listed(list(own), 8)}"
        raise UsageError(Diagnostic("FC249", f"`{name}` has no column `{column}`", hint=hint))
    return [each for each in columns if each == f"{found.owners[each]}.{column}"]


def _table(columns: Sequence[str], edges: Sequence[Edge]) -> str:
    if not edges:
        return "".join(f"{column}: made of nothing, and nothing is made of it\n" for column in columns)
    return table(("from", "to", "as"), [(edge.start, edge.to, edge.role) for edge in edges])


def _json(found: Lineage, columns: Sequence[str], edges: Iterable[Edge]) -> str:
    content = {
        "columns": list(columns),
        "upstream": sorted(found.upstream(columns), key=place),
        "downstream": sorted(found.downstream(columns), key=place),
        "edges": [{"from": edge.start, "to": edge.to, "as": edge.role} for edge in edges],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _mermaid(found: Lineage, columns: Sequence[str], edges: Sequence[Edge]) -> str:
    """Return a flowchart with a box for each object; nodes are numbered, so that no text of users is one."""
    shown = sorted({*columns, *(edge.start for edge in edges), *(edge.to for edge in edges)}, key=place)
    names = {each: f"n{i}" for i, each in enumerate(shown)}
    lines = ["flowchart LR"]
    boxes: dict[str, list[str]] = {}
    for each in shown:
        boxes.setdefault(_box(found, each), []).append(each)
    for i, (box, inside) in enumerate(boxes.items()):
        lines.append(f'  subgraph g{i}["{label_text(box)}"]')
        lines += [f'    {names[each]}["{label_text(_inside(box, each))}"]' for each in inside]
        lines.append("  end")
    for edge in edges:
        lines.append(f"  {names[edge.start]} {'-->' if edge.role == 'value' else '-.->'} {names[edge.to]}")
    asked = ",".join(names[column] for column in sorted(columns, key=place))
    lines += ["  classDef asked stroke-width:3px", f"  class {asked} asked"]
    return "\n".join(lines) + "\n"


def _box(found: Lineage, column: str) -> str:
    """Return what a column is drawn inside: its object, or its table. An object stands in its own box."""
    if column in found.rows:
        return column
    return found.owners.get(column) or column.rpartition(".")[0]


def _inside(box: str, column: str) -> str:
    if column == box:
        return "reads" if column.startswith("exposure.") else "rows"
    return column[len(box) + 1 :]
