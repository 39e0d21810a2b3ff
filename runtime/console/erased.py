"""What `fcompile erase` says: counts, never values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.runtime.console.arguments import key
from fcompile.runtime.console.session import Session

if TYPE_CHECKING:
    from fcompile.runtime.erase import Erased


def erased(session: Session, name: str, keys: Sequence[str], confirmed: bool) -> None:
    """Erase the entities; each of ``keys`` is ``a=1,b=2``, or a value where there is one join key."""
    from fcompile.runtime.erase import erase

    view = view_named(session, name)
    names = [each.name for each in view.join_keys]
    given = [key(text, names) for text in keys] if names else []
    done = erase(session.project, view, given, confirmed)
    counts = {
        "entities": done.entities,
        "rows": done.rows,
        "online": done.online,
        "returning": done.returning,
    }
    for sentence in _sentences(done):
        session.log.say(sentence, event="erased", view=done.view, **counts)


def view_named(session: Session, name: str) -> FeatureView:
    """Return the feature view; raise UsageError (FC284) where there is none."""
    definitions = session.project.definitions
    view = definitions.feature_views.get(name)
    if view is not None:
        return view
    if name in definitions.on_demand_feature_views:
        raise UsageError(
            Diagnostic("FC284", f"`{name}` is computed when it is read: nothing of it is stored")
        )
    known = list(definitions.feature_views)
    hint = did_you_mean(name, known) or f"there is {listed(known)}"
    raise UsageError(Diagnostic("FC284", f"there is no feature view `{name}`", hint=hint))


def _sentences(done: Erased) -> Iterator[str]:
    asked = _of(done.entities, "entity", "entities")
    yield (
        f"Erased {asked} from `{done.view}`: {_of(done.rows, 'row', 'rows')} of its tables;"
        f" {done.online} of them known online. The state keeps these counts, and no values."
    )
    if done.returning is None:
        yield f"Whether `{done.source}` still has rows of them is not known: it cannot be read."
    elif done.returning:
        yield (
            f"`{done.source}` still has rows of {done.returning} of them, which a run brings back: delete them"
            " there before the next run, or erase again after it."
        )
    if done.rebuilt:
        yield f"The next run rebuilds `{done.view}`: with a `lookback` it would not miss the older rows."


def _of(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
