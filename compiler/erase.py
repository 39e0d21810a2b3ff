"""Erasing entities from a view's tables in the warehouse, as SQL. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.entities import Entity, is_one_of
from fcompile.compiler.lower.sql import Tree, column, select
from fcompile.compiler.lower.windows.tiles import TILE
from fcompile.compiler.materialize import tables_of_windows, target_table
from fcompile.dialects.base import Dialect

NO_DELETE = ("spark",)
"""Engines whose plain tables take no DELETE: sql-ref-syntax.html lists none; tables of Delta and Iceberg do."""


@dataclass(frozen=True, slots=True)
class EraseTable:
    """What to do with one table, where it is there.

    Attributes:
        reads: quoted names of the tables that must be there, its own the first.
        count: SELECT of the number of rows that go and are about the entities; empty for rows about many.
        delete: the DELETE.
    """

    reads: tuple[str, ...]
    count: str
    delete: str


def compile_erase(
    view: FeatureView, schema: str, project: str, dialect: str, entities: Sequence[Entity]
) -> tuple[EraseTable, ...]:
    """Return the statements that take the entities out of the view's tables, in order, for one transaction.

    Of tiles, the digests go as well: the next run then makes those tiles anew from the source as it is by then,
    with the entity's other rows, if any, and not the erased ones' remains.
    """
    engine = dialect_named(dialect)
    found = is_one_of(view.join_keys, entities, engine)
    own = _erase(target_table(schema, project, view, engine), found, engine)
    if not engine.stores_tiles:
        return (own,)
    # Also of a view without windows: of what it was before, the tables may still be there.
    tiles, digests = tables_of_windows(view, schema, project)
    touched = exp.In(
        this=column(TILE),
        query=exp.Subquery(this=select([column(TILE)], tiles.copy(), where=[found], distinct=True)),
    )
    unseen = _delete(digests, touched, engine)
    return (
        own,
        EraseTable((engine.sql(digests), engine.sql(tiles)), "", unseen),
        _erase(tiles, found, engine),
    )


def _erase(target: exp.Table, condition: Tree, engine: Dialect) -> EraseTable:
    counted = select([exp.Count(this=exp.Star())], target.copy(), where=[condition])
    return EraseTable((engine.sql(target),), engine.sql(counted), _delete(target, condition, engine))


def _delete(target: exp.Table, condition: Tree, engine: Dialect) -> str:
    return engine.sql(exp.Delete(this=target.copy(), where=exp.Where(this=condition)))
