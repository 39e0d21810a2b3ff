"""``exposures:``: what outside the project reads features. Names are resolved, nothing is computed of them."""

from __future__ import annotations

import re

from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.bind.services import bind_reference, find_view
from fcompile.compiler.bind.values import meta_of
from fcompile.compiler.definitions import Exposure

_READ = ("feature_services", "feature_views", "on_demand_feature_views")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]{1,2000}", re.IGNORECASE)


def bind_exposure(scope: Scope, item: Item) -> Exposure | None:
    """Return the exposure; None where it reads what is unknown or broken."""
    shape = item.shape
    sound = [_is_there(scope, item, i, text) for i, text in enumerate(shape.reads)]
    for i, text in enumerate(shape.reads):
        if text in shape.reads[:i]:
            message = f"`{text}` stands twice in {item.title}"
            scope.problem("FC247", message, item.span("reads", i), "remove one of the two")
    if shape.url is not None and not (_ADDRESS.fullmatch(shape.url) and shape.url.isprintable()):
        message = "the url is not an address of the web"
        scope.problem("FC248", message, item.span("url"), "write http://... or https://..., without spaces")
    if not all(sound) or shape.type is None:
        return None
    return Exposure(
        item.name, shape.type, tuple(shape.reads), shape.url or "", meta_of(item), item.span("name")
    )


def _is_there(scope: Scope, item: Item, i: int, text: str) -> bool:
    """Whether ``text`` stands for something that is bound; what there is not is reported."""
    span = item.span("reads", i)
    name, colon, feature = text.partition(":")
    if not name or (colon and not feature):
        scope.problem("FC213", f"`{text}` is not a reference", span, "write view:feature")
        return False
    if not colon and name in scope.declared["feature_services"]:
        # The object, not just whether it is there: what reads all of a service is made of all its columns.
        return scope.bound["feature_services"].get(name) is not None
    if not any(name in scope.declared[kind] for kind in _READ[1 if colon else 0 :]):
        known = [known for kind in _READ for known in scope.declared[kind]]
        if not scope.refuses_label(name, span):
            scope.unknown("FC246", f"feature service or view `{name}`", name, known, span)
        return False
    return (bind_reference(scope, name, feature, span) if colon else find_view(scope, name, span)) is not None
