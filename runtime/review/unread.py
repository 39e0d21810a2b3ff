"""What of a base cannot be read: the objects that nothing can be told of, and the warnings that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fcompile.compiler.definitions import Definitions
from fcompile.compiler.diff.compare import class_of_loss, place
from fcompile.compiler.diff.model import ChangeClass, ObjectChange, Reason
from fcompile.compiler.errors import Diagnostic, listed
from fcompile.compiler.graph import KINDS, graph
from fcompile.runtime.review.base import Base


def unread_warnings(base: Base) -> tuple[Diagnostic, ...]:
    """Return what is not compared, in sentences (FC556); () where all of the base could be read."""
    return tuple(_warning(each) for each in _sentences(base))


def _sentences(base: Base) -> Iterator[str]:
    if base.unread:
        count = f"{len(base.unread)} object{'' if len(base.unread) == 1 else 's'} of {base.name}"
        what = "it" if len(base.unread) == 1 else "them"
        yield f"{count} cannot be read ({listed(base.unread, 6)}): what changed of {what} is not known"
    if base.unread_files:
        files = listed([each.file for each in base.unread_files], 6)
        yield f"{files} of {base.name} cannot be read: what was defined there and is gone is not listed"
    if base.problems and not base.unread and not base.unread_files:
        yield f"some definitions of {base.name} have mistakes: what changed of them may not be known"


def _warning(sentence: str) -> Diagnostic:
    return Diagnostic("FC556", sentence, hint="the rest is compared", warning=True)


def with_unread(changes: Iterable[ObjectChange], base: Base, now: Definitions) -> tuple[ObjectChange, ...]:
    """Return the changes, with what of the base cannot be read: as changed in value, or as gone."""
    if not base.problems:
        return tuple(changes)
    there, before = graph(now).nodes, graph(base.definitions).nodes
    gone = [_gone(id, base) for id in base.unread if id not in there and id.partition(".")[0] in KINDS]
    told = (
        _untold(each, base) if base.may_define(each.id) and each.id not in before else each
        for each in changes
    )
    return tuple(sorted((*told, *gone), key=place))


def _untold(change: ObjectChange, base: Base) -> ObjectChange:
    """Return the change of what seems new, or to be another object that is gone, and was or may have been there."""
    text = f"it cannot be read in {base.name}: what changed is not known"
    reason = Reason(ChangeClass.VALUE, "", text, span=change.span)
    if change.was:
        return replace(change, reasons=(*change.reasons, reason))
    return replace(change, change=ChangeClass.VALUE, reasons=(reason,), allowed=None)


def _gone(id: str, base: Base) -> ObjectChange:
    kind, _, name = id.partition(".")
    change = class_of_loss(kind)
    text = f"`{name}` is gone, or has another name; what it was cannot be read in {base.name}"
    return ObjectChange(id, change, (Reason(change, "", text),))
