"""SQL diffs as folded sections, one for each object and dialect; a file that means the same is one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fcompile.compiler.diff.model import SqlChange
from fcompile.runtime.review.comment_text import code, escaped, fenced, html_code
from fcompile.runtime.review.comment_words import counted, listed_codes
from fcompile.runtime.review.reviewed import Review


@dataclass(frozen=True, slots=True)
class SqlSection:
    """``name`` is what it is called where it is left out."""

    name: str
    text: str


def sql_sections(review: Review) -> tuple[SqlSection, ...]:
    """Return the sections in the order of the objects' changes, then by dialect; what means the same last."""
    changes = review.diff.sql if review.diff else ()
    order = {change.id: i for i, change in enumerate(review.changes)}
    ranked = sorted(changes, key=lambda s: (order.get(s.object, len(order)), s.object, s.dialect, s.path))
    telling = [each for each in ranked if not each.folded]
    folded = sorted((each for each in ranked if each.folded), key=lambda each: (each.dialect, each.path))
    return (*_telling(telling), *_folded(folded))


def _telling(changes: list[SqlChange]) -> Iterator[SqlSection]:
    for (object_id, dialect), group in groupby(changes, key=lambda each: (each.object, each.dialect)):
        files = list(group)
        added, gone = (sum(_count(each.text, sign) for each in files) for sign in "+-")
        name = object_id.partition(".")[2]
        numbers = f"{counted(len(files), 'file')}, +{added:,} −{gone:,}"
        head = f"<summary>{html_code(name)} in {escaped(dialect)}: {numbers}</summary>"
        body = "\n\n".join(f"{code(each.path)}\n\n{fenced(each.text, 'diff')}" for each in files)
        yield SqlSection(f"{name} in {dialect}", f"<details>\n{head}\n\n{body}\n\n</details>")


def _folded(changes: list[SqlChange]) -> Iterator[SqlSection]:
    for dialect, group in groupby(changes, key=lambda each: each.dialect):
        paths = [each.path for each in group]
        yield SqlSection(f"formatting in {dialect}", f"Formatting only: {listed_codes(paths)}.")


def _count(text: str, sign: str) -> int:
    """Lines that are added or gone; ``+++`` and ``---`` name the files, in the first two lines."""
    lines = text.splitlines()
    body = (
        lines[2:] if len(lines) > 1 and lines[0].startswith("--- ") and lines[1].startswith("+++ ") else lines
    )
    return sum(line.startswith(sign) for line in body)
