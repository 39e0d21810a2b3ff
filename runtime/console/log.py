"""What goes to stderr: sentences and diagnostics, as text or as one JSON object a line."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
import traceback
from datetime import UTC, datetime

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.console.settings import Settings

_STYLES = {"error": "1;31", "warning": "1;33", "ok": "1;32", "place": "36", "dim": "2"}
# Escape sequences in names or messages of an engine could rewrite the terminal; tabs and line ends are harmless.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def is_terminal(stream: object) -> bool:
    """Say whether a person watches ``stream``."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and os.environ.get("TERM") != "dumb"


def plain(text: str) -> str:
    """Return ``text`` without characters that steer a terminal.

    >>> plain("a\\x1b[31mb")
    'a\\ufffd[31mb'
    """
    return _CONTROL.sub("\ufffd", text)


class Log:
    """Writes to stderr as ``settings`` say. A quiet one writes errors only."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def is_json(self) -> bool:
        return self.settings.log_format == "json"

    @property
    def colored(self) -> bool:
        if self.settings.no_color or os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or is_terminal(sys.stderr)

    def style(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.colored else text

    def say(self, message: str, event: str = "note", **fields: object) -> None:
        """Write a sentence; ``fields`` are for the JSON log."""
        if self.is_json:
            self.record("info", event, message=message, **fields)
        elif not self.settings.quiet:
            _write(plain_but_styled(message))

    def detail(self, message: str, event: str = "detail", **fields: object) -> None:
        """Write a sentence that only -v asks for."""
        if self.settings.verbose:
            self.say(message, event, **fields)

    def record(self, level: str, event: str, **fields: object) -> None:
        """Write one JSON object: ts (UTC), level, event, then ``fields``."""
        if self.settings.quiet and level == "info":
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        content = {"ts": now, "level": level, "event": event, **fields}
        _write(json.dumps(content, ensure_ascii=False, default=str))

    def errors(self, error: FcompileError) -> None:
        """Write every diagnostic, and how many there are where they are many."""
        for diagnostic in error.diagnostics:
            self._diagnostic(diagnostic, error)
        if len(error.diagnostics) > 1 and not self.is_json:
            _write(self.style(f"{len(error.diagnostics)} problems", error.diagnostics[0].level))

    def bug(self, error: BaseException) -> None:
        """Say that fcompile is at fault; the traceback only with -vv."""
        told = f"{type(error).__name__}: {error}".strip()
        if self.is_json:
            self.record("error", "bug", message=told)
        else:
            _write(self.style("internal error", "error") + f": {plain(told)}")
            _write("  This is a bug in fcompile, not in your project. Please report it; -vv shows more.")
        self.trace(error)

    def trace(self, error: BaseException) -> None:
        """Show a traceback, with -vv only."""
        if self.settings.verbose < 2:
            return
        told = "".join(traceback.format_exception(error))
        if self.is_json:
            self.record("error", "traceback", message=told)
        else:
            _write(plain(told.rstrip()))

    def _diagnostic(self, diagnostic: Diagnostic, error: FcompileError) -> None:
        if self.is_json:
            place = dataclasses.asdict(diagnostic.span) if diagnostic.span else {}
            self.record(
                diagnostic.level,
                "diagnostic",
                code=diagnostic.code,
                message=diagnostic.message,
                hint=diagnostic.hint,
                **place,
            )
            return
        _write(self._painted(plain(diagnostic.render(error.files)), diagnostic.level) + "\n")

    def _painted(self, text: str, level: str) -> str:
        if not self.colored:
            return text
        head, newline, rest = text.partition("\n")
        code, colon, message = head.partition(":")
        rest = re.sub(r"(?m)^  --> .*$", lambda m: self.style(m[0], "place"), rest)
        rest = re.sub(r"(?m)^(\s*\| *)(\^+.*)$", lambda m: m[1] + self.style(m[2], level), rest)
        return self.style(code, level) + colon + message + newline + rest


_STYLED = re.compile(r"(\x1b\[[0-9;]*m)")


def plain_but_styled(text: str) -> str:
    """As ``plain``, but colors stay: they are ours."""
    parts = _STYLED.split(text)
    return "".join(part if _STYLED.fullmatch(part) else plain(part) for part in parts)


def _write(line: str) -> None:
    if sys.stderr is None:  # closed by the caller: 2>&-
        return
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
