"""A diff as Markdown: the parts of a pull request's comment that are about it, without a limit of length."""

from __future__ import annotations

from fcompile.compiler.diff.model import Diff
from fcompile.runtime.review.comment_parts import data, leaks, table
from fcompile.runtime.review.comment_sql import sql_sections
from fcompile.runtime.review.comment_text import code, harmless, prose
from fcompile.runtime.review.comment_words import by_class, changed_words
from fcompile.runtime.review.reviewed import Review


def diff_markdown(diff: Diff, *, selected: bool = False) -> str:
    """Return the diff; it ends with a line end. ``selected``: it is of a part of the project."""
    notes = "\n".join(f"- {prose(each.message)}" for each in diff.warnings)
    if not diff.changes and not diff.sql:
        of = " of what is selected" if selected else ""
        below = f"\n\n{notes}" if notes else ""
        return harmless(f"No changes{of} since {code(diff.base)}.{below}\n")
    review = Review(diff=diff)
    changed = changed_words(diff.changes)
    head = f"{changed[:1].upper()}{changed[1:]} since {code(diff.base)}: {by_class(diff.changes)}."
    sections = [
        head,
        notes,
        leaks(review),
        table(review),
        data(review),
        *(each.text for each in sql_sections(review)),
    ]
    return harmless("\n\n".join(filter(None, sections))) + "\n"
