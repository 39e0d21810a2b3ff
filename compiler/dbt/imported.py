"""What a dbt manifest becomes: definitions as YAML mappings, and what cannot be one of ours, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fcompile.compiler.dbt.data_types import dtype_of
from fcompile.compiler.dbt.manifest import DbtManifest, Relation
from fcompile.compiler.dbt.names import is_column, is_selected, name_of

Item = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user says besides.

    Attributes:
        selects: dbt's selectors; () for everything.
        times: the event time's column by model; "" is for every relation that has such a column.
        windows: of every measure.
    """

    selects: tuple[str, ...] = ()
    times: Mapping[str, str] = field(default_factory=dict)
    windows: tuple[str, ...] = ("lifetime",)


@dataclass(frozen=True, slots=True)
class Note:
    """``left_out``: it is not there; else how it is there, where that is not plain."""

    what: str
    why: str
    left_out: bool = True


@dataclass(slots=True)
class Imported:
    """Lists of a definition file, each sorted by name, and notes in the order they came up."""

    entities: list[Item] = field(default_factory=list)
    sources: list[Item] = field(default_factory=list)
    feature_views: list[Item] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def leave_out(self, what: str, why: str) -> None:
        self.notes.append(Note(what, why))

    def say(self, what: str, how: str) -> None:
        self.notes.append(Note(what, how, left_out=False))


@dataclass(frozen=True, slots=True)
class Time:
    """An event time: its column, and the length of its buckets (as ``1d``) where it is one's begin."""

    column: str
    bucket: str = ""


def imported_of(manifest: DbtManifest, asked: Asked) -> Imported:
    """Return what the selected relations, and the semantic models on them, become."""
    from fcompile.compiler.dbt.semantic import add_semantic_models, times_of

    found = Imported()
    chosen = [each for each in manifest.relations if is_selected(each, asked.selects)]
    said = times_of(manifest)
    sources = {}
    for relation, name in _named(chosen, found):
        made = source_of(relation, name, _time(relation, said, asked), manifest.adapter, found)
        if made is not None:
            found.sources.append(made)
            sources[relation.id] = made
    add_semantic_models(manifest, {each.id: each for each in chosen}, sources, asked, found)
    for kind, count in manifest.others.items():
        found.leave_out(f"{kind} ({count})", _OTHERS[kind])
    for items in (found.entities, found.sources, found.feature_views):
        items.sort(key=lambda item: str(item["name"]))
    return found


_OTHERS = {
    "exposures": "they read models; write ours for what reads the features: `exposures:`",
    "metrics": "a metric is asked for by date; features are made of the measures below it",
    "saved queries": "they are questions, and no rows",
    "seeds": "they have no event time; declare the tables by hand",
    "snapshots": "`dbt_valid_to` is written later than the row; declare them by hand, with `dbt_valid_from`",
    "tests": "they hold for the data, in dbt; ours hold for features",
}


def _named(relations: Sequence[Relation], found: Imported) -> Iterator[tuple[Relation, str]]:
    """Yield each relation with its name as a source; those without one, or with another's, are left out."""
    names = {each.id: name_of(each.name) for each in relations}
    for each in relations:
        name = names[each.id]
        twins = [other.id for other in relations if names[other.id] == name and other.id != each.id]
        if name is None:
            found.leave_out(title(each), "its name cannot be a source's: it is to begin with a letter")
        elif twins:
            found.leave_out(title(each), f"{', '.join(twins)} would have the same name: select one of them")
        else:
            yield each, name


def title(relation: Relation) -> str:
    """Return what the relation is called in notes."""
    return f"{relation.kind} {relation.name}"


def _time(relation: Relation, said: Mapping[str, Time], asked: Asked) -> Time | None:
    """Return the event time: as the user says, as a semantic model or ``event_time`` says, or none."""
    given = asked.times.get(relation.name)
    if given:
        return Time(given)
    if relation.id in said:
        return said[relation.id]
    if relation.event_time:
        return Time(relation.event_time)
    everywhere = asked.times.get("", "")
    return Time(everywhere) if everywhere in {each.name for each in relation.columns} and everywhere else None


def source_of(relation: Relation, name: str, time: Time | None, adapter: str, found: Imported) -> Item | None:
    """Return a source, or None after saying why there is none."""
    why = relation.why_not or _no_table(relation) or _no_time(time)
    if why or time is None:
        found.leave_out(title(relation), why)
        return None
    item: Item = {"name": name}
    item |= {
        key: text for key, text in (("description", relation.description), ("owner", relation.owner)) if text
    }
    if relation.tags:
        item["tags"] = dict.fromkeys(sorted(set(relation.tags)), "true")
    item |= {"table": ".".join(relation.parts), "timestamp_field": time.column}
    item |= _known(relation, time, adapter, found)
    columns = contract(relation, adapter)
    missing = [each.name for each in relation.columns if each.name not in columns]
    if columns and relation.complete and time.column in columns and not missing:
        item["columns"] = columns
    elif relation.columns:
        found.say(title(relation), _no_contract(relation, missing, time))
    return item


def _no_table(relation: Relation) -> str:
    if not relation.parts:
        return "it has no table"
    odd = [part for part in relation.parts if "." in part or not part.isprintable()]
    return f"`{odd[0]}` cannot be part of a table's name here" if odd else ""


def _no_time(time: Time | None) -> str:
    if time is None:
        return "no event time is known: set `event_time` in dbt, or `--timestamp-field MODEL=COLUMN`"
    return (
        ""
        if is_column(time.column)
        else f"its event time `{time.column}` is no column: compute it in the model"
    )


def _known(relation: Relation, time: Time, adapter: str, found: Imported) -> Item:
    """Return when rows become known: at the end of their bucket, or when dbt says a source's row was loaded."""
    bucket = time.bucket or ("1d" if contract(relation, adapter).get(time.column) == "date" else "")
    loaded = relation.loaded_at
    if loaded and loaded != time.column and is_column(loaded):
        found.say(title(relation), f"`available_at` is dbt's `loaded_at_field`, `{loaded}`")
        return {"available_at": loaded}
    if loaded and not is_column(loaded):
        found.say(
            title(relation),
            f"its `loaded_at_field` is SQL, so when rows become known is not said: `{loaded}`",
        )
    if not bucket:
        return {}
    found.say(title(relation), f"`{time.column}` begins a bucket: rows count as known {bucket} later")
    return {"availability_lag": bucket}


def contract(relation: Relation, adapter: str) -> dict[str, str]:
    """Return the dtypes of the columns whose type has one, in their order."""
    found = ((each.name, dtype_of(each.data_type, adapter)) for each in relation.columns)
    return {name: dtype for name, dtype in found if dtype is not None}


_CATALOG = "`--catalog target/catalog.json` tells"


def _no_contract(relation: Relation, missing: Sequence[str], time: Time) -> str:
    if missing:
        typed = {each.name: each.data_type for each in relation.columns}[missing[0]]
        if typed:
            return f"`columns` is left out: `{missing[0]}` has the type `{typed}`, which has no counterpart"
        return f"`columns` is left out: `{missing[0]}` has no type; {_CATALOG}"
    if not relation.complete:
        return f"`columns` is left out: without a contract there may be more; {_CATALOG}"
    return f"`columns` is left out: `{time.column}` is not among them"
