"""Rows of the state's tables and what they stand for. Times are microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fcompile.runtime.clock import from_micros, to_micros
from fcompile.runtime.state.intervals import Interval
from fcompile.runtime.state.records import REBUILD, Erasure, Pending, RunRecord, ViewState

VIEW_COLUMNS = (
    "watermark",
    "loaded",
    "store",
    "generation",
    "fingerprint",
    "pending_as_of",
    "pending_fingerprint",
)
NO_WATERMARK = -(2**63)
"""Stands for NULL where watermarks are compared: no instant of a datetime is so early."""


def view_values(state: ViewState) -> tuple[object, ...]:
    """Return the values of ``VIEW_COLUMNS``."""
    head = (_micros(state.watermark), state.loaded, state.store, state.generation, state.fingerprint)
    return (*head, *pending_values(state.pending))


def pending_values(pending: Pending | None) -> tuple[object, object]:
    return (None, None) if pending is None else (to_micros(pending.as_of), pending.fingerprint)


def watermark_value(state: ViewState) -> int:
    return NO_WATERMARK if state.watermark is None else to_micros(state.watermark)


def view_state_of(row: tuple[Any, ...], intervals: tuple[Interval, ...]) -> ViewState:
    """Return what values of ``VIEW_COLUMNS`` stand for."""
    watermark, loaded, store, generation, fingerprint, as_of, pending_fingerprint = row
    pending = None if as_of is None else Pending(from_micros(as_of), pending_fingerprint or REBUILD)
    return ViewState(_instant(watermark), loaded, store, generation, fingerprint, pending, intervals)


def run_values(record: RunRecord) -> tuple[object, ...]:
    """Return the values of all columns but the view's name."""
    times = (_micros(record.as_of), to_micros(record.finished))
    return (record.status, record.rows, record.seconds, *times, _storable(record.message))


def run_record_of(row: tuple[Any, ...]) -> RunRecord:
    view, status, rows, seconds, as_of, finished, message = row
    return RunRecord(view, status, rows, seconds, _instant(as_of), from_micros(finished), message)


def erasure_of(row: tuple[Any, ...]) -> Erasure:
    view, erased, keys, rows = row
    return Erasure(view, from_micros(erased), keys, rows)


def _storable(text: str) -> str:
    """Messages may quote data: what no database takes as text becomes a question mark."""
    return text.replace("\0", "?").encode("utf-8", "replace").decode()


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
