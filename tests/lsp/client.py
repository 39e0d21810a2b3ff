"""An editor: speaks to a real `fcompile lsp` process over its standard input and output."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WAIT = 40.0
"""Seconds after which an answer is missed: far more than any takes, also where the machine is busy."""

Json = dict[str, Any]


class Editor:
    """One connection. Places are (line, character) as the protocol counts them, from 0 in UTF-16 units."""

    def __init__(self, root: Path, process: subprocess.Popen[bytes]) -> None:
        self.root = root
        self.process = process
        self.answers: dict[int, Json] = {}
        self.inbox: queue.Queue[Json | None] = queue.Queue()
        self.diagnostics: dict[str, list[Json]] = {}
        self.logged: list[str] = []
        self.asked: list[str] = []
        self.texts: dict[str, str] = {}
        self.number = 0
        self.capabilities: Json = {}
        threading.Thread(target=self._read, daemon=True).start()

    def uri(self, file: str) -> str:
        return (self.root / file).as_uri()

    def send(self, method: str, params: Json | None, number: int | None = None) -> None:
        content: Json = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            content["id"] = number
        self._write(content)

    def request(self, method: str, params: Json | None) -> Any:
        """Return the result; raise ``Refused`` with what an error says."""
        self.number += 1
        number = self.number
        self.send(method, params, number)
        self.until(lambda: number in self.answers, f"an answer to {method}")
        answer = self.answers.pop(number)
        if "error" in answer:
            raise Refused(answer["error"]["message"])
        return answer["result"]

    def initialize(self, snippets: bool = True, **capabilities: Any) -> None:
        items = {"completionItem": {"snippetSupport": snippets}}
        document = {"completion": items, "rename": {"prepareSupport": True}}
        params = {
            "processId": os.getpid(),
            "rootUri": self.root.as_uri(),
            "capabilities": {"textDocument": document, **capabilities},
        }
        self.capabilities = self.request("initialize", params)["capabilities"]
        self.send("initialized", {})

    def open(self, file: str, text: str | None = None) -> None:
        self.texts[file] = (self.root / file).read_text("utf-8") if text is None else text
        document = {"uri": self.uri(file), "languageId": "yaml", "version": 0, "text": self.texts[file]}
        self.send("textDocument/didOpen", {"textDocument": document})

    def type(self, file: str, text: str) -> None:
        """Have the file hold ``text`` now."""
        self.texts[file] = text
        document = {"uri": self.uri(file), "version": 1}
        self.send("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def close(self, file: str) -> None:
        self.texts.pop(file)
        self.send("textDocument/didClose", {"textDocument": {"uri": self.uri(file)}})

    def replace(self, file: str, old: str, new: str) -> None:
        assert self.texts[file].count(old) == 1, old
        self.type(file, self.texts[file].replace(old, new))

    def problems(self, file: str) -> list[tuple[str, str]]:
        """Return code and what stands at the place of each diagnostic of a file, as last published."""
        lines = self.texts.get(file, "").split("\n")
        return [
            (each["code"], cut(lines, each["range"])) for each in self.diagnostics.get(self.uri(file), [])
        ]

    def until_problems(self, file: str, expected: list[tuple[str, str]]) -> None:
        try:
            self.until(lambda: self.problems(file) == expected, "problems")
        except AssertionError:
            assert self.problems(file) == expected
            raise

    def place(self, file: str, marked: str) -> Json:
        """Return the place of ``|`` in ``marked``, which stands in the file once."""
        before, _, after = marked.partition("|")
        assert self.texts[file].count(before + after) == 1, marked
        head = self.texts[file][: self.texts[file].index(before + after)] + before
        line = head.split("\n")[-1]
        position = {"line": head.count("\n"), "character": len(line.encode("utf-16-le")) // 2}
        return {"textDocument": {"uri": self.uri(file)}, "position": position}

    def labels(self, file: str, marked: str) -> list[str]:
        """Return the completions at ``|``."""
        found = self.request("textDocument/completion", self.place(file, marked))
        return [item["label"] for item in found["items"]] if found else []

    def hover(self, file: str, marked: str) -> str:
        found = self.request("textDocument/hover", self.place(file, marked))
        return str(found["contents"]["value"]) if found else ""

    def until_proved(self, file: str = "featuredefs/services.yaml", marked: str = "spend:pai|d_7d") -> None:
        """Ask until the verdicts are there, which come after the diagnostics."""
        end = time.monotonic() + WAIT
        while "**PROVED**" not in self.hover(file, marked):
            assert time.monotonic() < end, "waited for verdicts"
            time.sleep(0.05)

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Read what comes until ``done``; fail when the server ends or says nothing more."""
        end = time.monotonic() + WAIT
        while not done():
            try:
                message = self.inbox.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"waited for {what}") from None
            assert message is not None, f"the server ended before {what}"
            self._take(message)

    def settle(self) -> None:
        """Read all that the server sends in answer to what it was sent."""
        while not self.inbox.empty():
            if (message := self.inbox.get()) is not None:
                self._take(message)

    def _take(self, message: Json) -> None:
        if "method" not in message:
            self.answers[message["id"]] = message
        elif message["method"] == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics[params["uri"]] = params["diagnostics"]
        elif message["method"] in ("window/logMessage", "window/showMessage"):
            self.logged.append(message["params"]["message"])
        elif "id" in message:
            self.asked.append(message["method"])
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": None})

    def _write(self, content: Json) -> None:
        body = json.dumps(content).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = stream.readline()
            self.inbox.put(json.loads(stream.read(length)))
        self.inbox.put(None)


class Refused(Exception):
    """An error in place of a result."""


def cut(lines: list[str], place: Json) -> str:
    """Return what stands at a range of one line."""
    start, end = place["start"], place["end"]
    units = (lines[start["line"]] if start["line"] < len(lines) else "").encode("utf-16-le")
    last = end["character"] if end["line"] == start["line"] else len(units)
    return units[2 * start["character"] : 2 * last].decode("utf-16-le")


def applied(text: str, edits: list[Json]) -> str:
    """Return ``text`` with the edits made as an editor makes them."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]))[
        ::-1
    ]:
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        units = lines[start["line"]].encode("utf-16-le")
        kept = units[: 2 * start["character"]], units[2 * end["character"] :]
        lines[start["line"]] = kept[0].decode("utf-16-le") + edit["newText"] + kept[1].decode("utf-16-le")
    return "\n".join(lines)


@contextmanager
def editor(root: Path, **capabilities: Any) -> Iterator[Editor]:
    """Start a server for the project of ``root``; end it as an editor does, and see that it ends well."""
    command = [sys.executable, "-m", "fcompile", "lsp"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=root)
    try:
        made = Editor(root, process)
        made.initialize(**capabilities)
        yield made
        assert made.request("shutdown", None) is None
        made.send("exit", None)
        code = process.wait(WAIT)
        assert code == 0, process.stderr.read() if process.stderr else code
        assert [each for each in made.logged if "bug" in each or "Error" in each] == []
    finally:
        process.kill()
        process.communicate()
