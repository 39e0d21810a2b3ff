"""What is said of one operator or function: the columns of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import signatures as s

STRICT = "NULL if any argument is NULL"

Evaluate = Callable[..., Any]
"""Values in, value out; None is NULL. Raises ``EvaluationError`` where the SQL is an error when it runs."""


class EvaluationError(ValueError):
    """What an engine reports when it runs: a number out of range, a text that cannot be read."""


@dataclass(frozen=True, slots=True)
class Function:
    """One operator or function.

    Attributes:
        name: as ``Call.function`` holds it.
        syntax: how it is written, for docs and messages.
        arity: the fewest and the most arguments; None = any number.
        takes, gives: types in words, for docs.
        rule: types the arguments and the result.
        meaning: exactly what it does, edge cases included.
        build: lowered arguments to SQL; a dialect may override it by ``name``.
        nulls: what a NULL argument does.
        plain: positions of arguments that are counts, whose constants need no type of their own.
        leads: engines give the result the first argument's type, so a constant there always says its own.
        copies: how often the SQL repeats each argument, where that is not once.
        evaluate: the same in Python. It is never called with None, unless ``sees_null``: the rest is NULL already.
            Values are bool, int, float, Decimal, str, bytes, date, datetime (aware, UTC), list, dict;
            an argument in ``plain`` comes as the constant it is.
        sees_null: ``evaluate`` is called whatever is None.
        ulps: how many units in the last place two engines' float64 may lie apart, by the function alone.
    """

    name: str
    syntax: str
    arity: tuple[int, int | None]
    takes: str
    gives: str
    rule: s.Rule
    meaning: str
    build: b.Builder
    nulls: str = STRICT
    plain: tuple[int, ...] = ()
    leads: bool = False
    copies: tuple[tuple[int, int], ...] = ()
    evaluate: Evaluate | None = None
    sees_null: bool = False
    ulps: int = 0
