"""What Google's client is given and what it gives: parameters, when it tries again, the rows of a job.

Pages are those of cloud.google.com/bigquery/docs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fcompile.runtime.clock import naive_utc

if TYPE_CHECKING:
    import pyarrow as pa

DEADLINE = 60.0
"""Seconds for which what Google calls transient is tried again."""
_TYPES = {bool: "BOOL", int: "INT64", datetime: "TIMESTAMP"}


def google_retry() -> Any:
    """What google-cloud-bigquery calls transient, for a while."""
    from google.cloud.bigquery import DEFAULT_RETRY

    return DEFAULT_RETRY.with_timeout(DEADLINE)


def parameter(name: str, value: Any) -> Any:
    from google.cloud import bigquery

    # A NULL is of no type that its place does not give: of ours only times are NULL.
    kind = next((said for sort, said in _TYPES.items() if isinstance(value, sort)), "TIMESTAMP")
    if isinstance(value, datetime):
        value = naive_utc(value).replace(tzinfo=UTC)
    return bigquery.ScalarQueryParameter(name, kind, value)


def batches_read(job: Any, reader: Any) -> Iterator[pa.RecordBatch]:
    """Yield a job's rows in order: by ``reader``, a client of the Storage Read API; page by page without.

    It is one stream where the order counts: google-cloud-bigquery asks for that where a query has ORDER BY.
    """
    from google.api_core.exceptions import Forbidden

    if reader is None:
        yield from job.result().to_arrow_iterable()
        return
    started = False
    with reader:
        try:
            for batch in job.result().to_arrow_iterable(bqstorage_client=reader, max_queue_size=2):
                started = True
                yield batch
            return
        except Forbidden:
            # bigquery.readsessions.create is a right of its own: reference/storage#required_permissions
            if started:
                raise
    yield from job.result().to_arrow_iterable()
