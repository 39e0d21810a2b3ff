"""Types that hold all that another holds, each value as it was."""

from __future__ import annotations

from fcompile.compiler.dtypes import DType


def widens(old: DType, new: DType) -> bool:
    """Whether every value of ``old`` is the same value of ``new``, in every engine, and sorts alike.

    int32 in int64, and decimals of one scale; lists and structs of these. float32 in float64 is not: 0.1 of the
    one is another number in the other, since the values come from a source that may have either.

    >>> from fcompile.compiler.dtypes import parse_dtype
    >>> widens(parse_dtype("list<int32>"), parse_dtype("list<int64>"))
    True
    >>> widens(parse_dtype("decimal(10,2)"), parse_dtype("decimal(12,4)"))
    False
    """
    if old == new:
        return True
    if old.kind != new.kind:
        return (old.kind, new.kind) == ("int32", "int64")
    match old.kind:
        case "decimal":
            return old.scale == new.scale and old.precision <= new.precision
        case "list":
            return old.item is not None and new.item is not None and widens(old.item, new.item)
        case "struct":
            names = [name for name, _ in old.fields] == [name for name, _ in new.fields]
            return names and all(widens(a, b) for (_, a), (_, b) in zip(old.fields, new.fields, strict=True))
    return False


def narrows(old: DType, new: DType) -> bool:
    """Whether ``new`` holds less of the same values: what does not fit is an error."""
    return old != new and widens(new, old)
