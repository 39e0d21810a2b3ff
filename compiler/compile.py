"""Definitions to SQL text: the compiler's front door. Pure: same input, same bytes.

``Request + Spine -> TrainingSet -> (passes) -> Statement -> text`` for training sets; materialization has
its own file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fcompile.compiler.definitions import Label, Table
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean
from fcompile.compiler.ir import Spine, SpineColumn
from fcompile.compiler.lower.historical import lower_training_set, match_labels
from fcompile.compiler.parts import Parts, parts_of
from fcompile.compiler.plan import plan_training_set
from fcompile.compiler.request import Request
from fcompile.compiler.rewrites import rewrite
from fcompile.compiler.stages import Script, side_by_side, staged
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.dialects.base import Dialect
from fcompile.dialects.registry import DIALECTS

__all__ = [
    "HistoricalSql",
    "Layout",
    "Spine",
    "SpineColumn",
    "canonical_spine",
    "compile_historical",
    "dialect_named",
]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one SELECT: so many of the spine, so many values, one for each of ``flags``: a view's label."""

    spine: int
    values: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoricalSql:
    """The training set as SQL.

    Attributes:
        script: staged tables, if the engine needs any, and one SELECT: the spine's columns, then the features
            in the request's order; rows in the spine's order.
        counted_script: the same, followed by a BOOLEAN column for each of ``match_columns``: an event of
            that view matched within its ttl.
        columns: name and dtype of each feature column, then of each label.
        match_columns: (the view's label, its column in ``counted``).
        layout: of the SELECT of ``script`` and of each in ``Script.beside``: what its columns are.
        parameters: named parameters of both: ``as_of``, a TIMESTAMP, where labels are asked for.
    """

    script: Script
    counted_script: Script
    columns: tuple[tuple[str, DType], ...]
    match_columns: tuple[tuple[str, str], ...]
    parameters: tuple[str, ...] = ()
    layout: tuple[Layout, ...] = ()

    @property
    def select(self) -> str:
        """The SELECT of ``script``."""
        return self.script.text

    @property
    def counted(self) -> str:
        """The SELECT of ``counted_script``."""
        return self.counted_script.text


def dialect_named(name: str) -> Dialect:
    """Return the dialect; raise ``UsageError`` for one that does not exist."""
    if name in DIALECTS:
        return DIALECTS[name]
    hint = did_you_mean(name, DIALECTS)
    raise UsageError(Diagnostic("FC283", f"`{name}` is not a dialect", hint=hint))


def canonical_spine(request: Request, labels: Sequence[Label] = ()) -> Spine:
    """Return the spine that committed SQL is written for: a table ``spine`` of join keys and event_timestamp.

    Between them stands the request data that on-demand features read.
    """
    kinds: dict[str, str] = {}
    for selected in request.selected:
        for key in selected.view.join_keys:
            kinds.setdefault(selected.spine_key(key.name), key.dtype.kind)
    for label in labels:
        for key in label.join_keys:
            kinds.setdefault(key.name, key.dtype.kind)
    for field in request.request_fields:
        kinds.setdefault(field.name, field.dtype.kind)
    kinds.setdefault("event_timestamp", "timestamp")
    return Spine(Table(("spine",)), tuple(SpineColumn(name, kind) for name, kind in kinds.items()))


def compile_historical(
    request: Request,
    spine: Spine,
    dialect: str = "duckdb",
    labels: Sequence[Label] = (),
    tuning: Tuning = UNTUNED,
    schema: str = "",
) -> HistoricalSql:
    """Return the SQL that joins ``request`` to ``spine``; the spine's columns were checked against it.

    ``schema`` is where staged tables are made on engines without temporary ones.
    """
    engine = dialect_named(dialect)
    parts = _parts(request, spine, engine, labels, tuning, schema)
    columns = [(c.name, c.feature.dtype) for c in request.columns]
    layout = tuple(Layout(len(p.spine.columns), len(p.columns), match_labels(p)) for p in parts.plans)
    several = dict.fromkeys(label for each in layout for label in each.flags)
    flags = layout[0].flags if len(layout) == 1 else tuple(several)
    return HistoricalSql(
        script=_script(parts, engine, schema),
        counted_script=_script(parts, engine, schema, counted=True),
        columns=(*columns, *((label.name, label.feature.dtype) for label in labels)),
        match_columns=tuple((label, f"__matched_{n}") for n, label in enumerate(flags, 1)),
        parameters=("as_of",) if labels else (),
        layout=layout,
    )


def historical_script(
    request: Request,
    spine: Spine,
    engine: Dialect,
    labels: Sequence[Label] = (),
    tuning: Tuning = UNTUNED,
    schema: str = "",
) -> Script:
    """Return only ``HistoricalSql.script``: what `build` writes."""
    return _script(_parts(request, spine, engine, labels, tuning, schema), engine, schema)


def _parts(
    request: Request, spine: Spine, engine: Dialect, labels: Sequence[Label], tuning: Tuning, schema: str
) -> Parts:
    parts = parts_of(plan_training_set(request, spine, labels, tuning), engine, schema)
    return replace(parts, plans=tuple(map(rewrite, parts.plans)))


def _script(parts: Parts, engine: Dialect, schema: str, *, counted: bool = False) -> Script:
    contents = [lower_training_set(plan, engine, counted=counted) for plan in parts.plans]
    if len(contents) == 1:
        return staged(contents[0], engine, schema)
    scripts = [staged(content, engine, schema, f"{n}_") for n, content in enumerate(contents, 1)]
    return side_by_side(scripts, [parts.spine] if parts.spine is not None else [])
