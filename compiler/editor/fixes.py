"""Quick fixes: what a diagnostic says to type instead, as the text to put in place of another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fcompile.compiler.editor.lines import Lines
from fcompile.compiler.errors import Diagnostic, Span

_INSTEAD = re.compile(r"(?:did you mean|is it|(?:or )?write) `([^`]+)`\??")
_NAMED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Fix:
    """``text`` belongs in place of what stands at ``span``."""

    title: str
    span: Span
    text: str


def fix_of(problem: Diagnostic, lines: Lines) -> Fix | None:
    """Return the fix that the hint of ``problem`` names; None where it names none, or the text is another by now."""
    instead = _INSTEAD.fullmatch(problem.hint)
    if instead is None or problem.span is None:
        return None
    here = lines.cut(problem.span)
    wrong = next((name for name in reversed(_NAMED.findall(problem.message)) if name in here), "")
    if not wrong or "\n" in here or not _stands_alone(here, wrong):
        return None
    span = problem.span
    place = Span(span.file, span.line, span.column + here.rindex(wrong), len(wrong))
    return Fix(f"Write `{instead[1]}` instead of `{wrong}`", place, instead[1])


def _stands_alone(text: str, word: str) -> bool:
    """Whether ``word`` is a whole word of ``text``, its last one."""
    at = text.rindex(word)
    around = text[at - 1 : at] + text[at + len(word) : at + len(word) + 1]
    return not any(character.isalnum() or character == "_" for character in around)
