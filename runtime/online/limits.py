"""What a store can hold of a row."""

from __future__ import annotations

from fcompile.compiler.errors import Diagnostic, FcompileError
from fcompile.runtime.online.packed import Packed

_SHOWN = 60
"""Characters of a long key that a message repeats."""


def check_sizes(view: str, rows: Packed, key: int, row: int | None = None) -> None:
    """Raise FcompileError (FC529) for a row whose key, or key and value, have more bytes than ``key`` and ``row``."""
    import pyarrow.compute as pc

    if not len(rows):
        return
    keys = pc.binary_length(rows.keys)
    _check(view, rows, keys, key, "its key has")
    if row is not None:
        _check(view, rows, pc.add(keys, pc.binary_length(rows.values)), row, "it has")


def _check(view: str, rows: Packed, lengths: object, most: int, has: str) -> None:
    import pyarrow.compute as pc

    longest = pc.max(lengths).as_py()
    if longest <= most:
        return
    key = rows.keys[pc.index(lengths, longest).as_py()].as_py().decode()
    shown = key if len(key) <= _SHOWN else f"{key[:_SHOWN]}..."
    message = f"`{view}`: the online store cannot hold the row of {shown}: {has} {longest:,} bytes, of at most {most:,}"
    hint = "make it smaller in the view, or use another online store for it"
    raise FcompileError(Diagnostic("FC529", message, hint=hint))
