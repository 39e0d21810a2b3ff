"""What is read of entity rows: join keys and request data, each as a value of its dtype."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fcompile.compiler.definitions import RequestField
from fcompile.compiler.dtypes import DType
from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.request import Request
from fcompile.runtime.keys import is_plain, read_key
from fcompile.runtime.request_data import Asked, read_value

MOST_PROBLEMS = 20
"""Wrong entity rows that one error names; a caller with one wrong column has as many as rows."""

EntityRow = Mapping[str, object]
Keys = Mapping[tuple[str, str], list[Any]]
"""(spine key, dtype) -> a value an entity row."""
Data = Mapping[RequestField, list[Any]]
"""Field of request data -> a value an entity row."""


class RowReader:
    """What one request reads of entity rows, made ready once; one may serve many reads, also at a time."""

    def __init__(self, request: Request, asked: Sequence[Asked]) -> None:
        self._keys = {(each.name, str(each.dtype)): each for each in _wanted_keys(request)}
        self._data = {each.field: _data(each.field, each.reader) for each in asked}
        self._wanted = tuple(dict.fromkeys([*self._keys.values(), *self._data.values()]))

    def read(self, rows: Sequence[EntityRow]) -> tuple[Keys, Data]:
        """Return a value a row, in their order, for each join key of the request and each field of its data.

        Raises UsageError: FC511 a row lacks a join key, FC512 a key's value does not fit its dtype, FC514 and FC515
        the same of request data. All problems at once, up to ``MOST_PROBLEMS``.
        """
        values: dict[_Wanted, list[Any]] = {}
        problems: list[Diagnostic] = []
        for each in self._wanted:
            column = _plain_column(each, rows)
            if column is None:
                column = []
                problems += islice(_read(each, rows, column), MOST_PROBLEMS)
            values[each] = column
        if problems:
            raise UsageError(*dict.fromkeys(problems[:MOST_PROBLEMS]))
        return {k: values[each] for k, each in self._keys.items()}, {
            field: values[each] for field, each in self._data.items()
        }


def _plain_column(wanted: _Wanted, rows: Sequence[EntityRow]) -> list[Any] | None:
    """Return the column if its values are what they should be already; None where each needs a look."""
    name = wanted.name
    try:
        values = [row[name] for row in rows]
    except KeyError:
        return None
    return values if is_plain(values, wanted.dtype) else None


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """A value that each entity row must have, and the codes of a row that has none or a wrong one."""

    name: str
    dtype: DType
    read: Callable[[Any, DType], Any]
    what: str
    codes: tuple[str, str]


def _wanted_keys(request: Request) -> Iterator[_Wanted]:
    for selected in request.selected:
        for key in selected.view.join_keys:
            name = selected.spine_key(key.name)
            yield _Wanted(name, key.dtype, read_key, f"the join key `{name}`", ("FC511", "FC512"))


def _data(field: RequestField, reader: str) -> _Wanted:
    what = f"`{field.name}` ({field.dtype}), request data of `{reader}`"
    return _Wanted(field.name, field.dtype, read_value, what, ("FC514", "FC515"))


def _read(wanted: _Wanted, rows: Sequence[EntityRow], values: list[Any]) -> Iterator[Diagnostic]:
    """Fill ``values``, yielding what is wrong on the way."""
    name, dtype, read = wanted.name, wanted.dtype, wanted.read
    for number, row in enumerate(rows, 1):
        try:
            values.append(read(row[name], dtype))
        except KeyError:
            message = f"entity row {number} lacks {wanted.what}"
            yield Diagnostic(wanted.codes[0], message, hint=_near(name, row))
        except ValueError as error:
            yield Diagnostic(wanted.codes[1], f"entity row {number}: `{name}`: {error}")


def _near(name: str, row: Iterable[object]) -> str:
    given = [str(key).encode(errors="backslashreplace").decode() for key in row]
    return did_you_mean(name, given) or (f"it has {listed(given)}" if given else "it is empty")
