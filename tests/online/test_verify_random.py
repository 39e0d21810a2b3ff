"""`verify` on random projects: no false alarm after a run, and late rows are found."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fcompile.runtime.causes import LATE
from fcompile.runtime.project import load_project
from fcompile.runtime.run import materialize
from fcompile.runtime.verify import verify
from tests.differential.project_dir import ProjectDir
from tests.differential.settings import examples
from tests.laws.test_no_skew import ends_of, storage_of
from tests.oracle.case import Case
from tests.oracle.projects import cases


@examples(dev=3, ci=20)
@given(case=cases(nested=True), data=st.data())
def test_what_was_just_loaded_agrees_and_what_differs_later_came_late(
    case: Case, data: st.DataObject
) -> None:
    """Half of the rows land after the run: known before its end, they are late."""
    (end, *_) = ends_of(data, case, least=1)
    landed = {name: rows[::2] for name, rows in case.tables.items()}
    with tempfile.TemporaryDirectory() as folder:
        directory = ProjectDir(Path(folder) / "p", case, storage_of(data, case, may_be_csv=False))
        directory.land(landed)
        project = load_project(directory.root)
        views = list(project.definitions.feature_views.values())
        assert materialize(project, views, end=end).exit_code == 0
        found = list(verify(project, views))
        assert [view.differences for view in found if not view.agrees] == [], f"{found}\n{case}"
        directory.land(case.tables)
        late = list(verify(project, views))
        causes = {cause for view in late for cause in view.causes or {}}
        assert causes <= {LATE}, f"{late}\n{case}"
        materialize(project, views, end=end, full_refresh=True)
        assert all(view.agrees for view in verify(project, views)), case
