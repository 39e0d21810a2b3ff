"""The command ``diff``: what changed since a git ref or a manifest, and whether a gate lets it pass."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer

from fcompile.compiler.diff.gates import fail_on
from fcompile.compiler.diff.model import ChangeClass, Diff, ObjectChange
from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError, did_you_mean, listed
from fcompile.runtime.build import dialects_of
from fcompile.runtime.console.inspect import one_of
from fcompile.runtime.console.log import is_terminal
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import write, write_json

if TYPE_CHECKING:
    from fcompile.runtime.project import Project
    from fcompile.runtime.review.base import Base

FORMATS = ("text", "markdown", "json")
_STYLES = {
    "removal": "1;31",
    "key": "1;31",
    "time": "1;35",
    "value": "1;33",
    "widening": "36",
    "additive": "32",
    "metadata": "2",
    "cosmetic": "2",
    "leak": "1;97;41",
    "dim": "2",
    "+": "32",
    "-": "31",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options, as they are given."""

    base: str | None
    form: str
    sql: bool
    data: bool
    sample: int | None
    dialects: Sequence[str]
    fail_on: Sequence[str]
    selects: Sequence[str]
    excludes: Sequence[str]


def diffed(session: Session, asked: Asked) -> None:
    """Print the diff; leave with 3 where ``--fail-on`` does not let a change pass."""
    from fcompile.runtime.review.compared import diff_of

    one_of(asked.form, FORMATS, "--format")
    gate = classes(asked.fail_on)
    _refuse_sample(asked)
    session.connects = False
    dialects = dialects_of(asked.dialects, session.opened.dialect)
    project, base = _sides(session, asked)
    only = _selected(session, base, asked)
    _say_of_base(session, base)
    diff = diff_of(project, base, dialects, only)
    if asked.data:
        from fcompile.runtime.review.compared import with_data

        diff = with_data(project, base, diff, asked.sample, session.log.say)
    failed = fail_on(diff.changes, gate)
    _write(session, asked, diff, failed)
    if failed:
        names = listed([each.id.partition(".")[2] for each in failed])
        message = (
            f"--fail-on {','.join(each for each in ChangeClass if each in gate)} does not let pass: {names}"
        )
        session.log.say(message, event="gate", failed=[each.id for each in failed])
        raise typer.Exit(3)


def _sides(session: Session, asked: Asked) -> tuple[Project, Base]:
    """Return the project and the base: of both no more than what differs, where that is enough."""
    from fcompile.runtime.review.compared import read_base
    from fcompile.runtime.review.sides import remember, sides

    plain = not (asked.data or asked.selects or asked.excludes)
    found = sides(session.opened, asked.base) if plain else None
    if found is not None:
        session.say_where()
        return found
    project = session.project
    if plain:
        remember(session.opened, project)  # before its memory learns of the base
    return project, read_base(project, asked.base)


def _refuse_sample(asked: Asked) -> None:
    if asked.sample is not None and (not asked.data or asked.sample < 1):
        what = "--sample is a number above 0" if asked.data else "--sample goes with --data"
        raise UsageError(Diagnostic("FC285", what, hint="as in `fcompile diff --data --sample 1000`"))


def classes(given: Sequence[str]) -> frozenset[ChangeClass]:
    """Return the classes that ``--fail-on`` names, commas between them or given again; raise UsageError (FC285)."""
    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    known = [str(each) for each in ChangeClass]
    wrong = [name for name in dict.fromkeys(names) if name not in known]
    if wrong:
        raise UsageError(*(_unknown_class(name, known) for name in wrong))
    return frozenset(map(ChangeClass, names))


def _unknown_class(name: str, known: Sequence[str]) -> Diagnostic:
    hint = did_you_mean(name, known) or f"there is {listed(known)}"
    return Diagnostic("FC285", f"--fail-on: `{name}` is no class of changes", hint=hint)


def _selected(session: Session, base: Base, asked: Asked) -> frozenset[str] | None:
    """Return the ids that are selected now or were in the base; None where nothing is selected by hand."""
    if not asked.selects and not asked.excludes:
        return None
    from fcompile.compiler.graph import KINDS, Graph, graph
    from fcompile.compiler.manifest import fingerprints
    from fcompile.compiler.selectors import Context, select

    old = graph(base.definitions)
    both = {**old.nodes, **session.graph.nodes}
    nodes = Graph({n.id: n for n in sorted(both.values(), key=lambda n: (KINDS.index(n.kind), n.name))})
    context = Context(nodes, fingerprints(nodes), fingerprints(old))
    return frozenset(node.id for node in select(context, asked.selects, asked.excludes))


def _say_of_base(session: Session, base: Base) -> None:
    """Say that the base was no project yet, or what cannot be read of it."""
    if base.absent:
        session.log.say(
            f"There was no project in this folder at {base.name}: everything is new.", event="absent"
        )
    if base.problems:
        from fcompile.runtime.review.unread import unread_warnings

        problems = (replace(each, warning=True) for each in base.problems)
        session.log.errors(FcompileError(*unread_warnings(base)))
        session.log.errors(FcompileError(*problems, files=base.shown))


def _write(session: Session, asked: Asked, diff: Diff, failed: Sequence[ObjectChange]) -> None:
    selected = bool(asked.selects or asked.excludes)
    if asked.form == "json":
        from fcompile.runtime.review.diff_json import diff_json

        write_json(diff_json(diff, failed))
    elif asked.form == "markdown":
        from fcompile.runtime.review.diff_markdown import diff_markdown

        write(diff_markdown(diff, selected=selected))
    else:
        from fcompile.runtime.review.diff_text import diff_text

        style = _styled if _is_colored(session) else _unstyled
        write(diff_text(diff, style, asked.sql, selected=selected))


def _is_colored(session: Session) -> bool:
    if session.settings.no_color or os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal(sys.stdout)


def _styled(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def _unstyled(text: str, style: str) -> str:
    return text
