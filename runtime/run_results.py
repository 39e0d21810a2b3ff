"""``.fcompile/run_results.json``: what the last command that worked on objects did to each, as dbt writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fcompile.compiler.json_text import json_text
from fcompile.compiler.version import VERSION
from fcompile.runtime.build import read_manifest, write_atomically

SCHEMA_VERSION = 1
FILE = Path(".fcompile") / "run_results.json"


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What became of one object.

    Attributes:
        id: as in the manifest, ``feature_view.user_spend``.
        status: "success", "error", "fail" (a test that found another value) or "skipped".
        seconds: None where it was not begun.
        rows: loaded or written; None where nothing counts them.
        as_of: UTC, the time that it was brought up to.
        codes: of its diagnostics, in order; ``message`` is theirs.
        sql: files of the project's compiled SQL that it ran, relative to the project.
    """

    id: str
    status: str
    seconds: float | None = None
    rows: int | None = None
    as_of: datetime | None = None
    message: str = ""
    codes: tuple[str, ...] = ()
    sql: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunResults:
    """``exit_code``: of the command; ``arguments``: what it was asked, without values that may be secret."""

    command: str
    arguments: Mapping[str, object]
    target: str
    started_at: datetime
    seconds: float
    exit_code: int
    results: Sequence[NodeResult] = field(default=())


def write_results(root: Path, results: RunResults) -> None:
    """Replace the file, whole. A folder that cannot be written is no reason for a command to fail."""
    try:
        write_atomically(root / FILE, _text(results))
    except OSError:
        return


def statuses_in(root: Path) -> dict[str, str] | None:
    """Return id -> status of the last command that wrote the file; None without a readable one."""
    content = read_manifest(root / FILE)
    results = content.get("results") if content else None
    if not isinstance(results, list):
        return None
    found = [each for each in results if isinstance(each, dict)]
    return {str(each.get("id")): str(each.get("status")) for each in found}


def _text(results: RunResults) -> str:
    content = {
        "schema_version": SCHEMA_VERSION,
        "fcompile": VERSION,
        "command": results.command,
        "args": dict(results.arguments),
        "target": results.target,
        "started_at": results.started_at.isoformat(),
        "elapsed": round(results.seconds, 3),
        "exit_code": results.exit_code,
        "results": [_entry(each) for each in results.results],
    }
    return json_text(content)


def _entry(result: NodeResult) -> dict[str, object]:
    return {
        "id": result.id,
        "status": result.status,
        "seconds": None if result.seconds is None else round(result.seconds, 3),
        "rows": result.rows,
        "as_of": None if result.as_of is None else result.as_of.replace(tzinfo=UTC).isoformat(),
        "message": result.message,
        "codes": list(result.codes),
        "sql": list(result.sql),
    }
