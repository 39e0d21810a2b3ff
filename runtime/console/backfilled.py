"""What `fcompile backfill` prints: a line a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.dtypes import parse_duration
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import table, write, write_json

if TYPE_CHECKING:
    from fcompile.runtime.backfill import Chunk

_WORDS = {"OK": "filled", "DONE": "already filled", "ERROR": "failed", "SKIP": "not begun"}


def backfilled(
    session: Session,
    views: Sequence[FeatureView],
    start: datetime,
    end: datetime,
    chunk: str,
    output: str,
) -> None:
    """Fill ``views`` and print the chunks; leave with the code of what went wrong."""
    from fcompile.runtime.backfill import backfill

    one_of(output, ("table", "json"))
    length = _length(chunk)
    with session.progress() as progress:
        done = backfill(session.project, views, start, end, length, progress)
        progress.done()
    if output == "json":
        write_json([_content(each) for each in done.chunks])
    else:
        write(_table(done.chunks))
    problems = [d for c in done.chunks if c.status == "ERROR" for d in c.diagnostics]
    if problems:
        session.log.errors(FcompileError(*problems, files=session.project.files))
    if done.exit_code:
        raise typer.Exit(done.exit_code)


def _length(text: str) -> timedelta:
    try:
        length = parse_duration(text)
    except ValueError as error:
        raise UsageError(Diagnostic("FC285", f"--chunk: {error}")) from None
    if not length:
        raise UsageError(
            Diagnostic("FC285", "--chunk: a chunk is longer than nothing", hint="write 1h or 7d")
        )
    return length


def _table(chunks: Sequence[Chunk]) -> str:
    lines = [(c.view, c.start, c.end, _WORDS[c.status], c.rows, round(c.seconds, 1)) for c in chunks]
    return table(("view", "start", "end", "what", "rows", "seconds"), lines)


def _content(chunk: Chunk) -> dict[str, object]:
    return {
        "view": chunk.view,
        "start": chunk.start,
        "end": chunk.end,
        "status": chunk.status,
        "rows": chunk.rows,
        "seconds": round(chunk.seconds, 3),
        "problems": [d.message for d in chunk.diagnostics],
    }
