"""The BigQuery adapter and a Storage Read API of the test's own, over gRPC: streams without end, and refusals.

The statements are those of the emulator; only what they give is read from here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]
import pyarrow as pa
import pytest
from google.cloud.bigquery_storage_v1 import types

from tests.warehouses.test_bigquery import opened, reader

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore:Retrieving Arrow:PendingDeprecationWarning"),
]

_SERVICE = "google.cloud.bigquery.storage.v1.BigQueryRead"
_BATCH = pa.record_batch({"n": pa.array(range(1000), pa.int64())})

_SCHEMA = types.ArrowSchema(serialized_schema=_BATCH.schema.serialize().to_pybytes())


class Reads:
    """A server of one stream that has no end, which may refuse to begin.

    Attributes:
        sent: how many batches were given to gRPC, which holds a few.
        ended: whether the client went away.
    """

    def __init__(self, *, allowed: bool) -> None:
        self.allowed = allowed
        self.sent = 0
        self.ended = False

    def session(self, asked: Any, context: grpc.ServicerContext) -> Any:
        if not self.allowed:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "no bigquery.readsessions.create")
        return types.ReadSession(
            name="s", data_format="ARROW", arrow_schema=_SCHEMA, streams=[types.ReadStream(name="s/1")]
        )

    def rows(self, asked: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        context.add_callback(self._gone)
        batch = types.ArrowRecordBatch(serialized_record_batch=_BATCH.serialize().to_pybytes())
        while context.is_active():
            self.sent += 1
            yield types.ReadRowsResponse(
                arrow_schema=_SCHEMA, arrow_record_batch=batch, row_count=_BATCH.num_rows
            )

    def _gone(self) -> None:
        self.ended = True

    @contextmanager
    def served(self) -> Iterator[str]:
        handlers = {
            "CreateReadSession": grpc.unary_unary_rpc_method_handler(
                self.session, types.CreateReadSessionRequest.deserialize, types.ReadSession.serialize
            ),
            "ReadRows": grpc.unary_stream_rpc_method_handler(
                self.rows, types.ReadRowsRequest.deserialize, types.ReadRowsResponse.serialize
            ),
        }
        server = grpc.server(ThreadPoolExecutor(2))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, handlers),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(None)


def test_a_result_is_streamed_and_its_reading_ends_where_it_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = Reads(allowed=True)
    with reads.served() as address, closing(opened(True, monkeypatch)) as warehouse:
        monkeypatch.setattr(warehouse.client, "_ensure_bqstorage_client", lambda: reader(address))
        batches = warehouse.batches("SELECT 1 AS n")
        for _ in range(300):
            assert next(batches).column("n").to_pylist()[-1] == 999
        # What the reader has not asked for waits in the server: two batches in the client, and gRPC's own window.
        time.sleep(0.2)
        held = reads.sent - 300
        batches.close()
        end = time.monotonic() + 10
        while not reads.ended and time.monotonic() < end:
            time.sleep(0.02)
        assert reads.ended
        assert held * _BATCH.nbytes < 8_000_000
        assert warehouse.simple_rows("SELECT 1 AS a") == [(1,)]


def test_a_result_comes_page_by_page_where_the_storage_read_api_is_not_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Reads(allowed=False).served() as address, closing(opened(True, monkeypatch)) as warehouse:
        monkeypatch.setattr(warehouse.client, "_ensure_bqstorage_client", lambda: reader(address))
        assert warehouse.rows("SELECT 7 AS n") == [(7,)]
