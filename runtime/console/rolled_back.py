"""What `fcompile rollback` says: which generation readers see now, and what the next run does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fcompile.compiler.errors import listed
from fcompile.runtime.clock import show
from fcompile.runtime.console.erased import view_named
from fcompile.runtime.console.session import Session

if TYPE_CHECKING:
    from fcompile.runtime.rollback import RolledBack, SchemaChange


def rolled_back(session: Session, name: str) -> None:
    from fcompile.runtime.rollback import rollback

    view = view_named(session, name)
    for sentence in _sentences(rollback(session.project, view)):
        session.log.say(sentence, event="rolled back")


def _sentences(done: RolledBack) -> Iterator[str]:
    shown, before = generation_words(done.shown.number), generation_words(done.before.number)
    yield f"Readers of `{done.view}` see {shown} now, instead of {before}."
    yield from _change_words(done.change)
    again = f"To undo it: fcompile rollback {done.view}"
    if done.loaded:
        yield f"Runs go on with it. {again}"
        return
    if not done.defined:
        yield "It has other features than the definition: revert that, then run."
    yield (
        f"A run goes on with the other one, which readers do not see; `run --full-refresh`, or a run after the"
        f" definition has changed, loads and shows a new one. {again}"
    )


def _change_words(change: SchemaChange) -> Iterator[str]:
    parts = (
        ("it has also", change.more),
        ("it does not have", change.fewer),
        ("it has with another dtype", change.other),
    )
    words = [f"{what} {listed(names)}" for what, names in parts if names]
    if words:
        text = "; ".join(words)
        yield f"{text[0].upper()}{text[1:]}."


def generation_words(number: int) -> str:
    from fcompile.runtime.rollback import begun_at

    time = begun_at(number)
    return f"generation {number}" + (f" ({show(time)})" if time else "")
