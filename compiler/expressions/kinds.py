"""The dtype of a part of a typed tree, from the columns' dtypes that ``infer`` wrote on them."""

from __future__ import annotations

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.conversions import Operand
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal, Raw


def kind_of(expr: Expr) -> DType | None:
    """Return the dtype; None where it is unknown, and of NULL."""
    match expr:
        case Column() | Literal() | Cast() | Raw():
            return expr.dtype
        case Case(whens, otherwise):
            values = (*(value for _, value in whens), otherwise)
            return next((found for value in values if (found := kind_of(value)) is not None), None)
        case Call(function, arguments):
            operands = [Operand(part, kind_of(part)) for part in arguments]
            return TABLE[function].rule(expr, operands, lambda _: None)[1]
