"""What a change does to values: old and new SQL of the changed features, on one sampled spine in DuckDB.

The data is that of the target where it is a DuckDB that can be read, else the rows that the project's tests give.
Nothing is written but tables of the session, and cells are compared in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from fcompile.compiler.compile import compile_historical
from fcompile.compiler.definitions import Definitions, Feature, FeatureView, OnDemandView, Row
from fcompile.compiler.diff.model import FeatureDelta, ObjectChange
from fcompile.compiler.diff.names import Renames
from fcompile.compiler.diff.renames import renames
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError
from fcompile.compiler.graph import graph
from fcompile.compiler.nested import base_of
from fcompile.compiler.request import ComputedColumn, OutputColumn, Request, member_of, request_of
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.runtime.cells import difference, is_summed, same_of_types
from fcompile.runtime.dynamic.spines import ROW, NotDrawn
from fcompile.runtime.given import GIVEN, on_given_rows, register_given
from fcompile.runtime.project import Project
from fcompile.runtime.review.data_sample import sampled
from fcompile.runtime.sources import check_sources
from fcompile.runtime.warehouses.base import Parts
from fcompile.runtime.warehouses.duckdb import (
    MEMORY,
    DuckDBWarehouse,
    connect,
    dotted,
    open_database,
    quoted_name,
)

SAMPLE = 1000
"""Rows of the spine, a view."""

View = FeatureView | OnDemandView
Say = Callable[[str], None]
_OLD = "__given_before_"


def data_diff(
    project: Project,
    old: Definitions,
    changes: Iterable[ObjectChange],
    sample: int = SAMPLE,
    *,
    tuning: Tuning = UNTUNED,
    say: Say = lambda sentence: None,
) -> tuple[FeatureDelta, ...]:
    """Return what ``changes`` since ``old`` do to the features of views that changed or are made of what did.

    Features that only one side has, and views whose join keys are others, are left out. ``tuning`` is that of
    ``old``; ``say`` takes a sentence for each view of which nothing could be computed, and where rows come from.
    Sorted by feature. Raises nothing of what is wrong with data: what cannot be computed is said.
    """
    pairs = sorted(_pairs(project.definitions, old, changes), key=lambda pair: pair.new.name)
    found: dict[str, FeatureDelta] = {}
    on_target = dict(_tried(project, _target, pairs, tuning, sample, found))
    on_tests = dict(_tried(project, _fixtures, list(on_target), tuning, sample, found)) if on_target else {}
    for pair, why in on_target.items():
        also = f"; on the rows of its tests: {on_tests[pair]}" if on_tests.get(pair, why) != why else ""
        what = "No values" if pair in on_tests else "Only rows that tests give"
        say(f"{what} of `{pair.new.name}` were compared: {why}{also}")
    return tuple(found[name] for name in sorted(found))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A view as it is and as it was, with the features that both have: (now, then)."""

    new: View
    old: View
    features: tuple[tuple[Feature, Feature], ...]

    @property
    def requests(self) -> tuple[Request, Request]:
        """What asks for the features of both, in the same order: as they were, as they are."""
        return (
            _asking(self.old, [then for _, then in self.features]),
            _asking(self.new, [now for now, _ in self.features]),
        )


def _asking(view: View, features: Sequence[Feature]) -> Request:
    return request_of([replace(member_of(view), features=tuple(features))], True)


def _pairs(new: Definitions, old: Definitions, changes: Iterable[ObjectChange]) -> Iterator[_Pair]:
    before, after = graph(old), graph(new)
    names = renames(before, after)
    was = {now: then for then, now in names.objects.items()}
    ids = dict.fromkeys(each for change in changes for each in (change.id, *change.downstream))
    for each in ids:
        now, then = after.nodes.get(each), before.nodes.get(was.get(each, each))
        if now is None or then is None:
            continue
        views = now.definition, then.definition
        if isinstance(views[0], View) and isinstance(views[1], View):
            pair = _Pair(views[0], views[1], tuple(_common(views[0], views[1], names)))
            if pair.features and _keys(pair.new) == _keys(pair.old):
                yield pair


def _common(new: View, old: View, names: Renames) -> Iterator[tuple[Feature, Feature]]:
    was = {now: then for then, now in names.of_view(new.name).items()}
    for feature in new.features:
        then = old.feature(was.get(feature.name, feature.name))
        if then is not None:
            yield feature, then


def _keys(view: View) -> frozenset[str]:
    return frozenset(view.spine_keys if isinstance(view, OnDemandView) else (k.name for k in view.join_keys))


# -- data -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Data:
    """An open DuckDB, and what makes a pair's requests read it; that raises FcompileError where it cannot."""

    warehouse: DuckDBWarehouse
    requests: Callable[[_Pair], tuple[Request, Request]]


