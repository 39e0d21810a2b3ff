"""What has to be computed again, how much of the history, and what readers of the online store see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.diff.model import Backfill, ChangeClass, Reason
from fcompile.compiler.errors import listed
from fcompile.compiler.nested import view_read

_AT_READING = ("ttl", "online", "expire", "lookback")
"""Keys that change no row of a view's table: they are about reading it, loading it, or looking for late rows."""

_REBUILT = (
    "the next run loads a new generation of rows beside the one that readers see, and shows it to them at once when "
    "it is whole"
)


def is_run_otherwise(kind: str, reason: Reason) -> bool:
    """Whether statements may be others for it: runs rebuild what other statements wrote.

    A query is run as it is written, so that its layout counts; an entity's name is in no statement.
    """
    if reason.what == "query":
        return True
    return reason.change.rank >= ChangeClass.ADDITIVE.rank and (kind, reason.what) != ("entity", "name")


def backfill_of(view: FeatureView, reasons: Iterable[Reason], *, was: str = "") -> Backfill | None:
    """Return what a changed view has to compute again; None where its rows stay as they are.

    ``was``: its name before.
    """
    found = [each for each in reasons if each.change.rank >= ChangeClass.ADDITIVE.rank]
    if not any(rebuilds(view, each) for each in found) and not was:
        return _loaded_again(view, found)
    if not view.online:
        return Backfill(history(view))
    text = _REBUILT
    if was:
        text = f"the next run loads its rows under the new name; those of `{was}` stay as they are until a teardown"
    return Backfill(history(view), text)


def rebuilds(view: FeatureView, reason: Reason) -> bool:
    """Whether it changes the view's table; with a lookback, a view of windows stores its tiles otherwise."""
    whether = reason.what == "lookback" and "" in (reason.before, reason.after) and view.windowed
    return whether or reason.what not in _AT_READING


def _loaded_again(view: FeatureView, reasons: Sequence[Reason]) -> Backfill | None:
    """What is in the warehouse stays; online rows may have to come from there once more."""
    keys = {each.what for each in reasons}
    if "online" in keys and view.online:
        return Backfill(history(view), "the next run loads all its rows for the first time")
    if view.online and view.expire | ("expire" in keys) and keys & {"ttl", "expire"}:
        return Backfill(timedelta(0), f"{_REBUILT}; they come from the warehouse's table, which stays")
    return None


def new_view(view: FeatureView) -> Backfill:
    """Return what a view that was not there before has to compute."""
    return Backfill(history(view), "the next run loads it; nobody reads it yet" if view.online else "")


def backfill_below(views: Sequence[FeatureView]) -> Backfill | None:
    """Return what the views made of a changed source or entity have to compute again; None without views."""
    if not views:
        return None
    online = [view.name for view in views if view.online]
    text = f"of {listed(online, 6)} {_REBUILT}" if online else ""
    return Backfill(longest([history(view) for view in views]), text)


def history(view: FeatureView) -> timedelta | None:
    """Return how far back rows count for the view's values of now; None: all rows.

    Windows count as far as the longest of them; the latest row counts until its ttl has passed. What is made of
    another view's windows reaches as much further back as these.
    """
    own = view.ttl
    if view.windowed:
        own = longest([each.window.length for each in view.features if each.window is not None])
    inner = view_read(view.source)
    while inner is not None and not inner.windowed:
        inner = view_read(inner.source)
    below = history(inner) if inner is not None else timedelta(0)
    return None if own is None or below is None else own + below


def longest(lengths: Sequence[timedelta | None]) -> timedelta | None:
    """Return the longest; None, which is all of history, if it is among them."""
    known = [each for each in lengths if each is not None]
    return max(known, default=timedelta(0)) if len(known) == len(lengths) else None
