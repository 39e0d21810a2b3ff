"""Verdicts on every feature of a project: the rules of the plan, over what is found of each source.

Pure and deterministic. What is found of a source or a view is found once, however many features read it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fcompile.compiler.definitions import Definitions, Feature, FeatureView, OnDemandView, Query, Source
from fcompile.compiler.errors import Diagnostic
from fcompile.compiler.expressions.nodes import column_names
from fcompile.compiler.nested import view_read
from fcompile.compiler.proof.certificate import Certificate, Certificates, Verdict
from fcompile.compiler.proof.findings import NOTHING, Finding, together
from fcompile.compiler.proof.rules import of_expression, of_latest, of_rows, of_window
from fcompile.compiler.proof.sources import Rows, rows_of
from fcompile.compiler.proof.tables import Declared, declared_tables
from fcompile.compiler.steps import result_of


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
    return result_of(proving(definitions, dialect))


@dataclass(slots=True)
class Findings:
    """What was found of the very same sources and views before, by name; of one project and dialect."""

    declared: Declared = field(default_factory=lambda: Declared({}, {}))
    sources: dict[str, tuple[Source, Rows]] = field(default_factory=dict)
    views: dict[str, tuple[FeatureView, Mapping[str, Finding]]] = field(default_factory=dict)

    def refresh(self, definitions: Definitions) -> None:
        """Forget what is gone, and of queries all if they may read other tables now."""
        declared = declared_tables(definitions.sources.values())
        same = declared == self.declared
        self.declared = declared
        self.sources = {
            name: known
            for name, known in self.sources.items()
            if name in definitions.sources and (same or not _asks(known[0]))
        }
        self.views = {
            name: known
            for name, known in self.views.items()
            if name in definitions.feature_views and (same or not _asks(known[0].source))
        }


def _asks(source: Source) -> bool:
    inner = view_read(source)
    return isinstance(source.relation, Query) if inner is None else _asks(inner.source)


def proving(
    definitions: Definitions, dialect: str, memory: Findings | None = None
) -> Generator[None, None, Proof]:
    """As ``prove``, for who has other things to do: pauses after each view.

    ``memory`` is what the last time left: what is found of an object that is the same is taken from there.
    """
    prover = _Prover(definitions, dialect, memory or Findings())
    found: dict[str, Finding] = {}
    for findings in prover.all():
        found.update(findings)
        yield
    found = {reference: found[reference] for reference in sorted(found)}
    made = MappingProxyType(
        {
            reference: _PROVED if finding is NOTHING else _certificate(reference, finding)
            for reference, finding in found.items()
        }
    )
    problems = (*prover.problems(), *_diagnostics(found))
    return Proof(made, tuple(sorted(dict.fromkeys(problems), key=Diagnostic.sort_key)))


class _Prover:
    """What has been found so far, by the name of the source or the view."""

    def __init__(self, definitions: Definitions, dialect: str, found: Findings) -> None:
        self.definitions = definitions
        self.dialect = dialect
        self.found = found
        found.refresh(definitions)

    def all(self) -> Iterator[dict[str, Finding]]:
        """Yield what is found of each view, by the feature's reference."""
        for view in self.definitions.feature_views.values():
            yield {f"{view.name}:{name}": finding for name, finding in self.of_view(view).items()}
        for on_demand in self.definitions.on_demand_feature_views.values():
            yield {f"{on_demand.name}:{f.name}": self.of_on_demand(on_demand, f) for f in on_demand.features}

    def problems(self) -> Iterator[Diagnostic]:
        """Yield what is wrong with sources themselves, those that no view reads too."""
        for source in self.definitions.sources.values():
            if isinstance(source.relation, Query):
                yield from self.of_source(source).problems

    def of_source(self, source: Source) -> Rows:
        known = self.found.sources.get(source.name)
        if known is None or known[0] is not source:
            known = source, rows_of(source, self.found.declared, self.dialect)
            self.found.sources[source.name] = known
        return known[1]

    def of_view(self, view: FeatureView) -> Mapping[str, Finding]:
        known = self.found.views.get(view.name)
        if known is None or known[0] is not view:
            known = self.found.views[view.name] = view, dict(self._features(view))
        return known[1]

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
