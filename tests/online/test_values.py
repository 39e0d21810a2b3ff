"""Values of any schema come back from the stores exactly, of the type they had."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fcompile.compiler.definitions import Entity, Feature, FeatureView, JoinKey, Selected, Source, Table
from fcompile.compiler.dtypes import DType, parse_dtype
from fcompile.compiler.expressions.nodes import Column
from fcompile.compiler.request import OutputColumn, Request
from fcompile.runtime.clock import aware_of, to_micros
from fcompile.runtime.loader import schema_of
from fcompile.runtime.online.base import Generation
from fcompile.runtime.serving import Prepared
from tests.online.serving_project import T0, packed_rows
from tests.online.stores import OPENERS, Open

_FIRST, _LAST = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def _decimals(dtype: DType) -> st.SearchStrategy[Decimal]:
    most = 10**dtype.precision - 1
    return st.integers(-most, most).map(
        lambda n: Decimal((int(n < 0), tuple(map(int, str(abs(n)))), -dtype.scale))
    )


_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int32": st.integers(-(2**31), 2**31 - 1) | st.sampled_from([-(2**31), 2**31 - 1]),
    "int64": st.integers(-(2**63), 2**63 - 1) | st.sampled_from([-(2**63), 2**63 - 1, 2**53 + 1]),
    "float32": st.floats(width=32),
    "float64": st.floats(),
    "string": _TEXT,
    "bytes": st.binary(max_size=8),
    "date": st.dates(),
    "timestamp": st.integers(to_micros(_FIRST), to_micros(_LAST)).map(aware_of),
    "json": st.recursive(st.none() | st.integers() | _TEXT, st.lists).map(json.dumps),
}
_KEYS = ("bool", "int32", "int64", "string", "bytes", "date", "timestamp")


def _values(dtype: DType) -> st.SearchStrategy[Any]:
    """Values of a dtype, NULL none of them; parts of lists and structs may be."""
    item = dtype.item
    match dtype.kind:
        case "decimal":
            return _decimals(dtype)
        case "list" if item is not None:
            # Lists of plain numbers, which have a form of their own, with NULLs among them and without.
            return st.lists(st.none() | _values(item), max_size=4) | st.lists(_values(item), max_size=4)
        case "vector":
            return st.lists(st.floats(width=32), min_size=dtype.length, max_size=dtype.length)
        case "struct":
            names = [name for name, _ in dtype.fields]
            parts = st.tuples(*(st.none() | _values(kind) for _, kind in dtype.fields))
            return parts.map(lambda found: dict(zip(names, found, strict=True)))
    return _PLAIN[dtype.kind]


_SCALARS = st.sampled_from([*_PLAIN, "decimal(38,10)", "decimal(38,38)", "decimal(5,2)", "decimal(1,0)"])
_DTYPES = st.recursive(
    _SCALARS | st.integers(1, 3).map(lambda n: f"vector<float32,{n}>"),
    lambda inner: (
        inner.map("list<{}>".format) | st.tuples(inner, inner).map(lambda p: "struct<a:{},b:{}>".format(*p))
    ),
    max_leaves=3,
).map(parse_dtype)


@dataclass(frozen=True)
class Case:
    view: FeatureView
    columns: dict[str, list[Any]]
    asked: Sequence[Feature]
    rows: Sequence[int]


@st.composite
def cases(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Case:
    """Rows of a random view, and a request for some of its features and rows, in any order."""
    dtypes = draw(st.lists(_DTYPES, min_size=1, max_size=9))
    features = tuple(Feature(f"f{n}", dtype, Column(f"f{n}")) for n, dtype in enumerate(dtypes))
    kinds = draw(st.lists(st.sampled_from(_KEYS), min_size=1, max_size=2))
    keys = tuple(JoinKey(f"k{n}", parse_dtype(kind)) for n, kind in enumerate(kinds))
    rows = draw(
        st.lists(st.tuples(*(_values(k.dtype) for k in keys)), min_size=1, max_size=5, unique_by=repr)
    )
    columns = {k.name: [row[n] for row in rows] for n, k in enumerate(keys)}
    for feature in features:
        size = len(rows)
        columns[feature.name] = draw(
            st.lists(st.none() | _values(feature.dtype), min_size=size, max_size=size)
        )
    view = FeatureView("v", (Entity("e", keys),), Source("s", Table(("t",)), "at"), features)
    asked = draw(st.lists(st.sampled_from(features), min_size=1, max_size=9, unique_by=lambda f: f.name))
    return Case(view, columns, asked, draw(st.lists(st.integers(0, len(rows) - 1), max_size=7)))


_stores = count()


def _come_back(case: Case, opened: Open) -> None:
    selected = Selected(case.view, tuple(case.asked))
    request = Request((selected,), tuple(OutputColumn(f.name, selected, f) for f in case.asked))
    keys = [key.name for key in case.view.join_keys]
    with closing(opened(f"p{next(_stores)}")) as store:
        store.begin("v", Generation(1, schema_of(case.view)))
        store.write("v", 1, packed_rows(case.view, case.columns))
        store.flip("v", 1)
        rows = [{k: case.columns[k][n] for k in keys} for n in case.rows]
        answer = Prepared(request).read(store, rows)
    for name in (*keys, *(f.name for f in case.asked)):
        expected = [case.columns[name][n] for n in case.rows]
        # As text: NaN is itself, -0.0 is not 0.0, and 1 is not True.
        assert list(map(repr, answer.to_dict()[name])) == list(map(repr, expected))
    for feature in case.asked:
        nulls = [case.columns[feature.name][n] is None for n in case.rows]
        assert answer.statuses[feature.name] == ["NULL_VALUE" if null else "PRESENT" for null in nulls]
        assert answer.event_timestamps[feature.name] == [aware_of(T0)] * len(nulls)


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Open:
    return OPENERS["sqlite"](tmp_path_factory.mktemp("values"))


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Open:
    return OPENERS["valkey"](tmp_path_factory.mktemp("values"))


# Cases are small as they are; to make them smaller takes minutes.
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=30, deadline=None, phases=_PHASES, suppress_health_check=_QUIET)
@given(case=cases())
def test_values_of_any_schema_come_back_exactly_from_sqlite(case: Case, sqlite: Open) -> None:
    _come_back(case, sqlite)


@pytest.mark.engines
@settings(max_examples=30, deadline=None, phases=_PHASES, suppress_health_check=_QUIET)
@given(case=cases())
def test_values_of_any_schema_come_back_exactly_from_valkey(case: Case, valkey: Open) -> None:
    _come_back(case, valkey)


def test_the_extremes_come_back_exactly(sqlite: Open) -> None:
    values: dict[str, list[Any]] = {
        "int64": [-(2**63), 2**63 - 1],
        "float64": [float("nan"), -0.0],
        "decimal(38,10)": [Decimal("-1234567890123456789012345678.0123456789"), Decimal("0E-10")],
        "list<float64>": [[], None],
        "vector<float32,2>": [None, [float("inf"), -0.0]],
        "bytes": [b"", b"\x00\xff"],
        "timestamp": [_FIRST.replace(tzinfo=UTC), _LAST.replace(tzinfo=UTC)],
        "date": [date.min, date.max],
        "struct<a:int64,b:list<string>>": [{"a": None, "b": []}, None],
    }
    features = tuple(Feature(f"f{n}", parse_dtype(t), Column(f"f{n}")) for n, t in enumerate(values))
    key = JoinKey("k0", parse_dtype("int64"))
    view = FeatureView("v", (Entity("e", (key,)),), Source("s", Table(("t",)), "at"), features)
    columns = {f.name: v for f, v in zip(features, values.values(), strict=True)}
    _come_back(Case(view, {"k0": [-(2**63), 2**63 - 1], **columns}, features, [1, 0, 1]), sqlite)
