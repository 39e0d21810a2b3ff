"""The result of a diff: changed objects, each with its class, reasons and consequences. Everything is sorted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from fcompile.compiler.errors import Diagnostic, Span

PROJECT = "project"
"""The kind of fcompile.yaml's own change: ``project.NAME`` is its id, and no object's."""


class ChangeClass(StrEnum):
    """What a change means, from the least to the most to think about; a change of several is of the last of them.

    ``cosmetic``: nothing but how it is written. ``metadata``: what people say about it. ``additive``: something new,
    beside what stays as it was. ``widening``: a type that holds more, same values. ``value``: values change.
    ``time``: what is seen when changes, which may let the future in. ``key``: whose values they are. ``removal``.
    """

    COSMETIC = "cosmetic"
    METADATA = "metadata"
    ADDITIVE = "additive"
    WIDENING = "widening"
    VALUE = "value"
    TIME = "time"
    KEY = "key"
    REMOVAL = "removal"

    @property
    def rank(self) -> int:
        """0 for cosmetic to 7 for removal."""
        return list(ChangeClass).index(self)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that changed.

    Attributes:
        what: the key or feature, as a path below the object: ``features.age.expr``, ``ttl``; "" for all of it.
        before, after: as they are written, shortened to one line; "" where there was or is nothing.
        leak_risk: the change lets a value be seen earlier than before.
    """

    change: ChangeClass
    what: str
    text: str
    before: str = ""
    after: str = ""
    span: Span | None = None
    leak_risk: bool = False


@dataclass(frozen=True, slots=True)
class Backfill:
    """What a view has to compute again.

    Attributes:
        history: how far back rows count from now; None: all of it.
        online: what it means for the online store, a sentence; "" where nothing.
    """

    history: timedelta | None
    online: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An ``allow:`` entry that excuses a change of that class."""

    change: ChangeClass
    reason: str


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One changed object.

    Attributes:
        id: ``kind.name`` as it is now, or as it was where it is gone; ``was``: its id before a rename, else "".
        change: the greatest class of the reasons.
        backfill: None where nothing has to be computed again.
        downstream: ids of what is made of it, all the way, sorted.
        columns: what of services changes: ``service.column``, sorted.
        allowed: the entry of ``allow:`` that excuses it, if there is one.
        excused: all entries of ``allow:`` that came with the change, one a class.
    """

    id: str
    change: ChangeClass
    reasons: tuple[Reason, ...]
    was: str = ""
    span: Span | None = None
    backfill: Backfill | None = None
    downstream: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    allowed: Allowed | None = None
    excused: tuple[Allowed, ...] = ()

    @property
    def leak_risk(self) -> bool:
        return any(reason.leak_risk for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class SqlChange:
    """A generated file that differs; ``text`` is a unified diff. ``folded``: the statements are the same trees."""

    path: str
    object: str
    dialect: str
    text: str
    folded: bool


@dataclass(frozen=True, slots=True)
class FeatureDelta:
    """What old and new SQL gave for one feature on a sample.

    Attributes:
        feature: ``view:feature``.
        rows: compared; ``changed``: of them, cells that differ.
        nulls_before, nulls_after: NULL cells.
        largest: the greatest absolute difference of numbers; None where there is none.
    """

    feature: str
    rows: int
    changed: int
    nulls_before: int
    nulls_after: int
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Diff:
    """All of it. ``base``: what was compared with, as the user would name it; ``warnings``: what of it was not."""

    base: str
    changes: tuple[ObjectChange, ...]
    sql: tuple[SqlChange, ...] = ()
    data: tuple[FeatureDelta, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def change(self) -> ChangeClass | None:
        """The greatest class of all changes; None where there are none."""
        return max((each.change for each in self.changes), key=lambda c: c.rank, default=None)
