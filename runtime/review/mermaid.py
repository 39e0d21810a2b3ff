"""A picture of what changed and what stands next to it, in Mermaid, which GitHub and GitLab draw.

No text of users is a name of a node: those are numbered, and labels are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fcompile.compiler.diff.model import PROJECT, ChangeClass, ObjectChange
from fcompile.runtime.review.comment_text import one_line
from fcompile.runtime.review.reviewed import leaks_of

MOST_NODES = 40
"""More are no picture any more; Mermaid itself stops at 500 edges and 50,000 characters."""

_NEIGHBOURS = ("source", "feature_view", "on_demand_view", "feature_service", "label", "exposure")
"""Entities and tests hang on nearly everything: they are drawn only where they changed."""

_SHAPES = {
    "source": ("[(", ")]"),
    "entity": ("{{", "}}"),
    "on_demand_view": ("[/", "/]"),
    "feature_service": ("([", "])"),
    "label": (">", "]"),
    "exposure": ("((", "))"),
}

# Dark text on a light ground, which reads on GitHub's dark theme too.
_STYLES = {
    "leak": "fill:#ffc9c9,stroke:#c92a2a,stroke-width:3px,color:#000",
    ChangeClass.REMOVAL: "fill:#e9ecef,stroke:#868e96,stroke-dasharray:5 4,color:#000",
    ChangeClass.KEY: "fill:#eebefa,stroke:#862e9c,color:#000",
    ChangeClass.TIME: "fill:#ffd8a8,stroke:#d9480f,color:#000",
    ChangeClass.VALUE: "fill:#ffec99,stroke:#e67700,color:#000",
    ChangeClass.WIDENING: "fill:#c5f6fa,stroke:#0b7285,color:#000",
    ChangeClass.ADDITIVE: "fill:#b2f2bb,stroke:#2b8a3e,color:#000",
    ChangeClass.METADATA: "fill:#f1f3f5,stroke:#495057,color:#000",
    ChangeClass.COSMETIC: "fill:#f1f3f5,stroke:#495057,color:#000",
}


def mermaid(changes: Sequence[ObjectChange], edges: Iterable[tuple[str, str]]) -> str:
    """Return a flowchart of the changed objects (in ``changes``' order) and their neighbours; "" for no changes.

    ``edges``: (parent, child) ids. At most ``MOST_NODES`` nodes: the last changes and neighbours are left out.
    """
    changes = [change for change in changes if not change.id.startswith(f"{PROJECT}.")]
    if not changes:
        return ""
    known = sorted(set(edges))
    changed = {change.id: change for change in changes[:MOST_NODES]}
    shown = [*changed, *_neighbours(list(changed), known)[: MOST_NODES - len(changed)]]
    names = {node: f"n{i}" for i, node in enumerate(sorted(shown))}
    drawn = [(a, b) for a, b in known if a in names and b in names and (a in changed or b in changed)]
    left_out = len(changes) + len(_neighbours([c.id for c in changes], known)) - len(shown)
    lines = ["flowchart LR"]
    lines += [f"  {names[node]}{_label(node, changed.get(node))}" for node in sorted(shown)]
    lines += [f"  {names[a]} --> {names[b]}" for a, b in drawn]
    if left_out > 0:
        lines.append(f'  more["and {left_out} more"]')
    return "\n".join([*lines, *_styles(names, changed)])


def _neighbours(changed: Sequence[str], edges: Iterable[tuple[str, str]]) -> list[str]:
    """One step up and down, each once, sorted, without what changed itself."""
    own = frozenset(changed)
    near = {b if a in own else a for a, b in edges if (a in own) != (b in own)}
    return sorted(node for node in near if node.partition(".")[0] in _NEIGHBOURS)


def _label(node: str, change: ObjectChange | None) -> str:
    kind, _, name = node.partition(".")
    opening, closing = _SHAPES.get(kind, ("[", "]"))
    parts = [label_text(name), *([label_text(what(change))] if change else [])]
    return f'{opening}"{"<br/>".join(parts)}"{closing}'


def what(change: ObjectChange) -> str:
    """Return the change's class in a word or two: "time, leak risk"."""
    return f"{change.change.value}, leak risk" if leaks_of(change) else change.change.value


def label_text(text: str) -> str:
    """Return a label's text in which quotes, markup and HTML stand for themselves: ``#34;`` is a quote in Mermaid."""
    return "".join(c if c.isalnum() or c in " _,." else f"#{ord(c)};" for c in one_line(text, 60))


def _styles(names: dict[str, str], changed: dict[str, ObjectChange]) -> list[str]:
    lines = []
    for style, css in _STYLES.items():
        of_it = [names[node] for node in sorted(changed) if _style(changed[node]) == style]
        if of_it:
            word = getattr(style, "value", style)
            lines += [f"  classDef {word} {css}", f"  class {','.join(of_it)} {word}"]
    return lines


def _style(change: ObjectChange) -> str:
    return "leak" if leaks_of(change) else change.change
