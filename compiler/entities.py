"""Entities of a view as SQL: all that its source has, and conditions that name some of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlglot import exp

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.definitions import FeatureView, JoinKey
from fcompile.compiler.dtypes import DType
from fcompile.compiler.ir import EventKey, Events, scans
from fcompile.compiler.lower.events import events_cte, relation_words, visible_name
from fcompile.compiler.lower.names import CREATED, EVENT, SEQUENCE, Names
from fcompile.compiler.lower.scans import scan_ctes
from fcompile.compiler.lower.sql import Tree, column, conjunction, disjunction, equal, select, table
from fcompile.compiler.lower.types import lower_type, time_parameter
from fcompile.compiler.materialize import target_table
from fcompile.compiler.plan import rows_of
from fcompile.compiler.render import Statement
from fcompile.dialects.base import Dialect

Entity = Mapping[str, object]
"""A value a join key, as ``runtime/keys.read_key`` makes it; none is NULL."""

_OF_HEX: Mapping[str, str] = {"postgres": "DECODE", "redshift": "FROM_HEX", "clickhouse": "unhex"}
"""The function that makes bytes of hexadecimal digits, where X'...' is something else.

functions-binarystring.html; r_FROM_HEX; docs/sql-reference/functions/encoding-functions#unhex
"""


def entities_known(view: FeatureView, dialect: str) -> str:
    """Return the SELECT of the join keys that have a row which the view may look at; a row an entity, no order.

    Parameter: as_of; only rows that happened and were known by then count.
    """
    engine = dialect_named(dialect)
    keys = tuple(EventKey(key.name, key.dtype) for key in view.join_keys)
    events = Events(view.source, keys, view.filter, (), ())
    name = f"events_{view.name}"
    names = Names([name, *relation_words(view.source.relation)], engine.longest_name)
    # The view's own rows say in which types the columns of a CSV are read.
    scan_names, scanned = scan_ctes(scans((events,)), (events, rows_of(view)), names, engine)
    as_of = time_parameter("as_of", engine)
    times = dict.fromkeys((EVENT, visible_name(view.source)))
    body = select(
        [column(key.name) for key in view.join_keys] or [exp.true()],
        table(name),
        where=[exp.LTE(this=column(time), expression=as_of) for time in times],
        distinct=True,
    )
    ctes = (*scanned, events_cte(events, name, scan_names[view.source], engine))
    return Statement(ctes, engine.sql(body)).text(engine)


def rows_of_entities(
    view: FeatureView, schema: str, project: str, dialect: str, entities: Sequence[Entity]
) -> str:
    """Return the SELECT of the entities' rows in the view's table: the columns of ``MaterializeSql.changed``."""
    engine = dialect_named(dialect)
    names = [*(k.name for k in view.join_keys), *(f.name for f in view.features), EVENT, CREATED, SEQUENCE]
    where = [is_one_of(view.join_keys, entities, engine)]
    return engine.sql(select(map(column, names), target_table(schema, project, view, engine), where=where))


def is_one_of(keys: Sequence[JoinKey], entities: Sequence[Entity], dialect: Dialect) -> Tree:
    """Return the condition that a row's join keys are those of one of ``entities``, of which there is at least one."""
    if not keys:
        return exp.true()
    if len(keys) == 1:
        values = [key_literal(entity[keys[0].name], keys[0].dtype, dialect) for entity in entities]
        return exp.In(this=column(keys[0].name), expressions=values)
    return disjunction([exp.Paren(this=_is(keys, entity, dialect)) for entity in entities])


def _is(keys: Sequence[JoinKey], entity: Entity, dialect: Dialect) -> Tree:
    return conjunction(
        [equal(column(key.name), key_literal(entity[key.name], key.dtype, dialect)) for key in keys]
    )


def key_literal(value: object, dtype: DType, dialect: Dialect) -> Tree:
    """Return a join key's value as a constant of its dtype, in any engine.

    Numbers and times go through text: engines read a bare -9223372036854775808 as another type.
    """
    match value:
        case bool():
            return exp.Boolean(this=value)
        case str():
            return exp.Literal.string(value)
        case bytes():
            return _bytes_literal(value.hex().upper(), dialect)
        case datetime():
            plain = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
            text = plain.isoformat(sep=" ", timespec="microseconds")
        case _:
            text = str(value)
    return exp.Cast(this=exp.Literal.string(text), to=lower_type(dtype, dialect))


def _bytes_literal(digits: str, dialect: Dialect) -> Tree:
    function = _OF_HEX.get(dialect.name)
    if function is None:
        return exp.HexString(this=digits)
    encoding = [exp.Literal.string("hex")] if function == "DECODE" else []
    return exp.Anonymous(this=function, expressions=[exp.Literal.string(digits), *encoding])
