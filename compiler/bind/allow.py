"""``allow:`` of any object: which classes of change of it are meant, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.schema.definitions import Described

if TYPE_CHECKING:
    from fcompile.compiler.diff.model import Allowed


def allowed(shape: Described) -> tuple[Allowed, ...]:
    """Return the entries in the order of the classes; of a feature, which takes none, nothing."""
    # pydantic's own way to say that there is no such key is slow, and there are many features
    written = shape.__dict__.get("allow", ())
    if not written:
        return ()
    from fcompile.compiler.diff.model import Allowed, ChangeClass

    classes = frozenset(ChangeClass)
    entries = (each for each in written if each.change in classes and each.reason)
    found = (Allowed(ChangeClass(each.change), each.reason) for each in entries)
    return tuple(sorted(found, key=lambda each: each.change.rank))


def check_allow(scope: Scope, item: Item) -> None:
    """Report a reason that says nothing (FC550) and a class that stands twice (FC551)."""
    first: dict[str, int] = {}
    for i, each in enumerate(getattr(item.shape, "allow", ())):
        if each.reason and not each.reason.strip():
            span = item.span("allow", i, "reason")
            scope.problem(
                "FC550", "the reason of an `allow` entry is blank", span, "say why the change is right"
            )
        if each.change and first.setdefault(each.change, i) != i:
            message = f"`allow` has two entries for `{each.change}`"
            scope.problem("FC551", message, item.span("allow", i), "write one, with both reasons")
