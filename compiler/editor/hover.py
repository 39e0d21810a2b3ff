"""What is shown beside a name: what it is, its type, its verdict and its SQL, as Markdown.

Texts that people wrote are shown as they are, never as Markdown of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fcompile.compiler.build import build_files
from fcompile.compiler.definitions import Definitions, FeatureService, FeatureView, Label, OnDemandView
from fcompile.compiler.editor.symbols import Symbol
from fcompile.compiler.editor.written import Book, Written, columns_of, entries_of, text_at
from fcompile.compiler.expressions.functions import FUNCTIONS, TABLE
from fcompile.compiler.proof.certificate import Certificate, Certificates

_MOST_LINES = 40
_SPECIAL = re.compile(r"([\\`*_\[\]<>#!|~&@])")


@dataclass(frozen=True, slots=True)
class Known:
    """What the project is known to be: as written, and as last bound.

    Attributes:
        definitions: those without a mistake.
        dialect: of the target; empty where it is not told.
        schema: where the target keeps fcompile's tables.
    """

    book: Book
    definitions: Definitions
    certificates: Certificates = field(default_factory=dict)
    project: str = "project"
    dialect: str = ""
    schema: str = "features"


def hover_of(symbol: Symbol, known: Known) -> str:
    """Return what to show of ``symbol``."""
    if symbol.kind == "feature":
        return _joined(_feature(symbol, known))
    if symbol.kind == "column":
        return _joined(_column(symbol, known.book))
    return _joined(_object(symbol, known))


def hover_of_function(name: str) -> str:
    """Return what a function or operator of the expression language does; nothing for another name."""
    found = FUNCTIONS.get(name) or TABLE.get(name)
    if found is None:
        return ""
    head = f"{_fenced(found.syntax)}\n{escaped(found.meaning)}"
    return f"{head}\n\nTakes {escaped(found.takes)}; gives {escaped(found.gives)}. {escaped(found.nulls)}."


def hover_of_key(name: str, description: str) -> str:
    return f"**{escaped(name)}**: {escaped(description)}"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is.

    >>> print(escaped("a_b <img> [x](y)"))
    a\\_b \\<img\\> \\[x\\](y)
    """
    return " ".join(_SPECIAL.sub(r"\\\1", text).split())


def _joined(parts: Iterator[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _fenced(text: str, language: str = "") -> str:
    """Return a block of code that ends where it is to end, whatever it holds."""
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _object(symbol: Symbol, known: Known) -> Iterator[str]:
    kinds = tuple(known.book.kinds)
    found = next(
        (
            each
            for kind in kinds
            if (each := known.book.kinds[kind].get(symbol.name)) and each.span == symbol.span
        ),
        None,
    )
    if found is None:
        return
    yield f"**{symbol.kind} {escaped(symbol.name)}**"
    yield escaped(text_at(found.node, "description"))
    match symbol.kind:
        case "entity":
            yield _columns(entries_of(found.node, "join_keys").items, entries_of(found.node, "join_keys"))
        case "source":
            yield from _source(found)
        case "view" | "label":
            yield _features(found, known)
    yield _sql(symbol.name, symbol.kind, known)


def _source(found: Written) -> Iterator[str]:
    for key in ("table", "path", "query"):
        if text := text_at(found.node, key):
            yield _fenced(text, "sql") if key == "query" else f"{key} `{text.replace('`', ' ')}`"
    rows = [f"{name}: {dtype}".rstrip(": ") for name, dtype in columns_of(found).items()]
    yield _fenced("\n".join(rows)) if rows else ""


def _columns(names: Mapping[str, object], node: Written | object) -> str:
    rows = [f"{name}: {text_at(node, name)}" for name in names]  # type: ignore[arg-type]
    return _fenced("\n".join(rows)) if rows else ""


def _features(found: Written, known: Known) -> str:
    rows = [f"{each.name}: {_type(found.name, each.name, each.dtype, known)}" for each in found.features()]
    return _fenced("\n".join(rows)) if rows else ""


def _type(view: str, feature: str, written: str, known: Known) -> str:
    bound = known.definitions.view(view)
    found = bound.feature(feature) if bound else None
    label = known.definitions.labels.get(feature) if view == feature else None
    return str(found.dtype if found else label.feature.dtype if label else written or "type not known yet")


def _feature(symbol: Symbol, known: Known) -> Iterator[str]:
    view = known.book.view(symbol.owner)
    found = view.feature(symbol.name) if view else None
    if view is None or found is None:
        if view is not None and symbol.stem:
            yield f"**aggregation {escaped(symbol.owner)}:{escaped(symbol.stem)}**"
            windows = [each for each in view.features() if each.stem == symbol.stem]
            yield _fenced("\n".join(f"{e.name}: {_type(view.name, e.name, e.dtype, known)}" for e in windows))
        return
    yield f"**feature {escaped(symbol.owner)}:{escaped(symbol.name)}**"
    yield _fenced(f"{symbol.name}: {_type(view.name, symbol.name, found.dtype, known)}")
    yield escaped(text_at(found.node, "description"))
    expression = text_at(found.node, "expr") or text_at(found.node, "expr", "default")
    yield _fenced(expression) if expression else ""
    yield _verdict(known.certificates.get(f"{symbol.owner}:{symbol.name}"))
    yield _sql(view.name, "view", known)


def _verdict(certificate: Certificate | None) -> str:
    if certificate is None:
        return ""
    lines = [*certificate.assumptions, *certificate.path]
    return "\n".join([f"**{certificate.verdict.value}**", *(f"- {escaped(line)}" for line in lines)])


def _column(symbol: Symbol, book: Book) -> Iterator[str]:
    owner = book.find(("sources", "entities", "on_demand_feature_views"), symbol.owner)
    if owner is None:
        return
    parts = {"sources": columns_of(owner)} if owner.kind == "sources" else {}
    for key in ("join_keys", "request"):
        entries = entries_of(owner.node, key)
        parts[key] = {name: text_at(entries, name) for name in entries.items}
    dtype = next((each[symbol.name] for each in parts.values() if each.get(symbol.name)), "")
    what = {"sources": "column of source", "entities": "join key of entity"}.get(
        owner.kind, "request data of"
    )
    yield f"**{what} {escaped(owner.name)}**"
    yield _fenced(f"{symbol.name}: {dtype}" if dtype else symbol.name)


def _sql(name: str, kind: str, known: Known) -> str:
    """Return the statement that reads a view, service or label, its beginning where it is long."""
    only = _only(name, kind, known.definitions)
    if only is None or not known.dialect:
        return ""
    files = build_files(only, known.project, known.schema, known.dialect)
    text = next((text for path, text in files.items() if path.endswith("historical.sql")), "")
    lines = text.rstrip("\n").split("\n") if text else []
    shown = lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        shown.append(f"-- ... {len(lines) - _MOST_LINES} more lines: fcompile show {name}")
    return _fenced("\n".join(shown), "sql") if shown else ""


def _only(name: str, kind: str, definitions: Definitions) -> Definitions | None:
    found = definitions.view(name) if kind == "view" else None
    found_other = {"service": definitions.feature_services, "label": definitions.labels}.get(kind, {})
    match found or found_other.get(name):
        case FeatureView() as view:
            return Definitions(feature_views={name: view})
        case OnDemandView() as on_demand:
            return Definitions(on_demand_feature_views={name: on_demand})
        case FeatureService() as service:
            return Definitions(feature_services={name: service})
        case Label() as label:
            return Definitions(labels={name: label})
    return None
