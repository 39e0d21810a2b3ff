"""Names that fcompile gives inside a statement, kept apart from everything the user named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ROW = "__row"
TIME = "__time"
EVENT = "__event"
VISIBLE = "__visible"
CREATED = "__created"
SEQUENCE = "__sequence"


class Names:
    """Hands out names not yet taken; engines compare them without case.

    ``longest``: bytes that the engine keeps of a name (``Dialect.longest_name``); longer ones are cut here, so that
    no two become one there.

    >>> names = Names(["Matched"], longest=9)
    >>> names.fresh("matched"), names.fresh("matched"), names.fresh("tied"), names.fresh("matched_spine")
    ('matched_2', 'matched_3', 'tied', 'matched_s')
    """

    def __init__(self, taken: Iterable[str] = (), longest: int | None = None) -> None:
        self._taken = {name.lower() for name in taken}
        self.longest = longest

    def fresh(self, wanted: str) -> str:
        name, number = self._cut(wanted), 1
        while name.lower() in self._taken:
            number += 1
            name = self._cut(wanted, f"_{number}")
        self._taken.add(name.lower())
        return name

    def _cut(self, wanted: str, ending: str = "") -> str:
        if self.longest is None:
            return f"{wanted}{ending}"
        kept = wanted.encode("utf-8", "surrogatepass")[: self.longest - len(ending)]
        return f"{kept.decode('utf-8', 'ignore')}{ending}"


def kept_apart(wanted: Sequence[str], longest: int | None, taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return ``wanted``, each once, with those longer than ``longest`` bytes cut: apart from all others and ``taken``.

    >>> kept_apart(["rate", "spend_of_a_week", "spend_of_a_year"], 10)
    ('rate', 'spend_of_a', 'spend_of_2')
    """
    if longest is None or all(_fits(name, longest) for name in wanted):
        return tuple(wanted)
    names = Names([*taken, *(name for name in wanted if _fits(name, longest))], longest)
    return tuple(name if _fits(name, longest) else names.fresh(name) for name in wanted)


def _fits(name: str, longest: int) -> bool:
    return len(name.encode("utf-8", "surrogatepass")) <= longest


def cut_to_one(names: Sequence[str], longest: int | None) -> list[tuple[str, str]]:
    """Return the pairs that are one name where only ``longest`` bytes are kept: the first of it, and each other.

    >>> cut_to_one(["rate", "spend_7d", "spend_7w"], 7)
    [('spend_7d', 'spend_7w')]
    """
    first: dict[bytes, str] = {}
    kept = ((first.setdefault(name.encode()[:longest], name), name) for name in names)
    return [(one, other) for one, other in kept if one != other] if longest is not None else []
