"""What `fcompile verify` prints: a line a view, then the cells that differ, with what to do about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, UsageError, listed
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import cell, table, write, write_json

if TYPE_CHECKING:
    from fcompile.runtime.verify import Verified


def verified(session: Session, views: Sequence[FeatureView], sample: int, output: str) -> None:
    """Compare ``views`` and print; leave with 1 where one does not agree or never ran."""
    from fcompile.runtime.verify import verify

    one_of(output, ("table", "json"))
    _check_online(views)
    found = list(verify(session.project, views, sample))
    if output == "json":
        write_json([_content(each) for each in found])
    else:
        write(_tables(found))
    for each in found:
        if each.as_of is None:
            session.log.say(f"`{each.view}` never ran, and answers nothing: fcompile run -s {each.view}")
    if not all(each.agrees for each in found):
        raise typer.Exit(1)


def _check_online(views: Sequence[FeatureView]) -> None:
    if not any(view.online for view in views):
        message = f"nothing to compare: {listed([view.name for view in views])} is not served online"
        raise UsageError(Diagnostic("FC510", message, hint="select a view without `online: false`"))


def _content(view: Verified) -> dict[str, object]:
    return {**asdict(view), "causes": view.causes or {}, "agrees": view.agrees}


def _tables(views: Sequence[Verified]) -> str:
    lines = [
        (v.view, cell(v.as_of) if v.as_of else "never ran", v.entities, v.differing, _counted(v))
        for v in views
    ]
    parts = [table(("view", "as of", "entities", "cells differing", "causes"), lines)]
    if any(view.differences for view in views):
        parts += [_cells(views), _advice(views)]
    return "\n".join(parts)


def _counted(view: Verified) -> str:
    return ", ".join(f"{cause} {count}" for cause, count in sorted((view.causes or {}).items()))


def _cells(views: Sequence[Verified]) -> str:
    lines = [
        (
            each.view,
            ",".join(f"{name}={cell(value)}" for name, value in each.key.items()),
            each.feature,
            cell(each.expected),
            cell(each.found),
            each.cause,
        )
        for view in views
        for each in view.differences
    ]
    more = [
        f"... and {view.differing - len(view.differences)} more cells of {view.view}\n"
        for view in views
        if view.differing > len(view.differences)
    ]
    headings = ("view", "key", "feature", "expected", "found", "cause")
    return "".join([table(headings, lines), *more])


def _advice(views: Sequence[Verified]) -> str:
    from fcompile.runtime.causes import CAUSES

    seen = {cause for view in views for cause in view.causes or {}}
    return "".join(f"{cause}: {words}.\n" for cause, words in CAUSES.items() if cause in seen)
