"""The comparison that the review of a pull request is made of: the SQL of every dialect that is committed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fcompile.runtime.project import Project
from fcompile.runtime.review.base import Base
from fcompile.runtime.review.base_ref import BaseRef
from fcompile.runtime.review.ci import Compare, Comparison, committed_dialects
from fcompile.runtime.review.compared import diff_of, read_base, with_data
from fcompile.runtime.review.costs import costs
from fcompile.runtime.review.git_base import commit_base
from fcompile.runtime.review.unread import unread_warnings


def comparer(base: BaseRef, data: bool, cost: bool) -> Compare:
    """Return what compares a project with ``base``.

    ``data``: also what both give on a sample. ``cost``: also what the target's warehouse has to read again.
    """

    def compared(project: Project) -> Comparison:
        found = commit_base(project, base.name, base.commit) if base.commit else read_base(project, base.name)
        diff = diff_of(project, found, committed_dialects(project))
        said: list[str] = []
        if data:
            diff = with_data(project, found, diff, say=said.append)
        notes = list(_notes(found))
        estimates = costs(project, diff.changes, notes.append) if cost else {}
        name = f"{base.name} at {base.commit[:7]}" if base.commit else base.name
        named = replace(diff, base=name)
        return Comparison(named, found.definitions, tuple(notes), tuple(said), estimates)

    return compared


def _notes(base: Base) -> Iterator[str]:
    if base.absent:
        yield f"There was no project in this folder at {base.name}: everything is new."
    for each in unread_warnings(base):
        yield f"{each.message[:1].upper()}{each.message[1:]}."
