"""What may be written at a cursor: keys by the schema, names by the project, columns and functions by the view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from fcompile.compiler.editor.cursor import Cursor
from fcompile.compiler.editor.expected import choices_of, keys_at, kind_at, types_of
from fcompile.compiler.editor.proposal import (
    ASKED,
    At,
    Proposal,
    as_keys,
    features,
    join_keys,
    name_of,
    objects,
    texts,
)
from fcompile.compiler.editor.values import (
    aggregations,
    columns,
    durations,
    expressions,
    own_columns,
    sources,
    types,
)
from fcompile.compiler.editor.written import VIEWS, Book, Written, columns_of, entries_of, text_at
from fcompile.compiler.tree import Mapping, Sequence, follow

_TIMES = ("timestamp_field", "created_timestamp_field", "available_at")


_TYPED = ("join_keys", "columns", "request")
"""Keys whose values are mappings of people's own names to types."""


def proposals(file: str, cursor: Cursor, book: Book) -> tuple[Proposal, ...]:
    """Return what may be written at ``cursor`` in a kind of file ("definitions", "project", "tuning").

    Each once, in the order in which it is best shown. All of it: the editor leaves out what the word does not fit.
    """
    at = At(file, cursor, book)
    found = _keys(at) if cursor.is_key else _values(at)
    first: dict[str, Proposal] = {}
    for each in found:
        first.setdefault(each.label, each)
    return tuple(first.values())


def _keys(at: At) -> Iterator[Proposal]:
    node = next(reversed(list(follow(at.cursor.root, at.path))), None)
    named = _NAMED_KEYS.get(at.key) if not at.path or isinstance(at.path[-1], str) else None
    if at.file == "tuning" and at.path in (("windows",), ("joins",)):
        named = lambda at: objects(at, "feature_views", "labels")  # noqa: E731
    if at.list in ("tests", "feature_services", "on_demand_feature_views"):
        named = named or _row_or_member(at)
    if named is not None:
        for each in named(at):
            yield replace(each, text=f"{each.label}: ")
    for key in keys_at(kind_at(at.file, at.cursor.root, at.path), node):
        text = f"{key.name}{key.snippet}"
        yield Proposal(key.name, "key", "required" if key.required else "", key.description, text)


def _row_or_member(at: At) -> Callable[[At], Iterator[Proposal]] | None:
    """Return what names the keys of a row of a test, or of ``{view: [features]}`` in a service."""
    match at.path:
        case ("tests", _, "expect", int()):
            return _results
        case ("tests", _, "spine", int()):
            return _spine
        case ("tests", _, "given", str(), int()):
            return _given
        case (_, _, "features" | "features_from", int()) if at.list != "tests":
            return _member_keys
    return None


def _member_keys(at: At) -> Iterator[Proposal]:
    node = at.node(4)
    if not isinstance(node, Mapping) or len(node.items) < 2:
        yield from objects(at, *VIEWS)


def _results(at: At) -> Iterator[Proposal]:
    for view in _asked_views(at):
        yield from features(view)


def _spine(at: At) -> Iterator[Proposal]:
    yield Proposal("event_timestamp", "column", "timestamp")
    for view in _asked_views(at):
        for entity in texts(view.node, "entities"):
            yield from join_keys(at, entity)


def _given(at: At) -> Iterator[Proposal]:
    source = at.book.find(("sources",), str(at.path[3]))
    found = {**at.book.read_of(str(at.path[3])), **(columns_of(source) if source else {})}
    yield from (Proposal(name, "column", dtype) for name, dtype in found.items())
    for view in at.book.names("feature_views", "labels"):
        for entity in texts(view.node, "entities") if view.source == at.path[3] else ():
            yield from join_keys(at, entity)


def _asked_views(at: At) -> Iterator[Written]:
    """Yield the views that the test at the cursor asks, those of a service too."""
    names = texts(at.object.node, "features") if at.object else []
    for text in names:
        name = text.partition(":")[0]
        if service := at.book.find(("feature_services",), name):
            yield from _views_of(at, service)
        if view := at.book.view(name):
            yield view


def _views_of(at: At, service: Written) -> Iterator[Written]:
    found = service.node.items.get("features")
    for member in found.items if isinstance(found, Sequence) else ():
        named = text_at(member) or text_at(member, "view")
        if isinstance(member, Mapping) and not named:
            named = next(iter(member.items), "")
        if view := at.book.view(named):
            yield view


