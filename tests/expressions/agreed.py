"""Expressions written as text over rows of any types: the values on which all engines agree."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

from fcompile.compiler.dtypes import parse_dtype
from tests.expressions.agreement import differences, expected
from tests.expressions.running import typed

ERROR = "an error"


def agreed(text: str, columns: Mapping[str, tuple[str, Sequence[Any]]]) -> list[Any]:
    """Return the values of ``text`` over columns of (dtype, values), ``ERROR`` where a row is one.

    DuckDB, and the evaluator row by row and as a batch, must give the same, and the type that is inferred.
    """
    return all_agreed([text], columns)[0]


def all_agreed(written: Sequence[str], columns: Mapping[str, tuple[str, Sequence[Any]]]) -> list[list[Any]]:
    """The same of several expressions over one table."""
    types = {name: parse_dtype(dtype) for name, (dtype, _) in columns.items()}
    rows = list(zip(*(values for _, values in columns.values()), strict=True))
    made = [typed(text, **{name: dtype for name, (dtype, _) in columns.items()}) for text in written]
    cases = [expected(each, types, rows) for each in made]
    assert differences(cases, errors=len(rows)) == []
    return [[ERROR if i in c.errors else v for i, v in enumerate(c.values)] for c in cases]


def texts(text: str, columns: Mapping[str, Sequence[str | None]]) -> list[Any]:
    """The same over columns of text, where no row is an error."""
    found = agreed(text, {name: ("string", values) for name, values in columns.items()})
    assert ERROR not in found
    return found


def single(value: float) -> float:
    """The nearest float32."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])
