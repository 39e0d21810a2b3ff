"""BigQuery through google-cloud-bigquery: one session, so that temporary tables live from statement to statement.

No project is reached from a developer's machine. What tests run of this is the driver's path, against an emulator;
what BigQuery does is taken from cloud.google.com/bigquery/docs, whose pages are named by their ends.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.compile import dialect_named
from fcompile.compiler.schema.project import BigQueryWarehouse as Settings
from fcompile.runtime.clock import naive_utc, utc_now
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.base import SCRATCH, Column, Parameters, Parts, Stream, scratch_name
from fcompile.runtime.warehouses.bigquery_failures import bigquery_errors
from fcompile.runtime.warehouses.bigquery_types import column_of, column_type, with_null_lists
from fcompile.runtime.warehouses.duckdb import plain

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

DEADLINE = 60.0
"""Seconds for which what Google calls transient is tried again."""
KEPT = timedelta(days=1)
"""After this a loaded table is gone, whatever became of its session."""
_TYPES = {bool: "BOOL", int: "INT64", datetime: "TIMESTAMP"}


def connect(project: Project, read_only: bool = False) -> BigQueryWarehouse:
    """Open the target's project; its dataset is made where it is missing, unless it is only read.

    Raises FcompileError: FC450 it refuses for now, FC451 it cannot be opened; UsageError (FC422) without the driver.
    """
    settings = cast(Settings, project.target.warehouse)
    driver("google.cloud.bigquery", "bigquery")
    with bigquery_errors():
        warehouse = BigQueryWarehouse(
            open_client(settings), settings.schema_, storage=settings.endpoint is None
        )
        if not read_only:
            warehouse.make_dataset(settings.schema_)
    return warehouse


def open_client(settings: Settings) -> Any:
    """Return a client; an ``endpoint`` is an emulator's, which asks for no credentials."""
    from google.api_core.client_options import ClientOptions
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery

    given: dict[str, Any] = {"project": settings.project, "location": settings.location}
    if settings.endpoint is not None:
        options = ClientOptions(api_endpoint=settings.endpoint)
        return bigquery.Client(**given, credentials=AnonymousCredentials(), client_options=options)  # type: ignore[no-untyped-call]
    if settings.credentials_path is not None:
        return bigquery.Client.from_service_account_json(settings.credentials_path, **given)  # type: ignore[no-untyped-call]
    return bigquery.Client(**given)


