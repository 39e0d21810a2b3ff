"""What Redis keeps of a view beside its rows: one JSON text."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fcompile.runtime.online.base import Generation, Generations

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class KeptView:
    """What the text says.

    Attributes:
        prefixes: by the generation's number, what its rows' keys begin with.
        removed: prefixes of generations whose rows may not all be gone yet.
    """

    generations: Generations = Generations()
    prefixes: tuple[tuple[int, str], ...] = ()
    removed: tuple[str, ...] = ()

    def prefix(self, number: int) -> str | None:
        """Return what the keys of a generation begin with; None where it is not there."""
        return dict(self.prefixes).get(number)

    def become(self, new: Generations, made: tuple[tuple[int, str], ...] = ()) -> KeptView:
        """Return the view with these generations; the rows of those that are no more are to be removed."""
        prefixes = (*self.prefixes, *made)
        kept = tuple((n, p) for n, p in prefixes if n in new.numbers())
        others = tuple(p for n, p in prefixes if n not in new.numbers())
        return KeptView(new, kept, (*self.removed, *others))

    @property
    def text(self) -> bytes:
        """What ``read_view`` reads; empty for nothing at all."""
        held = self.generations
        if not held.numbers() and not self.removed:
            return b""
        roles = {"current": held.current, "previous": held.previous, "building": held.building}
        written = {r: [g.number, g.schema, g.ttl, self.prefix(g.number)] for r, g in roles.items() if g}
        return json.dumps({**written, "removed": self.removed}, separators=(",", ":")).encode()


def read_view(text: bytes) -> KeptView:
    """Return what ``text`` says."""
    if not text:
        return KeptView()
    parts = json.loads(text)
    removed = tuple(parts.pop("removed"))
    generations = Generations(**{role: Generation(*of[:3]) for role, of in parts.items()})
    return KeptView(generations, tuple((of[0], of[3]) for of in parts.values()), removed)


def short(number: int) -> str:
    """Return a number in few characters.

    >>> short(35), short(36)
    ('z', '10')
    """
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if not number:
            return text
