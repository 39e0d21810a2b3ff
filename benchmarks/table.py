"""Aligned text tables, and the line that says where the figures were taken."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from benchmarks.processes import Usage


def environment() -> str:
    """The machine and the versions that the figures hold for."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("fcompile", "duckdb", "sqlglot"))
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {packages}"


def text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column is aligned to the left and whose other columns to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(row, widths) for row in (header, rule, *rows))


def usages(measured: Mapping[str, Usage], against: str, more: Mapping[str, str], more_header: str) -> str:
    """One row a form, with its figures and their ratios to the form ``against``; ``more`` is one further column."""
    header = ("form", more_header, "wall s", "engine s", "CPU s", "peak MB", "wall x", "CPU x", "peak x")
    return text(
        header,
        [(name, more[name], *_figures(u), *ratios(u, measured[against])) for name, u in measured.items()],
    )


def ratios(usage: Usage, base: Usage) -> tuple[str, str, str]:
    """Wall time, CPU time and peak memory, as multiples of the base's."""
    return (f"{usage.wall / base.wall:.2f}", f"{usage.cpu / base.cpu:.2f}", f"{usage.peak / base.peak:.2f}")


def _figures(usage: Usage) -> tuple[str, str, str, str]:
    engine = "-" if usage.engine is None else f"{usage.engine:.2f}"
    return (f"{usage.wall:.2f}", engine, f"{usage.cpu:.2f}", f"{usage.peak:.0f}")


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(w) if i == 0 else cell.rjust(w)
        for i, (cell, w) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join((first, *rest)).rstrip()
