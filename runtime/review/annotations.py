"""What a review finds at places in files: for annotations of a CI, SARIF, JUnit and GitLab's report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from fcompile.compiler.diff.model import PROJECT
from fcompile.compiler.errors import Span, listed
from fcompile.runtime.review.comment_text import one_line
from fcompile.runtime.review.reviewed import Review, leaks_of

LEAK_RISK = "FC564"
STALE = "FC565"
UNREAD = "FC556"
BARRED = "FC566"


class Level(StrEnum):
    """As GitHub calls them."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One thing found.

    Attributes:
        message: one line of plain text.
        span: None where no file is to blame.
        object: the id of the changed object that it is about; "" for what is not of the diff.
    """

    level: Level
    code: str
    message: str
    span: Span | None = None
    object: str = ""


def annotated(review: Review) -> tuple[Annotation, ...]:
    """Return what is found, errors first: a CI shows only the first ones (GitHub: ten of each level)."""
    return (*_problems(review), *_stale(review), *_barred(review), *_unread(review), *_leak_risks(review))


def _problems(review: Review) -> Iterator[Annotation]:
    for each in review.diagnostics:
        message = f"{each.message} ({each.hint})" if each.hint else each.message
        yield Annotation(Level.ERROR, each.code, one_line(message, 1_000), each.span)


def _stale(review: Review) -> Iterator[Annotation]:
    if review.stale:
        files = listed(review.stale, 4)
        message = f"the committed SQL is stale ({files}): run `fcompile build` and commit what it writes"
        yield Annotation(Level.ERROR, STALE, one_line(message, 1_000), Span(review.stale[0], 1, 1))


def _barred(review: Review) -> Iterator[Annotation]:
    for change in review.gated:
        excused = {entry.change for entry in change.excused}
        found = {reason.change for reason in change.reasons} & frozenset(review.gate) - excused
        classes = " and ".join(f"`{each.value}`" for each in sorted(found, key=lambda each: each.rank))
        excuse = "excuse it with an `allow:` entry and its reason"
        if change.id.startswith(f"{PROJECT}."):
            excuse = "leave that class out of --fail-on for once: fcompile.yaml has no `allow:`"
        message = (
            f"`{change.id}` has a change of class {classes}, which --fail-on bars: take it back, or {excuse}"
        )
        yield Annotation(Level.ERROR, BARRED, one_line(message, 1_000), change.span, change.id)


def _unread(review: Review) -> Iterator[Annotation]:
    for each in review.diff.warnings if review.diff else ():
        yield Annotation(Level.WARNING, each.code, one_line(f"{each.message} ({each.hint})", 1_000))


def _leak_risks(review: Review) -> Iterator[Annotation]:
    for change in review.changes:
        for reason in leaks_of(change):
            message = f"leak risk in `{change.id}`: {reason.text}"
            span = reason.span or change.span
            yield Annotation(Level.WARNING, LEAK_RISK, one_line(message, 1_000), span, change.id)
