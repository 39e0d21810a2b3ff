"""What each node of our own plan keeps of the bound, one rule a kind of node.

The bound of a row is the instant from which it is known. A source's rows have it by declaration; the nodes
above only ever show a spine row of time t what its bound lets it see, so that nothing can go wrong in them but
what is named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fcompile.compiler.definitions import Feature, FeatureView, File, Source, Table
from fcompile.compiler.errors import Span
from fcompile.compiler.expressions.nodes import Column, Expr, Raw, walk
from fcompile.compiler.proof.findings import NOTHING, Finding, assumes, together
from fcompile.compiler.proof.later import may_be_later


def of_scan(source: Source) -> Finding:
    """A row of a table or file is known at its declared known time; without one, when it happens."""
    if source.available_at is not None or source.availability_lag:
        return NOTHING
    return assumes(
        f"rows of source `{source.name}` are known as soon as they happen (`{source.timestamp_field}`)",
        source.span,
    )


def of_expression(expr: Expr, reference: str, source: Source | None, span: Span) -> Finding:
    """An expression reads one row and no clock: it keeps the row's bound. SQL of one dialect may do anything.

    ``source`` None: it reads values, not rows.
    """
    found = []
    for node in walk(expr):
        if isinstance(node, Raw):
            dialects = ", ".join(name for name, _ in node.texts)
            found.append(
                assumes(f"raw SQL for {dialects} in `{reference}` reads its row and nothing else", span)
            )
        elif isinstance(node, Column) and source is not None:
            found.append(_of_column(node.name, source, span))
    return together(found) if found else NOTHING


def _of_column(name: str, source: Source, span: Span) -> Finding:
    if not may_be_later(name) or name in (source.timestamp_field, source.available_at):
        return NOTHING
    if not isinstance(source.relation, Table | File):
        return NOTHING  # what a query or a view makes of its columns is looked at there
    return assumes(f"`{name}` of source `{source.name}` is known with its row, not filled in later", span)


def of_rows(view: FeatureView) -> Finding:
    """A filter drops rows by what they hold, and keys are columns: those left keep their bound."""
    found = [_of_column(key.name, view.source, view.span) for key in view.join_keys]
    if view.filter is not None:
        found.append(of_expression(view.filter, view.name, view.source, view.span))
    return together(found) if found else NOTHING


def of_latest(view: FeatureView, values: Iterable[tuple[Feature, Finding]]) -> Iterator[tuple[str, Finding]]:
    """A point-in-time join picks among rows with e <= t and v <= t: what is not known by t is not there.

    Rows of one key and time are told apart by the features in their order, so that a feature rests also on
    those before it.
    """
    before = ""
    for feature, found in values:
        tied = f"no two rows of `{view.name}` tie (`{before}` would choose between them)"
        yield feature.name, together((found, assumes(tied, feature.span))) if before else found
        before = before or (feature.name if found else "")


def of_window(feature: Feature, view: FeatureView) -> Finding:
    """A window join aggregates rows with e <= t, v <= t and e > t - w; ``every`` moves t back, never forth."""
    reference = f"{view.name}:{feature.name}"
    found = of_expression(feature.expr, reference, view.source, feature.span)
    window = feature.window
    if window is None or window.filter is None:
        return found
    return together((found, of_expression(window.filter, reference, view.source, feature.span)))
