"""Feature services: which columns a reader gets, under which names, and of whom."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

from fcompile.compiler.definitions import FeatureService, Member
from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.names import NONE, Renames, member_key, takes_all
from fcompile.compiler.diff.pair import Pair
from fcompile.compiler.request import are_told_apart, request_of, request_of_members

ADDITIVE, KEY, VALUE, REMOVAL = ChangeClass.ADDITIVE, ChangeClass.KEY, ChangeClass.VALUE, ChangeClass.REMOVAL


@dataclass(frozen=True, slots=True)
class _Column:
    """A column by what a reader may call it (``label``, ``feature``), and what is behind it."""

    label: str
    feature: str
    view: str
    keys: tuple[tuple[str, str], ...]

    @property
    def reference(self) -> str:
        return f"{self.label}:{self.feature}"


def service_reasons(pair: Pair[FeatureService]) -> Iterator[Reason]:
    """Yield what changed of a service as it is written.

    What it gets from views of which it takes all is these views' change, unless two columns are of one name now.
    """
    new = _written(pair.new, NONE, pair.old)
    if _written(pair.old, NONE, pair.new) != new:
        found = list(_reasons(pair, *(_columns(each) for each in (pair.old, pair.new))))
        yield from found
        if not found and _written(pair.old, pair.context.names, pair.new) != new:
            text = "it is told otherwise which columns it has, and they are the same"
            yield pair.reason(ChangeClass.METADATA, "features", text)
    yield from _told_apart(pair)


def _written(service: FeatureService, names: Renames, other: FeatureService) -> tuple[Hashable, ...]:
    """What it takes of each view; all of one is the same as all of it in the ``other`` state."""
    there = {each.label for each in other.members if takes_all(each)}
    return tuple(
        member_key(each, names, whole=takes_all(each) and each.label in there) for each in service.members
    )


def _columns(service: FeatureService) -> dict[str, _Column]:
    found = (
        _Column(each.label, feature.name, each.view.name, each.join_key_map)
        for each in service.members
        for feature in each.features
    )
    return {each.reference: each for each in found}


def _reasons(
    pair: Pair[FeatureService], old: dict[str, _Column], new: dict[str, _Column]
) -> Iterator[Reason]:
    names = pair.context.names
    for reference, column in old.items():
        now = new.get(reference)
        if now is None:
            yield _gone(pair, column, new)
        elif names.view(column.view) != now.view:
            text = f"`{reference}` is of another view"
            yield _of(pair, VALUE, reference, text, column.view, now.view)
        elif column.keys != now.keys:
            text = f"`{reference}` is joined on other columns of the spine"
            yield _of(pair, KEY, reference, text, _map(column), _map(now))
    known = {_renamed(column, names) for column in old.values()}
    for reference in new:
        if reference not in old and reference not in known:
            yield _of(pair, ADDITIVE, reference, f"column `{reference}` is new", "", reference)
    kept = [reference for reference in old if reference in new]
    if kept != [reference for reference in new if reference in old]:
        text = "the columns stand in another order; by name they are the same"
        yield pair.reason(ADDITIVE, "features", text)


def _of(
    pair: Pair[FeatureService], change: ChangeClass, reference: str, text: str, before: str, after: str = ""
) -> Reason:
    """Return a reason of one column."""
    reason = pair.reason(change, "features", text, before, after)
    return replace(reason, what=f"features.{reference}")


def _gone(pair: Pair[FeatureService], column: _Column, new: dict[str, _Column]) -> Reason:
    reference, now = column.reference, _renamed(column, pair.context.names)
    if now in new:
        text = f"column `{reference}` is `{now}` now: who reads it by its old name finds none"
        return _of(pair, REMOVAL, reference, text, reference, now)
    return _of(pair, REMOVAL, reference, f"column `{reference}` is gone", reference)


def _renamed(column: _Column, names: Renames) -> str:
    """What a column is called now, if its view or its feature has another name."""
    label = names.view(column.view) if column.label == column.view else column.label
    return f"{label}:{names.feature(column.view, column.feature)}"


def _map(column: _Column) -> str:
    return ", ".join(f"{key}: {spine}" for key, spine in column.keys)


def _told_apart(pair: Pair[FeatureService]) -> Iterator[Reason]:
    """Two columns of one name can be asked for under full names only."""
    before, after = (_short(each.members) for each in (pair.old, pair.new))
    if before and not after:
        text = "two of its columns have one name now: it can be read under full feature names only"
        yield pair.reason(REMOVAL, "features", text)
    elif after and not before:
        text = "each of its columns has a name of its own now: short feature names will do"
        yield pair.reason(ADDITIVE, "features", text)


def _short(members: tuple[Member, ...]) -> bool:
    return are_told_apart(request_of(members, full_feature_names=False))


def column_names_of(service: FeatureService) -> dict[str, str]:
    """Return ``label:feature`` -> the column's name in the service's committed SQL."""
    return {each.reference: each.name for each in request_of_members(service.members).columns}