def _target(project: Project) -> _Data:
    """The target's own data, opened to be read; raises FcompileError where there is none that DuckDB reads."""
    kind = project.target.warehouse.type
    if kind != "duckdb":
        message = f"target `{project.target_name}` is {kind}, and values are compared in DuckDB"
        raise UsageError(Diagnostic("FC910", message))
    warehouse = connect(project, read_only=True)

    def requests(pair: _Pair) -> tuple[Request, Request]:
        old, new = pair.requests
        return _as_found(warehouse, old), _as_found(warehouse, new)

    return _Data(warehouse, requests)


def _as_found(warehouse: DuckDBWarehouse, request: Request) -> Request:
    found = check_sources(warehouse, dict.fromkeys(s.view for s in request.selected), {})
    return found.request(request)


def _fixtures(project: Project) -> _Data:
    """The rows that the project's tests give, of all tests together."""
    warehouse = open_database(MEMORY, project.root)
    given: dict[str, tuple[Row, ...]] = {}
    for test in project.definitions.tests.values():
        for source, rows in test.given:
            given[source] = given.get(source, ()) + rows

    def requests(pair: _Pair) -> tuple[Request, Request]:
        old, new = pair.requests
        # A source that was called otherwise, or another one, stands for the same rows.
        names = zip(_sources(old), _sources(new), strict=False)
        before = {**{then: given.get(now, ()) for then, now in names}, **given}
        register_given(warehouse, old, before, _OLD)
        register_given(warehouse, new, given)
        return on_given_rows(old, _OLD), on_given_rows(new, GIVEN)

    return _Data(warehouse, requests)


def _sources(request: Request) -> list[str]:
    return [base_of(selected.view.source).name for selected in request.selected]


# -- values ---------------------------------------------------------------------------------------


def _tried(
    project: Project,
    open_data: Callable[[Project], _Data],
    pairs: Sequence[_Pair],
    tuning: Tuning,
    sample: int,
    found: dict[str, FeatureDelta],
) -> Iterator[tuple[_Pair, str]]:
    """Put what could be computed into ``found``; yield the other pairs with the reason."""
    try:
        data = open_data(project)
    except FcompileError as error:
        yield from ((pair, error.diagnostics[0].message) for pair in pairs)
        return
    with closing(data.warehouse):
        for pair in pairs:
            try:
                deltas = _deltas(data, project, pair, tuning, sample)
            except (FcompileError, NotDrawn) as error:
                yield pair, error.diagnostics[0].message if isinstance(error, FcompileError) else str(error)
                continue
            found.update((delta.feature, delta) for delta in deltas)
            if not deltas:
                yield pair, "there are no rows to sample"


def _deltas(data: _Data, project: Project, pair: _Pair, tuning: Tuning, sample: int) -> list[FeatureDelta]:
    """Return a delta a feature; none where there are no rows."""
    warehouse = data.warehouse
    old, new = data.requests(pair)
    spine = sampled(warehouse, old, new, sample)
    if not spine.rows:
        warehouse.drop(spine.table)
        return []
    before = warehouse.stage(compile_historical(old, spine.spine, tuning=tuning).select)
    after = warehouse.stage(compile_historical(new, spine.spine, tuning=project.tuning).select)
    deltas = _compared(warehouse, pair, before, after, old.columns, new.columns)
    for table in (before, after, spine.table):
        warehouse.drop(table)
    return deltas


Columns = Sequence[OutputColumn | ComputedColumn]


def _compared(
    warehouse: DuckDBWarehouse, pair: _Pair, before: Parts, after: Parts, old: Columns, new: Columns
) -> list[FeatureDelta]:
    counts = [text for o, n in zip(old, new, strict=True) for text in _counts(pair, o, n)]
    joined = f"FROM {dotted(before)} AS b JOIN {dotted(after)} AS a USING ({ROW})"
    (row,) = warehouse.rows(f"SELECT count(*), {', '.join(counts)} {joined}")
    rows, cells = row[0], row[1:]
    deltas = []
    for i, (now, _) in enumerate(pair.features):
        changed, nulls_before, nulls_after, largest = cells[4 * i : 4 * i + 4]
        counted, differ, null, null_now = (int(str(n)) for n in (rows, changed, nulls_before, nulls_after))
        apart = None if largest is None else float(str(largest))
        deltas.append(FeatureDelta(f"{pair.new.name}:{now.name}", counted, differ, null, null_now, apart))
    return deltas


def _counts(pair: _Pair, old: OutputColumn | ComputedColumn, new: OutputColumn | ComputedColumn) -> list[str]:
    """Return the SQL of changed cells, NULLs before, NULLs after and the largest difference."""
    b, a = f"b.{quoted_name(old.name)}", f"a.{quoted_name(new.name)}"
    types = old.feature.dtype, new.feature.dtype
    summed = is_summed(pair.old, old.feature) or is_summed(pair.new, new.feature)
    equal = same_of_types(b, a, *types, summed=summed)
    apart = difference(b, a, *types)
    nulls = (f"count(*) - count({each})" for each in (b, a))
    largest = f"max({apart}) FILTER (WHERE NOT {equal})" if apart else "CAST(NULL AS DOUBLE)"
    return [f"count(*) FILTER (WHERE NOT {equal})", *nulls, largest]
