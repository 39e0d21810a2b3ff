"""Verdicts on every feature of a project: the rules of the plan, over what is found of each source.

Pure and deterministic. What is found of a source or a view is found once, however many features read it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from fcompile.compiler.definitions import Definitions, Feature, FeatureView, OnDemandView, Query, Source
from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.compiler.expressions.nodes import column_names
from fcompile.compiler.nested import view_read
from fcompile.compiler.proof.certificate import Certificate, Certificates, Verdict
from fcompile.compiler.proof.findings import NOTHING, Finding, together
from fcompile.compiler.proof.rules import of_expression, of_latest, of_rows, of_window
from fcompile.compiler.proof.sources import Rows, rows_of
from fcompile.compiler.proof.tables import declared_tables


@dataclass(frozen=True, slots=True)
class Proof:
    """``diagnostics``: every leak once, at its place, and what is wrong with ``static:``; by place."""

    certificates: Certificates
    diagnostics: tuple[Diagnostic, ...]


def certificates(definitions: Definitions, dialect: str) -> Certificates:
    """Return the verdict on each feature of feature views and on-demand views; never raises for a leak.

    ``dialect``: of the target, in which ``query:`` sources are written (sqlglot's name).
    """
    return prove(definitions, dialect).certificates


def prove(definitions: Definitions, dialect: str) -> Proof:
    """As ``certificates``, with the leaks as errors."""
    steps = proving(definitions, dialect)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            proof: Proof = done.value
            return proof


def proving(definitions: Definitions, dialect: str) -> Generator[None, None, Proof]:
    """As ``prove``, for who has other things to do: pauses after each feature."""
    prover = _Prover(definitions, dialect)
    found: dict[str, Finding] = {}
    for reference, finding in prover.all():
        found[reference] = finding
        yield
    found = dict(sorted(found.items()))
    made = MappingProxyType(
        {reference: _certificate(reference, finding) for reference, finding in found.items()}
    )
    problems = (*prover.problems(), *_diagnostics(found))
    return Proof(made, tuple(sorted(dict.fromkeys(problems), key=Diagnostic.sort_key)))


def refuse_leaks(
    definitions: Definitions, dialect: str, files: Mapping[str, str] | None = None
) -> Certificates:
    """Return ``certificates``; raise FcompileError with every leak at its place.

    ``files`` are the texts of the definition files.
    """
    proof = prove(definitions, dialect)
    if proof.diagnostics:
        raise FcompileError(*proof.diagnostics, files=files or {})
    return proof.certificates


class _Prover:
    """What has been found so far, by the name of the source or the view."""

    def __init__(self, definitions: Definitions, dialect: str) -> None:
        self.definitions = definitions
        self.dialect = dialect
        self.declared = declared_tables(definitions.sources.values())
        self.sources: dict[str, Rows] = {}
        self.views: dict[str, Mapping[str, Finding]] = {}

    def all(self) -> Iterator[tuple[str, Finding]]:
        for view in self.definitions.feature_views.values():
            for name, finding in self.of_view(view).items():
                yield f"{view.name}:{name}", finding
        for on_demand in self.definitions.on_demand_feature_views.values():
            for feature in on_demand.features:
                yield f"{on_demand.name}:{feature.name}", self.of_on_demand(on_demand, feature)

    def problems(self) -> Iterator[Diagnostic]:
        """Yield what is wrong with sources themselves, those that no view reads too."""
        for source in self.definitions.sources.values():
            if isinstance(source.relation, Query):
                yield from self.of_source(source).problems

    def of_source(self, source: Source) -> Rows:
        if source.name not in self.sources:
            self.sources[source.name] = rows_of(source, self.declared, self.dialect)
        return self.sources[source.name]

    def of_view(self, view: FeatureView) -> Mapping[str, Finding]:
        if view.name not in self.views:
            self.views[view.name] = dict(self._features(view))
        return self.views[view.name]

    def of_on_demand(self, view: OnDemandView, feature: Feature) -> Finding:
        """What is computed when it is read keeps the bounds of what it reads; request data comes with t."""
        inputs = [
            self.of_view(each.selected.view)[each.feature.name].through(each.reference)
            for each in view.reads(feature)
        ]
        own = of_expression(feature.expr, f"{view.name}:{feature.name}", None, feature.span)
        return together((*inputs, own))

    def _features(self, view: FeatureView) -> Iterator[tuple[str, Finding]]:
        rows = together((self._rows(view), of_rows(view)))
        columns = self._columns(view)
        read_by_all = [key.name for key in view.join_keys]
        read_by_all += column_names(view.filter) if view.filter is not None else ()
        rows = together((rows, *(columns(name) for name in read_by_all)))
        if view.windowed:
            yield from self._windows(view, rows)
            return
        for name, found in of_latest(view, ((f, self._own(view, f, columns)) for f in view.features)):
            yield name, together((rows, found))

    def _own(self, view: FeatureView, feature: Feature, columns: Columns) -> Finding:
        own = of_expression(feature.expr, f"{view.name}:{feature.name}", view.source, feature.span)
        return together((own, *map(columns, column_names(feature.expr))))

    def _windows(self, view: FeatureView, rows: Finding) -> Iterator[tuple[str, Finding]]:
        columns = self._columns(view)
        found: dict[str, Finding] = {}
        for feature in view.features:
            if feature.window is not None:
                read = [*column_names(feature.expr)]
                read += column_names(feature.window.filter) if feature.window.filter is not None else ()
                found[feature.name] = together((rows, of_window(feature, view), *map(columns, read)))
        for feature in view.features:
            if feature.window is None:
                own = of_expression(feature.expr, f"{view.name}:{feature.name}", view.source, feature.span)
                windows = [found[name] for name in column_names(feature.expr) if name in found]
                found[feature.name] = together((rows, own, *windows))
        yield from ((feature.name, found[feature.name]) for feature in view.features)

    def _rows(self, view: FeatureView) -> Finding:
        """What it rests on that a row is there, and is known when it is."""
        inner = view_read(view.source)
        if inner is None:
            return self.of_source(view.source).rows.through(f"source {view.source.name}")
        read = [key.name for key in inner.join_keys]
        read += column_names(inner.filter) if inner.filter is not None else ()
        columns = self._columns(inner)
        found = together((self._rows(inner), of_rows(inner), *map(columns, read)))
        return found.through(f"view {inner.name}")

    def _columns(self, view: FeatureView) -> Columns:
        """Return what a column of the view's rows rests on, besides the rows."""
        inner = view_read(view.source)
        if inner is None:
            source = self.of_source(view.source)
            step = f"source {view.source.name}"
            return lambda name: source.column(name).through(step)
        features = self.of_view(inner)
        return lambda name: features.get(name, NOTHING).through(f"view {inner.name}")


Columns = Callable[[str], Finding]


def _certificate(reference: str, found: Finding) -> Certificate:
    if not found:
        return _PROVED
    assumptions = tuple(sorted(found.assumptions))
    if not found.leaks:
        return Certificate(Verdict.ASSUMES, assumptions, span=found.span)
    leak = found.leaks[0]
    return Certificate(Verdict.LEAK, assumptions, (reference, *leak.path), leak.span)


_PROVED = Certificate(Verdict.PROVED)


def _diagnostics(found: Mapping[str, Finding]) -> Iterator[Diagnostic]:
    """Yield each leak once, with the features that it reaches."""
    reached: dict[Diagnostic, list[str]] = {}
    for reference, finding in found.items():
        for leak in finding.leaks:
            path = " -> ".join((reference, *leak.path))
            reached.setdefault(leak.diagnostic, []).append(path)
    for diagnostic, paths in reached.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield replace(diagnostic, message=f"{diagnostic.message}: {paths[0]}{more}")
