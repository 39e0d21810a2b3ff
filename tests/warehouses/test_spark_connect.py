"""Spark's adapter where Spark is elsewhere: by Spark Connect, and on a master with executors of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fcompile.runtime.warehouses.spark import SparkWarehouse
from tests.engines.servers import spark
from tests.warehouses import test_contract as contract
from tests.warehouses.spark_connect import connect_session, connect_url
from tests.warehouses.sparks import empty_spark

pytestmark = pytest.mark.engines
LONGEST = 600.0
"""Seconds; a busy machine takes four times as long as an idle one. The child says where it stands before they end."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    empty_spark()
    yield connect_url()
    empty_spark()


@pytest.fixture
def warehouse(server: str) -> Iterator[SparkWarehouse]:
    with closing(SparkWarehouse(connect_session(), "features")) as warehouse:
        yield warehouse


def test_tables_and_rows_are_what_they_are_without_connect(warehouse: SparkWarehouse) -> None:
    contract.test_what_is_loaded_comes_back_as_it_was_and_under_its_names(warehouse)
    contract.test_columns_are_described_in_one_vocabulary_with_the_engines_words_beside_it(warehouse)
    contract.test_a_stream_that_is_left_early_ends_its_query(warehouse)
    contract.test_parameters_are_times_whole_numbers_truth_and_nothing(warehouse)


def test_errors_are_told_apart_as_without_connect(warehouse: SparkWarehouse) -> None:
    for sql, code in contract.ERRORS:
        contract.test_an_error_has_its_code_and_says_what_the_engine_said(warehouse, sql, code)


def test_a_project_moves_to_connect_whose_results_are_streamed_and_whose_queries_end_at_ctrl_c(
    server: str, tmp_path: Path
) -> None:
    child(server, tmp_path / "project")
    running = spark().sparkContext.statusTracker().getActiveJobsIds
    deadline = time.monotonic() + 20
    while running() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not running()


def test_a_project_moves_to_executors_of_their_own_and_queries_on_them_end_at_ctrl_c(tmp_path: Path) -> None:
    child("local-cluster[1,1,1024]", tmp_path / "project")


def child(url: str, folder: Path) -> None:
    """Run spark_child.py; its assertions are in what it says."""
    root = Path(__file__).parents[2]
    # A JVM of few minutes; executors have these options too.
    short = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}", "JDK_JAVA_OPTIONS": short}
    command = [sys.executable, "-m", "tests.warehouses.spark_child", url, str(folder), str(LONGEST - 30)]
    done = subprocess.run(
        command, env=environment, cwd=folder.parent, capture_output=True, text=True, timeout=LONGEST
    )
    assert done.stdout.endswith("all is well\n"), done.stdout + done.stderr[-3000:]
