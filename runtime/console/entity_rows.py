"""Entity rows of the command ``online``: NAME=VALUE pairs, JSON, or a file of JSON or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.request import Request
from fcompile.runtime.console.arguments import pairs
from fcompile.runtime.keys import shown_value

_HINT = (
    "a row is user_id=1,amount=5.0 or a JSON object; @rows.json, @rows.jsonl and @rows.csv are files of rows"
)


def entity_rows(entities: Sequence[str], request: Sequence[str]) -> list[dict[str, object]]:
    """Return the rows of each ``-e``, in order, every one with the ``-r`` values that it does not give itself.

    Without any ``-e`` it is one row, of the ``-r`` values alone: all that a view without join keys needs.
    Values are text where they come as pairs or CSV; an empty field of a CSV is NULL. Raises UsageError (FC285).
    """
    shared = request_data(request)
    if not entities:
        return [shared]
    return [{**shared, **row} for text in entities for row in _rows(text, "-e")]


def request_data(texts: Sequence[str]) -> dict[str, object]:
    """Return what all ``-r`` give together; the last one counts where two give one name."""
    return {name: value for text in texts for row in _rows(text, "-r") for name, value in row.items()}


def check_names(request: Request, texts: Sequence[str]) -> None:
    """Raise UsageError (FC285) where ``-r`` names what nothing asked for reads: it holds for every row."""
    known = (*(field.name for field in request.request_fields), *request.spine_keys)
    problems = [
        Diagnostic(
            "FC285",
            f"-r: {shown_value(name)} is no request data and no join key of what is asked",
            hint=did_you_mean(name, known) or (f"it reads {listed(known)}" if known else "leave it out"),
        )
        for name in request_data(texts)
        if name not in known
    ]
    if problems:
        raise UsageError(*problems)


def _rows(text: str, option: str) -> list[dict[str, object]]:
    start = text.lstrip()[:1]
    if start == "@":
        return _file(Path(text.strip()[1:]), option)
    if start in ("{", "["):
        return _json(text, f"{option}: the JSON")
    return [dict(pairs(text, option))]


def _file(path: Path, option: str) -> list[dict[str, object]]:
    where = f"{option}: {path}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise _unreadable(f"{where} cannot be read: {reason}") from error
    match path.suffix.lower():
        case ".csv":
            return _csv(text, where)
        case ".jsonl" | ".ndjson":
            lines = enumerate(text.splitlines(), 1)
            return [row for n, line in lines if line.strip() for row in _json(line, f"{where}, line {n}")]
        case ".json":
            return _json(text, where)
    raise _unreadable(f"{where} is of no known format")


def _json(text: str, where: str) -> list[dict[str, object]]:
    """Return the object, or the list of them."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _unreadable(f"{where} cannot be read: {error}") from error
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise _unreadable(f"{where} is no object and no list of objects")
    return rows


def _csv(text: str, where: str) -> list[dict[str, object]]:
    lines = csv.reader(text.splitlines(keepends=True))
    names = next(lines, [])
    rows: list[dict[str, object]] = []
    for fields in lines:
        if not fields:
            continue
        if len(fields) != len(names):
            message = f"{where}, line {lines.line_num}: {len(fields)} fields under {len(names)} names"
            raise _unreadable(message)
        rows.append({name: field or None for name, field in zip(names, fields, strict=True)})
    return rows


def _unreadable(message: str) -> UsageError:
    return UsageError(Diagnostic("FC285", message, hint=_HINT))
