"""Objects as they are written, right or wrong: names, features and places, without binding anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fcompile.compiler.errors import Span
from fcompile.compiler.places import place_of
from fcompile.compiler.schema.definitions import SHAPES
from fcompile.compiler.tree import Mapping as Mapped
from fcompile.compiler.tree import Node, Scalar, Sequence

VIEWS = ("feature_views", "on_demand_feature_views")


def text_at(node: Node, *path: str | int) -> str:
    """Return the text at ``path``; nothing where there is none."""
    found: Node | None = node
    for part in path:
        match found, part:
            case Mapped(items=entries), str():
                found = entries.get(part)
            case Sequence(items=items), int() if part < len(items):
                found = items[part]
            case _:
                return ""
    return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else ""


def items_of(node: Node, key: str) -> tuple[Node, ...]:
    """Return the items of the list under ``key``; nothing where there is none."""
    found = node.items.get(key) if isinstance(node, Mapped) else None
    return found.items if isinstance(found, Sequence) else ()


def entries_of(node: Node, key: str) -> Mapped:
    """Return the mapping under ``key``; an empty one where there is none."""
    found = node.items.get(key) if isinstance(node, Mapped) else None
    return found if isinstance(found, Mapped) else Mapped(node.span, {}, {})


def name_place(node: Mapped) -> Span:
    """Return where the text under ``name`` stands, without quotes."""
    return place_of(node.items["name"], 0, len(text_at(node, "name")))


@dataclass(frozen=True, slots=True)
class WrittenFeature:
    """A feature as written; of an aggregation one for each window.

    Attributes:
        span: of the name that is written: a window's is that of its aggregation.
        stem: the aggregation's name, which ``name`` begins with; empty for other features.
    """

    name: str
    dtype: str
    span: Span
    node: Mapped
    stem: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is a column of its own name."""
        return not self.stem and "expr" not in self.node.items and "column" not in self.node.items


@dataclass(frozen=True, slots=True)
class Written:
    """An object; ``kind`` is the list that it stands in, ``span`` the place of its name."""

    kind: str
    name: str
    span: Span
    node: Mapped

    @property
    def source(self) -> str:
        """The name of the source, or of the view, that the rows come from."""
        return text_at(self.node, "source") or self.inner_view

    @property
    def inner_view(self) -> str:
        return text_at(self.node, "source", "view")

    def features(self) -> Iterator[WrittenFeature]:
        """Yield the features in their order, windows first; a label is its own."""
        if self.kind == "labels":
            yield WrittenFeature(self.name, text_at(self.node, "dtype"), self.span, self.node)
        if self.kind not in VIEWS:
            return
        for node in items_of(self.node, "aggregations"):
            yield from _windows(node)
        for node in items_of(self.node, "features"):
            if isinstance(node, Mapped) and (name := text_at(node, "name")):
                yield WrittenFeature(name, text_at(node, "dtype"), name_place(node), node)

    def feature(self, name: str) -> WrittenFeature | None:
        return next((each for each in self.features() if each.name == name), None)


def _windows(node: Node) -> Iterator[WrittenFeature]:
    if not isinstance(node, Mapped) or not (stem := text_at(node, "name")):
        return
    for window in items_of(node, "windows"):
        if isinstance(window, Scalar) and isinstance(window.value, str):
            name = f"{stem}_{window.value}"
            yield WrittenFeature(name, text_at(node, "dtype"), name_place(node), node, stem)


def objects_in(root: Node | None) -> Iterator[Written]:
    """Yield the objects of a definition file that have a name, in the file's order."""
    if not isinstance(root, Mapped):
        return
    for kind in root.items:
        for node in items_of(root, kind) if kind in SHAPES else ():
            if isinstance(node, Mapped) and (name := text_at(node, "name")):
                yield Written(kind, name, name_place(node), node)


class Book:
    """The objects of all files by kind and name; of two with one name the first by file and place."""

    def __init__(self, files: Mapping[str, tuple[Written, ...]]) -> None:
        self.kinds: dict[str, dict[str, Written]] = {kind: {} for kind in SHAPES}
        for file in sorted(files):
            for each in files[file]:
                self.kinds[each.kind].setdefault(each.name, each)

    def find(self, kinds: tuple[str, ...], name: str) -> Written | None:
        """Return the object called ``name`` of the first of ``kinds`` that has one."""
        return next((self.kinds[kind][name] for kind in kinds if name in self.kinds[kind]), None)

    def view(self, name: str) -> Written | None:
        return self.find(VIEWS, name)

    def names(self, *kinds: str) -> list[Written]:
        """Return the objects of ``kinds``, by name."""
        return sorted((each for kind in kinds for each in self.kinds[kind].values()), key=lambda e: e.name)

    def columns(self, view: Written) -> dict[str, str]:
        """Return the columns that ``view`` may read, each with its type as written; nothing where that is not told."""
        keys = {key: text for name in _names(view.node, "entities") for key, text in self._keys(name).items()}
        if inner := self.view(view.inner_view):
            found = {each.name: each.dtype for each in inner.features()}
            return {**found, **keys}
        source = self.find(("sources",), view.source)
        known = columns_of(source) if source else {}
        return {
            **known,
            **{name: text for name, text in self.read_of(view.source).items() if name not in known},
            **keys,
        }

    def read_of(self, source: str) -> dict[str, str]:
        """Return the columns of a source that plain features and aggregations read."""
        found: dict[str, str] = {}
        for view in self.names("feature_views", "labels") if source else ():
            if view.source != source or view.inner_view:
                continue
            for each in [*items_of(view.node, "features"), *items_of(view.node, "aggregations"), view.node]:
                plain = each is not view.node and "expr" not in getattr(each, "items", {})
                name = text_at(each, "column") or (text_at(each, "name") if plain else "")
                if name and not (plain and text_at(each, "function") and not text_at(each, "column")):
                    found.setdefault(name, text_at(each, "dtype") if plain else "")
        return found

    def _keys(self, entity: str) -> dict[str, str]:
        found = self.find(("entities",), entity)
        keys = entries_of(found.node, "join_keys") if found else None
        return {key: text_at(keys, key) for key in keys.items} if keys else {}


def columns_of(source: Written) -> dict[str, str]:
    """Return the columns that a source tells of: its contract, and its times."""
    contract = entries_of(source.node, "columns")
    found = {name: text_at(contract, name) for name in contract.items}
    for key in ("timestamp_field", "created_timestamp_field", "available_at"):
        if name := text_at(source.node, key):
            found.setdefault(name, "timestamp")
    return found


def _names(node: Node, key: str) -> list[str]:
    return [
        each.value for each in items_of(node, key) if isinstance(each, Scalar) and isinstance(each.value, str)
    ]
