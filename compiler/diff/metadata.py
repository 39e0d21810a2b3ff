"""What people say about an object or a feature: no part of its values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from fcompile.compiler.definitions import Meta
from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.pair import Pair, shown
from fcompile.compiler.diff.texts import Placed


class Described(Placed, Protocol):
    @property
    def meta(self) -> Meta: ...


T = TypeVar("T", bound=Described)


def metadata(pair: Pair[T]) -> Iterator[Reason]:
    """Yield a reason for each of description, owner, tags and ``allow`` that differs."""
    old, new = pair.old.meta, pair.new.meta
    if old.description != new.description:
        yield _said(pair, "description", old.description, new.description)
    if old.owner != new.owner:
        yield _said(pair, "owner", old.owner, new.owner)
    if old.tags != new.tags:
        before, after = (tuple(f"{k}: {v}" for k, v in each.tags) for each in (old, new))
        yield _said(pair, "tags", before, after)
    if old.allow != new.allow:
        before, after = (tuple(f"{a.change}: {a.reason}" for a in each.allow) for each in (old, new))
        yield _said(pair, "allow", before, after)


def _said(pair: Pair[T], key: str, before: object, after: object) -> Reason:
    # Tags are several.
    one, many = ("are", "others") if key == "tags" else ("is", "another")
    verb = "gone" if not shown(after) else "new" if not shown(before) else many
    return pair.reason(ChangeClass.METADATA, key, f"its {key} {one} {verb}", before, after)
