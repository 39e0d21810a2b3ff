"""Labels at time t: windows that look forward, once they are mature (SPEC 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.oracle import rows, windows
from tests.oracle.rows import Project, Row, Tables, duration, instant


def value_at(
    project: Project, tables: Tables, label: Mapping[str, Any], row: Row, t: datetime | None, as_of: datetime
) -> Any:
    """Return the label for ``row``'s keys at ``t`` as ``as_of`` knows it; None before it is mature."""
    if t is None or not is_mature(label, t, as_of):
        return None
    source = rows.named(project["sources"], label["source"])
    key = [row[name] for name in rows.keys_of(project, label)]
    mine = rows.rows_of_key(project, tables, label, key)
    return windows.over([r for r in mine if is_ahead(source, r, t, label, as_of)], source, _inputs(label))


def is_mature(label: Mapping[str, Any], t: datetime, as_of: datetime) -> bool:
    """Tell whether the horizon, and then the time for late rows, has passed; that very instant counts."""
    return instant(t) + duration(label["horizon"]) + duration(label.get("maturity", "0s")) <= instant(as_of)


def is_ahead(
    source: Mapping[str, Any], row: Row, t: datetime, label: Mapping[str, Any], as_of: datetime
) -> bool:
    """Tell whether ``row`` counts: after ``t``, up to and with t + horizon, and known by ``as_of``."""
    if not rows.is_visible(source, row, as_of, strict=False):
        return False
    event = instant(row[source["timestamp_field"]])
    return instant(t) < event <= instant(t) + duration(label["horizon"])


def _inputs(label: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in label.items() if k != "filter"}
