"""The generations of views, where a store keeps one text a view and can exchange it against another atomically."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from fcompile.runtime.online.base import Generation, Generations, gone, gone_back, shown
from fcompile.runtime.online.redis_views import KeptView, read_view


class Texts(Protocol):
    """What a store has to offer."""

    def text(self, view: str) -> bytes:
        """Return what is kept of a view; empty where there is nothing."""

    def exchange(self, view: str, old: bytes, new: bytes) -> bool:
        """Keep ``new`` if ``old`` is what is kept; return whether it was."""

    def new_prefix(self) -> str:
        """Return what the rows of a generation are found by, different each time."""

    def remove(self, view: str, prefix: str) -> None:
        """Delete the rows of a generation; idempotent."""


class KeptViews:
    """The methods of ``OnlineStore`` that are about generations."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def look(self, view: str) -> KeptView:
        return read_view(self._texts.text(view))

    def begin(self, view: str, generation: Generation) -> None:
        prefix = self._texts.new_prefix()

        def change(there: KeptView) -> KeptView:
            if there.generations.find(generation.number) is not None:
                return there
            return there.become(there.generations.begun(generation), ((generation.number, prefix),))

        self._change(view, change)

    def flip(self, view: str, number: int) -> None:
        def change(there: KeptView) -> KeptView:
            return there.become(shown(view, there.generations, number))

        self._change(view, change)

    def rollback(self, view: str) -> Generations:
        def change(there: KeptView) -> KeptView:
            return there.become(gone_back(view, there.generations))

        return self._change(view, change).generations

    def drop(self, view: str) -> None:
        self._change(view, lambda there: there.become(Generations()))

    def written(self, view: str, number: int, prefix: str) -> None:
        """Look again after rows were written: what went to a generation that is gone by now must not stay for ever.

        Raises FcompileError (FC520).
        """
        if self.look(view).prefix(number) != prefix:
            self._texts.remove(view, prefix)
            raise gone(view, number)

    def _change(self, view: str, change: Callable[[KeptView], KeptView]) -> KeptView:
        """Replace a view's text by what ``change`` makes of it, and remove the rows that nobody needs any more."""
        wanted = None
        while True:
            text = self._texts.text(view)
            # An exchange whose answer was lost, and that is done.
            if text == wanted:
                break
            wanted = change(read_view(text)).text
            if text == wanted or self._texts.exchange(view, text, wanted):
                break
        there = read_view(wanted)
        for prefix in there.removed:
            self._texts.remove(view, prefix)
        if there.removed:
            self._forget(view, there.removed)
        return there

    def _forget(self, view: str, removed: Sequence[str]) -> None:
        while True:
            text = self._texts.text(view)
            there = read_view(text)
            left = tuple(prefix for prefix in there.removed if prefix not in removed)
            new = KeptView(there.generations, there.prefixes, left).text
            if text == new or self._texts.exchange(view, text, new):
                return
