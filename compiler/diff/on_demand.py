"""On-demand feature views: what they read, what they ask of the request, and what they compute of it."""

from __future__ import annotations

from collections.abc import Iterator

from fcompile.compiler.definitions import OnDemandView, RequestField
from fcompile.compiler.diff.features import Features
from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.names import NONE, input_identity, names_read
from fcompile.compiler.diff.pair import Pair
from fcompile.compiler.diff.widening import widens
from fcompile.compiler.expressions.nodes import column_names

METADATA, ADDITIVE, KEY = ChangeClass.METADATA, ChangeClass.ADDITIVE, ChangeClass.KEY


def on_demand_reasons(pair: Pair[OnDemandView]) -> Iterator[Reason]:
    """Yield what changed of an on-demand view; not what changed of the views it reads, which are objects too."""
    yield from _request(pair)
    yield from _joined(pair)
    yield from _inputs(pair)
    yield from _features(pair)


def _request(pair: Pair[OnDemandView]) -> Iterator[Reason]:
    """What no expression reads is not asked for, and means nothing."""
    old, new = {f.name: f for f in pair.old.request}, {f.name: f for f in pair.new.request}
    asked = _asked(pair.old) | _asked(pair.new)
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield _request_field(pair, before, after, name in asked)
    order = [[f.name for f in view.request if f.name in _asked(view)] for view in (pair.old, pair.new)]
    if order[0] != order[1] and sorted(order[0]) == sorted(order[1]):
        yield pair.reason(ADDITIVE, "request", "request data stand in another order", *map(tuple, order))


def _request_field(
    pair: Pair[OnDemandView], before: RequestField | None, after: RequestField | None, asked: bool
) -> Reason:
    name = after.name if after else before.name if before else ""
    old = before.dtype if before is not None else None
    new = after.dtype if after is not None else None
    change, text = METADATA, f"request data `{name}`, which nothing reads"
    if asked and new is None:
        change, text = ADDITIVE, f"request data `{name}` are not asked for any more"
    elif asked and old is None:
        change, text = KEY, f"who reads it must send `{name}` with the request"
    elif asked and old is not None and new is not None:
        change = ChangeClass.WIDENING if widens(old, new) else ChangeClass.VALUE
        text = f"request data `{name}` are of another type"
    return pair.reason(change, "request", text, old, new)


def _asked(view: OnDemandView) -> set[str]:
    fields = {each.name for each in view.request}
    return {name for f in view.features for name in column_names(f.expr) if name in fields}


def _inputs(pair: Pair[OnDemandView]) -> Iterator[Reason]:
    """Other inputs that are read change expressions; what is left is those that are not, names and order."""
    old = [input_identity(each, pair.context.names) for each in pair.old.inputs]
    new = [input_identity(each, NONE) for each in pair.new.inputs]
    read = _read(pair.old, pair), _read(pair.new, None)
    if old != new:
        same = [each for each in old if each in read[0]] == [each for each in new if each in read[1]]
        text = (
            "it lists other inputs, which nothing reads"
            if same
            else "it reads other inputs, or in another order"
        )
        before, after = ([each.reference for each in view.inputs] for view in (pair.old, pair.new))
        change = METADATA if same else ADDITIVE
        yield pair.reason(change, "features_from", text, tuple(before), tuple(after))
    elif _names(pair.old) != _names(pair.new):
        before, after = ([each.reference for each in view.inputs] for view in (pair.old, pair.new))
        text = "its inputs are called otherwise, and are the same"
        yield pair.reason(ADDITIVE, "features_from", text, tuple(before), tuple(after))


def _joined(pair: Pair[OnDemandView]) -> Iterator[Reason]:
    """Inputs that are the same feature, joined on other columns of the spine."""
    now = {each.name: each for each in pair.new.inputs}
    for each in pair.old.inputs:
        other = now.get(each.name)
        keys = [view and view.selected.join_key_map for view in (each, other)]
        if other is not None and keys[0] != keys[1]:
            before, after = (", ".join(f"{k}: {c}" for k, c in sorted(pairs or ())) for pairs in keys)
            text = f"`{each.reference}` is joined on other columns of the spine"
            yield pair.reason(KEY, "features_from", text, before, after)


def _names(view: OnDemandView) -> list[str]:
    return [each.name for each in view.inputs]


def _read(view: OnDemandView, pair: Pair[OnDemandView] | None) -> set[str]:
    names = NONE if pair is None else pair.context.names
    read = {name for feature in view.features for name in column_names(feature.expr)}
    return {input_identity(each, names) for each in view.inputs if each.name in read}


def _features(pair: Pair[OnDemandView]) -> Iterator[Reason]:
    """Expressions are compared by what their inputs are: those of now are called by that, too."""
    yield from Features.of(pair.old, pair.new, _to_names_of_now(pair), pair.context).reasons()


def _to_names_of_now(pair: Pair[OnDemandView]) -> dict[str, str]:
    """What an input was called -> what the same input is called now."""
    same = {each.name: input_identity(each, NONE) for each in pair.new.inputs}
    now = {identity: name for name, identity in reversed(same.items())}
    identities = names_read(pair.old, pair.context.names)
    return {
        name: name if same.get(name) == identity else now.get(identity, identity)
        for name, identity in identities.items()
    }
