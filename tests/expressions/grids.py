"""Every function over all edge values of its arguments' types."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.infer import Columns, Typed, infer
from fcompile.compiler.expressions.nodes import Call, Column
from tests.expressions.edges import edges
from tests.expressions.shapes import Form, forms

MOST_ROWS = 400


def grids() -> dict[str, list[Form]]:
    """The forms by the types of their arguments, which share a table."""
    found: dict[str, list[Form]] = {}
    for form in forms():
        found.setdefault(", ".join(map(str, _types(form))), []).append(form)
    return found


def _types(form: Form) -> list[DType]:
    return [a.dtype for a in form.arguments if a.dtype is not None]


def grid(form: Form) -> tuple[dict[str, DType], list[tuple[Any, ...]]]:
    """A column for each argument that is no constant, and every row of edge values, or a sample of them."""
    types = _types(form)
    rows = list(product(*(edges(dtype) for dtype in types)))
    if len(rows) > MOST_ROWS:
        rows = Random(0).sample(rows, MOST_ROWS)
    return {f"c{i}": dtype for i, dtype in enumerate(types)}, rows


def calls(given: list[Form], types: dict[str, DType]) -> Iterator[Typed]:
    """Each form as a call of columns and constants alone."""
    for form in given:
        names = iter(types)
        arguments = tuple(a.constant or Column(next(names)) for a in form.arguments)
        typed = infer(Call(form.function, arguments), Columns(types, closed=True))
        assert typed.problems == ()
        yield typed
