"""The language server: what an editor sends, and what it is answered. Thin: all that is known is a desk's."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from fcompile.compiler.editor.lines import Lines
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.version import VERSION
from fcompile.runtime.lsp.convert import to_diagnostic
from fcompile.runtime.lsp.desk import Desk, Problems
from fcompile.runtime.project_files import PROJECT_FILE, find_root

T = TypeVar("T")

REST = 0.005
"""Seconds without a keystroke after which a project is checked."""
LONGEST_REST = 0.1
"""Seconds after which it is checked although keys go on."""
SLICE = 0.003
"""Seconds of work after which a key is looked for, and the file with the last one is told what is known of it."""


class Server(LanguageServer):
    """Desks by root, and what was last published of each file: ``shown`` has it in our terms, with the text."""

    def __init__(self) -> None:
        super().__init__("fcompile", VERSION, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.desks: dict[Path, Desk] = {}
        self.uris: dict[tuple[Path, str], str] = {}
        self.published: dict[str, list[lsp.Diagnostic]] = {}
        self.shown: dict[str, tuple[tuple[Diagnostic, ...], str]] = {}
        self.waiting: dict[Path, tuple[float, asyncio.TimerHandle]] = {}
        self.checked: set[Path] = set()
        self.checks: dict[Path, asyncio.Task[None]] = {}

    @property
    def encoding(self) -> str:
        return str(
            getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or "utf-16"
        )

    def place(self, uri: str) -> tuple[Desk, str] | None:
        """Return the desk of a document's project, and the document's name there; None where it is in no project."""
        found = _placed(uri)
        if found is None:
            return None
        root, name = found
        if uri in self.workspace.text_documents or found not in self.uris:
            self.uris[found] = uri
        if root not in self.desks:
            self.desks[root] = Desk(root, buffers=self._opened(root))
        return self.desks[root], name

    def _opened(self, root: Path) -> dict[str, str]:
        """Return the texts of the documents of a project that have been open before it was one."""
        placed = {uri: _placed(uri) for uri in sorted(self.workspace.text_documents)}
        mine = [(uri, found[1]) for uri, found in placed.items() if found and found[0] == root]
        self.uris |= {(root, name): uri for uri, name in mine}
        return {name: self.workspace.text_documents[uri].source for uri, name in mine}

    def leave(self) -> None:
        """Forget the projects that are none any more."""
        for root in [root for root in self.desks if not (root / PROJECT_FILE).is_file()]:
            _, timer = self.waiting.pop(root, (0.0, None))
            check = self.checks.pop(root, None)
            for each in (timer, check):
                if each is not None:
                    each.cancel()
            self.publish(self.desks.pop(root), {})
            self.checked.discard(root)

    def uri(self, desk: Desk, file: str) -> str:
        """Return a file's URI, as the editor writes it where it has named it."""
        return self.uris.get((desk.root, file)) or from_fs_path(str(desk.root / file)) or ""

    def lines(self, desk: Desk, file: str) -> Lines:
        return desk.lines(file, self.encoding)

    def ask(self, answer: Callable[..., T | None], uri: str, *more: Any) -> T | None:
        """Return what ``answer`` says of a document, as the file that it is; None of one in no project.

        Raises:
            JsonRpcException: what is asked for cannot be, and why.
        """
        found = self.place(uri)
        if found is None:
            return None
        try:
            return answer(self, found[0].ready(), found[1], *more)
        except FcompileError as error:
            said = error.diagnostics[0]
            hint = f": {said.hint}" if said.hint else ""
            raise JsonRpcException(f"{said.message}{hint}", lsp.LSPErrorCodes.RequestFailed) from error

    def changed(self, desk: Desk, file: str) -> None:
        """Check the project, ``file`` first, when no key has come for a moment; leave a check that is under way."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        since, timer = self.waiting.get(desk.root, (now, None))
        if timer is not None:
            timer.cancel()
        if (check := self.checks.pop(desk.root, None)) is not None:
            check.cancel()
        rest = max(0.0, min(REST, since + LONGEST_REST - now))
        self.waiting[desk.root] = (since, loop.call_later(rest, self.start, desk, file))

    def start(self, desk: Desk, file: str) -> None:
        self.waiting.pop(desk.root, None)
        self.checks[desk.root] = asyncio.get_running_loop().create_task(self.check(desk, file))

    async def check(self, desk: Desk, file: str) -> None:
        """Publish what is wrong, never working for longer at a time than ``SLICE``."""
        first = file if desk.kind(file) == "definitions" else ""
        since = time.monotonic()
        try:
            for pause in desk.checking(first):
                if time.monotonic() - since > SLICE:
                    if first and (known := desk.early(file, pause)) is not None:
                        self.publish_file(desk, file, known)
                    await asyncio.sleep(0)
                    since = time.monotonic()
            self.publish(desk, desk.problems)
            if desk.root not in self.checked:
                await self.settle(desk)
        except Exception as error:  # a bug, which is not to end the server
            self.say_bug(error)

    async def settle(self, desk: Desk) -> None:
        """Have all names ready. Most of what a project is stays: the collector need not go through it at some key."""
        gc.freeze()
        for _ in desk.reading():
            await asyncio.sleep(0)
        self.checked.add(desk.root)
        gc.freeze()

    def say_bug(self, error: Exception) -> None:
        message = f"a bug in fcompile: {type(error).__name__}: {error}"
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, message))

    def publish(self, desk: Desk, problems: Problems) -> None:
        """Send the diagnostics of each file whose diagnostics are others than before."""
        known = {
            file for (root, file), uri in self.uris.items() if root == desk.root and uri in self.published
        }
        for file in sorted({*problems, *known}):
            self.publish_file(desk, file, problems.get(file, ()))

    def publish_file(self, desk: Desk, file: str, problems: tuple[Diagnostic, ...]) -> None:
        uri = self.uris.setdefault((desk.root, file), self.uri(desk, file))
        shown = (problems, desk.text(file) if problems else "")
        if self.shown.get(uri, ((), "")) == shown:
            return
        self.shown[uri] = shown
        mine = self._diagnostics(desk, file, problems)
        if mine != self.published.get(uri, []):
            self.published[uri] = mine
            version = document.version if (document := self.workspace.text_documents.get(uri)) else None
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, mine, version))

    def _diagnostics(self, desk: Desk, file: str, problems: tuple[Diagnostic, ...]) -> list[lsp.Diagnostic]:
        lines = self.lines(desk, file)
        return [to_diagnostic(each, lines) for each in problems]


def _placed(uri: str) -> tuple[Path, str] | None:
    """Return the root of a document's project, and its name there; None where it is in no project."""
    path = to_fs_path(uri)
    if path is None or not uri.startswith("file:"):
        return None
    place = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would leave a linked folder's parents
    try:
        root = find_root(next(folder for folder in place.parents if folder.is_dir()))
    except FcompileError:
        return None
    return root, place.relative_to(root).as_posix()
