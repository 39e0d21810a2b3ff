"""Taking back what fcompile made: all of a target (``teardown``), or what can be made again (``clean``)."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fcompile.compiler.errors import Diagnostic, RefusedError, listed
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.procedure import leased
from fcompile.runtime.project import Project
from fcompile.runtime.run import compiled
from fcompile.runtime.state import open_state
from fcompile.runtime.warehouses.registry import open_warehouse

MACHINE_FOLDER = ".fcompile"
LEFT_BEHIND = timedelta(days=1)
_SESSION_TABLE = re.compile(r"(?:^|\.)__fcompile_(?:tmp|stage_\w+)_(\d{14})_[0-9a-f]{12}$")
GENERATED = ("cache", "docs", "logs", "tmp")
"""Folders under ``.fcompile/`` that are made again when they are missing."""


@dataclass(frozen=True, slots=True)
class Teardown:
    """What was taken back.

    Attributes:
        views: whose table, online rows and state are gone, sorted.
        left: views that the state knew and the definitions no longer do: their online rows and state
            are gone, but their tables in the warehouse are left, as nothing tells any more which they are.
    """

    views: tuple[str, ...]
    left: tuple[str, ...]


def teardown(project: Project, confirmed: bool) -> Teardown:
    """Drop the tables, online rows and state of the project's views in its target; idempotent.

    Raises:
        RefusedError: FC509 it is not ``confirmed``.
        LockedError: FC501 a run works on one of the views.
    """
    views = [view for _, view in sorted(project.definitions.feature_views.items())]
    if not confirmed:
        raise RefusedError(_question([view.name for view in views], project.target_name))
    name = project.config.project
    with (
        closing(open_state(project.config.state, project.root, name, project.target_name)) as state,
        leased(state, views),
        closing(open_warehouse(project)) as warehouse,
        closing(open_online(project.target.online, project.root, project.online_namespace)) as online,
    ):
        left = sorted(set(state.views()) - {view.name for view in views})
        for view in views:
            for statement in compiled(project, view).drop:
                warehouse.execute(statement)
        # The state goes last: killed before, a second teardown still knows what there is.
        for gone in [*(view.name for view in views), *left]:
            online.drop(gone)
            state.forget(gone)
    return Teardown(tuple(view.name for view in views), tuple(left))


def _question(views: list[str], target: str) -> Diagnostic:
    message = f"teardown drops the tables, the online rows and the state of {listed(views)} in `{target}`"
    return Diagnostic("FC509", message, hint="to do it: fcompile teardown --yes")


def clean(project: Project) -> tuple[str, ...]:
    """Remove files that can be made again; return what was removed, relative to the project, sorted.

    The state, the online store and the warehouse are never among them.
    """
    folder = project.root / MACHINE_FOLDER
    found = [folder / name for name in GENERATED] + sorted(folder.glob("*.tmp"))
    removed = [path for path in found if path.exists() or path.is_symlink()]
    for path in removed:
        _remove(path)
    return tuple(sorted(path.relative_to(project.root).as_posix() for path in removed))


def clean_warehouse(project: Project, older_than: timedelta = LEFT_BEHIND) -> tuple[str, ...]:
    """Drop tables of sessions that ended before they could; return their names, sorted.

    Their names say when they were made; younger ones may be in use. Engines with temporary tables leave none.
    """
    with closing(open_warehouse(project)) as warehouse:
        before = f"{warehouse.now() - older_than:%Y%m%d%H%M%S}"
        left = [
            name for name in warehouse.tables() if (made := _SESSION_TABLE.search(name)) and made[1] < before
        ]
        for name in left:
            warehouse.drop(tuple(part for part in name.rpartition(".")[::2] if part))
    return tuple(left)


def _remove(path: Path) -> None:
    # A link is ours, what it points to may not be.
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path)
