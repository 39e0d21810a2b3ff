"""What may be written at a cursor: keys by the schema, names by the project, columns and functions by the view."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.dtypes import KEY_KINDS, SCALARS
from fcompile.compiler.editor.cursor import Cursor, follow
from fcompile.compiler.editor.expected import choices_of, keys_at, kind_at, types_of
from fcompile.compiler.editor.written import VIEWS, Book, Written, columns_of, entries_of, text_at
from fcompile.compiler.expressions.functions import FUNCTIONS
from fcompile.compiler.expressions.lexer import KEYWORDS
from fcompile.compiler.schema.definitions import SHAPES
from fcompile.compiler.tree import Mapping, Node, Sequence

DURATIONS = ("15m", "1h", "1d", "7d", "30d")
_ASKED = ("feature_services", *VIEWS)
_TIMES = ("timestamp_field", "created_timestamp_field", "available_at")
_CONSTRUCTED = {
    "decimal(p,s)": "decimal(${1:12},${2:2})",
    "list<T>": "list<${1:string}>",
    "struct<name:T>": "struct<${1:name}:${2:string}>",
    "vector<float32,n>": "vector<float32,${1:3}>",
}
_TYPED = ("join_keys", "columns", "request")
"""Keys whose values are mappings of people's own names to types."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that may be written.

    Attributes:
        label: what it is called; also what is written, unless ``text`` says otherwise.
        kind: "key", "value", "entity", "source", "view", "service", "feature", "column", "function", "type", "word".
        detail: in a few words, beside the label.
        doc: sentences, as Markdown.
        snippet: ``text`` has places to fill in, as ``${1:name}``.
    """

    label: str
    kind: str
    detail: str = ""
    doc: str = ""
    text: str = ""
    snippet: bool = False


@dataclass(frozen=True, slots=True)
class _At:
    """A cursor in a kind of file, with what is known of the project."""

    file: str
    cursor: Cursor
    book: Book

    @property
    def path(self) -> tuple[str | int, ...]:
        return self.cursor.path

    @property
    def key(self) -> str:
        """The nearest key at or above the cursor."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def list(self) -> str:
        return str(self.path[0]) if self.path else ""

    def node(self, depth: int) -> Node | None:
        """Return what is ``depth`` steps down the path; None where the path ends before."""
        found = list(follow(self.cursor.root, self.path))
        return found[depth] if depth < len(found) else None

    @property
    def object(self) -> Written | None:
        """The object that the cursor is in, as far as it is written."""
        node = self.node(2) if self.list in SHAPES else None
        return (
            Written(self.list, text_at(node, "name"), node.span, node) if isinstance(node, Mapping) else None
        )


def proposals(file: str, cursor: Cursor, book: Book) -> tuple[Proposal, ...]:
    """Return what may be written at ``cursor`` in a kind of file ("definitions", "project", "tuning").

    Each once, in the order in which it is best shown. All of it: the editor leaves out what the word does not fit.
    """
    at = _At(file, cursor, book)
    found = _keys(at) if cursor.is_key else _values(at)
    first: dict[str, Proposal] = {}
    for each in found:
        first.setdefault(each.label, each)
    return tuple(first.values())


def _keys(at: _At) -> Iterator[Proposal]:
    node = next(reversed(list(follow(at.cursor.root, at.path))), None)
    named = _NAMED_KEYS.get(at.key) if not at.path or isinstance(at.path[-1], str) else None
    if at.file == "tuning" and at.path in (("windows",), ("joins",)):
        named = lambda at: _objects(at, "feature_views", "labels")  # noqa: E731
    if at.list in ("tests", "feature_services", "on_demand_feature_views"):
        named = named or _row_or_member(at)
    if named is not None:
        for each in named(at):
            yield replace(each, text=f"{each.label}: ")
    for key in keys_at(kind_at(at.file, at.cursor.root, at.path), node):
        text = f"{key.name}{key.snippet}"
        yield Proposal(key.name, "key", "required" if key.required else "", key.description, text)


def _row_or_member(at: _At) -> Callable[[_At], Iterator[Proposal]] | None:
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


def _member_keys(at: _At) -> Iterator[Proposal]:
    node = at.node(4)
    if not isinstance(node, Mapping) or len(node.items) < 2:
        yield from _objects(at, *VIEWS)


def _results(at: _At) -> Iterator[Proposal]:
    for view in _asked_views(at):
        yield from _features(view)


def _spine(at: _At) -> Iterator[Proposal]:
    yield Proposal("event_timestamp", "column", "timestamp")
    for view in _asked_views(at):
        for entity in _texts(view.node, "entities"):
            yield from _join_keys(at, entity)


