"""How each function is made on engines that keep no lists: of partial aggregates, at the ends of windows, or directly.

- Sums, counts and extremes are merged from partial aggregates, as ever.
- ``first`` and ``last``: partial aggregates tell *when* the window's first or last row happened, and the rows at that
  time are looked up (``ends``).
- Distinct hashes are grouped by value like any distinct values, and estimated at last.
- All others are made directly of the rows in each window (``direct``).

An output that is made in another way has a *stand-in* among the partial aggregates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fcompile.compiler.dtypes import TIMESTAMP
from fcompile.compiler.ir import WindowOutput
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.windows.asking import Asking, lengths_of
from fcompile.compiler.lower.windows.direct import DirectValues
from fcompile.compiler.lower.windows.ends import EndValues
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

Place = tuple[str, str]
"""A CTE and its column."""

_DIRECT = ("stddev_samp", "var_samp", "last_n", "percentile", "last_distinct_n", "top_k")
_ENDS = {"first": "first_at", "last": "last_at"}


@dataclass(frozen=True, slots=True)
class Ways:
    """The outputs by the way in which they are made.

    Attributes:
        parts: those of partial aggregates, stand-ins among them.
        ends, hashes: (stand-in, output).
    """

    parts: tuple[WindowOutput, ...]
    ends: tuple[tuple[WindowOutput, WindowOutput], ...] = ()
    hashes: tuple[tuple[WindowOutput, WindowOutput], ...] = ()
    direct: tuple[WindowOutput, ...] = ()

    def completed(
        self,
        found: Mapping[WindowOutput, Place],
        asking: Asking,
        names: Names,
        dialect: Dialect,
        known_by: str | None = None,
    ) -> tuple[list[Cte], dict[WindowOutput, Place]]:
        """Return more CTEs, and where every output is; ``found`` says where ``parts`` are.

        ``asking`` is of the same rows, whatever its windows. ``known_by``: as for ``InsidePieces``.
        """
        there = dict(self.hashes)
        stand_ins = [stand_in for stand_in, _ in self.ends]
        places = {there.get(o, o): place for o, place in found.items() if o not in stand_ins}
        ctes: list[Cte] = []
        if self.ends:
            asks = replace(asking, lengths=lengths_of(stand_ins), recent=False)
            (times,) = {found[stand_in][0]: None for stand_in in stand_ins}
            ends = EndValues(asks, self.ends, times, names, dialect, known_by)
            ctes += ends.ctes()
            places.update((output, (ends.name, output.name)) for _, output in self.ends)
        if self.direct:
            asks = replace(asking, lengths=lengths_of(self.direct), recent=False)
            direct = DirectValues(asks, self.direct, names, dialect, known_by)
            ctes += direct.ctes()
            places.update((output, (direct.name, output.name)) for output in self.direct)
        return ctes, places


def ways_of(outputs: Iterable[WindowOutput], dialect: Dialect) -> Ways:
    every = tuple(outputs)
    if dialect.keeps_lists:
        return Ways(every)
    ends = [output for output in every if output.function in _ENDS]
    stand_ins = tuple((_end(number, output), output) for number, output in enumerate(ends, 1))
    hashed = [output for output in every if output.function == "approx_count_distinct"]
    hashes = tuple((replace(output, function="distinct_hashes"), output) for output in hashed)
    direct = tuple(output for output in every if output.function in _DIRECT)
    plain = (output for output in every if output not in {*ends, *hashed, *direct})
    made = (stand_in for stand_in, _ in (*stand_ins, *hashes))
    return Ways((*plain, *made), stand_ins, hashes, direct)


def _end(number: int, output: WindowOutput) -> WindowOutput:
    """When the first or last row of the window happened that counts for ``output``."""
    return replace(
        output,
        name=f"__at_{number}",
        function=_ENDS[output.function],
        dtype=TIMESTAMP,
        default=None,
        maturity=None,
    )
