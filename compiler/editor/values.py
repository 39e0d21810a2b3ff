"""Proposals for single values: columns, expressions, types, aggregation functions, durations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.dtypes import KEY_KINDS, SCALARS
from fcompile.compiler.editor.proposal import (
    At,
    Proposal,
    features,
    objects,
    texts,
)
from fcompile.compiler.editor.written import Written, columns_of, entries_of, text_at
from fcompile.compiler.expressions.functions import FUNCTIONS
from fcompile.compiler.expressions.lexer import KEYWORDS
from fcompile.compiler.tree import Mapping, Node, Sequence

DURATIONS = ("15m", "1h", "1d", "7d", "30d")


_CONSTRUCTED = {
    "decimal(p,s)": "decimal(${1:12},${2:2})",
    "list<T>": "list<${1:string}>",
    "struct<name:T>": "struct<${1:name}:${2:string}>",
    "vector<float32,n>": "vector<float32,${1:3}>",
}
_TEXT = re.compile(r"'(?:[^']|'')*$")


def columns(at: At) -> Iterator[Proposal]:
    found = at.object
    if found is None:
        return
    known = columns_of(found) if found.kind == "sources" else at.book.columns(found)
    yield from (Proposal(name, "column", dtype) for name, dtype in known.items())


def own_columns(at: At) -> Iterator[Proposal]:
    """Yield the columns that a source's contract tells of, for its times."""
    contract = entries_of(at.object.node, "columns") if at.object else None
    for name in contract.items if contract else ():
        yield Proposal(name, "column", text_at(contract, name) if contract else "")


def sources(at: At) -> Iterator[Proposal]:
    yield from objects(at, "sources")
    if at.list == "feature_views":
        yield Proposal("{view: }", "view", "the rows of another view", text="{view: ${1}}", snippet=True)


def expressions(at: At) -> Iterator[Proposal]:
    """Yield names and functions; nothing inside of a constant text."""
    found = at.object
    quotes = at.cursor.around.count("'") % 2
    if found is None or (quotes and _TEXT.search(at.cursor.around)):
        return
    if found.kind == "on_demand_feature_views":
        yield from _inputs(at, found)
    else:
        yield from columns(at)
        if "features" in at.path:
            yield from features(found)
    for each in FUNCTIONS.values():
        yield Proposal(each.name, "function", each.syntax, each.meaning, _call(each.name, each.syntax), True)
    yield from (Proposal(word.lower(), "word") for word in sorted(KEYWORDS))


def _call(name: str, syntax: str) -> str:
    return f"{name}()$0" if "()" in syntax else f"{name}($1)$0"


def _inputs(at: At, view: Written) -> Iterator[Proposal]:
    request = entries_of(view.node, "request")
    yield from (Proposal(name, "column", text_at(request, name), "Request data.") for name in request.items)
    written = view.node.items.get("features_from")
    for member in written.items if isinstance(written, Sequence) else ():
        yield from _read_by(at, member)
    if inner := at.book.view(view.inner_view):
        yield from features(inner)


def _read_by(at: At, member: Node) -> Iterator[Proposal]:
    text = text_at(member)
    name, _, feature = text.partition(":")
    wanted = [feature] if feature else []
    if isinstance(member, Mapping):
        name = text_at(member, "view") or next(iter(member.items), "")
        wanted = texts(member, "features" if "view" in member.items else name)
    found = at.book.view(name)
    for each in features(found) if found else ():
        if not wanted or each.label in wanted:
            yield each


def types(at: At) -> Iterator[Proposal]:
    yield from (Proposal(name, "type") for name in (KEY_KINDS if "join_keys" in at.path else SCALARS))
    for name, text in () if "join_keys" in at.path else _CONSTRUCTED.items():
        yield Proposal(name, "type", text=text, snippet=True)


def aggregations(at: At) -> Iterator[Proposal]:
    for each in AGGREGATES.values():
        text = f"{each.name}(${{1:{'0.9' if each.parameter == 'p' else '3'}}})" if each.parameter else ""
        label = f"{each.name}({each.parameter})" if each.parameter else each.name
        yield Proposal(label, "function", f"gives {each.gives}", text=text, snippet=bool(text))


def durations(at: At) -> Iterator[Proposal]:
    yield from (Proposal(each, "value") for each in DURATIONS)
    if at.key == "windows":
        yield Proposal("lifetime", "value", "all rows up to t")
