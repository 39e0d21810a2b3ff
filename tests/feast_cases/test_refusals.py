"""The field's cases whose right answer is an error that says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fcompile import FeatureStore
from fcompile.compiler.errors import FcompileError
from tests.differential.project_dir import ProjectDir
from tests.feast_cases.cases import CASES, FeastCase, at

CASE = {case.number: case for case in CASES}


def ask(
    tmp_path: Path,
    case: FeastCase,
    spine: Mapping[str, Sequence[Any]],
    features: Sequence[str],
    **options: Any,
) -> pa.Table:
    """Ask the case's project another question."""
    project = ProjectDir(tmp_path / "p", case.case, dict.fromkeys(case.case.tables, "parquet"))
    job = FeatureStore(project.root).get_historical_features(
        entity_df=pa.table(dict(spine)), features=list(features), **options
    )
    return job.to_arrow()


def message_of(tmp_path: Path, case: str, spine: Mapping[str, Sequence[Any]], *features: str) -> str:
    with pytest.raises(FcompileError) as caught:
        ask(tmp_path, CASE[case], spine, features)
    return str(caught.value)


GOOD: dict[str, list[Any]] = {"driver_id": [1], "event_timestamp": [at("12:00")]}


def test_p24_no_event_timestamp_among_two_time_columns(tmp_path: Path) -> None:
    message = message_of(tmp_path, "P01", {"driver_id": [1], "a": [at("12:00")], "b": [at("12:00")]}, "fv:v")
    assert "event_timestamp" in message


def test_p25_a_missing_join_key_is_named(tmp_path: Path) -> None:
    message = message_of(tmp_path, "P01", {"other": [1], "event_timestamp": [at("12:00")]}, "fv:v")
    assert "driver_id" in message


def test_p28_a_spine_column_named_like_a_feature(tmp_path: Path) -> None:
    assert "`v`" in message_of(tmp_path, "P01", {**GOOD, "v": [7.0]}, "fv:v")


def test_p28_is_no_error_with_full_feature_names(tmp_path: Path) -> None:
    answer = ask(tmp_path, CASE["P01"], {**GOOD, "v": [7.0]}, ["fv:v"], full_feature_names=True)
    assert answer.to_pylist() == [{"driver_id": 1, "event_timestamp": at("12:00"), "v": 7.0, "fv__v": 1.0}]


def test_p36_aliases_without_full_names_collide(tmp_path: Path) -> None:
    spine: dict[str, list[Any]] = {"origin_id": [1], "dest_id": [2], "event_timestamp": [at("12:00")]}
    message = message_of(tmp_path, "P35", spine, "trip")
    assert "temp" in message and "origin" in message and "dest" in message


def test_p37_two_views_with_one_feature_name_collide_and_both_are_listed(tmp_path: Path) -> None:
    message = message_of(tmp_path, "P50", GOOD, "short:v", "long:v")
    assert "short" in message and "long" in message


def test_p38_a_column_of_the_source_that_is_no_feature_of_the_view(tmp_path: Path) -> None:
    assert "created" in message_of(tmp_path, "P08", GOOD, "fv:created")


def test_an_unknown_feature_suggests_the_near_one(tmp_path: Path) -> None:
    assert "temp" in message_of(tmp_path, "P35", {"location_id": [1], **GOOD}, "place:tmep")


def test_p48_a_key_that_is_no_number_is_an_error_and_no_wrong_match(tmp_path: Path) -> None:
    message = message_of(tmp_path, "P01", {"driver_id": ["x1"], "event_timestamp": [at("12:00")]}, "fv:v")
    assert "driver_id" in message or "x1" in message


def test_p21_iso_text_is_read_as_a_time(tmp_path: Path) -> None:
    spine: dict[str, list[Any]] = {
        "driver_id": [1, 1, 1],
        "event_timestamp": ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-01-01 05:30:00+05:30"],
    }
    assert ask(tmp_path, CASE["P01"], spine, ["fv:v"]).column("v").to_pylist() == [1.0, None, 1.0]


def test_p21_text_that_is_no_time_is_an_error(tmp_path: Path) -> None:
    message = message_of(tmp_path, "P01", {"driver_id": [1], "event_timestamp": ["soon"]}, "fv:v")
    assert "event_timestamp" in message or "soon" in message


def test_p44_a_spine_from_sql_keeps_its_other_columns(tmp_path: Path) -> None:
    case = CASE["P01"]
    project = ProjectDir(tmp_path / "p", case.case, dict.fromkeys(case.case.tables, "parquet"))
    sql = "SELECT 1::BIGINT AS driver_id, TIMESTAMP '2026-01-01 12:00:00' AS event_timestamp, 'x' AS lbl"
    answer = FeatureStore(project.root).get_historical_features(entity_df=sql, features=["fv:v"]).to_arrow()
    assert answer.to_pylist() == [{"driver_id": 1, "event_timestamp": at("12:00"), "lbl": "x", "v": 1.0}]
