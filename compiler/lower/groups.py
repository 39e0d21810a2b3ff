"""Large requests: joins in groups, where one statement would join more tables than an engine takes well.

Each group is a CTE that holds a row's number and its values, and is computed on its own; at the end they are joined
by that number. Fewer joins make no groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from fcompile.compiler.ir import TrainingSet
from fcompile.compiler.lower.computed import JoinedValues
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.point_in_time.joined import tables_joined
from fcompile.compiler.lower.spine import Asked
from fcompile.compiler.lower.sql import Tree, column, equal, join, named, select, table
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect

_Each = TypeVar("_Each")


def needs_groups(plan: TrainingSet, dialect: Dialect) -> bool:
    return tables_joined(plan.joins, dialect) + len(plan.windows) > dialect.most_joins


def chunks(items: Sequence[_Each], most: int, size: Callable[[_Each], int]) -> Iterator[list[_Each]]:
    """Yield ``items`` in order, so many at a time as have ``most`` in sum; at least one.

    >>> list(chunks([1, 2, 3, 9, 1], 4, lambda n: n))
    [[1, 2], [3], [9], [1]]
    """
    chunk: list[_Each] = []
    for item in items:
        if chunk and sum(map(size, chunk)) + size(item) > most:
            yield chunk
            chunk = []
        chunk.append(item)
    if chunk:
        yield chunk


def joined_groups(
    groups: Sequence[JoinedValues], asked: Asked, names: Names, dialect: Dialect
) -> tuple[list[Cte], JoinedValues]:
    """Return a CTE for each group, and what all of them give over the numbered spine ``m``."""
    ctes: list[Cte] = []
    joins = []
    outputs: dict[str, Tree] = {}
    flags: list[Tree] = []
    for number, group in enumerate(groups, 1):
        name, alias = names.fresh("group"), f"g{number}"
        marks = [names.fresh(f"__matched_{n}") for n in range(1, len(group.flags) + 1)]
        ctes.append(_group_cte(name, group, marks, asked, dialect))
        joins.append(
            join("LEFT", table(name, alias), [equal(column(asked.row, alias), column(asked.row, "m"))])
        )
        outputs.update((output, column(output, alias)) for output in group.outputs)
        flags += [column(mark, alias) for mark in marks]
    return ctes, JoinedValues(table(asked.name, "m"), tuple(joins), outputs, tuple(flags))


def _group_cte(name: str, group: JoinedValues, marks: list[str], asked: Asked, dialect: Dialect) -> Cte:
    columns: list[Tree] = [column(asked.row, "m"), *group.outputs.values()]
    columns += [named(flag, mark) for flag, mark in zip(group.flags, marks, strict=True)]
    tree = select(columns, group.source, joins=group.joins)
    comment = f"{len(group.outputs)} of the values, made apart from the others. A row a spine row."
    return Cte(name, comment, dialect.sql(tree), dialect.keep_cte or "", apart=True)
