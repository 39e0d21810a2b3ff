"""What a piece of the plan is found to rest on, and how pieces are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fcompile.compiler.errors import Diagnostic, Span


@dataclass(frozen=True, slots=True)
class Leak:
    """A way in which a value sees what is not known at its time.

    Attributes:
        code: FC250 to FC254, by kind.
        path: from the source down to what sees the future.
        span: where it is written; None where only the source is known.
    """

    code: str
    message: str
    hint: str
    path: tuple[str, ...] = ()
    span: Span | None = None

    @property
    def diagnostic(self) -> Diagnostic:
        return Diagnostic(self.code, self.message, self.span, self.hint)


@dataclass(frozen=True, slots=True)
class Finding:
    """Assumptions and leaks, each once, in the order in which they were met; nothing of both: it is proved."""

    assumptions: tuple[str, ...] = ()
    leaks: tuple[Leak, ...] = ()
    span: Span | None = None

    def __bool__(self) -> bool:
        return bool(self.assumptions or self.leaks)

    def through(self, *steps: str) -> Finding:
        """Return the same, with ``steps`` before the path of each leak."""
        if not self.leaks:
            return self
        return replace(self, leaks=tuple(replace(leak, path=(*steps, *leak.path)) for leak in self.leaks))


NOTHING = Finding()


def together(found: Iterable[Finding]) -> Finding:
    """Return all of it; the place is that of the first assumption."""
    some = [each for each in found if each]
    if len(some) < 2:
        return some[0] if some else NOTHING
    assumptions = dict.fromkeys(text for each in some for text in each.assumptions)
    leaks = dict.fromkeys(leak for each in some for leak in each.leaks)
    span = next((each.span for each in some if each.span is not None), None)
    return Finding(tuple(assumptions), tuple(leaks), span)


def assumes(text: str, span: Span | None = None) -> Finding:
    return Finding((text,), (), span)
