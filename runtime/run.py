"""``run``, ``materialize`` and ``materialize-incremental``, and what they open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.materialize import MaterializeSql, compile_materialize
from fcompile.runtime.events import Report, silent
from fcompile.runtime.interval import Wish
from fcompile.runtime.online.base import OnlineStore
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import Ports, RunSummary, ViewResult, fingerprint, leased, run_views
from fcompile.runtime.project import Project
from fcompile.runtime.sources import check_sources
from fcompile.runtime.state import Lease, open_state
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.registry import open_warehouse

__all__ = ["RunSummary", "ViewResult", "at_work", "compiled", "fingerprint", "materialize"]


def materialize(
    project: Project,
    views: Sequence[FeatureView],
    *,
    end: datetime | None,
    start: datetime | None = None,
    full_refresh: bool = False,
    warehouse_only: bool = False,
    report: Report = silent,
) -> RunSummary:
    """Bring the views' tables and online rows up to ``end`` (naive UTC; None is the warehouse's now).

    A view that fails does not stop the others. Raises before anything is changed:
        UsageError: the end is in the future or before the start.
        RefusedError: the end is before a view's watermark (but with ``start`` or ``full_refresh``).
        LockedError: another run works on one of the views.
    """
    wish = Wish(end, start, full_refresh, warehouse_only)
    with at_work(project, views, wish) as (ports, lease):
        return run_views(ports, lease, views, wish, report)


@contextmanager
def at_work(project: Project, views: Sequence[FeatureView], wish: Wish) -> Iterator[tuple[Ports, Lease]]:
    """Open what a run needs, and hold the views; raise LockedError (FC501) where another run does."""
    with (
        closing(open_state(project.config.state, project.root, _name(project), project.target_name)) as state,
        leased(state, views) as lease,
        closing(open_warehouse(project)) as warehouse,
        _online(project, views, wish) as online,
    ):
        check = partial(_check, project, warehouse)
        yield Ports(warehouse, state, online, partial(compiled, project), check), lease


def _check(project: Project, warehouse: Warehouse, view: FeatureView) -> FeatureView:
    return check_sources(warehouse, [view], project.files).view(view)


def compiled(project: Project, view: FeatureView) -> MaterializeSql:
    """Return the statements that ``build`` writes for the project's target."""
    warehouse = project.target.warehouse
    return compile_materialize(view, warehouse.schema_, _name(project), warehouse.type)


def _name(project: Project) -> str:
    return project.config.project


@contextmanager
def _online(project: Project, views: Sequence[FeatureView], wish: Wish) -> Iterator[OnlineStore | None]:
    if wish.warehouse_only or not any(view.online for view in views):
        yield None
        return
    with closing(open_online(project.target.online, project.root, project.online_namespace)) as store:
        yield store
