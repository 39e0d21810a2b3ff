"""Feature views: whose values, of which rows, and when they are seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from fcompile.compiler.definitions import FeatureView, Label, Source
from fcompile.compiler.diff.features import Features, feature_reasons
from fcompile.compiler.diff.meaning import read_otherwise, same_expr
from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.names import names_read
from fcompile.compiler.diff.pair import Pair
from fcompile.compiler.diff.sources import time_reasons
from fcompile.compiler.nested import view_read

KEY, VALUE, TIME = ChangeClass.KEY, ChangeClass.VALUE, ChangeClass.TIME


def view_reasons(pair: Pair[FeatureView]) -> Iterator[Reason]:
    """Yield what changed of a feature view; not what changed of its source or entities, which are objects too."""
    names = names_read(pair.old, pair.context.names)
    yield from entities_reasons(pair)
    yield from rows_reasons(pair)
    yield from _filter(pair, names)
    yield from _times(pair)
    yield from _stored(pair)
    yield from Features.of(pair.old, pair.new, names, pair.context).reasons()


def label_reasons(pair: Pair[Label]) -> Iterator[Reason]:
    """Yield what changed of a label; as ``view_reasons``."""
    old, new = pair.old, pair.new
    yield from entities_reasons(pair)
    yield from rows_reasons(pair)
    whole = Pair(old, new, pair.context)
    feature = Pair(old.feature, new.feature, pair.context)
    for reason in feature_reasons(feature, names_read(old, pair.context.names)):
        if reason.what != "windows":
            yield reason
    if old.horizon != new.horizon:
        yield whole.reason(TIME, "horizon", "it looks forward another time", old.horizon, new.horizon)
    if old.maturity != new.maturity:
        shorter = new.maturity < old.maturity
        text = "it is known sooner: are all its rows there by then?" if shorter else "it is known later"
        before, after = old.maturity or None, new.maturity or None
        yield whole.reason(TIME, "maturity", text, before, after, leak_risk=shorter)


def entities_reasons(pair: Pair[FeatureView] | Pair[Label]) -> Iterator[Reason]:
    """An entity under another name is none of these: its own change says so."""
    old = tuple(pair.context.names.now("entity", each.name) for each in pair.old.entities)
    new = tuple(each.name for each in pair.new.entities)
    if old != new:
        yield pair.reason(KEY, "entities", "its values are of other entities", old, new)


def rows_reasons(pair: Pair[FeatureView] | Pair[Label]) -> Iterator[Reason]:
    """Yield a reason where the view reads another source, and how that one's times differ."""
    old, new = pair.old.source, pair.new.source
    if old.name == new.name and _kind(old) == _kind(new):
        return
    before, after = (_shown(each) for each in (old, new))
    if pair.context.names.now(_kind(old), old.name) == new.name and _kind(old) == _kind(new):
        text = f"`{old.name}` is called `{new.name}` now"
        yield pair.reason(ChangeClass.ADDITIVE, "source", text, before, after)
        return
    yield pair.reason(VALUE, "source", "it reads other rows", before, after)
    yield from time_reasons(Pair(old, new, pair.context, "source"))


def _kind(source: Source) -> str:
    return "source" if view_read(source) is None else "feature_view"


def _shown(source: Source) -> str:
    return source.name if view_read(source) is None else f"{{view: {source.name}}}"


def _filter(pair: Pair[FeatureView], names: dict[str, str]) -> Iterator[Reason]:
    old, new = pair.old.filter, pair.new.filter
    if not same_expr(old, new, names):
        text = "other rows count" if old and new else "fewer rows count" if new else "all rows count now"
        yield pair.reason(VALUE, "filter", text, old, new)
    elif old is not None and new is not None:
        for each in read_otherwise(old, new):
            change = ChangeClass.WIDENING if each.same_values else VALUE
            text = f"it reads `{each.name}` in another type"
            yield pair.reason(change, "filter", text, each.old, each.new)


def _times(pair: Pair[FeatureView]) -> Iterator[Reason]:
    old, new = pair.old, pair.new
    if old.ttl != new.ttl:
        longer = new.ttl is None or (old.ttl is not None and new.ttl > old.ttl)
        text = "values stay visible for longer" if longer else "values are withheld sooner"
        yield pair.reason(TIME, "ttl", text, old.ttl, new.ttl)
    if old.allow_exact_matches != new.allow_exact_matches:
        text = "rows of the very time that asks count" + ("" if new.allow_exact_matches else " no more")
        before, after = old.allow_exact_matches, new.allow_exact_matches
        yield pair.reason(TIME, "allow_exact_matches", text, before, after, leak_risk=new.allow_exact_matches)
    if old.every != new.every:
        sooner = sees_sooner(old.every, new.every)
        text = "windows end at other times" + (", sooner after a row is known" if sooner else "")
        yield pair.reason(TIME, "every", text, old.every, new.every, leak_risk=sooner)
    if old.lookback != new.lookback:
        shorter = new.lookback is not None and (old.lookback is None or new.lookback < old.lookback)
        text = "runs look for late rows further back"
        if shorter:
            text = (
                "rows that come later than this are left out of what runs store, and not out of training sets"
            )
        yield pair.reason(TIME, "lookback", text, old.lookback, new.lookback)
    if old.expire != new.expire:
        text = "rows past `ttl` " + ("are forgotten online" if new.expire else "are kept online")
        yield pair.reason(TIME, "expire", text, old.expire, new.expire)


def sees_sooner(old: timedelta | None, new: timedelta | None) -> bool:
    """Whether windows that move every ``new`` may have a row at a time at which those every ``old`` had not.

    Not where they move at some of the same times only. None: they move at every instant.
    """
    return old is not None and (new is None or new % old != timedelta(0))


def _stored(pair: Pair[FeatureView]) -> Iterator[Reason]:
    old, new = pair.old.online, pair.new.online
    if old and not new:
        yield pair.reason(ChangeClass.REMOVAL, "online", "it is not served online any more", old, new)
    elif new and not old:
        yield pair.reason(ChangeClass.ADDITIVE, "online", "it is served online too", old, new)
