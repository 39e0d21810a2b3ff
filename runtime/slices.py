"""The part of a project that an edit touches: what changed, what is made from it, and what these are made from.

Taken only where the last sound reading is known, nothing was added or removed, and nothing is wrong in the part;
everything else is for ``project.loaded``, which also has the words for what is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from fcompile.compiler.bind import bind
from fcompile.compiler.bind.memory import Memory
from fcompile.compiler.bind.part import Reads, cut, items_in, items_of, named_in, reads_in, written_digest
from fcompile.compiler.bind.scope import Item
from fcompile.compiler.definitions import Definitions, FeatureView, Label, OnDemandView
from fcompile.compiler.kinds import Id
from fcompile.compiler.lineage import outside_contract
from fcompile.compiler.refusals import refused
from fcompile.compiler.tuning import UNTUNED, Tuning
from fcompile.compiler.tuning_file import read_tuning
from fcompile.dialects.registry import DIALECTS
from fcompile.runtime.known import Known, KnownObject, write_known
from fcompile.runtime.project import Project, project_of
from fcompile.runtime.project_files import TUNING_FILE, Opened

_VIEWS = ("feature_views", "on_demand_feature_views")
_FEW = 100
"""Objects that are bound sooner than it is found out which of them are needed."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a project, with nothing wrong in it.

    Attributes:
        project: it defines no more than the part.
        touched: what changed and what is made from it; all that these are made from is in the part.
        known: of the whole project, as it is now.
    """

    project: Project
    touched: frozenset[Id]
    known: Known


def known_of(project: Project, opened: Opened, proved: bool = True) -> Known | None:
    """Return what is known once ``project`` was read whole, and ``proved`` or not; None where not all of it is."""
    items = items_in(project.memory)
    reads = reads_in(project.memory, items, items)
    if reads is None:
        return None
    objects = dict(_objects(project, items, reads, proved))
    return Known(opened.digests, opened.tuning_digest, objects)


def sliced(opened: Opened, known: Known, proved: bool = True) -> Slice | None:
    """Return the part of the project that differs from what is ``known``; None where it cannot be told apart.

    Where it is not to be ``proved``, neither it nor what is known tells of verdicts.
    """
    digests = opened.digests
    if not opened.sound or [*digests] != [*known.files] or opened.tuning_digest != known.tuning:
        return None
    edited = {path: opened.files[path] for path, digest in digests.items() if digest != known.files[path]}
    items = items_of(edited, opened.dialect)
    if items is None or {*items} != {each for each, one in known.objects.items() if one.file in edited}:
        return None
    changed = {
        each: item for each, item in items.items() if written_digest(item) != known.objects[each].digest
    }
    if any(kind == "sources" and item.has("query") for (kind, _), item in changed.items()):
        return None  # it may have become one just now, and read any table
    touched = known.with_readers(changed)
    needed = known.with_read({*touched, *named_in(changed.values(), known.objects)})
    if not is_small(needed, known):
        return None
    memory = Memory()
    definitions = bound_part(opened.files, opened.dialect, known, edited, needed, memory)
    tuning = None if definitions is None else tuning_of(opened, touched, definitions)
    if definitions is None or tuning is None:
        return None
    project = project_of(opened, definitions, tuning, memory)
    bound = {each: item for each, item in items_in(memory).items() if each in touched}
    reads = reads_in(memory, bound, known.objects)
    if reads is None or (proved and not _is_sayable(project)):
        return None
    moved = {each: replace(known.objects[each], line=item.node.span.line) for each, item in items.items()}
    now = dict(_objects(project, bound, reads, proved))
    objects = {**known.objects, **moved, **now}
    return Slice(project, touched, replace(known, files=digests, objects=objects))


def known_now(opened: Opened, known: Known, use: str, proved: bool = True) -> Known | None:
    """Return what is known of the files as they are now, and keep it for ``use`` if it is new; see ``sliced``."""
    if known.is_of(opened):
        return known
    part = sliced(opened, known, proved)
    if part is None:
        return None
    write_known(opened, use, part.known)
    return part.known


def is_small(needed: Collection[Id], known: Known) -> bool:
    """Whether a part of the project is bound sooner than all of it."""
    return 2 * len(needed) <= len(known.objects) + _FEW


def bound_part(
    files: Mapping[str, str],
    dialect: str,
    known: Known,
    edited: Collection[str],
    needed: frozenset[Id],
    memory: Memory,
) -> Definitions | None:
    """Return what is ``needed`` of ``files``.

    None where something is wrong in it, or is not as it is known and in no file that was ``edited``.
    """
    texts = dict(_texts(files, known, edited, needed))
    bound = bind(texts, dialect, memory=memory, only=needed)
    items = items_in(memory)
    if bound.diagnostics or not needed <= items.keys():
        return None
    same = (each for each in needed if known.objects[each].file not in edited)
    if any(written_digest(items[each]) != known.objects[each].digest for each in same):
        return None
    return bound.definitions


def _texts(
    files: Mapping[str, str], known: Known, edited: Collection[str], needed: Collection[Id]
) -> Iterator[tuple[str, str]]:
    """Yield the files that hold what is needed; those that are as they were without what is not."""
    begins: dict[str, dict[Id, int]] = {}
    for each, one in known.objects.items():
        begins.setdefault(one.file, {})[each] = one.line
    for file, lines in sorted(begins.items()):
        wanted = {line for each, line in lines.items() if each in needed}
        if wanted:
            yield file, files[file] if file in edited else cut(files[file], {*lines.values()}, wanted)


def tuning_of(opened: Opened, touched: Collection[Id], part: Definitions) -> Tuning | None:
    """Return what tuning.yaml, which was right before, pins in the part; None where that may be of what is touched."""
    if opened.tuning is None:
        return UNTUNED
    if any(name in opened.tuning for _, name in touched):
        return None
    read = read_tuning(opened.tuning, TUNING_FILE, part, stale=True)
    return None if read.diagnostics else read.tuning


def _is_sayable(project: Project) -> bool:
    """Whether the target's dialect can say all of it, and nothing leaks."""
    definitions = project.definitions
    views: list[FeatureView | OnDemandView | Label] = [*definitions.feature_views.values()]
    views += [*definitions.on_demand_feature_views.values(), *definitions.labels.values()]
    return not refused(views, DIALECTS[project.target.warehouse.type]) and not project.proof.diagnostics


def _objects(
    project: Project, items: Mapping[Id, Item], reads: Mapping[Id, Reads], proved: bool
) -> Iterator[tuple[Id, KnownObject]]:
    verdicts: dict[str, Counter[str]] = {}
    for reference, each in project.proof.certificates.items() if proved else ():
        verdicts.setdefault(reference.partition(":")[0], Counter())[each.verdict.value] += 1
    for (kind, name), item in items.items():
        span, outside, read = item.node.span, _outside(project.definitions, kind, name), reads[kind, name]
        counted = verdicts.get(name, Counter()) if kind in _VIEWS else Counter()
        yield (
            (kind, name),
            KnownObject(span.file, span.line, written_digest(item), read.ids, outside, counted, read.wide),
        )


def _outside(definitions: Definitions, kind: str, name: str) -> tuple[str, ...]:
    match kind:
        case "feature_views":
            return outside_contract(definitions.feature_views[name])
        case "labels":
            return outside_contract(definitions.labels[name])
    return ()
