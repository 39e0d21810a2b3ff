"""One project as an editor has it: the files on disk, with the texts that are being typed over them."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fcompile.compiler.bind import Bound, Pause, bind, binding
from fcompile.compiler.bind.memory import Memory
from fcompile.compiler.definitions import Definitions
from fcompile.compiler.editor.early import early
from fcompile.compiler.editor.lines import Lines
from fcompile.compiler.editor.mentions import Mention, mentions_in, pinned_in
from fcompile.compiler.editor.written import Book, Written, objects_in
from fcompile.compiler.errors import Diagnostic, FcompileError, Span
from fcompile.compiler.load import load
from fcompile.compiler.project import ProjectRead, read_project
from fcompile.compiler.proof.certificate import Certificates
from fcompile.compiler.proof.prove import Findings, proving
from fcompile.compiler.steps import result_of
from fcompile.compiler.tree import Node
from fcompile.compiler.tuning_file import read_tuning
from fcompile.runtime.project_files import (
    PROJECT_FILE,
    TUNING_FILE,
    Found,
    definition_folders,
    is_definition_file,
    read_definitions,
    read_text,
)

Problems = Mapping[str, tuple[Diagnostic, ...]]
"""File -> what is wrong with it, by place; only files with a problem."""


@dataclass(frozen=True)
class Page:
    """A file as last read.

    Attributes:
        kind: "project", "tuning", "definitions", or empty.
        root: of the last text that could be read; None where none could.
        is_current: whether ``text`` itself could be read.
    """

    kind: str
    text: str
    root: Node | None
    is_current: bool

    @cached_property
    def objects(self) -> tuple[Written, ...]:
        return tuple(objects_in(self.root)) if self.kind == "definitions" else ()

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        readers = {"definitions": mentions_in, "tuning": pinned_in}
        return tuple(readers[self.kind](self.root)) if self.kind in readers else ()


@dataclass
class Desk:
    """``buffers`` hold what is typed, by path relative to ``root``; a file without one is as it is on disk.

    ``bound``, ``certificates`` and ``problems`` are those of the last ``check``; ``book`` and pages follow each text.
    """

    root: Path
    env: Mapping[str, str] = field(default_factory=lambda: os.environ)
    buffers: dict[str, str] = field(default_factory=dict)
    bound: Bound = field(default_factory=lambda: Bound(Definitions()))
    certificates: Certificates = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    project: ProjectRead = field(default_factory=lambda: ProjectRead(None))
    _pages: dict[str, Page] = field(default_factory=dict)
    _disk: dict[str, str] = field(default_factory=dict)
    _found: Found = field(default_factory=lambda: Found({}, {}))
    _folders: tuple[str, ...] = ()
    _is_read: bool = False
    _memory: Memory = field(default_factory=Memory)
    _findings: Findings = field(default_factory=Findings)
    _leaks: tuple[Diagnostic, ...] = ()
    _dialect: str = ""

    def reread(self) -> None:
        """Have the disk read again before the next answer."""
        self._is_read = False

    def ready(self) -> Desk:
        """Return this desk with the disk read."""
        if not self._is_read:
            self._read()
        return self

    def text(self, file: str) -> str:
        """Return a file's text as the editor has it; nothing where there is no such file."""
        return self.buffers.get(file, self._disk.get(file, ""))

    def kind(self, file: str) -> str:
        """Return which kind of file it is: "project", "tuning" or "definitions"; empty for any other."""
        if file in (PROJECT_FILE, TUNING_FILE):
            return "project" if file == PROJECT_FILE else "tuning"
        return "definitions" if is_definition_file(file, self._folders) else ""

    def check(self) -> Problems:
        """Return every problem of the project as it is now."""
        return result_of(self.checking())

    def checking(self, first: str = "") -> Generator[Pause | None, None, Problems]:
        """As ``check``, for who has other things to do: pauses after each small step; may be left at any of them.

        The objects of the file ``first`` are judged before others of their kind, see ``early``.
        """
        folders_problems = self._read()
        files, unread = self._definition_files()
        dialect = self.project.dialect
        if dialect != self._dialect:  # what is remembered is of one dialect
            self._dialect, self._memory, self._findings = dialect, Memory(), Findings()
        self.bound = yield from binding(files, dialect, unread.values(), self._memory, first)
        proof = yield from proving(self.bound.definitions, dialect or "duckdb", self._findings)
        self.certificates, self._leaks = proof.certificates, proof.diagnostics
        found = [*self.project.diagnostics, *folders_problems, *self.bound.diagnostics, *proof.diagnostics]
        found += [each for each in self._found.problems if each.span is None or each.span.file in unread]
        sound = None if self.bound.diagnostics or unread else self.bound.definitions
        if TUNING_FILE in self.buffers or TUNING_FILE in self._disk:
            found += read_tuning(self.text(TUNING_FILE), TUNING_FILE, sound).diagnostics
        self.problems = _by_file(dict.fromkeys(found))
        return self.problems

    def early(self, file: str, pause: Pause | None) -> tuple[Diagnostic, ...] | None:
        """Return what is known to be wrong with the file that comes first, at a pause of ``checking``.

        None in the midst of its objects.
        """
        if pause and pause.item.node.span.file == file:
            return None
        found = pause.scope.diagnostics if pause else self.bound.diagnostics
        waiting = pause.waiting(file) if pause else ()
        known = early(file, found, waiting, self.problems.get(file, ()), self._leaks)
        self.problems = {**self.problems, file: known}
        return known

    def reading(self) -> Iterator[None]:
        """Have every file's names ready, in small steps."""
        for file in self.files():
            _ = self.page(file).objects
            yield

    def _read(self) -> list[Diagnostic]:
        """Read fcompile.yaml, and the disk where that may have changed; return what is wrong with the folders."""
        if not self._is_read:
            texts = {name: self._on_disk(name) for name in (PROJECT_FILE, TUNING_FILE)}
            self._disk = {name: text for name, text in texts.items() if text is not None}
        text = self.text(PROJECT_FILE)
        self.project = read_project(text, PROJECT_FILE, self.env)
        problems: list[Diagnostic] = []
        folders = definition_folders(self.root, self.project.definitions, text, problems)
        names = tuple(folder.relative_to(self.root).as_posix() for folder in folders)
        if names != self._folders or not self._is_read:
            self._found = read_definitions(self.root, folders)
            self._folders, self._is_read = names, True
            self._disk |= {**self._found.files, **self._found.unread}
        return problems

    def _on_disk(self, name: str) -> str | None:
        with suppress(FcompileError):
            return read_text(self.root, self.root / name)[1]
        return None

    def _definition_files(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the texts of definition files, and of those on disk that cannot be read."""
        typed = {name: text for name, text in self.buffers.items() if self.kind(name) == "definitions"}
        unread = {name: text for name, text in self._found.unread.items() if name not in self.buffers}
        return {**self._found.files, **typed}, unread

    def files(self) -> list[str]:
        """Return the files of the project that are read, by name."""
        files, unread = self._definition_files()
        others = [name for name in (PROJECT_FILE, TUNING_FILE) if name in self.buffers or name in self._disk]
        return sorted({*files, *unread, *others})

    def page(self, file: str) -> Page:
        """Return a file as it can be read now; of one that cannot, the objects and mentions of the last that could."""
        text = self.text(file)
        known = self._pages.get(file)
        if known is None or (known.kind, known.text) != (self.kind(file), text):
            self._pages[file] = known = self._paged(file, text, known)
        return known

    def _paged(self, file: str, text: str, before: Page | None) -> Page:
        root = load(text, file).root
        if root is None and text.strip():
            return Page(self.kind(file), text, before.root if before else None, False)
        return Page(self.kind(file), text, root, True)

    @property
    def book(self) -> Book:
        return Book({file: self.page(file).objects for file in self.files()})

    def mentions(self) -> Iterator[Mention]:
        for file in self.files():
            yield from self.page(file).mentions

    def problems_with(self, texts: Mapping[str, str]) -> list[Diagnostic]:
        """Return what would be wrong with the definitions if files had these texts."""
        files, unread = self._definition_files()
        mine = {name: text for name, text in texts.items() if name in files}
        return list(bind({**files, **mine}, self.project.dialect, unread.values(), self._memory).diagnostics)

    def lines(self, file: str, encoding: str) -> Lines:
        return Lines(self.text(file), encoding)


def _by_file(problems: object) -> Problems:
    found: dict[str, list[Diagnostic]] = {}
    nowhere = Span(PROJECT_FILE, 1, 1)
    for each in sorted(problems, key=Diagnostic.sort_key):  # type: ignore[call-overload]
        found.setdefault((each.span or nowhere).file, []).append(each)
    return {file: tuple(each) for file, each in found.items()}
