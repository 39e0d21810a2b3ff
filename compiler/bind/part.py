"""Objects of definition files one by one: what is written of each, what it is made from, and files without some."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from fcompile.compiler.bind.declare import declare
from fcompile.compiler.bind.memory import Made, Memory
from fcompile.compiler.bind.scope import Item, Scope
from fcompile.compiler.bind.view_rows import is_as_of_query
from fcompile.compiler.definitions import Query, Source
from fcompile.compiler.digest import sha256
from fcompile.compiler.kinds import Id
from fcompile.compiler.tree import Mapping as Written
from fcompile.compiler.tree import Node, Scalar, plain

_TOP = re.compile(r"[^\s#-]")


def items_of(files: Mapping[str, str], dialect: str) -> dict[Id, Item] | None:
    """Return the objects of some files; None where something is wrong with one by itself, or two share a name."""
    scope = Scope(dialect)
    for file in sorted(files):
        declare(scope, file, files[file])
    items = [item for found in scope.items.values() for item in found]
    return None if scope.diagnostics else {item_id(item): item for item in items}


def items_in(memory: Memory) -> dict[Id, Item]:
    """Return the objects of the files that were bound last."""
    return {item_id(item): item for kept in memory.files.values() for item in kept.items}


def item_id(item: Item) -> Id:
    """Return the object's id: views with ``as_of: query`` are written among others, and bound among on-demand views."""
    return ("on_demand_feature_views" if is_as_of_query(item) else item.kind), item.name


def written_digest(item: Item) -> str:
    """Return a digest of what is written, and in which file; ``1``, ``1.0`` and ``true`` differ, as in YAML."""
    return sha256(f"{item.node.span.file} {plain(item.node)!r}")


@dataclass(frozen=True, slots=True)
class Reads:
    """What an object was made from, sorted, without itself. ``wide``: and from all that reads these sources too."""

    ids: tuple[Id, ...]
    wide: bool = False


def reads_in(memory: Memory, items: Mapping[Id, Item], every: Collection[Id]) -> dict[Id, Reads] | None:
    """Return what each of ``items`` was made from, out of ``every`` object; None where that was not noted of one."""
    found: dict[Id, Reads] = {}
    for each, item in items.items():
        made = memory.objects.get(each)
        if made is not None:
            found[each] = Reads(tuple(sorted(_looked_at(made, every) - {each})))
        elif each[0] == "tests":  # one that gives a column which only views name
            found[each] = Reads(tuple(sorted(named_in([item], every) - {each})), wide=True)
        else:
            return None
    return found


def _looked_at(made: Made, every: Collection[Id]) -> set[Id]:
    """A query may read the table of any source, and counts as made from all of them."""
    looked_at = {(kind, name) for (_, kind), name, _ in made.looks if (kind, name) in every}
    if isinstance(made.made, Source) and isinstance(made.made.relation, Query):
        looked_at.update(each for each in every if each[0] == "sources")
    return looked_at


def named_in(items: Iterable[Item], known: Collection[Id]) -> frozenset[Id]:
    """Return which of ``known`` have names that stand in ``items``: an edit may begin to read them."""
    texts = {text for item in items for text in _texts(item.node)}
    names = texts | {text.partition(":")[0] for text in texts}
    return frozenset(each for each in known if each[1] in names)


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, Written):
        for key, value in node.items.items():
            yield key
            yield from _texts(value)
    else:
        for item in node.items:
            yield from _texts(item)


def cut(text: str, lines: Container[int], wanted: Container[int]) -> str:
    """Return ``text`` with blank lines in place of the objects whose first line is not ``wanted``.

    ``lines`` are those on which an object begins, from 1. An object ends where the next one or the next key of the
    file begins, as it does where each has lines of its own: whoever cuts holds what is read to what was there.

    >>> cut("a:\\n  - x: 1\\n    y: 2\\n  - x: 3\\nb: []\\n", [2, 4], [4])
    'a:\\n\\n\\n  - x: 3\\nb: []\\n'
    """
    kept, found = True, []
    for number, line in enumerate(text.split("\n"), 1):
        if number in lines:
            kept = number in wanted
        elif _TOP.match(line):
            kept = True
        found.append(line if kept else "")
    return "\n".join(found)
