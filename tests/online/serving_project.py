"""A project of five views in a folder, of two join keys, whose rows tests write to its online store by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from fcompile import FeatureStore
from fcompile.compiler.definitions import FeatureView
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.loader import schema_of
from fcompile.runtime.online.base import Generation, OnlineStore
from fcompile.runtime.online.packed import Layout, Packed, key_texts, pack
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.project import load_project

VIEWS = ("v0", "v1", "v2", "v3", "v4")
T0 = 1_767_225_600_000_000
"""2026-01-01, the event time of all rows unless said otherwise; microseconds."""
_DEFINITIONS = """\
entities:
  - {name: user, join_keys: {user_id: int64}}
  - {name: place, join_keys: {place: string}}
sources: [{name: s, table: s, timestamp_field: at}]
feature_views:
  - {name: v0, entities: [user], source: s, features: [{name: a0, dtype: float64}, {name: b0, dtype: string}]}
  - {name: v1, entities: [user], source: s, features: [{name: a1, dtype: float64}, {name: b1, dtype: int64}]}
  - {name: v2, entities: [place], source: s, features: [{name: a2, dtype: float64}]}
  - {name: v3, entities: [user, place], source: s, features: [{name: a3, dtype: float64}]}
  - {name: v4, entities: [user], source: s, ttl: 1h, features: [{name: a4, dtype: float64}]}
feature_services:
  - {name: all, features: [v0, v1, v2, v3, v4]}
"""


@dataclass(frozen=True)
class ServingProject:
    root: Path

    def open(self) -> FeatureStore:
        return FeatureStore(self.root)

    def store(self) -> OnlineStore:
        """Return the online store, as a loader has it."""
        project = load_project(self.root, None)
        return open_online(project.target.online, project.root, project.online_namespace)

    def view(self, name: str) -> FeatureView:
        return load_project(self.root, None).definitions.feature_views[name]

    def write(
        self,
        view: str,
        columns: Mapping[str, Sequence[object]],
        generation: int = 1,
        event: int = T0,
        isnew: bool = True,
    ) -> None:
        """Write rows (join keys and features by name) and show their generation, if it is new."""
        of = self.view(view)
        with closing(self.store()) as store:
            if isnew:
                store.begin(view, Generation(generation, schema_of(of)))
            store.write(view, generation, packed_rows(of, columns, event))
            if isnew:
                store.flip(view, generation)


def serving_project(root: Path, online: str) -> ServingProject:
    """``online``: what stands under a target's ``online:``."""
    (root / "featuredefs").mkdir()
    (root / "featuredefs" / "all.yaml").write_text(_DEFINITIONS)
    target = f"{{warehouse: {{type: duckdb, path: ':memory:'}}, online: {online}}}"
    (root / "fcompile.yaml").write_text(f"project: p\ndefault_target: prod\ntargets: {{prod: {target}}}\n")
    return ServingProject(root)


def packed_rows(view: FeatureView, columns: Mapping[str, Sequence[object]], event: int = T0) -> Packed:
    """Return rows packed as the loader does it; all of one event time."""
    count = len(next(iter(columns.values())))
    keys = [(pa.array(columns[k.name], arrow_type(k.dtype)), k.dtype) for k in view.join_keys]
    members = [pa.array(columns[f.name], arrow_type(f.dtype)) for f in view.features]
    layout = Layout(tuple((f.name, f.dtype) for f in view.features))
    events, ones = pa.array([event] * count, pa.int64()), pa.array([1] * count, pa.int64())
    return pack(layout, members, key_texts(keys, count), events, None, ones)


def fill(project: ServingProject, count: int, add: float = 0.0, generation: int = 1) -> None:
    """Write rows of users and places 0 <= n < count to all views; values tell user, view and ``add``."""
    users, places = list(range(count)), [f"p{n}" for n in range(count)]
    keys: Mapping[str, Mapping[str, Sequence[object]]] = {
        "v2": {"place": places},
        "v3": {"user_id": users, "place": places},
    }
    for number, view in enumerate(VIEWS):
        values: dict[str, Sequence[object]] = {f"a{number}": [n + number / 10 + add for n in users]}
        if number == 0:
            values["b0"] = [f"text {n}" for n in users]
        if number == 1:
            values["b1"] = [None if n % 7 == 0 else n for n in users]
        project.write(view, {**keys.get(view, {"user_id": users}), **values}, generation)
