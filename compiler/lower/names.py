"""Names that fcompile gives inside a statement, kept apart from everything the user named."""

from __future__ import annotations

from collections.abc import Iterable

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
        self._longest = longest

    def fresh(self, wanted: str) -> str:
        name, number = self._cut(wanted), 1
        while name.lower() in self._taken:
            number += 1
            name = self._cut(wanted, f"_{number}")
        self._taken.add(name.lower())
        return name

    def _cut(self, wanted: str, ending: str = "") -> str:
        if self._longest is None:
            return f"{wanted}{ending}"
        kept = wanted.encode("utf-8", "surrogatepass")[: self._longest - len(ending)]
        return f"{kept.decode('utf-8', 'ignore')}{ending}"
