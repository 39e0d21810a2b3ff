"""The command ``import``: definitions of another tool as a definition file, and what of it could not be taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fcompile.compiler.dbt.imported import Asked as AskedOfDbt
from fcompile.compiler.dbt.imported import Note
from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import write

TOOLS = ("dbt",)


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options, as they are given."""

    tool: str
    file: Path
    output: Path | None
    catalog: Path | None
    selects: Sequence[str]
    times: Sequence[str]
    windows: Sequence[str]


def imported(session: Session, asked: Asked) -> None:
    """Write the file, or print it; say what was left out, and why."""
    from fcompile.runtime.importing import import_dbt, write_import

    one_of(asked.tool, TOOLS, "import")
    dbt = AskedOfDbt(tuple(asked.selects), _times(asked.times), _windows(asked.windows))
    made = import_dbt(asked.file, dbt, Path(session.settings.project), asked.output, asked.catalog)
    if asked.output is None:
        write(made.text)
    else:
        write_import(made, asked.output)
    _say_notes(session, made.notes)
    left = sum(note.left_out for note in made.notes)
    where = f" in {asked.output}" if asked.output is not None else ""
    session.log.say(
        f"OK: {made.count} definition{'' if made.count == 1 else 's'}{where}, {left} left out",
        event="imported",
        count=made.count,
        left_out=left,
    )


def _say_notes(session: Session, notes: Iterable[Note]) -> None:
    for note in sorted(notes, key=lambda each: (each.left_out, each.what, each.why)):
        sign = "left out:" if note.left_out else "note:"
        session.log.say(
            f"{sign} {note.what}: {note.why}", event="note", what=note.what, left_out=note.left_out
        )


def _times(given: Sequence[str]) -> dict[str, str]:
    """Return the event time's column by model; "" is for all. Raises UsageError (FC285)."""
    found: dict[str, str] = {}
    for text in given:
        model, sign, column = text.rpartition("=")
        if not column or (sign and not model) or model in found:
            raise UsageError(
                Diagnostic(
                    "FC285", f"--timestamp-field: `{text}` is not read", hint="write MODEL=COLUMN, or COLUMN"
                )
            )
        found[model] = column
    return found


def _windows(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for text in given for part in text.split(","))) or ("lifetime",)
