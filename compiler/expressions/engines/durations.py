"""``add_duration`` of engines whose timestamps go beyond the years 1 to 9999."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import DATE
from fcompile.compiler.expressions.engines.shorthand import cast, compare, text, when
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.compiler.expressions.time_builders import years_limit
from fcompile.compiler.expressions.time_values import OUT_OF_RANGE, signed_duration
from fcompile.dialects.base import Dialect


def added(
    dialect: Dialect,
    by_days: Callable[[int, exp.Expr], exp.Expr],
    written: Callable[[exp.Expr], exp.Expr],
) -> Build:
    """The sum, and the error of a cast beyond those years. A date is moved ``by_days``; an error has it ``written``."""

    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        value, kind = arguments[0], kinds[0]
        length = signed_duration(arguments[1].name)
        if not length:
            return value
        beyond, limit = years_limit(length)
        to = dialect.scalar("timestamp" if kind is None else kind.kind)
        outside = compare(beyond, value, cast(text(limit), dialect.scalar("timestamp")))
        said = exp.DPipe(this=text(f"{OUT_OF_RANGE}: "), expression=written(value.copy()))
        moved = by_days(length.days, value) if kind == DATE else dialect.after(value, length)
        return when((outside, cast(said, to)), otherwise=moved)

    return build
