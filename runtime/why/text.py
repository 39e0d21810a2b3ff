"""Values, times and tables as the reports write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from fcompile.runtime.clock import show


def shown(time: datetime | None) -> str | None:
    return None if time is None else show(time)


def key_text(key: Mapping[str, object]) -> str:
    """Return "for user_id=1", or nothing where there is no key."""
    pairs = ", ".join(f"{name}={cell(value)}" for name, value in key.items())
    return f" for {pairs}" if pairs else ""


def cell(value: object) -> str:
    """Return one value as people read it.

    >>> cell(None), cell([1.5, None]), cell(datetime(2026, 1, 1))
    ('NULL', '[1.5, NULL]', '2026-01-01T00:00:00Z')
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case datetime():
            return show(value)
        case list():
            return f"[{', '.join(map(cell, value))}]"
    # A line break, or what steers a terminal, must not leave its cell.
    return "".join(c if c.isprintable() else "\ufffd" for c in str(value))


def aligned(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Yield a line a row, its columns under each other."""
    cells = [[cell(value) for value in row] for row in rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    for row in cells:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