class BigQueryWarehouse:
    """A session (docs/sessions-intro). There are no transactions around tables: each statement commits."""

    dialect = "bigquery"
    folds_case = True
    transactional = False

    def __init__(self, client: Any, dataset: str, *, storage: bool) -> None:
        """``storage``: results are read by the Storage Read API, where one may; else page by page."""
        self.client = client
        self.default_schema = dataset
        self._storage = storage
        self._session = ""
        self._job: Any = None
        self._loaded: list[Parts] = []

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        with self._statement(sql, parameters) as job:
            job.result()

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._statement(sql, parameters) as job:
            return [tuple(row.values()) for row in job.result()]

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for batch in self.batches(sql, parameters):
            found += zip(*(plain(column).to_pylist() for column in batch.columns), strict=True)
        return found

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        import pyarrow as pa

        from fcompile.runtime.warehouses.results import arrow_of

        columns = [column_of(field) for field in self._dry(sql, parameters).schema or []]
        schema = pa.schema([(column.name, arrow_of(column.kind)) for column in columns])
        return Stream(schema, self._streamed(sql, parameters, schema))

    def batches(self, sql: str, parameters: Parameters | None = None) -> Iterator[pa.RecordBatch]:
        with closing(self.stream(sql, parameters).batches) as batches:
            yield from batches

    def describe(self, select: str) -> list[Column]:
        return [column_of(field) for field in self._dry(select, None).schema or []]

    def estimate(self, sql: str, parameters: Parameters | None = None) -> str:
        return f"{readable(self._dry(sql, parameters).total_bytes_processed or 0)} will be read"

    def cancel(self) -> None:
        job = self._job
        if job is not None:
            job.cancel()

    # -- tables ---------------------------------------------------------------------------------

    def load(self, table: pa.Table | pa.RecordBatchReader) -> Parts:
        from google.cloud import bigquery

        parts = (self.default_schema, scratch_name())
        columns = ", ".join(f"{self._quoted(f.name)} {column_type(f.name, f.type)}" for f in table.schema)
        until = f"TIMESTAMP '{utc_now() + KEPT:%Y-%m-%d %H:%M:%S}+00'"
        # A load job reaches no table of a session (docs/sessions-intro#limitations): one of the dataset that expires.
        self.make_dataset(self.default_schema)
        self._loaded.append(parts)
        self.execute(
            f"CREATE TABLE {self._dotted(parts)} ({columns}) OPTIONS (expiration_timestamp = {until})"
        )
        options = bigquery.ParquetOptions()  # type: ignore[no-untyped-call]
        options.enable_list_inference = True
        config = bigquery.LoadJobConfig(source_format="PARQUET", write_disposition="WRITE_APPEND")
        config.parquet_options = options
        with bigquery_errors(), TemporaryFile(prefix=SCRATCH) as file:
            if _written(table, file):
                file.seek(0)
                place = f"{self.client.project}.{'.'.join(parts)}"
                self._job = self.client.load_table_from_file(file, place, job_config=config)
                self._finished()
        return parts

    def stage(self, select: str, parameters: Parameters | None = None) -> Parts:
        name = scratch_name()
        self.execute(f"CREATE TEMP TABLE {self._quoted(name)} AS\n{select}", parameters)
        return (name,)

    def drop(self, table: Parts) -> None:
        self.execute(f"DROP TABLE IF EXISTS {self._dotted(table)}")
        self._loaded = [parts for parts in self._loaded if parts != table]

    def replace(self, table: Parts, select: str, parameters: Parameters | None = None) -> None:
        if len(table) > 1:
            self.make_dataset(table[-2])
        # standard-sql/data-definition-language#create_table_statement: CREATE OR REPLACE is one step to readers.
        self.execute(f"CREATE OR REPLACE TABLE {self._dotted(table)} AS\n{select}", parameters)

    def make_dataset(self, name: str) -> None:
        """Make the dataset where it is missing, in the target's location."""
        from google.api_core.exceptions import NotFound
        from google.cloud import bigquery

        with bigquery_errors():
            try:
                self.client.get_dataset(name, retry=_retry())
            except NotFound:
                dataset = bigquery.Dataset(f"{self.client.project}.{name}")
                if self.client.location is not None:
                    dataset.location = self.client.location
                self.client.create_dataset(dataset, exists_ok=True, retry=_retry())

    # Lists cost nothing; INFORMATION_SCHEMA is asked dataset by dataset, or in a region that has to be named.
    def tables(self) -> list[str]:
        found: list[str] = []
        with bigquery_errors():
            for dataset in self.client.list_datasets(retry=_retry()):
                name = dataset.dataset_id
                tables = [
                    item.table_id for item in self.client.list_tables(dataset.reference, retry=_retry())
                ]
                found += tables if name == self.default_schema else [f"{name}.{table}" for table in tables]
        return sorted(found)

    def now(self) -> datetime:
        ((now,),) = self.simple_rows("SELECT CURRENT_TIMESTAMP() AS t")
        return naive_utc(cast(datetime, now))

    def transaction(self) -> nullcontext[None]:
        return nullcontext()

    def close(self) -> None:
        for parts in list(self._loaded):
            with suppress(Exception):  # it expires
                self.drop(parts)
        self._loaded = []
        if self._session:
            with suppress(Exception):  # it ends by itself after a day without statements
                self.execute("CALL BQ.ABORT_SESSION()")
        self._session = ""
        self.client.close()

    # -- how ------------------------------------------------------------------------------------

    def _quoted(self, name: str) -> str:
        return dialect_named(self.dialect).quoted(name)

    def _dotted(self, table: Parts) -> str:
        return ".".join(map(self._quoted, table))

    def _config(self, parameters: Parameters | None, **given: Any) -> Any:
        from google.cloud import bigquery

        config = bigquery.QueryJobConfig(
            default_dataset=f"{self.client.project}.{self.default_schema}",
            query_parameters=[_parameter(name, value) for name, value in (parameters or {}).items()],
            use_legacy_sql=False,
            labels={"made_by": "fcompile"},
            **given,
        )
        if self._session:
            config.connection_properties = [
                bigquery.ConnectionProperty("time_zone", "UTC"),
                bigquery.ConnectionProperty("session_id", self._session),
            ]
        else:
            config.connection_properties = [bigquery.ConnectionProperty("time_zone", "UTC")]
        return config

    @contextmanager
    def _statement(self, sql: str, parameters: Parameters | None) -> Iterator[Any]:
        """Lend a statement that runs, and is cancelled on Ctrl-C; the first one opens the session."""
        with bigquery_errors():
            given = {} if self._session else {"create_session": True}
            config = self._config(parameters, **given)
            try:
                self._job = self.client.query(sql, job_config=config, retry=_retry(), job_retry=None)
                if self._job.session_info is not None:
                    self._session = str(self._job.session_info.session_id)
                yield self._job
            except (KeyboardInterrupt, GeneratorExit):
                with suppress(Exception):  # whatever the server says, what was asked for is to stop
                    self.cancel()
                raise
            finally:
                self._job = None

    def _finished(self) -> None:
        try:
            self._job.result(retry=_retry())
        except KeyboardInterrupt:
            with suppress(Exception):
                self.cancel()
            raise
        finally:
            self._job = None

    # docs/running-queries#dry-run: nothing is read, and nothing is to be paid.
    def _dry(self, sql: str, parameters: Parameters | None) -> Any:
        with bigquery_errors():
            config = self._config(parameters, dry_run=True, use_query_cache=False)
            return self.client.query(sql, job_config=config, retry=_retry(), job_retry=None)

    def _streamed(
        self, sql: str, parameters: Parameters | None, schema: pa.Schema
    ) -> Generator[pa.RecordBatch]:
        from fcompile.runtime.warehouses.results import conformed

        with self._statement(sql, parameters) as job:
            for batch in self._batches(job):
                if batch.num_rows:
                    yield with_null_lists(conformed(batch, schema))

    def _batches(self, job: Any) -> Iterator[pa.RecordBatch]:
        """One stream where the order counts: google-cloud-bigquery asks for that where a query has ORDER BY."""
        from google.api_core.exceptions import Forbidden

        reader = self.client._ensure_bqstorage_client() if self._storage else None
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
                # bigquery.readsessions.create is a right of its own: docs/reference/storage#required_permissions
                if started:
                    raise
        yield from job.result().to_arrow_iterable()


