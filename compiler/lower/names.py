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

    >>> names = Names(["Matched"])
    >>> names.fresh("matched"), names.fresh("matched"), names.fresh("tied")
    ('matched_2', 'matched_3', 'tied')
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.lower() for name in taken}

    def fresh(self, wanted: str) -> str:
        name, number = wanted, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name.lower())
        return name
