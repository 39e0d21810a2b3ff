"""What is wrong with an expression: every problem with its place in the expression's own text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fcompile.compiler.expressions.nodes import Place


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` is FC301 to FC341, FC352 or FC356 (compiler/codes/); ``hint`` is what to type instead, or empty."""

    code: str
    message: str
    place: Place
    hint: str = ""


class ExpressionError(Exception):
    """The text is no expression. The caller adds the file and raises an FcompileError."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("; ".join(p.message for p in self.problems))
