"""The Snowflake adapter and the real driver against fakesnow, over HTTP.

That is smoke for the driver's path: fakesnow rests on DuckDB, so its answers prove nothing of what Snowflake means.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fcompile.compiler.schema.project import SnowflakeWarehouse as Settings
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.snowflake import connection_options, open_account
from tests.engines.fakesnow_emulator import options
from tests.warehouses import test_contract as contract
from tests.warehouses.test_contract import (  # noqa: F401  (the suite of every adapter, run here on this one)
    test_a_loaded_table_is_dropped,
    test_a_reader_is_loaded_batch_by_batch_and_nothing_is_loaded_of_an_empty_one,
    test_a_stream_keeps_the_order_of_its_rows,
    test_a_table_is_replaced_with_its_schema_and_what_fails_leaves_it_as_it_was,
    test_a_table_of_a_session_is_made_of_a_select_and_dropped,
    test_an_error_has_its_code_and_says_what_the_engine_said,
    test_closing_twice_is_no_error,
    test_columns_are_described_in_one_vocabulary_with_the_engines_words_beside_it,
    test_parameters_are_times_whole_numbers_truth_and_nothing,
    test_the_clock_is_the_engines_in_utc,
    test_what_is_loaded_comes_back_as_it_was_and_under_its_names,
)

pytestmark = pytest.mark.engines

# fakesnow has no EXPLAIN, SYSTEM$CANCEL_ALL_QUERIES and CURRENT_SESSION, and computes a result as a whole before its
# first row: the contract's estimate and its stream that is left early are not run here.
# Snowflake has no integers but NUMBER, and no narrow floats.
_LOOSE = {"small": "BIGINT", "half": "DOUBLE"}


@pytest.fixture
def warehouse(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    if "code" in request.fixturenames and request.node.callspec.params["code"] == "FC402":
        pytest.skip("fakesnow answers an unknown column with the number of an unknown table")
    monkeypatch.setitem(contract.LOOSE, "snowflake", _LOOSE)
    with closing(open_account(options())) as warehouse:
        yield warehouse


def test_what_a_target_says_is_given_to_the_driver_and_nothing_else() -> None:
    given = {"type": "snowflake", "account": "a", "user": "u", "database": "d"}
    by_key = Settings.model_validate({**given, "private_key_path": "key.p8", "private_key_passphrase": "p"})
    options = connection_options(by_key)
    assert options.pop("private_key_password").get_secret_value() == "p"
    plain = {name: given[name] for name in ("account", "user", "database")}
    assert options == {**plain, "private_key_file": "key.p8", "authenticator": "SNOWFLAKE_JWT"}
    by_token = Settings.model_validate({**given, "authenticator": "oauth", "token": "t", "role": "r"})
    assert connection_options(by_token)["token"].get_secret_value() == "t"


def test_a_new_schema_does_not_become_the_sessions(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE SCHEMA IF NOT EXISTS made")
    warehouse.execute("CREATE TABLE t AS SELECT 1 AS a")
    assert (warehouse.default_schema, warehouse.tables()) == ("public", ["t"])
