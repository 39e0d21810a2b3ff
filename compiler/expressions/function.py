"""What is said of one operator or function: the columns of the table."""

from __future__ import annotations

from dataclasses import dataclass

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions import signatures as s

STRICT = "NULL if any argument is NULL"


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
