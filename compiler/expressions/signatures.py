"""Typing rules: what a function takes, what it gives, and where a literal or a narrower type adapts.

The implicit conversions are these, and no others: a number literal takes the number type it meets if its
value stays the same; an ISO text literal takes date or timestamp; int32 widens to int64, float32 to
float64, and a decimal to a decimal with more digits.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fcompile.compiler.dtypes import BOOL, DATE, FLOAT32, FLOAT64, INT32, INT64, STRING, TIMESTAMP, DType
from fcompile.compiler.expressions.moments import iso_date, iso_timestamp
from fcompile.compiler.expressions.nodes import Call, Cast, Expr, Literal, Place
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
    def unknown(self) -> bool:
        return self.dtype is None and not self.null


Report = Callable[[Problem], None]
Rule = Callable[[Call, Sequence[Operand], Report], tuple[Expr, DType | None]]
"""(the call, its typed arguments, where problems go) -> the call with adapted arguments, and its type."""


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


# Rules


def demand(
    call_name: str, operand: Operand, kinds: Sequence[str], what: str, report: Report, hint: str = ""
) -> bool:
    """Report an argument of a type outside ``kinds``; True if it fits or is unknown."""
    if operand.dtype is None or operand.dtype.kind in kinds:
        return True
    message = f"{call_name} takes {what}, not {operand.dtype}"
    report(Problem("FC306", message, operand.expr.place, hint))
    return False


def _computed(operand: Operand) -> Operand:
    """Arithmetic happens in int64 and float64: narrower numbers widen first."""
    wide = {"int32": INT64, "float32": FLOAT64}.get(operand.dtype.kind if operand.dtype else "")
    if wide is None:
        return operand
    return replace(operand, expr=adapt(operand, wide) or operand.expr, dtype=wide)


def shown(call: Call) -> str:
    """The function as a message names it: by its symbol."""
    return f"`{SYMBOLS.get(call.function, call.function)}`"


SYMBOLS = {
    "add": "+",
    "subtract": "-",
    "negate": "-",
    "multiply": "*",
    "divide": "/",
    "floor_divide": "//",
    "modulo": "%",
    "eq": "=",
    "ne": "<>",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "is_null": "is null",
}


def _numbers(call: Call, operands: Sequence[Operand], report: Report) -> bool:
    kinds = {o.dtype.kind for o in operands if o.dtype is not None}
    hint = ""
    if kinds == {"string"} and call.function == "add":
        hint = "write concat(x, y)"
    elif kinds & {"date", "timestamp"}:
        hint = "time arithmetic is not part of an expression yet; put it into a source's `query:`"
    elif "string" in kinds or "bool" in kinds:
        hint = "write cast(x as int64)"
    # A list, so that every argument is reported.
    fits = [demand(shown(call), o, NUMBERS, "numbers", report, hint) for o in operands]
    return all(fits)


def arithmetic(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``+ - *``: int64, float64 or (without ``*``) decimal with itself."""
    if not _numbers(call, operands, report):
        return call, None
    arguments, dtype = unify(shown(call), [_computed(o) for o in operands], call.place, report)
    made = replace(call, arguments=arguments)
    if dtype is None or dtype.kind != "decimal":
        return made, dtype
    if call.function == "multiply" or dtype.precision == 38:
        message = f"{shown(call)} of {dtype} may need more than 38 digits"
        report(Problem("FC306", message, call.place, "write cast(x as float64), or a smaller decimal"))
        return made, None
    sum_type = DType("decimal", precision=dtype.precision + 1, scale=dtype.scale)
    return Cast(made, sum_type, sum_type, call.place), sum_type


