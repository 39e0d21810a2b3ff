"""The BigQuery adapter and Google's clients against an emulator, over HTTP and gRPC.

That is smoke for the clients' path: the emulator rests on DuckDB, so its answers prove nothing of what BigQuery
means. Googlesql's reference implementation is asked for that, in tests/engines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import count

import grpc  # type: ignore[import-untyped]
import pyarrow as pa
import pytest
from google.cloud.bigquery_storage_v1 import BigQueryReadClient
from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport

from fcompile.compiler.schema.project import BigQueryWarehouse as Settings
from fcompile.runtime.warehouses.base import Warehouse
from fcompile.runtime.warehouses.bigquery import BigQueryWarehouse, open_client
from fcompile.runtime.warehouses.bigquery_types import column_type
from tests.engines.bigquery_emulator import bigquery
from tests.warehouses import test_contract as contract
from tests.warehouses.test_contract import (  # noqa: F401  (the suite of every adapter, run here on this one)
    test_a_loaded_table_is_dropped,
    test_a_reader_is_loaded_batch_by_batch_and_nothing_is_loaded_of_an_empty_one,
    test_a_statement_is_estimated_and_not_run,
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

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore:Retrieving Arrow:PendingDeprecationWarning"),
]

# A result's decimals are described without their digits: data-types#parameterized_data_types.
_LOOSE = {"small": "BIGINT", "half": "DOUBLE", "exact": "DECIMAL(38,9)"}
_projects = count()


def opened(storage: bool, monkeypatch: pytest.MonkeyPatch) -> BigQueryWarehouse:
    """Open a project of its own; the reader of results is the real one, told where the emulator is."""
    given = {
        "type": "bigquery",
        "project": f"p{next(_projects)}",
        "location": "US",
        "endpoint": bigquery()[0],
    }
    warehouse = BigQueryWarehouse(open_client(Settings.model_validate(given)), "features", storage=storage)
    monkeypatch.setattr(warehouse.client, "_ensure_bqstorage_client", lambda: reader(bigquery()[1]))
    warehouse.make_dataset("features")
    return warehouse


def reader(address: str) -> BigQueryReadClient:
    return BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=grpc.insecure_channel(address)))  # type: ignore[no-untyped-call]


@pytest.fixture
def warehouse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    monkeypatch.setitem(contract.LOOSE, "bigquery", _LOOSE)
    with closing(opened(True, monkeypatch)) as warehouse:
        yield warehouse


def test_results_come_page_by_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract.LOOSE, "bigquery", _LOOSE)
    with closing(opened(False, monkeypatch)) as warehouse:
        test_what_is_loaded_comes_back_as_it_was_and_under_its_names(warehouse)
        test_parameters_are_times_whole_numbers_truth_and_nothing(warehouse)


def test_an_empty_list_is_read_as_null_as_a_stored_one_is_never_null(warehouse: Warehouse) -> None:
    lists = pa.array([None, [], [1, 2]], pa.list_(pa.int64()))
    table = warehouse.load(pa.table({"n": pa.array([1, 2, 3]), "tags": lists}))
    assert warehouse.describe(contract.all_of(warehouse, table))[1].kind == "BIGINT[]"
    select = f"{contract.all_of(warehouse, table)} ORDER BY n"
    assert warehouse.rows(select) == [(1, None), (2, None), (3, [1, 2])]


def test_a_loaded_decimal_keeps_its_digits(warehouse: Warehouse) -> None:
    narrow, wide = pa.decimal128(10, 2), pa.decimal128(38, 10)
    assert [column_type("a", each) for each in (narrow, wide)] == ["NUMERIC(10, 2)", "BIGNUMERIC(38, 10)"]
    values = ([Decimal("1.50"), Decimal("-99999999.99")], [Decimal(10) ** 27 + Decimal("0.1234567891"), None])
    table = warehouse.load(pa.table({"a": pa.array(values[0], narrow), "b": pa.array(values[1], wide)}))
    found = warehouse.rows(f"{contract.all_of(warehouse, table)} ORDER BY a DESC")
    # A decimal of more digits than Arrow's 128 bits hold comes as text.
    assert [(a, None if b is None else Decimal(str(b))) for a, b in found] == list(zip(*values, strict=True))


def test_a_loaded_table_is_listed_until_the_session_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(opened(False, monkeypatch)) as warehouse:
        _, name = warehouse.load(pa.table({"n": pa.array([1])}))
        warehouse.replace(("kept",), "SELECT 1 AS a")
        # `clean --warehouse` finds by their names what killed sessions left.
        assert warehouse.tables() == [name, "kept"]
    assert warehouse.tables() == ["kept"]
