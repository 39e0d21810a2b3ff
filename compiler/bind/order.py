"""What reads what, in an order in which each finds what it reads: and where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter


def ordered(reads: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Return the names, each after those that it reads, and the circles, each a path that ends where it begins.

    Names that wait for one of a circle are in neither; those that read nothing unplaced keep their order.
    """
    order = [name for name, others in reads.items() if not others]  # most, of many
    sorter = TopologicalSorter({name: others for name, others in reads.items() if others})
    with suppress(CycleError):
        sorter.prepare()
    while ready := sorter.get_ready():
        order += [name for name in ready if reads[name]]
        sorter.done(*ready)
    placed = set(order)
    left = {name: others for name, others in reads.items() if name not in placed}
    waiting = {name: [other for other in others if other in left] for name, others in left.items()}
    return order, list(_circles(waiting))


def _circles(waiting: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """``waiting``: each name that waits for itself or for one that does, with what it reads of these."""
    seen: set[str] = set()
    for start in waiting:
        path: list[str] = []
        name = start
        while name not in seen:
            seen.add(name)
            path.append(name)
            name = waiting[name][0]
        if name in path:
            yield [*path[path.index(name) :], name]
