"""YAML text to a tree of nodes with places, and every problem of its shape.

Reads the parser's events one by one: the C library composes recursively and crashes on deep nesting, and a
tree of our own knows each key's place. Limits keep hostile files cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from fcompile.compiler.errors import Diagnostic, Span
from fcompile.compiler.scalars import resolve
from fcompile.compiler.tree import Mapping, Node, Scalar, Sequence, Value

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 200_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML cannot hold, and the line breaks of YAML 1.1 that no editor counts as lines.
_UNREADABLE = "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff|\r(?!\n)"
_UNREADABLE_ASCII = "[^\t\n\r\x20-\x7e]|\r(?!\n)"  # to compile the other takes milliseconds
_DISGUISE = "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"


@dataclass(frozen=True, slots=True)
class Document:
    """A file as a tree. ``root`` is None for an empty file, and for one that could not be read at all."""

    root: Node | None
    diagnostics: tuple[Diagnostic, ...] = ()


def load(text: str, file: str) -> Document:
    """Return the tree of one YAML document; never raises. A byte order mark and CRLF are fine."""
    size = len(text) if len(text) > MAX_BYTES else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024} KiB"
        return Document(None, (Diagnostic("FC102", message, Span(file, 1, 1), "split it"),))
    body = text.removeprefix("\ufeff")
    if found := re.search(_UNREADABLE_ASCII if body.isascii() else _UNREADABLE, body):
        return Document(None, (_unreadable(body, found, file),))
    reader = _Reader(file, body)
    try:
        reader.read(yaml.parse(body, Loader=_LOADER))
    except _Stop:
        return Document(None, tuple(reader.problems))
    except yaml.MarkedYAMLError as error:
        return Document(None, (*reader.problems, _syntax(error, file, body)))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        message = f"not valid YAML: {str(error).splitlines()[0]}"
        return Document(None, (*reader.problems, Diagnostic("FC101", message, Span(file, 1, 1))))
    return Document(reader.root, tuple(reader.problems))


def has_disguise(name: str) -> bool:
    """Return whether ``name`` holds a control, invisible or text-direction character."""
    return (not name.isascii() and re.search(_DISGUISE, name) is not None) or not name.isprintable()


def _unreadable(text: str, found: re.Match[str], file: str) -> Diagnostic:
    before = text[: found.start()]
    span = Span(file, before.count("\n") + 1, found.start() - (before.rfind("\n") + 1) + 1)
    what = f"the character U+{ord(found.group()):04X} cannot stand in YAML"
    return Diagnostic("FC101", what, span, 'remove it, or write it as an escape in "..."')


def _syntax(error: yaml.MarkedYAMLError, file: str, text: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    said = error.problem or error.context or "cannot be read"
    if mark is None:
        return Diagnostic("FC101", f"not valid YAML: {said}", Span(file, 1, 1))
    # The end of the file has no line to show: point at the last line that has one.
    last = text.rstrip().count("\n")
    line = min(mark.line, last)
    column = mark.column if line == mark.line else len(text.rstrip()) - (text.rstrip().rfind("\n") + 1)
    start = error.context_mark
    where = f" (it began at {start.line + 1}:{start.column + 1})" if start and error.problem_mark else ""
    hint = next((hint for part, hint in _SYNTAX_HINTS.items() if part in f"{said} {error.context}"), "")
    return Diagnostic("FC101", f"not valid YAML: {said}{where}", Span(file, line + 1, column + 1), hint)


# By a part of libyaml's message, its context included; the first that fits.
_SYNTAX_HINTS = {
    "\\t": "indent with spaces",
    "tab": "indent with spaces",
    "mapping values are not allowed": "quote a text that holds `: `, or begin a new line",
    "cannot start any token": "quote a text that begins so; indent with spaces",
    "',' or '}'": "close `{`, or quote a text that holds a comma or bracket",
    "',' or ']'": "close `[`, or quote a text that holds a comma or bracket",
    "quoted scalar": "close the quote",
    "unexpected end of stream": "close the quote or bracket",
    "'-' indicator": "line up the indentation",
    "expected key": "line up the indentation",
    "expected ':'": "write `key: value`, with a space behind the colon",
    "<document start>": "remove `...`: a file holds one document",
    "escape character": "double a backslash inside double quotes, or use single quotes",
}


class _Stop(Exception):
    """A limit is passed; reading on could be made costly."""


@dataclass(slots=True)
class _Open:
    """A collection being read; ``items`` of a sequence, or ``entries`` of a mapping with a key waiting."""

    span: Span
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)
    at_key: bool = True
    key: str | None = None
    sound: bool = True


class _Reader:
    """Turns events into nodes with a stack of its own; collects problems."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.problems: list[Diagnostic] = []
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.nodes = 0
        self.documents = 0

    def read(self, events: Iterator[yaml.Event]) -> None:
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self._count(event)
                    self._put(self._scalar(event))
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._count(event)
                    self._open(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._close()
                case yaml.AliasEvent():
                    self._count(event)
                    span = self._span(event, len(event.anchor or "") + 1)
                    self._problem(
                        "FC106", f"the alias `*{event.anchor}` is not read", span, "write the value out"
                    )
                    self._put(Scalar(span, None, sound=False))
                case yaml.DocumentStartEvent():
                    self._document(event)

    def _problem(self, code: str, message: str, span: Span, hint: str = "") -> None:
        self.problems.append(Diagnostic(code, message, span, hint))

    def _span(self, event: yaml.Event, length: int = 1) -> Span:
        mark: Any = event.start_mark
        return Span(self.file, mark.line + 1, mark.column + 1, length)

    def _document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            self._problem(
                "FC109", "a second document begins here", self._span(event, 3), "put it in its own file"
            )
            raise _Stop

    def _count(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._problem(
                "FC105", f"the file holds more than {MAX_NODES:,} values", self._span(event), "split it"
            )
            raise _Stop
        if event.anchor is not None and not isinstance(event, yaml.AliasEvent):
            span = self._span(event, len(event.anchor) + 1)
            self._problem("FC106", f"the anchor `&{event.anchor}` is not read", span, "remove it")

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start: Any = event.start_mark
        end: Any = event.end_mark
        text = event.value
        one_line = start.line == end.line
        span = Span(
            self.file, start.line + 1, start.column + 1, max(1, end.column - start.column) if one_line else 1
        )
        if event.tag is not None:
            self._tag(event.tag, span)
            return Scalar(span, None, sound=False)
        plain = event.implicit[0]
        quotes = 0 if plain else 2
        verbatim = quotes // 2 if one_line and end.column - start.column == len(text) + quotes else -1
        value: Value = text
        if plain:
            try:
                value = resolve(text)
            except ValueError as error:
                self._problem("FC113", str(error), span, "quote it if it is text")
                return Scalar(span, None, sound=False)
        written = "" if verbatim >= 0 else self.text[start.index : end.index]
        return Scalar(span, value, verbatim, written=written)

    def _tag(self, tag: str, span: Span) -> None:
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self._problem("FC108", f"the tag `{shown}` is not read", span, "remove the tag")

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        span = self._span(event)
        if len(self.stack) >= MAX_DEPTH:
            self._problem("FC104", f"nested more than {MAX_DEPTH} levels deep", span)
            raise _Stop
        if event.tag is not None:
            self._tag(event.tag, span)
        self.stack.append(_Open(span, isinstance(event, yaml.MappingStartEvent)))

    def _close(self) -> None:
        done = self.stack.pop()
        if done.mapping:
            self._put(Mapping(done.span, done.entries, done.keys, done.sound))
        else:
            self._put(Sequence(done.span, tuple(done.items)))

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.mapping:
            top.items.append(node)
        elif top.at_key:
            top.at_key = False
            top.key = self._key(top, node)
        else:
            top.at_key = True
            if top.key is not None:
                top.entries[top.key] = node

    def _key(self, top: _Open, node: Node) -> str | None:
        """Return the key to store the next node under; None where the entry is to be left out."""
        problem = _key_problem(node)
        if problem is None and isinstance(node, Scalar) and isinstance(node.value, str):
            first = top.keys.get(node.value)
            if first is None:
                top.keys[node.value] = node.span
                return node.value
            message = f"`{node.value}` stands twice; first at {first.line}:{first.column}"
            self._problem("FC110", message, node.span, "remove one of the two")
            return None
        top.sound = False
        if problem is not None:
            self._problem(problem[0], problem[1], node.span, problem[2])
        return None


def _key_problem(node: Node) -> tuple[str, str, str] | None:
    if not isinstance(node, Scalar):
        return "FC111", "a key must be text, not a list or mapping", ""
    if not node.sound:
        return None
    if not isinstance(node.value, str):
        return "FC111", "a key must be text", "quote it"
    if node.value == "<<":
        return "FC107", "merge keys are not read", "write the keys out"
    if has_disguise(node.value):
        return "FC112", f"the key {node.value!a} holds an invisible character", "remove it"
    return None
