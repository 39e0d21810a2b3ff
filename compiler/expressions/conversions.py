"""Implicit conversions: where a literal or a narrower type adapts to what it meets.

They are these, and no others: a number literal takes the number type it meets if its
value stays the same; an ISO text literal takes date or timestamp; int32 widens to int64, float32 to
float64, and a decimal to a decimal with more digits.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fcompile.compiler.dtypes import DATE, FLOAT32, FLOAT64, INT32, INT64, STRING, TIMESTAMP, DType
from fcompile.compiler.expressions.moments import iso_date, iso_timestamp
from fcompile.compiler.expressions.nodes import Cast, Expr, Literal, Place
from fcompile.compiler.expressions.problems import Problem
from fcompile.compiler.expressions.text import to_text

INTEGERS = ("int32", "int64")
FLOATS = ("float32", "float64")
NUMBERS = (*INTEGERS, *FLOATS, "decimal")
COMPARABLE = (*NUMBERS, "bool", "string", "bytes", "date", "timestamp")


@dataclass(frozen=True, slots=True)
class Operand:
    """A typed expression. ``dtype`` None: unknown, or NULL. ``weight`` counts nodes of the SQL it becomes."""

    expr: Expr
    dtype: DType | None
    weight: int = 1

    @property
    def null(self) -> bool:
        return isinstance(self.expr, Literal) and self.expr.value is None

    @property
    def constant(self) -> bool | int | float | Decimal | str | None:
        """The value of a constant, else None."""
        return self.expr.value if isinstance(self.expr, Literal) else None

    @property
    def unknown(self) -> bool:
        return self.dtype is None and not self.null


Report = Callable[[Problem], None]
# Literals and widening


def adapt(operand: Operand, target: DType) -> Expr | None:
    """Return the operand as ``target`` by an implicit conversion, or None if there is none."""
    if operand.dtype is None or operand.dtype == target:
        return operand.expr
    if isinstance(operand.expr, Literal):
        value = _literal(operand.expr.value, operand.dtype, target)
        if value is not None:
            return replace(operand.expr, value=value, dtype=target)
    if widens(operand.dtype, target):
        return Cast(operand.expr, target, operand.dtype, operand.expr.place)
    return None


def widens(source: DType, target: DType) -> bool:
    if source.kind == target.kind == "decimal":
        whole = source.precision - source.scale
        return target.scale >= source.scale and target.precision - target.scale >= whole
    return (source, target) in ((INT32, INT64), (FLOAT32, FLOAT64))


def _literal(
    value: bool | int | float | Decimal | str | None, source: DType, target: DType
) -> int | float | Decimal | str | None:
    """The same value as ``target``, or None."""
    if isinstance(value, str):
        if source != STRING:
            return None
        return iso_date(value) if target == DATE else iso_timestamp(value) if target == TIMESTAMP else None
    if isinstance(value, bool) or value is None:
        return None
    match target.kind:
        case "int32" | "int64":
            limit = 2**31 if target == INT32 else 2**63
            return value if isinstance(value, int) and -limit <= value < limit else None
        case "float64":
            same = isinstance(value, int | float) and float(value) == value
            return float(value) if same else None
        case "float32":
            return float(value) if isinstance(value, int | float) and _is_float32(value) else None
        case "decimal":
            return _decimal(value, target)
    return None


def _is_float32(value: int | float) -> bool:
    try:
        return bool(struct.unpack("<f", struct.pack("<f", value))[0] == value)
    except OverflowError:
        return False


def _decimal(value: int | float | Decimal, target: DType) -> Decimal | None:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    sign, digits, exponent = exact.as_tuple()
    if not isinstance(exponent, int) or exponent > 38 or -exponent > 400:
        return None
    scaled = int("".join(map(str, digits))) * 10 ** max(0, exponent + target.scale)
    if exponent + target.scale < 0:
        scaled, left = divmod(scaled, 10 ** -(exponent + target.scale))
        if left:
            return None
    if scaled >= 10**target.precision:
        return None
    return Decimal((sign, tuple(map(int, str(scaled))), -target.scale))


# One type for several operands


def join(a: DType, b: DType) -> DType | None:
    """The type that both widen to, or None."""
    if a == b or widens(b, a):
        return a
    if widens(a, b):
        return b
    if a.kind == b.kind == "decimal":
        scale = max(a.scale, b.scale)
        precision = max(a.precision - a.scale, b.precision - b.scale) + scale
        return DType("decimal", precision=precision, scale=scale) if precision <= 38 else None
    return None


def unify(
    name: str, operands: Sequence[Operand], place: Place, report: Report
) -> tuple[tuple[Expr, ...], DType | None]:
    """Bring all operands to one type, or report that they do not mix. Unknown types fit everywhere."""
    exprs = tuple(o.expr for o in operands)
    known = [o for o in operands if o.dtype is not None]
    fixed = [o for o in known if not isinstance(o.expr, Literal)]
    if not known or (not fixed and len(known) < len([o for o in operands if not o.null])):
        return exprs, None  # only literals beside an unknown type: the engine adapts them
    # Literals come last: they adapt to what the others are.
    target = known[0].dtype if not fixed else fixed[0].dtype
    for operand in [*fixed, *(o for o in known if o not in fixed)]:
        assert target is not None and operand.dtype is not None  # noqa: S101
        if isinstance(operand.expr, Literal) and adapt(operand, target) is not None:
            continue
        wider = join(target, operand.dtype) or _by_literal(known, fixed, target, operand.dtype)
        if wider is None:
            report(_mixed(name, fixed or known, operand, target, place))
            return exprs, None
        target = wider
    assert target is not None  # noqa: S101
    adapted = tuple(adapt(o, target) or o.expr for o in operands)
    return adapted, None if any(o.unknown for o in operands) else target


def _by_literal(
    known: Sequence[Operand], fixed: Sequence[Operand], target: DType, other: DType
) -> DType | None:
    """Among literals alone, 1 and 2.5 are both float64."""
    if not fixed and {target, other} == {INT64, FLOAT64}:
        return FLOAT64 if all(adapt(o, FLOAT64) is not None for o in known) else None
    return None


def _mixed(name: str, before: Sequence[Operand], operand: Operand, target: DType, place: Place) -> Problem:
    kinds = {target.kind, operand.dtype.kind if operand.dtype else ""}
    message = f"{name} mixes {target} and {operand.dtype}"
    if isinstance(operand.expr, Literal):
        wants = {"date": "'2024-01-31'", "timestamp": "'2024-01-31 12:00:00'"}.get(target.kind)
        if operand.dtype == STRING and wants:
            message = f"{to_text(operand.expr)} is not an ISO {target}"
            return Problem("FC309", message, operand.expr.place, f"write it as {wants}")
        if operand.dtype == INT64 and target.kind in NUMBERS:
            message = f"{to_text(operand.expr)} does not fit {target}"
            return Problem("FC309", message, operand.expr.place)
    first = before[0].expr
    if kinds & set(INTEGERS) and kinds & set(FLOATS):
        whole = first if target.kind in INTEGERS else operand.expr
        return Problem("FC307", message, place, f"write cast({_short(whole)} as float64)")
    if kinds <= {"date", "timestamp"}:
        day = first if target == DATE else operand.expr
        return Problem("FC307", message, place, f"write cast({_short(day)} as timestamp)")
    if "decimal" in kinds and kinds <= set(NUMBERS):
        exact = first if target.kind == "decimal" else operand.expr
        return Problem("FC307", message, place, f"write cast({_short(exact)} as float64)")
    return Problem("FC307", message, place, "bring both to one type with cast(x as dtype)")


def _short(expr: Expr) -> str:
    text = to_text(expr)
    return text if len(text) <= 40 else "..."
