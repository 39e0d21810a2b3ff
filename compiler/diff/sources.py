"""Sources: where rows come from, when they happened, and when they were known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from fcompile.compiler.definitions import File, Query, Relation, Source, Table, ViewRows
from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.pair import Pair, shown
from fcompile.compiler.diff.queries import same_query
from fcompile.compiler.diff.reading import Read
from fcompile.compiler.diff.widening import widens
from fcompile.compiler.dtypes import DType

VALUE, TIME = ChangeClass.VALUE, ChangeClass.TIME


def source_reasons(pair: Pair[Source], read: Read) -> Iterator[Reason]:
    """Yield what changed of a source; ``read`` is what anything made of it reads, in either state."""
    yield from _relation(pair)
    yield from time_reasons(pair)
    yield from _columns(pair, read)
    if pair.old.static != pair.new.static:
        text = "the proof counts on other tables that never change"
        yield pair.reason(ChangeClass.METADATA, "static", text, pair.old.static, pair.new.static)


def _relation(pair: Pair[Source]) -> Iterator[Reason]:
    old, new = pair.old.relation, pair.new.relation
    if isinstance(old, Query) and isinstance(new, Query) and old != new:
        same = same_query(old.sql, new.sql, pair.context.dialect)
        text = "the query is laid out otherwise, and is the same" if same else "the query is another"
        change = ChangeClass.COSMETIC if same else VALUE
        yield pair.reason(change, "query", text, old.sql, new.sql)
    elif old != new:
        yield pair.reason(VALUE, _key(new), "its rows come from elsewhere", _where(old), _where(new))
    elif isinstance(old, File) and isinstance(new, File) and old.table != new.table:
        text = "warehouses that read no files read the table of the source's name"
        yield pair.reason(VALUE, "name", text, old.table, new.table)


def _key(relation: Relation) -> str:
    return {Table: "table", File: "path", Query: "query", ViewRows: "source"}[type(relation)]


def _where(relation: Relation) -> str:
    match relation:
        case Table(parts):
            return ".".join(parts)
        case File(path):
            return path
        case Query(sql):
            return sql
        case ViewRows(view):
            return view.name


def time_reasons(pair: Pair[Source]) -> Iterator[Reason]:
    """Yield what changed of the times of a source's rows."""
    old, new = pair.old, pair.new
    if old.timestamp_field != new.timestamp_field:
        text = "rows happen at another time, and may count for earlier questions than before"
        before, after = old.timestamp_field, new.timestamp_field
        yield pair.reason(TIME, "timestamp_field", text, before, after, leak_risk=True)
    if old.created_timestamp_field != new.created_timestamp_field:
        text = "of rows of one key and time another may be chosen"
        before_, after_ = old.created_timestamp_field, new.created_timestamp_field
        yield pair.reason(VALUE, "created_timestamp_field", text, before_, after_)
    if old.available_at != new.available_at:
        yield _available(pair)
    elif old.availability_lag != new.availability_lag:
        yield _lag(pair)


def _available(pair: Pair[Source]) -> Reason:
    """A row counts from its event time on at the earliest: only a lag before, or a column, can be undercut."""
    old, new = pair.old, pair.new
    risk = old.available_at is not None or old.availability_lag > timedelta(0)
    if new.available_at is None:
        text = "it is not said any more when rows became known: they count from their event time on"
        if new.availability_lag:
            text = "rows count from a lag after their event time on, no longer from when they became known"
    elif old.available_at is None:
        text = "rows count from when they became known"
    else:
        text = "rows count from another time on, which may be before they were known"
    return pair.reason(TIME, "available_at", text, _known(old), _known(new), leak_risk=risk)


def _known(source: Source) -> str:
    lag = source.availability_lag
    return source.available_at or (f"availability_lag: {shown(lag)}" if lag else "")


def _lag(pair: Pair[Source]) -> Reason:
    old, new = pair.old, pair.new
    shorter = new.availability_lag < old.availability_lag
    text = "rows count later after they happened"
    if shorter:
        text = "rows count sooner after they happened: is that when they were known?"
    before, after = old.availability_lag or None, new.availability_lag or None
    return pair.reason(TIME, "availability_lag", text, before, after, leak_risk=shorter)


def _columns(pair: Pair[Source], read: Read) -> Iterator[Reason]:
    """The contract tells expressions their types, and how the text of a CSV is read."""
    old, new = dict(pair.old.columns), dict(pair.new.columns)
    names = [name for name in (*new, *old) if old.get(name) != new.get(name)]
    for name in dict.fromkeys(names):
        before, after = old.get(name), new.get(name)
        text = "the contract tells another type of it" if before and after else "it is in the contract now"
        if after is None:
            text = "it is in the contract no more"
        change, said = _contract(pair, name, (before, after), read)
        yield pair.reason(change, "columns", f"`{name}`: {text}{said}", before, after)
    if not names and pair.old.columns != pair.new.columns:
        yield pair.reason(ChangeClass.METADATA, "columns", "the contract stands in another order")


def _contract(
    pair: Pair[Source], name: str, types: tuple[DType | None, DType | None], read: Read
) -> tuple[ChangeClass, str]:
    """Return what it means that the contract tells another type of a column, and why."""
    before, after = types
    relation = pair.new.relation
    if isinstance(relation, File) and relation.format == "csv":
        return VALUE, ", and it is read" if name in read.all else "; nothing reads it"
    if name not in read.all:
        return ChangeClass.METADATA, "; nothing reads it"
    if name not in read.typed and _as_ever(types, name in read.times):
        return ChangeClass.METADATA, "; what reads it has a type of its own"
    widened = before is not None and after is not None and widens(before, after)
    return ChangeClass.WIDENING if widened else VALUE, ", and it is read"


def _as_ever(types: tuple[DType | None, DType | None], is_time: bool) -> bool:
    """Whether a column that nothing is computed with is read in the same way: not times of text, nor lists."""
    kinds = {each.kind for each in types if each is not None}
    return kinds <= {"timestamp"} if is_time else not kinds & {"list", "vector", "struct"}
