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
from fcompile.runtime.console.recorded import STATUS, Recorder, said, sql_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import table, write, write_json
from fcompile.runtime.run_results import NodeResult

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
    with Recorder(session, [f"feature_view.{view.name}" for view in views]) as recorder:
        with session.progress() as progress:
            done = backfill(session.project, views, start, end, length, recorder.through(progress))
            progress.done()
        for view in views:
            recorder.put(_recorded(session, view, [c for c in done.chunks if c.view == view.name]))
        _print(done.chunks, output)
        problems = [d for c in done.chunks if c.status == "ERROR" for d in c.diagnostics]
        if problems:
            session.log.errors(FcompileError(*problems, files=session.project.files))
        if done.exit_code:
            raise typer.Exit(done.exit_code)


def _recorded(session: Session, view: FeatureView, chunks: Sequence[Chunk]) -> NodeResult:
    """What became of a view is what became of its chunks together."""
    statuses = {STATUS[chunk.status] for chunk in chunks}
    ended = [chunk for chunk in chunks if STATUS[chunk.status] == "success"]
    message, codes = said([d for chunk in chunks if chunk.status == "ERROR" for d in chunk.diagnostics])
    return NodeResult(
        id=f"feature_view.{view.name}",
        status=next((each for each in ("error", "skipped") if each in statuses), "success"),
        seconds=sum(chunk.seconds for chunk in chunks),
        rows=sum(chunk.rows for chunk in chunks),
        as_of=max((chunk.end for chunk in ended), default=None),
        message=message,
        codes=codes,
        sql=sql_of(session.project, view.name),
    )


def _print(chunks: Sequence[Chunk], output: str) -> None:
    if output == "json":
        write_json([_content(each) for each in chunks])
    else:
        write(_table(chunks))


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
