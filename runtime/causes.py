"""Why the online store answers otherwise than the warehouse: what each kind of difference means, and which it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fcompile.compiler.definitions import FeatureView
from fcompile.runtime.clock import MICROSECOND, to_micros
from fcompile.runtime.online.base import Generation
from fcompile.runtime.online.packed import VERSION_BYTES, event_time

LATE, LAGGING, EXPIRED, CHANGED = "late", "lagging", "expired", "definition changed"
LEFT, AHEAD, DIFFERENT, ERASED, ROLLED_BACK = "left", "ahead", "different", "erased", "rolled back"

CAUSES: Mapping[str, str] = {
    LATE: "the source has changed since the run: late rows, corrections or deletions. Run again; where it has a"
    " `lookback`, with a longer one, or with --full-refresh",
    LAGGING: "the online store lacks what the warehouse's table has. Run again",
    EXPIRED: "the online store has forgotten the row, which is past its ttl by now. Nothing to do",
    CHANGED: "what is served was made by another definition. Run",
    LEFT: "the source has the entity no more. Run with --full-refresh, or erase it",
    AHEAD: "the online store has a newer row than the warehouse's table, by a push or a run that did not end."
    " Run again when the source has it",
    DIFFERENT: "table and online store have the same version of the row with other values. Run with --full-refresh",
    ERASED: "it was erased, and the source still has rows of it. Delete them there",
    ROLLED_BACK: "readers see an older generation since a rollback. Run with --full-refresh to load a new one",
}
"""What each cause means, and what to do."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What there is of a view online, and what the state says of it.

    Attributes:
        shown: what readers see; None where nothing was loaded.
        loaded: the number of the generation that runs load.
        schema: what rows of the view's definition have.
        redefined: the table was made by another definition.
    """

    shown: Generation | None
    loaded: int
    schema: str
    redefined: bool

    @property
    def everywhere(self) -> str:
        """The cause that explains every difference of the view; empty without one."""
        if self.shown is None:
            return CHANGED if self.redefined else LAGGING
        if self.shown.number < self.loaded:
            return ROLLED_BACK
        return CHANGED if self.redefined or self.shown.schema != self.schema else ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of some entities, by key: packed rows of the table and of the store, both as they are now.

    Attributes:
        erased: keys whose row in the store is a tombstone.
        known: keys that the source has.
    """

    table: Mapping[str, bytes]
    store: Mapping[str, bytes]
    erased: frozenset[str]
    known: frozenset[str]


def cause_of(view: FeatureView, rows: Rows, key: str, now: datetime) -> str:
    """Return why the entity's values differ, where nothing explains all differences of the view; ``now`` naive UTC."""
    table, store = rows.table.get(key), rows.store.get(key)
    if key not in rows.known:
        return AHEAD if store is not None and (table is None or _is_newer(store, table)) else LEFT
    if store is None:
        if table is not None:
            return EXPIRED if _is_expired(view, table, now) else LAGGING
        return ERASED if key in rows.erased else LATE
    if table is None or _is_newer(store, table):
        return AHEAD
    if _is_newer(table, store):
        return LAGGING
    return LATE if table == store else DIFFERENT


def _is_newer(value: bytes, other: bytes) -> bool:
    return value[:VERSION_BYTES] > other[:VERSION_BYTES]


def _is_expired(view: FeatureView, value: bytes, now: datetime) -> bool:
    """May the store have forgotten the row by now?"""
    if not view.expire or view.ttl is None:
        return False
    return to_micros(now) >= event_time(value) + view.ttl // MICROSECOND
