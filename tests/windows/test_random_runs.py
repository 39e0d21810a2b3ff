"""Random windows under random runs, with the source changed in between: online is the reference's at each end.

tests/laws/test_no_skew lets rows land late; here they are also changed in place, deleted and brought back, and
runs are backfills, rebuilds, and of the warehouse alone too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fcompile import FeatureStore
from fcompile.runtime.project import load_project
from fcompile.runtime.run import materialize
from tests.differential.project_dir import ProjectDir
from tests.differential.settings import examples
from tests.laws.test_no_skew import storage_of
from tests.oracle import oracle
from tests.oracle.case import Case, Row
from tests.oracle.projects import cases
from tests.oracle.same import agrees
from tests.oracle.spines import turning_points
from tests.oracle.vocabulary import boundaries

KINDS = ["run", "run", "run", "backfill", "full refresh", "warehouse only"]


def windows_of(case: Case) -> Case:
    """The case with its views of windows alone, all of them asked for."""
    views = [view for view in case.project["feature_views"] if "aggregations" in view]
    project = {**case.project, "feature_views": views, "feature_services": []}
    return replace(case, project=project, features=[v["name"] for v in views], full_feature_names=True)


def entities_of(case: Case) -> list[Row]:
    """The keys of every row of the sources."""
    keys = [key for entity in case.project["entities"] for key in entity["join_keys"]]
    rows = [{key: row[key] for key in keys} for table in case.tables.values() for row in table]
    return list({repr(row): row for row in rows}.values())


def changed(data: st.DataObject, rows: Sequence[Row], before: Sequence[Row]) -> list[Row]:
    """Draw what the source has next: of all ``rows``, some gone and some with another's cells."""
    kept = [row for row in rows if data.draw(st.integers(0, 5))]
    mix: bool = data.draw(st.booleans())
    if mix and kept and before:
        place, other = data.draw(st.integers(0, len(kept) - 1)), data.draw(st.sampled_from(before))
        column = data.draw(st.sampled_from(sorted(other)))
        kept[place] = {**kept[place], column: other[column]}
    return kept


def assert_online_is_the_reference(store: FeatureStore, case: Case, t: datetime, rows: list[Row]) -> None:
    answer = store.get_online_features(case.features, rows, full_feature_names=True, at=t)
    online, statuses = answer.to_dict(), answer.statuses
    expected = oracle.online(case.project, case.tables, t, rows, case.features, full_feature_names=True)
    for i, (row, wanted) in enumerate(zip(rows, expected, strict=True)):
        for name, (value, status) in wanted.items():
            where = f"{name} of {row} at {t}\n{case}"
            assert agrees(value, online[name][i]), f"{online[name][i]!r} is not {value!r}: {where}"
            # An entity that left the source keeps its row, with empty windows, until a full refresh.
            assert statuses[name][i] == status or status == "NOT_FOUND", f"status: {where}"


@examples(dev=5, ci=50)
@given(drawn=cases(rows=14, spine_rows=1, windowed=True), data=st.data())
def test_online_windows_are_the_references_whatever_happens_between_runs(
    drawn: Case, data: st.DataObject
) -> None:
    case = windows_of(drawn)
    rows = entities_of(case)
    possible = st.sampled_from([*boundaries(["0s"]), *turning_points(case)])
    ends = sorted(data.draw(st.lists(possible, min_size=2, max_size=4)))
    tables = case.tables
    with tempfile.TemporaryDirectory() as folder:
        project = ProjectDir(Path(folder) / "p", case, storage_of(data, case, may_be_csv=False))
        for end in ends:
            tables = {name: changed(data, case.tables[name], tables[name]) for name in case.tables}
            project.land(tables)
            kind = data.draw(st.sampled_from(KINDS))
            loaded = load_project(project.root)
            summary = materialize(
                loaded,
                list(loaded.definitions.feature_views.values()),
                end=end,
                start=data.draw(st.sampled_from(ends[: ends.index(end) + 1])) if kind == "backfill" else None,
                full_refresh=kind == "full refresh",
                warehouse_only=kind == "warehouse only",
            )
            assert summary.exit_code == 0, f"{summary}\n{case}"
            if kind != "warehouse only":
                with FeatureStore(project.root) as store:
                    assert_online_is_the_reference(store, case.with_tables(tables), end, rows)
