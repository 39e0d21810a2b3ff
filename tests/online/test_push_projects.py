"""Random projects: what is pushed is what a run makes of the same rows, in latest values and in windows."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fcompile import FeatureStore
from fcompile.compiler.definitions import FeatureView
from fcompile.runtime.online.codec import decoder, read_schema
from fcompile.runtime.online.packed import Layout, is_tombstone, read_version
from fcompile.runtime.online.registry import open_online
from fcompile.runtime.project import load_project
from fcompile.runtime.run import materialize
from tests.differential.project_dir import ProjectDir
from tests.differential.settings import examples
from tests.online.decoding import decoded
from tests.oracle.case import Case, Row
from tests.oracle.projects import cases
from tests.oracle.tables import to_arrow

Stored = dict[bytes, tuple[Any, ...]]


def stored(root: Path, view: FeatureView) -> Stored:
    """What readers see: event time, created, and values as text; -0.0 is 0.0."""
    project = load_project(root)
    with closing(open_online(project.target.online, root, project.online_namespace)) as store:
        current = store.generations(view.name).current
        if current is None:
            return {}
        features = read_schema(current.schema)
        decode, convert = decoded(Layout(features)), [decoder(dtype) for _, dtype in features]
        return {
            key: (*read_version(value)[:2], *map(shown, convert, decode(value)))
            for rows in store.scan(view.name, current.number)
            for key, value in rows.pairs()
            if not is_tombstone(value)
        }


def shown(convert: Any, member: Any) -> str:
    value = None if member is None else convert(member)
    return repr(value + 0.0 if isinstance(value, float) else value)


def batches_of(data: st.DataObject, case: Case) -> list[dict[str, list[Row]]]:
    """Deal the rows that have an event time to up to three batches."""
    times = {source["name"]: source["timestamp_field"] for source in case.project["sources"]}
    rows = {n: [r for r in found if r[times[n]] is not None] for n, found in case.tables.items()}
    count = data.draw(st.integers(1, 3))
    dealt = {n: [data.draw(st.integers(0, count - 1)) for _ in found] for n, found in rows.items()}
    return [
        {n: [r for r, at in zip(found, dealt[n], strict=True) if at == batch] for n, found in rows.items()}
        for batch in range(count)
    ]


def table_storage(case: Case) -> dict[str, str]:
    return dict.fromkeys(case.tables, "table")


@examples(dev=4, ci=20, shrinks=False)
@given(case=cases(windowed=False), data=st.data())
def test_pushed_online_in_batches_is_what_a_run_makes_of_all_rows(case: Case, data: st.DataObject) -> None:
    batches = batches_of(data, case)
    with tempfile.TemporaryDirectory() as folder:
        mine = ProjectDir(Path(folder) / "mine", case, table_storage(case))
        other = ProjectDir(Path(folder) / "other", case, table_storage(case))
        other.land({n: [r for b in batches for r in b[n]] for n in case.tables})
        project = load_project(other.root)
        views = list(project.definitions.feature_views.values())
        assert materialize(project, views, end=None).exit_code == 0
        with FeatureStore(mine.root) as store:
            for batch in batches:
                for view in views:
                    name = view.source.name
                    store.push(view.name, to_arrow(batch[name], case.types[name]))
        for view in views:
            assert stored(mine.root, view) == stored(other.root, view), f"{view.name}\n{case}"


@examples(dev=2, ci=25, shrinks=False)
@given(case=cases(windowed=True), data=st.data())
def test_pushed_to_both_in_batches_is_what_a_run_makes_of_all_rows(case: Case, data: st.DataObject) -> None:
    """The views' windows, too; their lookbacks are shorter than the rows are old."""
    batches = batches_of(data, case)
    views = [{**view, "lookback": "1h"} for view in case.project["feature_views"]]
    looking = replace(case, project={**case.project, "feature_views": views})
    with tempfile.TemporaryDirectory() as folder:
        mine = ProjectDir(Path(folder) / "mine", looking, table_storage(case))
        other = ProjectDir(Path(folder) / "other", looking, table_storage(case))
        mine.land({n: [] for n in case.tables})
        other.land({n: [r for b in batches for r in b[n]] for n in case.tables})
        project = load_project(other.root)
        with FeatureStore(mine.root) as store:
            readers = {view.source.name: view for view in store.list_feature_views()}
            for batch in batches:
                for name, view in readers.items():
                    store.push(view.name, to_arrow(batch[name], case.types[name]), to="both")
        pushed = [project.definitions.feature_views[view.name] for view in readers.values()]
        assert materialize(project, pushed, end=None).exit_code == 0
        for view in pushed:
            assert close(stored(mine.root, view), stored(other.root, view)), f"{view.name}\n{case}"


def close(left: Stored, right: Stored) -> bool:
    """Whether two stores agree; times of windows are those of the runs, and floats are summed in any order."""
    return left.keys() == right.keys() and all(
        alike(a, b) for key in left for a, b in zip(left[key][2:], right[key][2:], strict=True)
    )


def alike(left: str, right: str) -> bool:
    try:
        a, b = float(left), float(right)
    except ValueError:
        return left == right
    return left == right or abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-300)
