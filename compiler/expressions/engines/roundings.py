"""``round`` of engines whose ROUND is right but for floats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines.shorthand import FLOATS, cast, number
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.dialects.base import Dialect


def rounded(dialect: Dialect, of_float: Callable[[exp.Expr, int], exp.Expr]) -> Build:
    """ROUND of all that is no float, and ``of_float``, which rounds to that many digits. The type says the scale."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        x, kind = arguments[0], kinds[0]
        digits = 0 if len(arguments) < 2 else b.constant(arguments[1]) or 0
        if kind is None:
            return b.rounded(x, number(digits)) if digits else b.rounded(x)
        if kind.kind not in FLOATS:
            return cast(b.rounded(x, number(digits)), dialect.decimal(kind.precision, digits))
        return of_float(x, digits)

    return build
