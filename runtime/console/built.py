"""The command ``build``: what was written, or with ``--check`` would have been."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.errors import Diagnostic, UsageError
from fcompile.compiler.kinds import NODE_KINDS
from fcompile.runtime.build import dialects_of, plan_build, write_build
from fcompile.runtime.console.changes import say_changes
from fcompile.runtime.console.recorded import Recorder
from fcompile.runtime.console.session import Session
from fcompile.runtime.rebuild import Rebuilt, Sought, keep, known_after, rebuilt, sought
from fcompile.runtime.run_results import NodeResult

if TYPE_CHECKING:
    from fcompile.runtime.build import Build
    from fcompile.runtime.known import Known

_COMPILED = ("feature_view", "on_demand_view", "feature_service", "label")


def built(session: Session, names: Sequence[str], output: Path | None, check: bool) -> None:
    """Build for the dialects that ``names`` mean; leave with 3 where ``check`` finds that files would change."""
    opened = session.opened
    if not opened.sound:
        _ = session.project  # it has the words for what is wrong
    wanted = sought(opened, dialects_of(names, opened.dialect), output)
    sooner = rebuilt(wanted)
    asked = _asked(session, sooner)
    with Recorder(session, asked) as recorder:
        plan, known = (sooner.build, sooner.known) if sooner is not None else _whole(session, wanted)
        if not check:
            write_build(plan)
        if known is not None and (sooner is None or sooner.fresh) and not (check and plan.changes):
            keep(wanted, known)
        for result in _recorded(plan, asked, opened.config.sql if opened.config else "", check):
            recorder.put(result)
        say_changes(session.log, plan, check, _again(names, output))
        if check and plan.changes:
            raise typer.Exit(3)


def built_on_save(session: Session, names: Sequence[str], output: Path | None, check: bool) -> None:
    """As ``built``, again after each change of a file."""
    from fcompile.runtime.console.watched import watched

    if check:
        message = "--check looks once, and --watch goes on"
        raise UsageError(Diagnostic("FC285", message, hint="leave one of the two out"))
    watched(session, lambda again: built(again, names, output, check=False))


def _asked(session: Session, sooner: Rebuilt | None) -> list[str]:
    """Return the ids of all that has SQL, in the order of the graph."""
    if sooner is None:
        return [node.id for node in session.graph.nodes.values() if node.kind in _COMPILED]
    session.say_where()
    names = [
        (kind, name)
        for listed, kind in NODE_KINDS.items()
        if kind in _COMPILED
        for name in sorted(name for own, name in sooner.known.objects if own == listed)
    ]
    return [f"{kind}.{name}" for kind, name in names]


def _whole(session: Session, wanted: Sought) -> tuple[Build, Known | None]:
    plan = plan_build(session.project, wanted.dialects, wanted.output)
    return plan, known_after(wanted, session.project, plan)


def _again(names: Sequence[str], output: Path | None) -> str:
    """Return the command that writes what ``--check`` found to differ."""
    folder = [] if output is None else [f"-o {output}"]
    return " ".join(["fcompile build", *(f"-d {name}" for name in names), *folder])


def _recorded(plan: Build, asked: Sequence[str], folder: str, check: bool) -> Iterator[NodeResult]:
    """Each object with its files, sorted; with ``check`` one whose files would change fails."""
    paths: dict[str, list[str]] = {node_id: [] for node_id in asked}
    for path in sorted(plan.files):
        paths.get(_object_of(path), []).append(path)
    stale = {_object_of(change.path): change.path for change in plan.changes} if check else {}
    for node_id, own in paths.items():
        sql = tuple(f"{folder}/{path}" for path in own)
        if node_id in stale:
            yield NodeResult(node_id, "fail", message=f"{stale[node_id]} would change", sql=sql)
        else:
            yield NodeResult(node_id, "success", sql=sql)


def _object_of(path: str) -> str:
    """Return the id of the object that ``<dialect>/<kind>s/<name>/<statement>.sql`` is of."""
    parts = path.split("/")
    return f"{parts[1].removesuffix('s')}.{parts[2]}" if len(parts) == 4 else ""
