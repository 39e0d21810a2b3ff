"""The part of a project that differs from a commit, on both sides: a diff of it is the diff of the whole.

Taken only where nothing was added, removed or moved and no setting differs; what is wrong is left to the whole.
"""

from __future__ import annotations

from fcompile.compiler.bind.memory import Memory
from fcompile.compiler.bind.part import items_of, named_in
from fcompile.compiler.errors import UsageError
from fcompile.runtime.known import Known, read_any, write_known
from fcompile.runtime.project import Project, project_of
from fcompile.runtime.project_files import Opened
from fcompile.runtime.review.base import Base
from fcompile.runtime.review.compared import base_commit
from fcompile.runtime.review.git_base import CommitRead, base_of, read_commit
from fcompile.runtime.review.sql_changes import is_elsewhere
from fcompile.runtime.slices import bound_part, is_small, known_now, known_of, tuning_of

_USES = ("compared", "checked", "built")
"""Under these names it is known what was found last; what a diff finds is kept under the first."""


def sides(opened: Opened, given: str | None) -> tuple[Project, Base] | None:
    """Return the project and what ``--base`` names, each no more than what differs; None where all has to be read.

    Where there is no such base neither: what is wrong with the project is said before that.
    """
    known = read_any(opened, _USES)
    if known is None or opened.target is None:
        return None
    try:
        named = base_commit(opened.root, given)
        read = read_commit(opened.root, opened.target.name, named[1]) if named is not None else None
    except UsageError:
        return None
    known = known_now(opened, known, _USES[0], proved=False) if read is not None else None
    if named is None or read is None or known is None:
        return None
    return _sides(opened, named[0], read, known)


def remember(opened: Opened, project: Project) -> None:
    """Keep what is known once the whole project was read."""
    known = known_of(project, opened, proved=False)
    if known is not None:
        write_known(opened, _USES[0], known)


def _sides(opened: Opened, name: str, read: CommitRead, known: Known) -> tuple[Project, Base] | None:
    if not _is_alike(opened, read):
        return None
    edited = [path for path, text in read.files.items() if opened.files[path] != text]
    old, new = (
        items_of({path: files[path] for path in edited}, opened.dialect)
        for files in (read.files, opened.files)
    )
    if old is None or new is None or old.keys() != new.keys():
        return None
    # All objects of a file: a diff says of each whether it is written otherwise.
    touched = known.with_readers(new)
    named = named_in([*old.values(), *new.values()], known.objects)
    needed = known.with_read({*touched, *named})
    if not is_small(needed, known):
        return None
    memory = Memory()
    after, before = (
        bound_part(files, opened.dialect, known, edited, needed, memory)
        for files in (opened.files, read.files)
    )
    tuning = None if after is None else tuning_of(opened, touched, after)
    if after is None or before is None or tuning is None:
        return None
    project = project_of(opened, after, tuning, memory)
    base = base_of(project, name, read, before)
    # A variable of the environment may say another schema than the base has: then all SQL differs.
    return None if is_elsewhere(project, base) else (project, base)


def _is_alike(opened: Opened, read: CommitRead) -> bool:
    """Whether there are the same files, and nothing else differs that SQL depends on."""
    settings = (read.text, read.tuning) == (opened.text, opened.tuning)
    return settings and not read.problems and [*read.files] == [*opened.files]
