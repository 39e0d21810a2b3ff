"""What a dialect says of the expression language where it differs from the table of functions (DuckDB's words)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.nodes import Call, Literal

Kinds = Sequence[DType | None]
"""The arguments' dtypes; None where the source has no contract that says so, or of NULL."""

Build = Callable[[Sequence[exp.Expr], Kinds], exp.Expr]
"""Lowered arguments and their dtypes -> SQL. Arguments are its own: each may be used once, and copies after that."""

CastBuild = Callable[[exp.Expr, DType | None, DType, exp.DataType, bool], exp.Expr]
"""(operand, source or None if unknown, target, its SQL, whether what does not fit is NULL) -> the whole cast."""

LiteralBuild = Callable[[Literal, exp.DataType | None], exp.Expr | None]
"""A constant and its type as SQL -> SQL; None: as every engine says it."""


@dataclass(frozen=True)
class Words:
    """The words of one dialect.

    Attributes:
        functions: by a function's name in the table, in place of the table's own builder.
        casts: by the kinds of source and target, in place of ``CASTS``'s own SQL; ``("", kind)`` of an unknown
            source, ``("*", kind)`` of any that is not named.
        refused: functions that this engine cannot say with the language's meaning, each with the reason.
        refused_calls: functions of which it cannot say some calls, as their constants are: the reason, or None.
        refused_casts: the same, by the kinds of source and target; ``("try", "*")`` is every try_cast.
        literal: constants that it writes in its own way.
    """

    functions: Mapping[str, Build] = field(default_factory=lambda: MappingProxyType({}))
    casts: Mapping[tuple[str, str], CastBuild] = field(default_factory=lambda: MappingProxyType({}))
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    refused_calls: Mapping[str, Callable[[Call], str | None]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    refused_casts: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    literal: LiteralBuild | None = None


PLAIN = Words()
"""The table's own words."""
