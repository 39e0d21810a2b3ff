"""Two states of a project to what changed between them, by what it means for the values of features. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fcompile.compiler.definitions import (
    Definitions,
    Entity,
    FeatureService,
    FeatureView,
    Label,
    OnDemandView,
    Source,
)
from fcompile.compiler.diff.backfill import backfill_below, backfill_of, is_run_otherwise, new_view
from fcompile.compiler.diff.consequences import Side, columns, downstream
from fcompile.compiler.diff.gates import excused
from fcompile.compiler.diff.identity import meaning
from fcompile.compiler.diff.metadata import metadata
from fcompile.compiler.diff.model import Backfill, ChangeClass, ObjectChange, Reason
from fcompile.compiler.diff.names import Renames
from fcompile.compiler.diff.on_demand import on_demand_reasons
from fcompile.compiler.diff.pair import Context, Pair, of_one
from fcompile.compiler.diff.reading import Read, columns_read
from fcompile.compiler.diff.renames import renames
from fcompile.compiler.diff.services import service_reasons
from fcompile.compiler.diff.sources import source_reasons
from fcompile.compiler.diff.texts import Texts
from fcompile.compiler.diff.views import label_reasons, view_reasons
from fcompile.compiler.graph import KINDS, Graph, Node, graph

_READ_BY_NAME = ("feature_view", "on_demand_view", "feature_service", "label")
"""Kinds that readers ask for by name, or whose name is a column's."""

_NO_VALUES = ("test", "exposure")
"""Kinds without values of their own, and of which nothing is made."""


def compare(
    old: Definitions,
    new: Definitions,
    texts_old: Mapping[str, str] | None = None,
    texts_new: Mapping[str, str] | None = None,
    dialect: str = "duckdb",
) -> tuple[ObjectChange, ...]:
    """Return each object that changed, parents before children, by name within a kind; () where none did.

    An object is changed where its own definition is: what is made of it is in its ``downstream``. ``texts_old``
    and ``texts_new`` are the definition files by name: with them reasons point at single keys, and an object that
    is only written otherwise is a cosmetic change. ``dialect`` is the one of sources' queries.
    """
    before, after = Side(graph(old)), Side(graph(new))
    names = renames(before.graph, after.graph)
    context = Context(names, Texts(texts_old or {}), Texts(texts_new or {}), dialect)
    found = _Comparison(before, after, context).changes()
    return tuple(sorted(found, key=place))


def place(change: ObjectChange) -> tuple[int, str]:
    """Return where a change stands among others: parents before children, by name within a kind."""
    kind, _, name = change.id.partition(".")
    return KINDS.index(kind), name


def class_of_loss(kind: str) -> ChangeClass:
    """Return what it means that an object of a kind is gone."""
    return ChangeClass.METADATA if kind in _NO_VALUES else ChangeClass.REMOVAL