def _given(at: _At) -> Iterator[Proposal]:
    source = at.book.find(("sources",), str(at.path[3]))
    found = {**at.book.read_of(str(at.path[3])), **(columns_of(source) if source else {})}
    yield from (Proposal(name, "column", dtype) for name, dtype in found.items())
    for view in at.book.names("feature_views", "labels"):
        for entity in _texts(view.node, "entities") if view.source == at.path[3] else ():
            yield from _join_keys(at, entity)


def _join_keys(at: _At, entity: str) -> Iterator[Proposal]:
    found = at.book.find(("entities",), entity)
    keys = entries_of(found.node, "join_keys") if found else None
    for name in keys.items if keys else ():
        yield Proposal(name, "column", text_at(keys, name) if keys else "", f"Join key of `{entity}`.")


def _asked_views(at: _At) -> Iterator[Written]:
    """Yield the views that the test at the cursor asks, those of a service too."""
    names = _texts(at.object.node, "features") if at.object else []
    for text in names:
        name = text.partition(":")[0]
        if service := at.book.find(("feature_services",), name):
            yield from _views_of(at, service)
        if view := at.book.view(name):
            yield view


def _views_of(at: _At, service: Written) -> Iterator[Written]:
    found = service.node.items.get("features")
    for member in found.items if isinstance(found, Sequence) else ():
        named = text_at(member) or text_at(member, "view")
        if isinstance(member, Mapping) and not named:
            named = next(iter(member.items), "")
        if view := at.book.view(named):
            yield view


def _values(at: _At) -> Iterable[Proposal]:
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
    return [*(Proposal(each, "value") for each in choices_of(kind)), *_as_keys(at, kind, node)]


def _maker(at: _At) -> Callable[[_At], Iterable[Proposal]] | None:
    """Return what proposes values where the schema alone says too little."""
    keys = [part for part in at.path if isinstance(part, str)]
    if len(keys) > 1 and keys[-2] in _TYPED:
        return _types
    if keys[1:2] in (["features"], ["features_from"]) and at.list not in VIEWS[:1] and len(keys) == 3:
        # {view: [features]}, whose key is a view's name.
        return _VALUES.get(keys[2], _references if at.list != "tests" else None)
    return _VALUES.get(at.key)


def _is_free(at: _At) -> bool:
    """Whether the cursor is in values of people's own: rows of tests, tags."""
    keys = [part for part in at.path if isinstance(part, str)]
    return "tags" in keys or (bool({"given", "spine", "expect"} & set(keys[:-1])) and at.list == "tests")


def _as_keys(at: _At, kind: object, node: Node | None) -> Iterator[Proposal]:
    """Yield the keys of a mapping that may begin where a single word stands now."""
    if at.cursor.around or isinstance(node, Mapping):
        return
    for key in keys_at(kind, None):
        text = f"{key.name}{key.snippet}"
        yield Proposal(key.name, "key", "required" if key.required else "", key.description, text)


def _objects(at: _At, *kinds: str) -> Iterator[Proposal]:
    for each in at.book.names(*kinds):
        yield Proposal(
            each.name, _KINDS.get(each.kind, "value"), _WORDS[each.kind], text_at(each.node, "description")
        )


_WORDS = {kind: kind.replace("_", " ").removesuffix("s").replace("entitie", "entity") for kind in SHAPES}
_KINDS = {
    "entities": "entity",
    "sources": "source",
    "feature_views": "view",
    "on_demand_feature_views": "view",
    "feature_services": "service",
}


def _features(view: Written) -> Iterator[Proposal]:
    for each in view.features():
        yield Proposal(each.name, "feature", each.dtype, text_at(each.node, "description"))


def _references(at: _At) -> Iterator[Proposal]:
    """Yield features behind ``view:``; else views, with services in a test, and the forms of a member."""
    inside = at.path[-1] if at.path else ""
    if at.list != "tests" and isinstance(inside, int) and len(at.path) > 4:
        member = at.node(4)
        name = text_at(member, "view") if member is not None and text_at(member, "view") else str(at.path[4])
        if view := at.book.view(name):
            yield from _features(view)
        return
    view_name, colon, _ = at.cursor.around.rpartition(":")
    if colon:
        if view := at.book.view(view_name):
            yield from _features(view)
        return
    yield from _objects(at, *(_ASKED if at.list in ("tests", "exposures") else VIEWS))
    if at.list == "feature_services":
        yield from _as_keys(at, kind_at(at.file, at.cursor.root, at.path), None)


def _view_features(at: _At) -> Iterator[Proposal]:
    """Yield what may stand in ``features``: keys of a feature in a view, references elsewhere."""
    if at.list in VIEWS:
        yield from _as_keys(at, kind_at(at.file, at.cursor.root, at.path), None)
    else:
        yield from _references(at)


def _source(at: _At) -> Iterator[Proposal]:
    yield from _objects(at, "sources")
    if at.list == "feature_views":
        yield Proposal("{view: }", "view", "the rows of another view", text="{view: ${1}}", snippet=True)


