"""What the compiled SQL answers for one key and one time: a training set of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from fcompile.compiler.compile import Spine, SpineColumn, compile_historical
from fcompile.compiler.definitions import Feature, FeatureView, JoinKey, Label, Query, Selected
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.duckdb import quoted_name
from fcompile.runtime.why.keys import key_parameters
from fcompile.runtime.why.source import type_text


def view_answer(
    warehouse: Warehouse,
    view: FeatureView,
    features: Sequence[Feature],
    key: Mapping[str, object],
    at: datetime,
) -> tuple[object, ...]:
    """Return the value of each of ``features`` for ``key`` at ``at``."""
    # Names of our own: no column of the spine may be called as a feature.
    spine_keys = tuple((k.name, f"key_{n}") for n, k in enumerate(view.join_keys))
    selected = Selected(view, tuple(features), join_key_map=spine_keys)
    columns = tuple(OutputColumn(f"answer_{n}", selected, f) for n, f in enumerate(features))
    spine = _one_row(view.join_keys, [name for _, name in spine_keys], "asked_at")
    sql = compile_historical(Request((selected,), columns), spine)
    (row,) = warehouse.rows(sql.select, {**key_parameters(key), "at": at})
    return row[-len(features) :]


def label_answer(
    warehouse: Warehouse, label: Label, key: Mapping[str, object], at: datetime, as_of: datetime
) -> object:
    """Return the label's value for ``key`` at ``at``; NULL where it is not mature at ``as_of``."""
    names = [k.name for k in label.join_keys]
    spine = _one_row(label.join_keys, names, _fresh("asked_at", names))
    asked = replace(label, name=_fresh("answer", names))
    sql = compile_historical(Request((), ()), spine, labels=(asked,))
    (row,) = warehouse.rows(sql.select, {**key_parameters(key), "at": at, "as_of": as_of})
    return row[-1]


def _one_row(keys: Sequence[JoinKey], names: Sequence[str], time: str) -> Spine:
    """Return a spine of one row, whose values are the parameters ``$key_0``, ... and ``$at``."""
    columns = [
        f"CAST($key_{n} AS {type_text(key.dtype)}) AS {quoted_name(name)}"
        for n, (key, name) in enumerate(zip(keys, names, strict=True))
    ]
    sql = f"SELECT {', '.join([*columns, f'CAST($at AS TIMESTAMP) AS {time}'])}"
    kinds = [SpineColumn(name, key.dtype.kind) for key, name in zip(keys, names, strict=True)]
    return Spine(Query(sql), (*kinds, SpineColumn(time, "timestamp")), time)


def _fresh(name: str, taken: Sequence[str]) -> str:
    lower = {each.lower() for each in taken}
    while name in lower:
        name += "_"
    return name
