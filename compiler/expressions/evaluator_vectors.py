"""Columns of values, as Python lists and as Arrow arrays: each form is made of the other when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from fcompile.compiler.dtypes import DType

ARROW_KINDS = frozenset({"bool", "int32", "int64", "float32", "float64"})
"""Types whose columns Arrow computes with: integers as int64, floats as float64."""


class Vector:
    """A column. ``dtype`` None is NULL's own type.

    ``value`` is what stands in every row, where ``constant``.
    """

    __slots__ = ("_array", "_list", "constant", "dtype", "rows", "value")

    def __init__(
        self, dtype: DType | None, rows: int, values: Sequence[Any] | None, array: Any = None
    ) -> None:
        self.dtype = dtype
        self.rows = rows
        self.constant = False
        self.value: Any = None
        self._list = values
        self._array = array

    @classmethod
    def repeated(cls, dtype: DType | None, rows: int, value: Any) -> Vector:
        """The same value in every row."""
        made = cls(dtype, rows, None)
        made.constant, made.value = True, value
        return made

    def over(self, rows: int) -> Vector:
        """The same value in another number of rows; only of a constant."""
        made = Vector.repeated(self.dtype, rows, self.value)
        if self.dtype is not None and self.dtype.kind in ARROW_KINDS:
            made._array = self.array
        return made

    @property
    def array(self) -> Any:
        """An Arrow array, or a scalar where constant; only of the kinds in ``ARROW_KINDS``."""
        if self._array is None:
            import pyarrow as pa

            of_type = arrow_type(self.dtype)
            if self.constant:
                self._array = pa.scalar(self.value, of_type)
            else:
                self._array = pa.array(self._list, of_type)
        return self._array

    @property
    def values(self) -> Sequence[Any]:
        """Not to be changed: columns share it."""
        if self._list is None:
            self._list = [self.value] * self.rows if self.constant else to_list(self._array)
        return self._list


def arrow_type(dtype: DType | None) -> Any:
    import pyarrow as pa

    if dtype is None:
        return pa.null()
    if dtype.kind == "bool":
        return pa.bool_()
    return pa.int64() if dtype.kind in ("int32", "int64") else pa.float64()


_BOOLS = (False, True)
_Form = Literal["B", "d", "q", "Q"]


def to_list(array: Any) -> list[Any]:
    """The values of an array of bool, int64 or float64: ``to_pylist``, without an object for each on the way."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(array):
        return []
    if pa.types.is_boolean(array.type):
        values: list[Any] = [_BOOLS[v] for v in _plain(array.cast(pa.uint8()), "B", 1)]
    else:
        values = _plain(array, "d" if pa.types.is_floating(array.type) else "q", 8)
    if array.null_count:
        for i in _plain(pc.indices_nonzero(array.is_null()), "Q", 8):
            values[i] = None
    return values


def _plain(array: Any, form: _Form, width: int) -> list[Any]:
    start, end = array.offset * width, (array.offset + len(array)) * width
    values: memoryview[Any] = memoryview(array.buffers()[1])[start:end].cast("B").cast(form)
    return values.tolist()
