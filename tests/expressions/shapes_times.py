"""What the functions of dates and timestamps take: units and durations are constants. The form: shapes_numbers.py."""

from __future__ import annotations

from fcompile.compiler.expressions.time_values import DIFFERENCES, PARTS, TRUNCATED_TO, WITHIN_A_DAY

_MOMENTS: list[tuple[str, ...]] = [("date",), ("timestamp",)]


def _of(unit: str) -> tuple[str, ...]:
    """The types that have this unit."""
    return ("timestamp",) if unit in WITHIN_A_DAY else ("timestamp", "date")


SHAPES: dict[str, list[tuple[str, ...]]] = {
    "add_duration": [
        *(("timestamp", f"= '{d}'") for d in ("500ms", "-90s", "15m", "-1h", "7d", "-4w", "365000d", "0s")),
        *(("date", f"= '{d}'") for d in ("1d", "-24h", "4w", "-365000d")),
    ],
    "date_diff": [(f"= '{unit}'", kind, kind) for unit in DIFFERENCES for kind in _of(unit)],
    "date_part": [(f"= '{unit}'", kind) for unit in PARTS for kind in _of(unit)],
    "date_trunc": [(f"= '{unit}'", kind) for unit in TRUNCATED_TO for kind in _of(unit)],
    "day_of_week": _MOMENTS,
    "epoch_seconds": _MOMENTS,
}
