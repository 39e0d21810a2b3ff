"""The comment on a pull request, in Markdown: the verdict first, then what changed, the picture, the SQL, the data.

One comment a pull request: ``MARKER`` is how it is found again. GitHub takes 65,536 characters; what does not fit
is left out by whole sections, the least important ones, and the comment says which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fcompile.compiler.diff.model import ChangeClass
from fcompile.runtime.review.comment_parts import data, gated, leaks, problems, table, verdicts
from fcompile.runtime.review.comment_sql import sql_sections
from fcompile.runtime.review.comment_text import code, fenced, harmless, prose
from fcompile.runtime.review.comment_words import LEAK, by_class, counted, listed_codes
from fcompile.runtime.review.mermaid import mermaid
from fcompile.runtime.review.reviewed import Review, leaks_of

MARKER = "<!-- fcompile:pr -->"
LIMIT = 60_000
"""Characters; GitHub's own limit is 65,536."""

_ROOM = 1_500
"""Kept for the sentence that says what is left out."""


@dataclass(frozen=True, slots=True)
class _Section:
    """``rank``: the greater, the sooner it is left out."""

    rank: int
    name: str
    text: str


def comment(review: Review, limit: int = LIMIT) -> str:
    """Return the comment, of at most ``limit`` characters; it ends with a line end."""
    sections = [section for section in _sections(review) if section.text]
    kept = _fitting(sections, limit - len(MARKER) - _ROOM)
    left_out = [section.name for section in sections if section not in kept]
    texts = [MARKER, *_texts(kept)]
    if left_out:
        why = f"Left out, since a comment holds {limit:,} characters: {listed_codes(left_out, 8)}."
        texts.append(f"{why} `fcompile diff --sql` shows everything.")
    return harmless("\n\n".join(texts)) + "\n"


def _sections(review: Review) -> Iterator[_Section]:
    yield _Section(0, "verdict", _verdict(review))
    yield _Section(1, "problems", problems(review))
    yield _Section(2, "leak risks", leaks(review))
    yield _Section(3, "changes", table(review))
    yield _Section(4, "verdicts of the proof", verdicts(review))
    yield _Section(5, "data", data(review))
    yield _Section(6, "lineage", _lineage(review))
    for i, sql in enumerate(sql_sections(review)):
        yield _Section(7 + i, f"SQL of {sql.name}", sql.text)


def _fitting(sections: list[_Section], room: int) -> list[_Section]:
    """Return the sections that fit, in their order, the important ones first; the verdict always."""
    kept: list[_Section] = []
    for section in sorted(sections, key=lambda each: each.rank):
        size = len(section.text) + 2
        if size <= room or section.rank == 0:
            kept.append(section)
            room -= size
    return kept


def _texts(sections: list[_Section]) -> Iterator[str]:
    titled = False
    for section in sections:
        if section.rank >= 7 and not titled:
            yield "### SQL"
            titled = True
        yield section.text


def _verdict(review: Review) -> str:
    """The line on top, and below it what has to be done."""
    lines = [f"{_sign(review)} {_headline(review)}"]
    if review.uncompared:
        lines.append(f"Nothing is compared: {prose(review.uncompared)}")
    lines += [prose(note) for note in review.notes]
    if review.stale:
        paths = listed_codes(review.stale, 4)
        lines.append(
            f"📄 **The committed SQL is stale** ({paths}): run `fcompile build` and commit what it writes."
        )
    if barred := gated(review):
        lines.append(barred)
    return "\n\n".join(lines)


def _headline(review: Review) -> str:
    changes = review.changes
    risks = [reason for change in changes for reason in leaks_of(change)]
    first = [f"**{counted(len(review.diagnostics), 'problem')}**"] if review.diagnostics else []
    first += [f"**{counted(len(risks), 'leak risk')}**"] if risks else []
    rest = "; ".join(part for part in (by_class(changes), _downstream(review)) if part)
    if review.diff is not None:
        base = f"Compared with {code(review.diff.base)}."
        rest = f"{rest}. {base}" if rest else f"No definition changes. {base}"
    return " - ".join(part for part in (", ".join(first), rest) if part)


def _downstream(review: Review) -> str:
    telling = [change for change in review.changes if change.change.rank >= ChangeClass.ADDITIVE.rank]
    below = sorted({each for change in telling for each in change.downstream})
    parts = []
    for kind, word in (("feature_service", "service"), ("exposure", "exposure")):
        number = sum(each.startswith(f"{kind}.") for each in below)
        parts += [counted(number, word)] if number else []
    return f"{' and '.join(parts)} downstream" if parts else ""


def _sign(review: Review) -> str:
    if review.diagnostics or any(map(leaks_of, review.changes)):
        return LEAK
    if review.exit_code or any(c.change.rank >= ChangeClass.VALUE.rank for c in review.changes):
        return "⚠️"
    return "✅"


def _lineage(review: Review) -> str:
    drawn = mermaid(review.changes, review.edges)
    return f"### Lineage\n\n{fenced(drawn, 'mermaid')}" if drawn else ""
