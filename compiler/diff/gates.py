"""Gates: which changes stop a merge, and which ``allow:`` entries excuse."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fcompile.compiler.definitions import Meta
from fcompile.compiler.diff.model import Allowed, ChangeClass, ObjectChange


def excused(old: Meta | None, new: Meta | None) -> tuple[Allowed, ...]:
    """Return the entries of ``allow:`` that excuse a change of the object: those that came with it.

    One that stood there before excused an earlier change, and says nothing of this one.
    """
    before = old.allow if old is not None else ()
    return tuple(entry for entry in (new.allow if new is not None else ()) if entry not in before)


def fail_on(changes: Iterable[ObjectChange], classes: Collection[ChangeClass]) -> tuple[ObjectChange, ...]:
    """Return the changes with a reason of one of ``classes`` that no ``allow:`` entry of that class excuses."""
    wanted = frozenset(classes)
    return tuple(change for change in changes if _unexcused(change) & wanted)


def _unexcused(change: ObjectChange) -> frozenset[ChangeClass]:
    found = {reason.change for reason in change.reasons}
    return frozenset(found - {entry.change for entry in change.excused})
