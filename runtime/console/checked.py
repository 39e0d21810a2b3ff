"""The command ``check``: every mistake of all definitions, and what is proved of their features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from fcompile.runtime.console.counted import say_proved, summary_of
from fcompile.runtime.console.session import Session
from fcompile.runtime.known import Known, read_any, write_known

_USES = ("checked", "built")
"""Under these names it is known what was found last; what this command finds is kept under the first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options, as they are given."""

    connect: bool
    dynamic: bool
    sample: int | None
    selects: Sequence[str]
    excludes: Sequence[str]
    state: Path | None

    @property
    def plain(self) -> bool:
        """Whether all of the project is asked for, and nothing beyond its files."""
        return not (self.connect or self.dynamic or self.selects or self.excludes or self.state)


def checked(session: Session, asked: Asked) -> None:
    """Say what is proved; raise with all that is wrong."""
    known = _known(session) if asked.plain and not session.settings.verbose else None
    if known is None:
        _check_whole(session, asked)
    else:
        say_proved(session.log, known.verdicts())
        session.log.say(f"OK: {summary_of(Counter(kind for kind, _ in known.objects))}", event="checked")


def _known(session: Session) -> Known | None:
    """Return what is known of the files as they are now, an edit looked at; None where it takes a look at all."""
    opened = session.opened
    found = read_any(opened, _USES)
    if found is None or found.is_of(opened):
        return found
    from fcompile.runtime.slices import known_now

    return known_now(opened, found, _USES[0])


def _check_whole(session: Session, asked: Asked) -> None:
    from fcompile.runtime.console.inspect import check_connected
    from fcompile.runtime.console.proved import check_definitions, say_verdicts
    from fcompile.runtime.slices import known_of

    nodes = session.nodes(asked.selects, asked.excludes, asked.state)
    if asked.dynamic:
        from fcompile.runtime.console.dynamic_check import checked_dynamically

        checked_dynamically(session, nodes, asked.sample)
    verdicts = check_definitions(session, nodes)
    if asked.connect:
        check_connected(session, nodes)
    say_verdicts(session, nodes, verdicts)
    definitions = session.project.definitions
    counted = {field.name: len(getattr(definitions, field.name)) for field in fields(definitions)}
    session.log.say(f"OK: {summary_of(counted)}", event="checked")
    known = known_of(session.project, session.opened)
    if known is not None:
        write_known(session.opened, _USES[0], known)
