"""int64 in Snowflake, whose whole numbers have 38 digits: docs.snowflake.com/en/sql-reference/data-types-numeric.

Arithmetic beyond int64 is an error in the language and a larger number here, so sums and products are tested. A
test of ``a + b`` repeats it; of nested arithmetic every step is tested in one CASE around the whole, and what
cannot leave the range, such as int32 and constants, is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines.shorthand import (
    both,
    call,
    cast,
    compare,
    number,
    quotient,
    text,
    when,
)
from fcompile.compiler.expressions.engines.words import Build, Kinds
from fcompile.dialects.snowflake import Snowflake

_DIALECT = Snowflake()
_LONG = _DIALECT.scalar("int64")
LEAST, MOST = -(2**63), 2**63 - 1
_BEYOND = "beyond int64: "

Range = tuple[int, int]
"""The least and the greatest value that a tree can have."""


def is_whole(kind: DType | None) -> bool:
    return kind is not None and kind.kind in ("int32", "int64")


def in_range(tree: exp.Expr, least: int = LEAST, most: int = MOST) -> exp.Expr:
    return exp.Between(this=b.atom(tree.copy()), low=number(least), high=number(most))


def checked(value: exp.Expr, steps: Sequence[exp.Expr]) -> exp.Expr:
    """``value``, or an error where a step is beyond int64: docs, functions/to_decimal, raises for such a text."""
    tests = [in_range(step) for step in steps]
    if not tests:
        return value
    # The text has the value, so that it is no constant, which would be read when the statement is compiled.
    wrong = cast(exp.DPipe(this=text(_BEYOND), expression=b.atom(value.copy())), _LONG)
    return when((both(tests[0], *tests[1:]), value), otherwise=wrong)


def opened(tree: exp.Expr) -> tuple[exp.Expr, list[exp.Expr]]:
    """What ``checked`` was made of; a tree of another form is itself, without steps."""
    inner = tree.this if isinstance(tree, exp.Paren) else tree
    if not isinstance(inner, exp.Case) or len(inner.args["ifs"]) != 1:
        return tree, []
    said = inner.args.get("default")
    pipe = said.this if isinstance(said, exp.Cast) else None
    if not isinstance(pipe, exp.DPipe) or pipe.this.name != _BEYOND:
        return tree, []
    (found,) = inner.args["ifs"]
    return found.args["true"], [each.this for each in found.this.find_all(exp.Between) if _is_test(each)]


def _is_test(tree: exp.Between) -> bool:
    return str(tree.args["high"].name) == str(MOST)


def range_of(tree: exp.Expr) -> Range:
    """Of what stands bare here; anything else is an int64."""
    constant = b.constant(tree)
    if constant is not None:
        return constant, constant
    match tree:
        case exp.Paren():
            return range_of(tree.this)
        case exp.Cast() if (digits := _digits(tree.to)) and digits < 19:
            return -(10**digits) + 1, 10**digits - 1
        case exp.Add():
            (a, z), (c, y) = range_of(tree.this), range_of(tree.expression)
            return a + c, z + y
        case exp.Sub():
            (a, z), (c, y) = range_of(tree.this), range_of(tree.expression)
            return a - y, z - c
        case exp.Mul():
            ends = [p * q for p in range_of(tree.this) for q in range_of(tree.expression)]
            return min(ends), max(ends)
        case exp.Neg():
            a, z = range_of(tree.this)
            return -z, -a
    return LEAST, MOST


def _digits(to: exp.DataType) -> int:
    """p of a type DECIMAL(p, 0), else 0."""
    size = [each.name for each in to.expressions]
    return int(size[0]) if len(size) == 2 and size[1] == "0" else 0


def _tested(value: exp.Expr, parts: Sequence[exp.Expr]) -> exp.Expr:
    """``value``, made of the opened ``parts``: with their steps, and one of its own where it may leave the range."""
    steps = [step for part in parts for step in opened(part)[1]]
    least, most = range_of(value)
    if least < LEAST or most > MOST:
        steps.append(value)
    return checked(value, steps)


def arithmetic(kind: type[exp.Binary]) -> Build:
    def build(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
        if not all(is_whole(kind) for kind in kinds):
            return b.binary(kind)(*arguments)
        values = [opened(each)[0] for each in arguments]
        return _tested(compare(kind, values[0], values[1]), arguments)

    return build


def negate(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    if not is_whole(kinds[0]):
        return b.negate(arguments[0])
    return _tested(b.negate(opened(arguments[0])[0].copy()), arguments)


def absolute(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    value = call("ABS", opened(arguments[0])[0].copy())
    if not is_whole(kinds[0]) or range_of(arguments[0])[0] > LEAST:
        return call("ABS", arguments[0])
    return checked(value, [*opened(arguments[0])[1], value])


def _rest(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """The rest of the sign of ``y``, whether ``%`` has the sign of the dividend or of the divisor (functions/mod)."""
    first = exp.Add(this=exp.Paren(this=compare(exp.Mod, x, y)), expression=b.atom(y.copy()))
    return compare(exp.Mod, first, y)


def _divisor(y: exp.Expr) -> exp.Expr:
    """The divisor, NULL if it is zero, where ``%`` and ``/`` raise."""
    return y if b.constant(y) else exp.Nullif(this=y, expression=number(0))


def modulo(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    return _rest(x, _divisor(y))


def floor_divide(x: exp.Expr, y: exp.Expr) -> exp.Expr:
    """Without the rest there is no fraction, of which a quotient has six digits, rounded (operators-arithmetic)."""
    divisor = _divisor(y)
    exact = exp.Paren(this=compare(exp.Sub, x, _rest(x, divisor)))
    made = cast(quotient(exact, divisor), _LONG)
    by = b.constant(divisor)
    return checked(made, [made] if by is None or by == -1 else [])


FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "add": arithmetic(exp.Add),
        "subtract": arithmetic(exp.Sub),
        "multiply": arithmetic(exp.Mul),
        "negate": negate,
        "abs": absolute,
        "modulo": lambda arguments, kinds: modulo(*arguments),
        "floor_divide": lambda arguments, kinds: floor_divide(*arguments),
    }
)
