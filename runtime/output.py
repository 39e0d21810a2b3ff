"""Where a training set goes: a file that is there whole or not at all, or a table."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.runtime.warehouses.duckdb import quoted

_PART = re.compile(r'"(?:[^"]|"")+"|[A-Za-z_][\w$]*')
# `out.xlsx` could be a table of a schema `out`, but nobody means that.
_OTHER_FORMATS = re.compile(
    r"\.(xlsx?|jsonl?|ndjson|arrow|feather|txt|tsv|gz|zst|pq|parq|orc|avro|pkl)$", re.IGNORECASE
)
_COPY = {
    ".parquet": "FORMAT parquet",
    ".csv": "FORMAT csv, HEADER true",
    ".csv.gz": "FORMAT csv, HEADER true, COMPRESSION gzip",
}


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file to be written, of the format that its ending says; what is there is replaced."""

    path: Path
    options: str

    def __str__(self) -> str:
        return str(self.path)

    def statement(self, select: str, path: Path) -> str:
        return f"COPY (\n{select}\n) TO {quoted(str(path))} ({self.options})"


@dataclass(frozen=True, slots=True)
class OutputTable:
    """A table to be created or replaced at once: readers see the old one or the new one."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


Output = OutputFile | OutputTable


def output(target: str | Path) -> Output:
    """Return what ``target`` names: .parquet, .csv or .csv.gz is a file, other text a table.

    Files are relative to the current directory. Raises UsageError (FC420).
    """
    text = str(target)
    for ending, options in _COPY.items():
        if text.lower().endswith(ending):
            return OutputFile(Path(text).expanduser().absolute(), options)
    parts = [] if isinstance(target, Path) or _OTHER_FORMATS.search(text) else _PART.findall(text)
    if ".".join(parts) == text and 1 <= len(parts) <= 3:
        return OutputTable(tuple(p[1:-1].replace('""', '"') if p.startswith('"') else p for p in parts))
    hint = "end a file in .parquet, .csv or .csv.gz; a table is written as name or schema.name"
    raise UsageError(
        Diagnostic("FC420", f"`{text}` is neither a file that can be written nor a table", hint=hint)
    )


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Lend a name beside ``path``; what was written there becomes ``path`` when the block ends well.

    Whether it can be written is tried before the block runs (FC420). When the block raises, nothing is
    left and ``path`` is as it was; when the process is killed, only the file of the other name is left.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    _try_to_write(path, temporary)
    try:
        yield temporary
        _publish(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _try_to_write(path: Path, temporary: Path) -> None:
    reason = "it is a folder" if path.is_dir() else ""
    try:
        if not reason:
            temporary.touch(exist_ok=False)
    except OSError as error:
        reason = f"{error.strerror} ({path.parent})"
    if reason:
        hint = "" if path.parent.is_dir() else f"make the folder first: mkdir -p {quote(str(path.parent))}"
        raise FcompileError(Diagnostic("FC420", f"{path} cannot be written: {reason}", hint=hint))


def _publish(temporary: Path, path: Path) -> None:
    try:
        # On the disk before it gets its name: a crash of the machine must not leave an empty file.
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        raise FcompileError(Diagnostic("FC420", f"{path} cannot be written: {error.strerror}")) from error
