"""Features computed from features, of five operators each: as fcompile and as DuckDB read them."""

from __future__ import annotations

OPERATORS = 5

FLOATS = (
    "(f1 + f2) / nullif(f3, 0) * {n} - f4",
    "case when f1 > 1 and f2 < 0.{n} then f3 else f4 end + f5",
    "coalesce(f1, 0) * {n} + coalesce(f2, 0) - f5",
    "greatest(f1, f2, {n}) - least(f4, f5) + abs(f3)",
    "round(f1 * {n} + f2, 2) / (f3 + 1)",
)
"""Over ``f1`` to ``f5``, float64; ``{n}`` is a digit or more."""

INTEGERS = (
    "(i1 - i2) * {n} + i3 // 10 % 7",
    "case when i1 % 7 = 0 or i2 > {n} then i1 end",
    "cast(i1 as float64) / f1 >= f2 and i2 in (1, 20, {n}00)",
)
"""Over ``i1`` to ``i3``, int64, too."""


def floats(count: int) -> dict[str, str]:
    """``count`` features by name."""
    return {f"d{i:02d}": FLOATS[i % len(FLOATS)].format(n=i + 1) for i in range(count)}


def mixed(count: int) -> dict[str, str]:
    """``count`` features by name, of floats, integers and truth values."""
    both = (*FLOATS, *INTEGERS)
    return {f"d{i:02d}": both[i % len(both)].format(n=i + 1) for i in range(count)}
