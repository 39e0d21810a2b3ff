"""All ``shapes_<family>.py`` together, read once: which calls give which type."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.compiler.expressions.functions import TABLE
from fcompile.compiler.expressions.infer import Columns, infer
from fcompile.compiler.expressions.nodes import Call, Cast, Column, Expr
from fcompile.compiler.expressions.parser import parse

FAMILIES = sorted(path.stem for path in Path(__file__).parent.glob("shapes_*.py"))


@dataclass(frozen=True)
class Argument:
    """What may stand in one place: any tree of ``dtype``, or only a column of it, or ``constant``."""

    dtype: DType | None
    constant: Expr | None = None
    column: bool = False


@dataclass(frozen=True)
class Form:
    """A call of one function with arguments of these types."""

    function: str
    arguments: tuple[Argument, ...]
    gives: DType

    @property
    def exact(self) -> bool:
        """Whether engines give the same to the last bit, so that it may be an argument of another function."""
        return TABLE[self.function].ulps == 0


def read_argument(text: str) -> Argument:
    if text.startswith("="):
        return Argument(None, constant=parse(text[1:].strip()))
    column = text.startswith("columns.")
    return Argument(parse_dtype(text.removeprefix("columns.")), column=column)


@cache
def forms() -> tuple[Form, ...]:
    """Every form of every family, by function; a form that does not type is an error."""
    shapes: dict[str, list[tuple[str, ...]]] = {}
    for family in FAMILIES:
        for function, given in importlib.import_module(f"tests.expressions.{family}").SHAPES.items():
            shapes.setdefault(function, []).extend(given)
    return tuple(_form(function, given) for function in sorted(shapes) for given in shapes[function])


def _form(function: str, texts: tuple[str, ...]) -> Form:
    arguments = tuple(read_argument(text) for text in texts)
    columns = {f"c{i}": a.dtype for i, a in enumerate(arguments) if a.dtype is not None}
    given = tuple(a.constant or Column(f"c{i}") for i, a in enumerate(arguments))
    typed = infer(Call(function, given), Columns(columns, closed=True))
    assert not typed.problems and typed.dtype is not None, (function, texts, typed.problems)
    return Form(function, arguments, typed.dtype)


@cache
def column_types() -> tuple[DType, ...]:
    """Every type that some argument has, by name."""
    found = {str(a.dtype): a.dtype for form in forms() for a in form.arguments if a.dtype is not None}
    return tuple(found[name] for name in sorted(found))


@cache
def producers() -> Mapping[DType, tuple[Form, ...]]:
    """The exact forms by what they give."""
    made: dict[DType, list[Form]] = {}
    for form in forms():
        if form.exact:
            made.setdefault(form.gives, []).append(form)
    return {dtype: tuple(given) for dtype, given in made.items()}


@cache
def cast_sources(target: DType) -> tuple[DType, ...]:
    """The types of columns that cast to ``target``, itself left out."""
    found = []
    for source in column_types():
        typed = infer(Cast(Column("c"), target), Columns({"c": source}, closed=True))
        if source != target and not typed.problems:
            found.append(source)
    return tuple(found)