def _values(at: At) -> Iterable[Proposal]:
    if at.key == "type" and (types := types_of(at.file, at.cursor.root, at.path[:-1])):
        return [Proposal(each, "value") for each in types]
    if at.file == "project" and at.key == "default_target":
        targets = entries_of(at.cursor.root, "targets")
        return [Proposal(name, "value", "target") for name in targets.items]
    maker = _maker(at) if at.file == "definitions" and not _is_free(at) else None
    if maker is not None:
        return maker(at)
    if at.path and at.path[-1] in _NAMED_KEYS:
        return [replace(each, text=f"{each.label}: ") for each in _NAMED_KEYS[at.key](at)]
    kind = kind_at(at.file, at.cursor.root, at.path)
    node = next(reversed(list(follow(at.cursor.root, at.path))), None)
    return [*(Proposal(each, "value") for each in choices_of(kind)), *as_keys(at, kind, node)]


def _maker(at: At) -> Callable[[At], Iterable[Proposal]] | None:
    """Return what proposes values where the schema alone says too little."""
    keys = [part for part in at.path if isinstance(part, str)]
    if len(keys) > 1 and keys[-2] in _TYPED:
        return types
    if keys[1:2] in (["features"], ["features_from"]) and at.list not in VIEWS[:1] and len(keys) == 3:
        # {view: [features]}, whose key is a view's name.
        return _VALUES.get(keys[2], _references if at.list != "tests" else None)
    return _VALUES.get(at.key)


def _is_free(at: At) -> bool:
    """Whether the cursor is in values of people's own: rows of tests, tags."""
    keys = [part for part in at.path if isinstance(part, str)]
    return "tags" in keys or (bool({"given", "spine", "expect"} & set(keys[:-1])) and at.list == "tests")


def _references(at: At) -> Iterator[Proposal]:
    """Yield features behind ``view:``; else views, with services in a test, and the forms of a member."""
    inside = at.path[-1] if at.path else ""
    if at.list != "tests" and isinstance(inside, int) and len(at.path) > 4:
        member = at.node(4)
        name = text_at(member, "view") if member is not None and text_at(member, "view") else str(at.path[4])
        if view := at.book.view(name):
            yield from features(view)
        return
    view_name, colon, _ = at.cursor.around.rpartition(":")
    if colon:
        if view := at.book.view(view_name):
            yield from features(view)
        return
    yield from objects(at, *(ASKED if at.list in ("tests", "exposures") else VIEWS))
    if at.list == "feature_services":
        yield from as_keys(at, kind_at(at.file, at.cursor.root, at.path), None)


def _view_features(at: At) -> Iterator[Proposal]:
    """Yield what may stand in ``features``: keys of a feature in a view, references elsewhere."""
    if at.list in VIEWS:
        yield from as_keys(at, kind_at(at.file, at.cursor.root, at.path), None)
    else:
        yield from _references(at)


_NAMED_KEYS: dict[str, Callable[[At], Iterator[Proposal]]] = {
    "given": lambda at: objects(at, "sources"),
    "columns": lambda at: iter([Proposal(n, "column", d) for n, d in at.book.read_of(name_of(at)).items()]),
}


_VALUES: dict[str, Callable[[At], Iterable[Proposal]]] = {
    "entities": lambda at: objects(at, "entities") if len(at.path) > 2 else as_keys(at, _kind(at), None),
    "source": sources,
    "view": lambda at: objects(at, *(("feature_views",) if "source" in at.path else VIEWS)),
    "features": _view_features,
    "features_from": _references,
    "reads": _references,
    "column": columns,
    "expr": expressions,
    "default": lambda at: expressions(at) if "expr" in at.path else (),
    "filter": expressions,
    "dtype": types,
    "function": aggregations,
    "alias": lambda at: (),
    **dict.fromkeys(_TIMES, own_columns),
    **dict.fromkeys(
        ("ttl", "lookback", "every", "availability_lag", "horizon", "maturity", "windows"), durations
    ),
}
"""By the nearest key."""


def _kind(at: At) -> object:
    return kind_at(at.file, at.cursor.root, at.path)
