"""Errors: where, what, and what to type instead; all of a run's problems at once.

* FcompileError       carries diagnostics and the exit code of SPEC 5
  - UsageError        exit 2: wrong usage or configuration, or a selection that matches nothing
  - RefusedError      exit 4: a safety rule says no
  - LockedError       exit 5: another run holds the lock
  - UnavailableError  exit 75: a store is down; run again (EX_TEMPFAIL of sysexits.h)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file of the project; ``line`` and ``column`` count from 1, in characters."""

    file: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. ``code`` is stable and listed in ``compiler/codes/`` and docs/.

    Attributes:
        message: what is wrong, without the place.
        span: where; ``None`` where no file is to blame (a command-line argument, say).
        hint: what to type instead, shown after the caret; empty where nothing is near.
        warning: it is to be known, and nothing fails of it.
    """

    code: str
    message: str
    span: Span | None = None
    hint: str = ""
    warning: bool = False

    @property
    def level(self) -> str:
        return "warning" if self.warning else "error"

    def render(self, files: Mapping[str, str]) -> str:
        """Return the message with the line it is about; ``files`` maps a file's name to its text."""
        head = f"{self.level}[{self.code}]: {self.message}"
        if self.span is None:
            return f"{head}\n  = {self.hint}" if self.hint else head
        span = self.span
        place = f"  --> {span.file}:{span.line}:{span.column}"
        lines = _lines(files.get(span.file, ""))
        if span.line > len(lines):
            return "\n".join([head, place, *([f"  = {self.hint}"] if self.hint else [])])
        text, start = _window(lines[span.line - 1].rstrip("\r"), span.column - 1)
        gutter = f"{span.line:>4} | "
        caret = "^" * max(1, min(span.length, len(text) - start))
        # Tabs before the caret are kept, so that it stands under its word in any terminal.
        pad = "".join("\t" if c == "\t" else " " for c in text[:start]).ljust(start)
        under = " " * (len(gutter) - 2) + "| " + pad + caret
        return "\n".join([head, place, gutter + text, f"{under} {self.hint}".rstrip()])

    def sort_key(self) -> tuple[str, int, int, str, str]:
        span = self.span
        return (
            span.file if span else "",
            span.line if span else 0,
            span.column if span else 0,
            self.code,
            self.message,
        )


class FcompileError(Exception):
    """Something the user can fix; never shown with a traceback."""

    exit_code = 1

    def __init__(self, *diagnostics: Diagnostic, files: Mapping[str, str] | None = None) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(sorted(diagnostics, key=Diagnostic.sort_key))
        self.files: Mapping[str, str] = files or {}
        super().__init__("\n\n".join(d.render(self.files) for d in self.diagnostics))


class UsageError(FcompileError):
    exit_code = 2


class RefusedError(FcompileError):
    exit_code = 4


class LockedError(FcompileError):
    exit_code = 5


class UnavailableError(FcompileError):
    """A store is down or does not answer in time: the same command may be run again, and nothing is lost."""

    exit_code = 75


@lru_cache(maxsize=16)
def _lines(text: str) -> tuple[str, ...]:
    """Many problems of one file are shown together; it is split once."""
    return tuple(text.removeprefix("\ufeff").split("\n"))


def _window(text: str, start: int) -> tuple[str, int]:
    """Return a long line's part around ``start``, marked where it is cut, and where ``start`` is in it.

    What would move a terminal's cursor is shown as U+FFFD.
    """
    if not text.isprintable():
        text = "".join(c if c == "\t" or c.isprintable() else "\ufffd" for c in text)
    if len(text) <= _LONGEST_LINE:
        return text, start
    first = max(0, min(start - _LONGEST_LINE // 2, len(text) - _LONGEST_LINE))
    part = text[first : first + _LONGEST_LINE]
    head, tail = "..." if first else "", "..." if first + _LONGEST_LINE < len(text) else ""
    return f"{head}{part}{tail}", start - first + len(head)


def near(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the ``known`` names close to ``name``, nearest first; a transposition counts as one edit.

    >>> near("grian", ["grants", "grain", "owner"])
    ['grain']
    >>> near("zzz", ["grain"])
    []
    """
    # One letter is near to any other: only its case may differ.
    limit = max(1, len(name) // 3) if len(name) > 1 else 0
    likely = {k for k in known if abs(len(k) - len(name)) <= limit}
    scored = sorted((_distance(name.lower(), k.lower()), k) for k in likely)
    return [k for d, k in scored if d <= limit][:most]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "did you mean `x`?" for the nearest of ``known``, or nothing.

    >>> did_you_mean("dtyp", ["dtype", "name"])
    'did you mean `dtype`?'
    """
    found = near(name, known)
    return f"did you mean `{found[0]}`?" if found else ""


def listed(names: Sequence[str], most: int = 12) -> str:
    """Return names for a message: "a, b, c, ... (30 in all)"."""
    shown = ", ".join(f"`{n}`" for n in names[:most])
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"


def _distance(a: str, b: str) -> int:
    """Damerau-Levenshtein distance (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
