"""A project held in memory while its files change: for editors, which ask after every keystroke."""

from __future__ import annotations

import os
from pathlib import Path

from fcompile.compiler.bind import Bound, bind
from fcompile.compiler.bind.memory import Memory
from fcompile.compiler.errors import Diagnostic
from fcompile.compiler.project import ProjectRead, read_project
from fcompile.runtime.project import PROJECT_FILE, Found, definition_folders, find_root, read_definitions


class Workspace:
    """The definitions of the project at ``root``, as they are on disk and as an editor has them open.

    ``update`` takes the text of one file as it is typed and returns what the whole project then means: the same as
    binding all files anew, but only what the change touches is read and bound again. Objects that are not touched
    are the very same objects (``is``) as before, so that who derives something from them may keep it by identity.

    Attributes:
        root: the absolute folder of fcompile.yaml.
        project: fcompile.yaml as read; its problems are in its ``diagnostics``, not in those of ``bound``.
        files: text by path relative to ``root``, with forward slashes: open files as they are typed.
        bound: the definitions without a problem, and every problem.

    Raises UsageError (FC130) where there is no fcompile.yaml. Not for several threads at once.
    """

    def __init__(self, root: Path) -> None:
        self.root = find_root(root)
        self._open: dict[str, str] = {}
        self.refresh()

    def refresh(self) -> Bound:
        """Read fcompile.yaml and all definition files again, for changes made elsewhere; open files stay."""
        text = self._open.get(PROJECT_FILE)
        if text is None:
            text = (self.root / PROJECT_FILE).read_text("utf-8", "replace")
        before = self.project.dialect if hasattr(self, "project") else None
        self.project: ProjectRead = read_project(text, PROJECT_FILE, os.environ, None)
        self._problems: list[Diagnostic] = []
        folders = definition_folders(self.root, self.project.definitions, text, self._problems)
        self._found: Found = read_definitions(self.root, folders)
        if self.project.dialect != before:
            self._memory = Memory()
        return self._bind()

    def update(self, path: str, text: str) -> Bound:
        """Take ``text`` for the file at ``path``, relative to the root, whatever is on disk; a new file is one."""
        self._open[path] = text
        return self.refresh() if path == PROJECT_FILE else self._bind()

    def close(self, path: str) -> Bound:
        """Take the file at ``path`` as it is on disk from now on."""
        if self._open.pop(path, None) is None:
            return self.bound
        return self.refresh()

    def _bind(self) -> Bound:
        self.files = {**self._found.files, **self._open}
        self.files.pop(PROJECT_FILE, None)
        unread = [text for path, text in self._found.unread.items() if path not in self._open]
        bound = bind(self.files, self.project.dialect, unread, self._memory)
        problems = (*self._problems, *(each for each in self._found.problems if not self._is_open(each)))
        every = sorted((*bound.diagnostics, *problems), key=Diagnostic.sort_key)
        self.bound = Bound(bound.definitions, tuple(every))
        return self.bound

    def _is_open(self, problem: Diagnostic) -> bool:
        """A file that cannot be read from disk is replaced by what the editor has."""
        return problem.span is not None and problem.span.file in self._open