def _retry() -> Any:
    """What google-cloud-bigquery calls transient, for a while."""
    from google.cloud.bigquery import DEFAULT_RETRY

    return DEFAULT_RETRY.with_timeout(DEADLINE)


def _parameter(name: str, value: Any) -> Any:
    from google.cloud import bigquery

    # A NULL is of no type that its place does not give: of ours only times are NULL.
    kind = next((said for sort, said in _TYPES.items() if isinstance(value, sort)), "TIMESTAMP")
    if isinstance(value, datetime):
        value = naive_utc(value).replace(tzinfo=UTC)
    return bigquery.ScalarQueryParameter(name, kind, value)


def _written(table: pa.Table | pa.RecordBatchReader, file: Any) -> int:
    """Write Parquet; return how many rows."""
    import pyarrow.parquet as pq

    batches = table.to_batches() if hasattr(table, "to_batches") else table
    rows, writer = 0, None
    for batch in batches:
        whole = _spoken(batch)
        if writer is None:
            writer = pq.ParquetWriter(file, whole.schema)
        writer.write_batch(whole)
        rows += batch.num_rows
    if writer is not None:
        writer.close()
    return rows


def _spoken(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch in types that a load job reads: docs/loading-data-cloud-storage-parquet#type_conversions."""
    import pyarrow as pa

    t = pa.types
    columns = []
    for column in batch.columns:
        if t.is_dictionary(column.type):
            column = column.dictionary_decode()
        if t.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", tz=column.type.tz and "UTC"), safe=False)
        elif t.is_null(column.type) or t.is_string_view(column.type):
            column = column.cast(pa.string())
        elif t.is_floating(column.type):
            column = column.cast(pa.float64())
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def readable(count: int) -> str:
    """Return bytes as a reader counts them.

    >>> readable(12_345_678), readable(7)
    ('12.3 MB', '7 bytes')
    """
    for size, unit in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
