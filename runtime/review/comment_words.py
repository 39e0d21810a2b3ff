"""Names, counts and signs as a comment says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from fcompile.compiler.diff.model import PROJECT, Allowed, Backfill, ChangeClass, ObjectChange, Reason
from fcompile.compiler.dtypes import format_duration
from fcompile.compiler.errors import Span
from fcompile.runtime.review.comment_text import code, escaped, prose
from fcompile.runtime.review.reviewed import leaks_of

SIGNS = {
    ChangeClass.REMOVAL: "🗑️",
    ChangeClass.KEY: "🔑",
    ChangeClass.TIME: "🕑",
    ChangeClass.VALUE: "✏️",
    ChangeClass.WIDENING: "↔️",
    ChangeClass.ADDITIVE: "➕",
    ChangeClass.METADATA: "🏷️",
    ChangeClass.COSMETIC: "▫️",
}
LEAK = "⛔"

_COUNTED = {
    ChangeClass.REMOVAL: ("removal", "removals"),
    ChangeClass.KEY: ("change of keys", "changes of keys"),
    ChangeClass.TIME: ("change of time", "changes of time"),
    ChangeClass.VALUE: ("change of values", "changes of values"),
    ChangeClass.WIDENING: ("wider type", "wider types"),
    ChangeClass.ADDITIVE: ("addition", "additions"),
    ChangeClass.METADATA: ("change of descriptions", "changes of descriptions"),
    ChangeClass.COSMETIC: ("cosmetic change", "cosmetic changes"),
}


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 view", "2 views", "1,000 views".

    >>> counted(1, "view"), counted(2, "entity", "entities")
    ('1 view', '2 entities')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def by_class(changes: Sequence[ObjectChange]) -> str:
    """Return "1 removal, 3 changes of values", the greatest class first; "" for none."""
    found = [(cls, sum(c.change is cls for c in changes)) for cls in reversed(ChangeClass)]
    return ", ".join(counted(number, *_COUNTED[cls]) for cls, number in found if number)


def changed_words(changes: Sequence[ObjectChange]) -> str:
    """Return "2 objects changed", with the project where its file did."""
    objects = sum(not change.id.startswith(f"{PROJECT}.") for change in changes)
    parts = ["the project"] if objects < len(changes) else []
    parts += [counted(objects, "object")] if objects else []
    return f"{' and '.join(parts)} changed"


def object_name(object_id: str) -> str:
    """Return an id as people say it.

    >>> object_name("feature_view.user_spend")
    'feature view `user_spend`'
    """
    kind, _, name = object_id.partition(".")
    return f"{escaped(kind.replace('on_demand', 'on-demand').replace('_', ' '))} {code(name)}"


def listed_codes(names: Iterable[str], most: int = 5) -> str:
    """Return "`a`, `b` and 3 more"."""
    every = list(names)
    shown = ", ".join(code(name) for name in every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most:,} more"


def place(span: Span | None) -> str:
    """Return ``file:line``; "" for no place."""
    return code(f"{span.file}:{span.line}") if span and span.file else ""


def class_words(change: ObjectChange) -> str:
    """Return the class with its sign, whether it risks a leak, and what allows it."""
    leaks = bool(leaks_of(change))
    risk = ", leak risk" if change.leak_risk else ""
    words = f"{LEAK if leaks else SIGNS[change.change]}&nbsp;**{change.change.value}{risk}**"
    return "<br>".join([words, *(_allowed(entry) for entry in change.excused)])


def _allowed(entry: Allowed) -> str:
    return f"{entry.change.value} allowed: {prose(entry.reason, 120)}"


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """Leak risks first, then the greatest class first, then as they stand."""
    return sorted(reasons, key=lambda reason: (not reason.leak_risk, -reason.change.rank))


def reason_words(reason: Reason) -> str:
    """Return the key, what it was and is, and what that means.

    >>> reason_words(Reason(ChangeClass.TIME, "ttl", "values are withheld sooner", "30d", "7d"))
    '`ttl`: `30d` → `7d` (values are withheld sooner)'
    """
    told = all(text in reason.text for text in (reason.before, reason.after))
    key = "" if reason.what.rpartition(".")[2] in reason.text else code(reason.what)
    arrow = "" if told else f"{code(reason.before, 80) or 'nothing'} → {code(reason.after, 80) or 'nothing'}"
    head = ": ".join(part for part in (key, arrow) if part)
    said = prose(reason.text)
    return f"{head} ({said})" if arrow and said else ": ".join(part for part in (head, said) if part)


def consequences(change: ObjectChange, cost: str, notes: Mapping[str, int]) -> str:
    """Return what has to be computed again, what it costs, the number of the note on the online store, and readers."""
    lines = [*_again(change.backfill, cost, notes), *_readers(change)]
    return "<br>".join(lines) or "-"


def _again(backfill: Backfill | None, cost: str, notes: Mapping[str, int]) -> Iterator[str]:
    if backfill is not None and backfill.history != timedelta(0):
        history = backfill.history
        yield f"compute again: {'all of the history' if history is None else f'{format_duration(history)} of history'}"
    if cost:
        yield prose(cost, 120)
    if backfill is not None and backfill.online:
        views, said = online_words(backfill.online)
        yield f"online{f' {prose(views, 120)}' if views else ''} [{notes[said]}]"


def online_words(text: str) -> tuple[str, str]:
    """Return the views that a sentence on the online store names first, and the rest of it.

    >>> online_words("of `a`, `b` the next run loads all"), online_words("the next run loads all")
    (('of `a`, `b`', 'the next run loads all'), ('', 'the next run loads all'))
    """
    found = re.fullmatch(r"(of `[^`]+`(?:, (?:`[^`]+`|\.\.\. \(\d+ in all\)))*) (.+)", text)
    return (found[1], found[2]) if found else ("", text)


def _readers(change: ObjectChange) -> Iterator[str]:
    """The services and exposures below, with the services' columns that change; none where nothing does."""
    if change.change.rank < ChangeClass.ADDITIVE.rank:
        return
    below = [each.partition(".") for each in change.downstream]
    services = [name for kind, _, name in below if kind == "feature_service"]
    exposures = [name for kind, _, name in below if kind == "exposure"]
    yield from (f"in {_service(name, change.columns)}" for name in services[:4])
    if len(services) > 4:
        yield f"and in {counted(len(services) - 4, 'more service')}"
    if exposures:
        yield f"read by {listed_codes(exposures, 4)}"


def _service(name: str, columns: Iterable[str]) -> str:
    own = [column.partition(".")[2] for column in columns if column.partition(".")[0] == name]
    return f"{code(name)}: {listed_codes(own, 3)}" if own else code(name)
