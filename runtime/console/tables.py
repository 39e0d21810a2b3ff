"""What goes to stdout: aligned tables, JSON, CSV rows and SQL. Nothing else writes there."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from unicodedata import combining, east_asian_width

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.console.log import is_terminal, plain

_NUMBER = (int, float)
_WIDEST = 60


def write(text: str) -> None:
    """Write ``text`` to stdout, ending its last line."""
    _written(text if text.endswith("\n") or not text else text + "\n")


def write_rows(rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV: NULL is empty, times are ISO 8601."""
    lines = StringIO()
    csv.writer(lines, lineterminator="\n").writerows([_csv_value(value) for value in row] for row in rows)
    _written(lines.getvalue())


def finish() -> None:
    """Hand over what is still in memory; raise as ``write`` does."""
    _written("")


def _written(text: str) -> None:
    """Write to stdout; raise FcompileError (FC420) where it takes nothing, but not where its reader went away."""
    if sys.stdout is None:
        if not text:
            return
        raise FcompileError(Diagnostic("FC420", "stdout cannot be written: it is closed"))
    try:
        sys.stdout.write(text)
        if not text:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise FcompileError(Diagnostic("FC420", f"stdout cannot be written: {error.strerror}")) from error


def _csv_value(value: object) -> object:
    if value is None:
        return ""
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else cell(value)


def write_json(content: object) -> None:
    """Write JSON that any parser reads: what JSON lacks (NaN, bytes, times) is text."""
    write(json.dumps(jsonable(content), indent=2, ensure_ascii=False))


def jsonable(value: object) -> object:
    """Return ``value`` in JSON's own types; datetimes are ISO 8601 UTC, bytes are hexadecimal.

    >>> jsonable({"a": (1, float("nan"), b"x")})
    {'a': [1, 'NaN', '78']}
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return (
                value
                if value - value == 0
                else {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, "NaN")
            )
        case dict():
            return {str(key): jsonable(item) for key, item in value.items()}
        case list() | tuple():
            return [jsonable(item) for item in value]
        case bytes():
            return value.hex()
        case datetime():
            return cell(value)
    return str(value)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows under headings, aligned: numbers to the right, long cells cut."""
    rows = [list(row) for row in rows]
    texts = [[cell(value, _WIDEST) for value in row] for row in rows]
    right = [
        any(isinstance(row[i], _NUMBER) for row in rows) and not any(isinstance(row[i], str) for row in rows)
        for i in range(len(headings))
    ]
    widths = [max(_width(h), *(_width(t[i]) for t in texts), 0) for i, h in enumerate(headings)]
    lines = [list(headings), ["-" * width for width in widths], *texts]
    aligned = [
        "  ".join(_padded(*each) for each in zip(line, widths, right, strict=True)).rstrip() for line in lines
    ]
    return "\n".join(aligned) + "\n"


def fitted(text: str) -> str:
    """Return lines cut to the width of the terminal, where stdout is one: a wrapped table cannot be read."""
    if not is_terminal(sys.stdout):
        return text
    width = shutil.get_terminal_size().columns
    lines = (line if _width(line) <= width else line[: width - 3] + "..." for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """The columns that ``text`` takes on a screen: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum((east_asian_width(c) in "WF") + 1 for c in text if not combining(c))


def cell(value: object, widest: int | None = None) -> str:
    """Return one value as people read it.

    >>> cell(None), cell(True), cell(datetime(2026, 1, 1, 12)), cell([date(2026, 1, 1), None])
    ('NULL', 'true', '2026-01-01T12:00:00Z', '[2026-01-01, NULL]')
    """
    match value:
        case None:
            text = "NULL"
        case bool():
            text = "true" if value else "false"
        case datetime():
            text = value.isoformat().removesuffix("+00:00") + "Z"
        case date():
            text = value.isoformat()
        case bytes():
            text = value.hex()
        case list():
            text = f"[{', '.join(map(cell, value))}]"
        case _:
            text = plain(str(value)).replace("\n", " ").replace("\t", " ")
    return text if widest is None or len(text) <= widest else text[: widest - 3] + "..."


def write_sql(text: str, no_color: bool) -> None:
    """Write SQL, highlighted where a person watches."""
    if not text:
        return
    if no_color or os.environ.get("NO_COLOR") or not is_terminal(sys.stdout):
        write(text)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    Console().print(Syntax(text.rstrip("\n"), "sql", background_color="default", word_wrap=False))