def _columns(at: _At) -> Iterator[Proposal]:
    found = at.object
    if found is None:
        return
    columns = columns_of(found) if found.kind == "sources" else at.book.columns(found)
    yield from (Proposal(name, "column", dtype) for name, dtype in columns.items())


def _own_columns(at: _At) -> Iterator[Proposal]:
    """Yield the columns that a source's contract tells of, for its times."""
    contract = entries_of(at.object.node, "columns") if at.object else None
    for name in contract.items if contract else ():
        yield Proposal(name, "column", text_at(contract, name) if contract else "")


_TEXT = re.compile(r"'(?:[^']|'')*$")


def _expression(at: _At) -> Iterator[Proposal]:
    """Yield names and functions; nothing inside of a constant text."""
    found = at.object
    quotes = at.cursor.around.count("'") % 2
    if found is None or (quotes and _TEXT.search(at.cursor.around)):
        return
    if found.kind == "on_demand_feature_views":
        yield from _inputs(at, found)
    else:
        yield from _columns(at)
        if "features" in at.path:
            yield from _features(found)
    for each in FUNCTIONS.values():
        yield Proposal(each.name, "function", each.syntax, each.meaning, _call(each.name, each.syntax), True)
    yield from (Proposal(word.lower(), "word") for word in sorted(KEYWORDS))


def _call(name: str, syntax: str) -> str:
    return f"{name}()$0" if "()" in syntax else f"{name}($1)$0"


def _inputs(at: _At, view: Written) -> Iterator[Proposal]:
    request = entries_of(view.node, "request")
    yield from (Proposal(name, "column", text_at(request, name), "Request data.") for name in request.items)
    written = view.node.items.get("features_from")
    for member in written.items if isinstance(written, Sequence) else ():
        yield from _read_by(at, member)
    if inner := at.book.view(view.inner_view):
        yield from _features(inner)


def _read_by(at: _At, member: Node) -> Iterator[Proposal]:
    text = text_at(member)
    name, _, feature = text.partition(":")
    wanted = [feature] if feature else []
    if isinstance(member, Mapping):
        name = text_at(member, "view") or next(iter(member.items), "")
        wanted = _texts(member, "features" if "view" in member.items else name)
    found = at.book.view(name)
    for each in _features(found) if found else ():
        if not wanted or each.label in wanted:
            yield each


def _types(at: _At) -> Iterator[Proposal]:
    yield from (Proposal(name, "type") for name in (KEY_KINDS if "join_keys" in at.path else SCALARS))
    for name, text in () if "join_keys" in at.path else _CONSTRUCTED.items():
        yield Proposal(name, "type", text=text, snippet=True)


def _functions(at: _At) -> Iterator[Proposal]:
    for each in AGGREGATES.values():
        text = f"{each.name}(${{1:{'0.9' if each.parameter == 'p' else '3'}}})" if each.parameter else ""
        label = f"{each.name}({each.parameter})" if each.parameter else each.name
        yield Proposal(label, "function", f"gives {each.gives}", text=text, snippet=bool(text))


def _durations(at: _At) -> Iterator[Proposal]:
    yield from (Proposal(each, "value") for each in DURATIONS)
    if at.key == "windows":
        yield Proposal("lifetime", "value", "all rows up to t")


def _texts(node: Node, key: str) -> list[str]:
    found = node.items.get(key) if isinstance(node, Mapping) else None
    return [text for item in found.items if (text := text_at(item))] if isinstance(found, Sequence) else []


_NAMED_KEYS: dict[str, Callable[[_At], Iterator[Proposal]]] = {
    "given": lambda at: _objects(at, "sources"),
    "columns": lambda at: iter([Proposal(n, "column", d) for n, d in at.book.read_of(_name(at)).items()]),
}


def _name(at: _At) -> str:
    return at.object.name if at.object else ""


_VALUES: dict[str, Callable[[_At], Iterable[Proposal]]] = {
    "entities": lambda at: _objects(at, "entities") if len(at.path) > 2 else _as_keys(at, _kind(at), None),
    "source": _source,
    "view": lambda at: _objects(at, *(("feature_views",) if "source" in at.path else VIEWS)),
    "features": _view_features,
    "features_from": _references,
    "reads": _references,
    "column": _columns,
    "expr": _expression,
    "default": lambda at: _expression(at) if "expr" in at.path else (),
    "filter": _expression,
    "dtype": _types,
    "function": _functions,
    "alias": lambda at: (),
    **dict.fromkeys(_TIMES, _own_columns),
    **dict.fromkeys(
        ("ttl", "lookback", "every", "availability_lag", "horizon", "maturity", "windows"), _durations
    ),
}
"""By the nearest key."""


def _kind(at: _At) -> object:
    return kind_at(at.file, at.cursor.root, at.path)