def division(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``/``: both sides are read as float64."""
    if not _numbers(call, operands, report):
        return call, None
    return replace(call, arguments=tuple(_as_float(o, report) for o in operands)), FLOAT64


def _as_float(operand: Operand, report: Report) -> Expr:
    if operand.dtype in (None, FLOAT64):
        return operand.expr
    return adapt(operand, FLOAT64) or Cast(operand.expr, FLOAT64, operand.dtype, operand.expr.place)


def integers(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``//`` and ``%``: int64 only."""
    hint = "write floor(x / y)" if call.function == "floor_divide" else "write cast(x as int64)"
    fits = [demand(shown(call), o, INTEGERS, "int64", report, hint) for o in operands]
    if not all(fits):
        return call, None
    arguments, dtype = unify(shown(call), [_computed(o) for o in operands], call.place, report)
    return replace(call, arguments=arguments), dtype


def number(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """One number in, the same type out (int32 as int64, float32 as float64)."""
    if not _numbers(call, operands, report):
        return call, None
    wide = _computed(operands[0])
    return replace(call, arguments=(wide.expr,)), wide.dtype


def whole(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``round floor ceil``: an integer stays as it is; a decimal keeps the digits asked for."""
    places = operands[1].expr if len(operands) > 1 else Literal(0, INT64)
    good = isinstance(places, Literal) and type(places.value) is int and 0 <= places.value <= 15
    if not good:
        message = f"{shown(call)} takes a constant number of digits from 0 to 15"
        report(Problem("FC306", message, places.place, f"write {call.function}(x, 2)"))
    if not _numbers(call, operands[:1], report) or not good:
        return call, None
    digits = places.value if isinstance(places, Literal) and isinstance(places.value, int) else 0
    value = _computed(operands[0]) if operands[0].dtype == FLOAT32 else operands[0]
    if value.dtype is not None and value.dtype.kind in INTEGERS:
        return value.expr, value.dtype
    made = replace(call, arguments=(value.expr, *(o.expr for o in operands[1:])))
    if value.dtype is None or value.dtype.kind != "decimal":
        return made, value.dtype
    if digits >= value.dtype.scale:
        return value.expr, value.dtype
    return made, replace(value.dtype, scale=digits)


def comparison(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """Both sides of one type; the answer is bool. NULL has no place in a comparison."""
    for operand in operands:
        if operand.null:
            negated = call.function == "ne"
            hint = "write x is not null" if negated else "write x is null"
            message = f"{shown(call)} with NULL is never true"
            report(Problem("FC308", message, operand.expr.place, hint))
    arguments, dtype = unify(shown(call), operands, call.place, report)
    if dtype is not None and dtype.kind not in COMPARABLE:
        report(Problem("FC306", f"{shown(call)} does not compare {dtype}", call.place))
    return replace(call, arguments=arguments), BOOL


def logic(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """bool in, bool out."""
    for operand in operands:
        hint = "write x <> 0" if operand.dtype and operand.dtype.kind in NUMBERS else "write a comparison"
        demand(shown(call), operand, ("bool",), "bool", report, hint)
    return call if not operands else replace(call, arguments=tuple(o.expr for o in operands)), BOOL


def anything(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """Any types in, bool out."""
    return replace(call, arguments=tuple(o.expr for o in operands)), BOOL


def same(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """All arguments of one type, which is the result's."""
    arguments, dtype = unify(shown(call), operands, call.place, report)
    return replace(call, arguments=arguments), dtype


def ordered(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """All arguments of one type that has an order, which is the result's."""
    made, dtype = same(call, operands, report)
    if dtype is not None and dtype.kind not in COMPARABLE:
        report(Problem("FC306", f"{shown(call)} does not compare {dtype}", call.place))
    return made, dtype


def texts(result: DType) -> Rule:
    """Strings in, ``result`` out."""

    def rule(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
        for operand in operands:
            demand(shown(call), operand, ("string",), "string", report, "write cast(x as string)")
        return replace(call, arguments=tuple(o.expr for o in operands)), result

    return rule


def part_of_text(call: Call, operands: Sequence[Operand], report: Report) -> tuple[Expr, DType | None]:
    """``substr``: a string and one or two int64, which as constants start at 1 and 0."""
    demand(shown(call), operands[0], ("string",), "string", report, "write cast(x as string)")
    arguments = [operands[0].expr]
    for operand, least, what in zip(operands[1:], (1, 0), ("start", "length"), strict=False):
        arguments.append(_computed(operand).expr)
        fits = demand(f"the {what} of {shown(call)}", operand, INTEGERS, "int64", report)
        value = operand.expr.value if isinstance(operand.expr, Literal) else None
        if fits and isinstance(value, int) and value < least:
            message = f"the {what} of {shown(call)} is at least {least}, not {value}"
            report(Problem("FC309", message, operand.expr.place, "positions count from 1"))
    return replace(call, arguments=tuple(arguments)), STRING
