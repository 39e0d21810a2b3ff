"""The numbered spine: the caller's rows with a number, their time, and their keys as the views compare them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from fcompile.compiler.definitions import File
from fcompile.compiler.dtypes import DType
from fcompile.compiler.ir import EventKey, Spine, TrainingSet
from fcompile.compiler.lower.events import relation
from fcompile.compiler.lower.names import ROW, TIME, Names
from fcompile.compiler.lower.sql import Tree, case, cast, column, conjunction, equal, named, over, select
from fcompile.compiler.lower.types import lower_type
from fcompile.compiler.render import Cte
from fcompile.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class Asked:
    """The numbered spine: its CTE and the columns that hold the row, the time and each (spine key, dtype)."""

    name: str
    row: str
    time: str
    keys: dict[tuple[str, DType], str]


def numbered_spine(
    plan: TrainingSet, names: Names, dialect: Dialect, *, kept: bool = False
) -> tuple[Asked, Cte]:
    """Return the spine's CTE; ``kept`` where its rows' numbers are read several times, as windows always do."""
    spine = plan.spine
    ordinal = over(exp.RowNumber(), ()) if spine.ordinal is None else column(spine.ordinal, "s")
    number = named(ordinal, row := names.fresh(ROW))
    columns: list[Tree] = [number, *(column(c.name, "s") for c in spine.columns)]
    time = spine.timestamp
    if spine.column(time).kind != "timestamp":
        time = names.fresh(TIME)
        columns.append(named(spine_time(spine, spine.timestamp, "s", dialect), time))
    keys: dict[tuple[str, DType], str] = {}
    for spine_key, key in _key_pairs(plan):
        if (spine_key, key.dtype) in keys:
            continue
        keys[spine_key, key.dtype] = spine_key
        if spine.column(spine_key).kind != key.dtype.kind:
            keys[spine_key, key.dtype] = name = names.fresh(f"__{spine_key}")
            columns.append(named(_spine_key(spine, spine_key, key.dtype, dialect), name))
    asked = Asked(names.fresh("numbered"), row, time, keys)
    types = spine.read_types if isinstance(spine.relation, File) else ()
    comment = "The spine, numbered so that its rows and their order come back. A row a training example."
    tree = select(columns, relation(spine.relation, types, dialect, "s"))
    # Windows read it several times, and a number given twice would not be the same.
    hint = dialect.keep_cte if plan.windows or kept else None
    return asked, Cte(asked.name, comment, dialect.sql(tree), hint or "")


def _key_pairs(plan: TrainingSet) -> Iterator[tuple[str, EventKey]]:
    for join in plan.joins:
        yield from zip(join.spine_keys, join.events.keys, strict=True)
    for windows in plan.windows:
        yield from zip(windows.spine_keys, windows.rows.keys, strict=True)


def spine_time(spine: Spine, name: str, alias: str, dialect: Dialect) -> Tree:
    """A column of the spine, of any kind, as a UTC timestamp; nanoseconds are cut."""
    time: Tree = column(name, alias)
    match spine.column(name).kind:
        case "nanoseconds":
            return dialect.from_nanoseconds(column(name, alias), up=False)
        case "string":
            time = cast(time, dialect.instant())
    return dialect.utc(time)


def _spine_key(spine: Spine, name: str, dtype: DType, dialect: Dialect) -> Tree:
    """The key as its dtype; a value the dtype cannot hold, such as 1.5 or 2^40 for an int32, finds nothing."""
    key: Tree = column(name, "s")
    kind = spine.column(name).kind
    whole = kind in ("float32", "float64") and dtype.kind in ("int32", "int64")
    if not whole:
        return dialect.key_cast(key, kind, dtype.kind, lower_type(dtype, dialect))
    # Bounds first: NaN equals its own floor where engines order it, and would fail to convert.
    bound = exp.Literal.number(2**31 if dtype.kind == "int32" else 2**63)
    within: list[Tree] = [
        exp.GTE(this=key, expression=exp.Neg(this=bound)),
        exp.LT(this=key, expression=bound),
        equal(key, exp.Floor(this=key)),
    ]
    return case(conjunction(within), cast(key, lower_type(dtype, dialect)))
