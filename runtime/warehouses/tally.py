"""Counting rows as they pass: how many have each of some flags, in the one pass that writes them.

A second join only to count would double the work, and the flags must not stand in what is written; so
they end in a filter that lets every row through and counts.
"""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, quoted_name

if TYPE_CHECKING:
    import pyarrow as pa


class Tally:
    """``rows`` that passed, and how many of them had each flag TRUE (``counts``, in the flags' order)."""

    def __init__(self, flags: Sequence[str]) -> None:
        self.rows = 0
        self.counts = [0] * len(flags)
        self.flags = tuple(flags)
        self.name = f"__fcompile_tally_{secrets.token_hex(8)}"
        self._lock = Lock()
        self._passed: dict[int, pa.Array] = {}

    def select(self, columns: Sequence[str], counted: str) -> str:
        """Return a SELECT of the first ``columns`` of ``counted``, all of its rows in their order, that counts.

        ``counted`` has ``columns`` and then the flags; they are told apart by place, since a column may
        be named like a flag.
        """
        places = [f"c{n}" for n in range(1, len(columns) + len(self.flags) + 1)]
        shown = ",\n  ".join(f"{p} AS {quoted_name(c)}" for p, c in zip(places, columns, strict=False))
        flags = ", ".join(f"coalesce({place}, FALSE)" for place in places[len(columns) :])
        return (
            f"SELECT\n  {shown}\nFROM (\n{counted}\n) AS counted ({', '.join(places)})\n"
            f"WHERE {self.name}({flags})"
        )

    def pass_on(self, *flags: Any) -> Any:
        """Count one batch and return TRUE for each of its rows; called by the engine's threads.

        The engine evaluates the annotations: no name that only type checkers import may stand in them.
        """
        import pyarrow as pa

        size = len(flags[0])
        trues = [sum(c.true_count for c in _chunks(flag)) for flag in flags]
        with self._lock:
            self.rows += size
            self.counts = [a + b for a, b in zip(self.counts, trues, strict=True)]
            if size not in self._passed:
                self._passed[size] = pa.array([True] * size)
            return self._passed[size]


@contextmanager
def tallied(warehouse: DuckDBWarehouse, flags: Sequence[str]) -> Iterator[Tally]:
    """Lend a tally of at least one flag; its function is gone from the connection afterwards."""
    tally = Tally(flags)
    types: Any = ["BOOLEAN"] * len(flags)
    kind: Any = "arrow"

    def pass_on(*flags: Any) -> Any:
        return tally.pass_on(*flags)

    # The engine counts parameters by the signature, where `*flags` is one.
    names = (f"flag_{n}" for n in range(1, len(flags) + 1))
    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    cast(Any, pass_on).__signature__ = inspect.Signature(parameters)
    warehouse.connection.create_function(tally.name, pass_on, types, "BOOLEAN", type=kind, side_effects=True)
    try:
        yield tally
    finally:
        warehouse.connection.remove_function(tally.name)


def _chunks(flag: Any) -> Sequence[Any]:
    return flag.chunks if hasattr(flag, "chunks") else (flag,)
