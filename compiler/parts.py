"""Training sets of more columns than an engine's results can have: in parts, to be put side by side row by row.

A part is a training set of its own over the same spine: of the columns in the order asked for it has as many as fit,
and of the spine what it reads. All parts number the rows alike, so the first row of each is the first of the spine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from fcompile.compiler.definitions import File, Table
from fcompile.compiler.ir import Computation, Pick, PointInTimeJoin, Spine, TrainingSet, WindowJoin
from fcompile.compiler.lower.events import relation
from fcompile.compiler.lower.names import Names
from fcompile.compiler.lower.sql import column, identifier, named, over, select
from fcompile.compiler.lower.width import fits
from fcompile.compiler.stages import PREFIX, Stage, temporary
from fcompile.dialects.base import Dialect


@dataclass(frozen=True, slots=True)
class Parts:
    """The plans, in the order of their columns; ``spine``: the table of the spine's rows, where it has to be made."""

    plans: tuple[TrainingSet, ...]
    spine: Stage | None = None


def parts_of(plan: TrainingSet, dialect: Dialect, schema: str = "") -> Parts:
    """Return ``plan`` alone where it is narrow enough, or where not even its first column fits.

    ``plan`` is as it was planned, before anything is shared. The first part shows all of the spine, and makes what no
    column is made of. ``schema`` is where the spine's table is made on engines without temporary ones.
    """
    if fits(plan, dialect):
        return Parts((plan,))
    stage, spine = _numbered(plan.spine, dialect, schema)
    rest = list(plan.columns)
    unread = _outputs(plan) - _needed(plan, rest)
    found: list[TrainingSet] = []
    while rest:
        part = _first_part(replace(plan, spine=spine), rest, set() if found else unread, dialect)
        if part is None:
            return Parts((plan,))
        found.append(part if not found else replace(part, spine=_read_of_spine(part)))
        del rest[: len(part.columns)]
    return Parts(tuple(found), stage)


def _first_part(
    plan: TrainingSet, rest: Sequence[str], unread: set[str], dialect: Dialect
) -> TrainingSet | None:
    """Return the plan of as many of the first columns as fit; None where none does."""
    least, most = 0, len(rest)
    while least < most:
        middle = (least + most + 1) // 2
        if fits(_part(plan, rest[:middle], unread), dialect):
            least = middle
        else:
            most = middle - 1
    return _part(plan, rest[:least], unread) if least else None


def _part(plan: TrainingSet, columns: Sequence[str], unread: set[str]) -> TrainingSet:
    """Return what makes ``columns``, and what of the joins is ``unread``."""
    needed = _needed(plan, columns) | unread
    stages = (tuple(each for each in stage if each.name in needed) for stage in plan.computed)
    return replace(
        plan,
        joins=tuple(join for each in plan.joins for join in _join(each, needed)),
        columns=tuple(columns),
        windows=tuple(join for each in plan.windows for join in _window(each, needed)),
        computed=tuple(stage for stage in stages if stage),
    )


def _needed(plan: TrainingSet, columns: Sequence[str]) -> set[str]:
    needed = set(columns)
    for stage in reversed(plan.computed):
        needed.update(name for each in stage if each.name in needed for name in _reads(each))
    return needed


def _reads(each: Computation) -> Iterator[str]:
    yield from (name for _, name in each.reads)
    if each.when is not None:
        yield each.when


def _given(pick: Pick) -> set[str]:
    """What a pick gives; one without values has its mark alone."""
    marks = () if pick.matched is None else (pick.matched,)
    return {*(output.name for output in pick.outputs), *marks}


def _outputs(plan: TrainingSet) -> set[str]:
    """All that joins give, but for marks beside values."""
    found = {output.name for each in plan.windows for output in each.outputs}
    for pick in (pick for each in plan.joins for pick in each.picks):
        found |= {output.name for output in pick.outputs} or _given(pick)
    return found


def _join(each: PointInTimeJoin, needed: set[str]) -> Iterator[PointInTimeJoin]:
    picks = tuple(
        replace(
            pick,
            outputs=tuple(output for output in pick.outputs if output.name in needed),
            matched=pick.matched if pick.matched in needed else None,
        )
        for pick in each.picks
        if _given(pick) & needed
    )
    if picks:
        yield replace(each, picks=picks)


def _window(each: WindowJoin, needed: set[str]) -> Iterator[WindowJoin]:
    outputs = tuple(output for output in each.outputs if output.name in needed)
    if outputs:
        yield replace(each, outputs=outputs)


# -- the spine --------------------------------------------------------------------------------------


def _read_of_spine(part: TrainingSet) -> Spine:
    """The part's spine with no more columns than it reads."""
    keys = {key for each in part.joins for key in each.spine_keys}
    keys |= {key for each in part.windows for key in each.spine_keys}
    data = {name for stage in part.computed for each in stage for _, name, _ in each.request}
    read = {*keys, *data, part.spine.timestamp}
    return replace(part.spine, columns=tuple(each for each in part.spine.columns if each.name in read))


def _numbered(spine: Spine, dialect: Dialect, schema: str) -> tuple[Stage | None, Spine]:
    """Return the table in which each row has its number, once for all parts; None where the spine has that."""
    if spine.ordinal is not None:
        return None, spine
    columns = [each.name for each in spine.columns]
    ordinal = Names(columns, dialect.longest_name).fresh("__ordinal")
    types = spine.read_types if isinstance(spine.relation, File) else ()
    tree = select(
        [named(over(exp.RowNumber(), ()), ordinal), *(column(name, "s") for name in columns)],
        relation(spine.relation, types, dialect, "s"),
    )
    name = f"{PREFIX}spine"
    made = exp.Table(this=identifier(name))
    parts: tuple[str, ...] = (name,)
    if schema and not dialect.temporary_tables:
        made.set("db", identifier(schema))
        parts = (schema, name)
    comment = "The spine, numbered once for all parts, so that they have its rows in one order."
    stage = temporary(made, dialect.sql(tree), comment, dialect)
    return stage, replace(spine, relation=Table(parts), read_types=(), ordinal=ordinal)
