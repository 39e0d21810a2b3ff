"""Counting rows as they pass: how many have each of some flags, in the one pass that writes them.

A second join only to count would double the work, and the flags must not stand in what is written; so
they end in a filter that lets every row through and counts, by drawing from a sequence of the session.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from fcompile.runtime.warehouses.duckdb import DuckDBWarehouse, quoted, quoted_name


class Tally:
    """``rows`` that passed, and ``counts``: how many of them had each flag TRUE, in the flags' order.

    Then how many had a value in each of the last ``given`` columns, in theirs.
    """

    def __init__(self, warehouse: DuckDBWarehouse, flags: Sequence[str], given: int = 0) -> None:
        self._warehouse = warehouse
        self._flags, self._given = len(flags), given
        name = f"__fcompile_tally_{secrets.token_hex(8)}"
        self.sequences = tuple(f"{name}_{n}" for n in range(len(flags) + given + 1))

    @property
    def rows(self) -> int:
        return self._drawn(self.sequences[0])

    @property
    def counts(self) -> list[int]:
        return [self._drawn(name) for name in self.sequences[1:]]

    def select(self, columns: Sequence[str], counted: str) -> str:
        """Return a SELECT of the first ``columns`` of ``counted``, all of its rows in their order, that counts.

        ``counted`` has ``columns`` and then the flags; they are told apart by place, since a column may
        be named like a flag.
        """
        places = [f"c{n}" for n in range(1, len(columns) + self._flags + 1)]
        shown = ",\n  ".join(f"{p} AS {quoted_name(c)}" for p, c in zip(places, columns, strict=False))
        last = places[len(columns) - self._given : len(columns)]
        conditions = ["TRUE", *places[len(columns) :], *(f"{place} IS NOT NULL" for place in last)]
        draws = " AND ".join(
            f"CASE WHEN {condition} THEN nextval({quoted(name)}) END IS DISTINCT FROM 0"
            for condition, name in zip(conditions, self.sequences, strict=True)
        )
        return f"SELECT\n  {shown}\nFROM (\n{counted}\n) AS counted ({', '.join(places)})\nWHERE {draws}"

    def _drawn(self, name: str) -> int:
        sql = f"SELECT last_value FROM duckdb_sequences() WHERE sequence_name = {quoted(name)}"  # noqa: S608
        ((last,),) = self._warehouse.simple_rows(sql)
        return int(str(last)) if last is not None else 0


@contextmanager
def tallied(warehouse: DuckDBWarehouse, flags: Sequence[str], given: int = 0) -> Iterator[Tally]:
    """Lend a tally; its sequences are gone from the session afterwards."""
    tally = Tally(warehouse, flags, given)
    for name in tally.sequences:
        warehouse.execute(f"CREATE TEMP SEQUENCE {quoted_name(name)}")
    try:
        yield tally
    finally:
        for name in tally.sequences:
            warehouse.execute(f"DROP SEQUENCE {quoted_name(name)}")
