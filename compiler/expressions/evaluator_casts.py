"""Casts of whole columns by Arrow, exactly as the table of casts says; what does not fit raises."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fcompile.compiler.expressions.evaluator_kernels import Kernel
from fcompile.compiler.expressions.function import EvaluationError

_INTEGERS = ("int32", "int64")
_FLOATS = ("float32", "float64")


@cache
def casting(source: str, target: str) -> Kernel | None:
    """What casts columns from one kind to the other, if Arrow can."""
    if source in _FLOATS and target == "float32":
        return _to_float32
    if target == "float64" and source in (*_INTEGERS, *_FLOATS):
        return lambda values: pc.cast(values, pa.float64(), safe=False)
    if source in _FLOATS and target in _INTEGERS:
        return _truncated(target)
    if source in (*_INTEGERS, "bool") and target in _INTEGERS:
        return lambda values: _within(pc.cast(values, pa.int64()), target)
    return None


def _to_float32(values: Any) -> Any:
    made = pc.cast(pc.cast(values, pa.float32(), safe=False), pa.float64())
    if pc.any(pc.xor(pc.is_inf(made), pc.is_inf(values))).as_py():
        raise EvaluationError("a number does not fit float32")
    return made


def _truncated(target: str) -> Kernel:
    def kernel(values: Any) -> Any:
        if pc.any(pc.invert(pc.less(pc.abs(values), 2.0**63))).as_py():
            raise EvaluationError("a number does not fit int64")
        return _within(pc.cast(pc.trunc(values), pa.int64()), target)

    return kernel


def _within(values: Any, target: str) -> Any:
    return pc.cast(pc.cast(values, pa.int32()), pa.int64()) if target == "int32" else values
