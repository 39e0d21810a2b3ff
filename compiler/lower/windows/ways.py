"""How each function is made on engines that keep no lists: of partial aggregates, at the ends of windows, or directly.

- Sums, counts and extremes are merged from partial aggregates, as ever.
- ``first`` and ``last``: partial aggregates tell *when* the window's first or last row happened, and the rows at that
  time are looked up (``ends``).
- ``last_n`` of long windows: likewise, and the rows before it are found by their places (``places``).
- Distinct hashes are grouped by value like any distinct values, and estimated at last.
- All others are made directly of the rows in each window (``direct``).

An output that is made in another way has a *stand-in* among the partial aggregates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from fcompile.compiler.dtypes import TIMESTAMP
from fcompile.compiler.ir import Input, WindowOutput
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.windows.asking import Asking, lengths_of
from fcompile.compiler.lower.windows.direct import DirectValues
from fcompile.compiler.lower.windows.ends import EndValues
from fcompile.compiler.lower.windows.places import PlacedPieces
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

Place = tuple[str, str]
"""A CTE and its column."""

_DIRECT = ("stddev_samp", "var_samp", "last_n", "percentile", "last_distinct_n", "top_k")
_ENDS = {"first": "first_at", "last": "last_at"}
_LONG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ways:
    """The outputs by the way in which they are made.

    Attributes:
        parts: those of partial aggregates, stand-ins among them.
        ends, hashes: (stand-in, output).
        newest: (stand-in, the outputs of one input).
    """

    parts: tuple[WindowOutput, ...]
    ends: tuple[tuple[WindowOutput, WindowOutput], ...] = ()
    hashes: tuple[tuple[WindowOutput, WindowOutput], ...] = ()
    newest: tuple[tuple[WindowOutput, tuple[WindowOutput, ...]], ...] = ()
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
        left_out = [*stand_ins, *(stand_in for stand_in, _ in self.newest)]
        places = {there.get(o, o): place for o, place in found.items() if o not in left_out}
        ctes: list[Cte] = []
        if self.ends:
            asks = replace(asking, lengths=lengths_of(stand_ins), recent=False)
            (times,) = {found[stand_in][0]: None for stand_in in stand_ins}
            ends = EndValues(asks, self.ends, times, names, dialect, known_by)
            ctes += ends.ctes()
            places.update((output, (ends.name, output.name)) for _, output in self.ends)
        for stand_in, outputs in self.newest:
            asks = replace(asking, lengths=lengths_of(outputs), recent=False)
            pieces = PlacedPieces(asks, outputs, *found[stand_in], names, dialect)
            lists = DirectValues(asks, outputs, names, dialect, pieces=pieces)
            ctes += lists.ctes()
            places.update((output, (lists.name, output.name)) for output in outputs)
        if self.direct:
            asks = replace(asking, lengths=lengths_of(self.direct), recent=False)
            direct = DirectValues(asks, self.direct, names, dialect, known_by)
            ctes += direct.ctes()
            places.update((output, (direct.name, output.name)) for output in self.direct)
        return ctes, places


def ways_of(outputs: Iterable[WindowOutput], dialect: Dialect, *, in_order: bool = False) -> Ways:
    """``in_order``: rows become visible in the order in which they happen, and not all ask at one instant."""
    every = tuple(outputs)
    if dialect.keeps_lists:
        return Ways(every)
    ends = [output for output in every if output.function in _ENDS]
    stand_ins = tuple((_end(f"__at_{number}", output), output) for number, output in enumerate(ends, 1))
    newest = _newest(every) if in_order else ()
    hashed = [output for output in every if output.function == "approx_count_distinct"]
    hashes = tuple((replace(output, function="distinct_hashes"), output) for output in hashed)
    placed = {output for _, outputs in newest for output in outputs}
    direct = tuple(o for o in every if o.function in _DIRECT and o not in placed)
    plain = (output for output in every if output not in {*ends, *hashed, *placed, *direct})
    made = (stand_in for stand_in, _ in (*stand_ins, *newest, *hashes))
    return Ways((*plain, *made), stand_ins, hashes, newest, direct)


def _newest(outputs: Iterable[WindowOutput]) -> tuple[tuple[WindowOutput, tuple[WindowOutput, ...]], ...]:
    """The lists of inputs with a long window: few rows are sooner read than all are numbered."""
    by_input: dict[Input, list[WindowOutput]] = {}
    for output in outputs:
        if output.function == "last_n":
            by_input.setdefault(output.input, []).append(output)
    longest = [(max(alike, key=_length), tuple(alike)) for alike in by_input.values()]
    long = [(last, alike) for last, alike in longest if _length(last) > _LONG]
    return tuple((_end(f"__newest_at_{number}", last), alike) for number, (last, alike) in enumerate(long, 1))


def _length(output: WindowOutput) -> timedelta:
    return timedelta.max if output.length is None else output.length


def _end(name: str, output: WindowOutput) -> WindowOutput:
    """When the first or last row of the window happened that counts for ``output``."""
    return replace(
        output,
        name=name,
        function=_ENDS.get(output.function, "last_at"),
        arguments=(),
        dtype=TIMESTAMP,
        default=None,
        maturity=None,
    )
