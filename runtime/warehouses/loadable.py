"""Arrow's types by what a column must hold, for adapters that name a column's type in their engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fcompile.compiler.errors import Diagnostic, FcompileError

if TYPE_CHECKING:
    import pyarrow as pa

Test = Callable[["pa.DataType"], bool]


def is_list(arrow: pa.DataType) -> bool:
    from pyarrow import types

    return any(test(arrow) for test in (types.is_list, types.is_large_list, types.is_fixed_size_list))


def is_text(arrow: pa.DataType) -> bool:
    """Is it text, or of a column without any value?"""
    from pyarrow import types

    tests = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    return any(test(arrow) for test in tests)


def is_bytes(arrow: pa.DataType) -> bool:
    from pyarrow import types

    tests = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary)
    return any(test(arrow) for test in tests)


def first_of(sorts: Iterable[tuple[Test, str]], name: str, arrow: pa.DataType, engine: str) -> str:
    """Return the type beside the first test that a column's type passes; raise FcompileError (FC419) for none."""
    for test, found in sorts:
        if test(arrow):
            return found
    raise not_loadable(name, arrow, engine)


def not_loadable(
    name: str, arrow: pa.DataType, engine: str, hint: str = "convert it, or leave it out"
) -> FcompileError:
    message = f"the column `{name}` is {arrow}, which cannot be loaded into {engine}"
    return FcompileError(Diagnostic("FC419", message, hint=hint))