class _Comparison:
    def __init__(self, before: Side, after: Side, context: Context) -> None:
        self.before, self.after, self.context = before, after, context
        self.was = {now: was for was, now in context.names.objects.items()}
        self.read = _read(before.graph, after.graph, context.names)

    def changes(self) -> Iterator[ObjectChange]:
        old, new = self.before.graph.nodes, self.after.graph.nodes
        for node in new.values():
            was = old.get(self.was.get(node.id, node.id))
            reasons = tuple(self._reasons(was, node)) if was is not None else (self._added(node),)
            if reasons:
                yield self._change(was, node, reasons)
        for node in old.values():
            if node.id not in new and node.id not in self.context.names.objects:
                yield self._change(node, None, (self._gone(node),))

    def _reasons(self, old: Node, new: Node) -> Iterator[Reason]:
        found = list(self._own(old, new))
        if old.definition.meta != new.definition.meta:
            found += metadata(Pair(old.definition, new.definition, self.context))
        if old.name != new.name:
            found.insert(0, self._renamed(old, new))
        if not found:
            found += _written_otherwise(Pair(old.definition, new.definition, self.context))
        yield from dict.fromkeys(found)

    def _own(self, old: Node, new: Node) -> Iterator[Reason]:
        """What differs of the definition itself; the kinds are the same."""
        context = self.context
        if old.definition is new.definition and not isinstance(old.definition, Source):
            # A source is told by what others read of it, too.
            return
        match old.definition, new.definition:
            case Entity() as a, Entity() as b:
                yield from _entity(Pair(a, b, context))
            case Source() as a, Source() as b:
                yield from source_reasons(Pair(a, b, context), self.read.get(b.name, Read()))
            case FeatureView() as a, FeatureView() as b:
                yield from view_reasons(Pair(a, b, context))
            case OnDemandView() as a, OnDemandView() as b:
                yield from on_demand_reasons(Pair(a, b, context))
            case FeatureService() as a, FeatureService() as b:
                yield from service_reasons(Pair(a, b, context))
            case Label() as a, Label() as b:
                yield from label_reasons(Pair(a, b, context))
            case a, b if meaning(a, context.names) != meaning(b, Renames()):
                text = f"the {_words(new)} says something else"
                yield Pair(a, b, context).reason(ChangeClass.METADATA, "", text)

    def _added(self, node: Node) -> Reason:
        change = ChangeClass.METADATA if node.kind in _NO_VALUES else ChangeClass.ADDITIVE
        return of_one(self.context, node, change, "", f"{_words(node)} `{node.name}` is new")

    def _gone(self, node: Node) -> Reason:
        text = f"{_words(node)} `{node.name}` is gone"
        return of_one(self.context, node, class_of_loss(node.kind), "", text, gone=True)

    def _renamed(self, old: Node, new: Node) -> Reason:
        text = f"{_words(new)} `{old.name}` is called `{new.name}` now"
        change = ChangeClass.METADATA if new.kind in _NO_VALUES else ChangeClass.ADDITIVE
        if new.kind in _READ_BY_NAME:
            change, text = ChangeClass.REMOVAL, f"{text}: who reads it by its old name finds none"
        pair = Pair(old.definition, new.definition, self.context)
        return pair.reason(change, "name", text, old.name, new.name)

    def _change(self, old: Node | None, new: Node | None, reasons: tuple[Reason, ...]) -> ObjectChange:
        node = new or old
        assert node is not None  # noqa: S101  one of the two is there
        greatest = max((reason.change for reason in reasons), key=lambda change: change.rank)
        sides = [
            (side, each.id) for side, each in ((self.before, old), (self.after, new)) if each is not None
        ]
        entries = excused(old.meta if old is not None else None, new.meta if new is not None else None)
        texts = self.context.after if new is not None else self.context.before
        return ObjectChange(
            id=node.id,
            change=greatest,
            reasons=tuple(sorted(reasons, key=lambda each: -each.change.rank)),
            was=old.id if old is not None and new is not None and old.id != new.id else "",
            span=texts.span(node),
            backfill=self._backfill(old, new, reasons),
            downstream=downstream(sides, self.context.names.objects),
            columns=columns(sides, reasons),
            allowed=next((entry for entry in entries if entry.change is greatest), None),
            excused=entries,
        )

    def _backfill(self, old: Node | None, new: Node | None, reasons: Iterable[Reason]) -> Backfill | None:
        if new is None or not any(is_run_otherwise(new.kind, reason) for reason in reasons):
            return None
        definition = new.definition
        if isinstance(definition, FeatureView):
            was = old.name if old is not None and old.name != new.name else ""
            return new_view(definition) if old is None else backfill_of(definition, reasons, was=was)
        if isinstance(definition, Source | Entity) and old is not None:
            there = {self.context.names.objects.get(each.id, each.id) for each in self.before.below(old.id)}
            below = [each.definition for each in self.after.below(new.id) if each.id in there]
            return backfill_below([view for view in below if isinstance(view, FeatureView)])
        return None


def _words(node: Node) -> str:
    return node.kind.replace("_", " ").replace("on demand view", "on-demand feature view")


def _entity(pair: Pair[Entity]) -> Iterator[Reason]:
    if pair.old.join_keys != pair.new.join_keys:
        before, after = (
            tuple(f"{k.name}: {k.dtype}" for k in each.join_keys) for each in (pair.old, pair.new)
        )
        text = "its values are found by other keys"
        yield pair.reason(ChangeClass.KEY, "join_keys", text, before, after)


def _written_otherwise(pair: Pair) -> Iterator[Reason]:  # type: ignore[type-arg]
    """What is the same thing in other words, in another place or order, or with other comments."""
    old, new = pair.old.span.file, pair.new.span.file
    if old != new:
        text = f"it stands in {new}, no longer in {old}"
        yield pair.reason(ChangeClass.COSMETIC, "", text, old, new)
        return
    if pair.context.before.files.get(old) == pair.context.after.files.get(new):
        return
    before, after = pair.context.before.object_text(pair.old), pair.context.after.object_text(pair.new)
    if before is not None and after is not None and before != after:
        yield pair.reason(ChangeClass.COSMETIC, "", "it is written otherwise, and means the same")
        return
    heads = pair.context.before.head(pair.old), pair.context.after.head(pair.new)
    if None not in heads and heads[0] != heads[1]:
        yield pair.reason(ChangeClass.COSMETIC, "", "the comments at the head of its file are others")


def _read(old: Graph, new: Graph, names: Renames) -> dict[str, Read]:
    """What is read of each source, by its name of now, in either state."""
    found: dict[str, Read] = {}
    for side, renamed in ((old, names), (new, Renames())):
        for source, read in columns_read(node.definition for node in side.nodes.values()):
            name = renamed.now("source", source)
            found[name] = found.get(name, Read()) | read
    return found
