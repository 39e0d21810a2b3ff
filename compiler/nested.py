"""Views whose rows are those of other views: down to the source that is really read, and up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fcompile.compiler.definitions import FeatureView, Source, ViewRows


def view_read(source: Source) -> FeatureView | None:
    """Return the view whose rows ``source`` is; None for a source of the warehouse."""
    return source.relation.view if isinstance(source.relation, ViewRows) else None


def views_below(source: Source) -> tuple[FeatureView, ...]:
    """Return the views that ``source`` is made of, the nearest first; none for a source of the warehouse."""
    view = view_read(source)
    return () if view is None else (view, *views_below(view.source))


def base_of(source: Source) -> Source:
    """Return the source of the warehouse that ``source`` comes from in the end: often itself."""
    below = views_below(source)
    return below[-1].source if below else source


def rebased(source: Source, change: Callable[[Source], Source]) -> Source:
    """Return ``source`` with ``change`` made to the source of the warehouse that it comes from."""
    view = view_read(source)
    if view is None:
        return change(source)
    return replace(source, relation=ViewRows(replace(view, source=rebased(view.source, change))))
