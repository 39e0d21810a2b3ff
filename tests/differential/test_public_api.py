"""The Python API and the command line on real files, against the reference: what users in fact run."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from fcompile import FeatureStore
from fcompile.cli import app
from fcompile.runtime.console.entry import run_command
from tests.differential.project_dir import STORAGE, ProjectDir, fits_csv
from tests.differential.settings import examples
from tests.oracle.case import Case
from tests.oracle.projects import cases
from tests.oracle.reference import columns_of, reference
from tests.oracle.same import assert_same
from tests.oracle.tables import from_arrow, to_arrow


def storage_of(data: st.DataObject, case: Case) -> dict[str, str]:
    """CSV only where a contract tells its types and its text can stand in it."""
    contracts = {s["name"] for s in case.project["sources"] if "columns" in s}
    return {
        name: data.draw(
            st.sampled_from(
                STORAGE if name in contracts and fits_csv(rows, case.types[name]) else STORAGE[:-1]
            )
        )
        for name, rows in case.tables.items()
    }


@examples(dev=10, ci=75)
@given(case=cases(rows=16, spine_rows=12, labelled=True), data=st.data())
def test_the_python_api_answers_as_the_reference(case: Case, data: st.DataObject) -> None:
    case = asked_by_now(case)
    with tempfile.TemporaryDirectory() as folder:
        project = ProjectDir(Path(folder) / "p", case, storage_of(data, case))
        spine = to_arrow(case.spine, case.spine_types)
        if data.draw(st.booleans()):
            pq.write_table(spine, Path(folder) / "spine.parquet")
            asked: Any = str(Path(folder) / "spine.parquet")
        else:
            asked = spine
        with FeatureStore(project.root) as store:
            job = store.get_historical_features(
                entity_df=asked,
                features=list(case.features),
                full_feature_names=case.full_feature_names,
                timestamp_column=case.timestamp_column,
                labels=list(case.labels),
                as_of=case.as_of,
            )
            hold(case, job.to_arrow())


@examples(dev=4, ci=20)
@given(case=cases(rows=16, spine_rows=12, labelled=True), data=st.data())
def test_the_command_line_writes_what_the_reference_says(case: Case, data: st.DataObject) -> None:
    case = asked_by_now(case)
    with tempfile.TemporaryDirectory() as folder:
        project = ProjectDir(Path(folder) / "p", case, storage_of(data, case))
        spine, answer = Path(folder) / "spine.parquet", Path(folder) / "answer.parquet"
        pq.write_table(to_arrow(case.spine, case.spine_types), spine)
        features = [part for reference in case.features for part in ("-f", reference)]
        options = ["--timestamp-column", case.timestamp_column, "-o", str(answer), "-p", str(project.root)]
        options += ["--full-feature-names"] if case.full_feature_names else []
        options += [part for label in case.labels for part in ("--label", label)]
        options += ["--as-of", case.as_of.isoformat()] if case.as_of else []
        code = run_command(app, ["historical", *features, "--spine", str(spine), *options])
        assert code == 0, f"exit code {code}\n{case}"
        hold(case, pq.read_table(answer))


def asked_by_now(case: Case) -> Case:
    """An as-of time in the future is refused: the case as of now instead."""
    late = case.as_of is not None and case.as_of > datetime.now(UTC).replace(tzinfo=None)
    return replace(case, as_of=None) if late else case


def hold(case: Case, answer: pa.Table) -> None:
    columns, rows = from_arrow(answer)
    assert columns == columns_of(case)
    assert_same(case, reference(case), columns, rows)
