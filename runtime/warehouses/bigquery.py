"""BigQuery through google-cloud-bigquery: one session, so that temporary tables live from statement to statement.

No project is reached from a developer's machine. What tests run of this is the driver's path, against an emulator;
what BigQuery does is taken from cloud.google.com/bigquery/docs, whose pages are named by their ends.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, cast

from fcompile.compiler.schema.project import BigQueryWarehouse as Settings
from fcompile.runtime.clock import naive_utc, utc_now
from fcompile.runtime.extras import driver
from fcompile.runtime.warehouses.adapter import Adapter, batches_of, cancelling, schema_of
from fcompile.runtime.warehouses.base import SCRATCH, Column, Parameters, Parts, Stream, scratch_name
from fcompile.runtime.warehouses.bigquery_calls import batches_read, google_retry, parameter
from fcompile.runtime.warehouses.bigquery_failures import bigquery_errors
from fcompile.runtime.warehouses.bigquery_files import written
from fcompile.runtime.warehouses.bigquery_types import column_of, column_type, with_null_lists
from fcompile.runtime.warehouses.results import conformed

if TYPE_CHECKING:
    import pyarrow as pa

    from fcompile.runtime.project import Project

KEPT = timedelta(days=1)
"""After this a loaded table is gone, whatever became of its session."""


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


class BigQueryWarehouse(Adapter):
    """A session (docs/sessions-intro). There are no transactions around tables: each statement commits.

    ``CREATE OR REPLACE`` is one step to readers: standard-sql/data-definition-language#create_table_statement.
    """

    dialect = "bigquery"
    folds_case = True
    create = "CREATE TEMP TABLE"

    def __init__(self, client: Any, dataset: str, *, storage: bool) -> None:
        """``storage``: results are read by the Storage Read API, where one may; else page by page."""
        self.client = client
        self._dataset = dataset
        self._storage = storage
        self._session = ""
        self._job: Any = None
        self._loaded: list[Parts] = []

    @property
    def default_schema(self) -> str:
        return self._dataset

    # -- statements -----------------------------------------------------------------------------

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        with self._statement(sql, parameters) as job:
            job.result()

    def simple_rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[object, ...]]:
        with self._statement(sql, parameters) as job:
            return [tuple(row.values()) for row in job.result()]

    def stream(self, sql: str, parameters: Parameters | None = None) -> Stream:
        schema = schema_of(column_of(field) for field in self._dry(sql, parameters).schema or [])
        return Stream(schema, self._streamed(sql, parameters, schema))

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
        columns = ", ".join(f"{self.dotted((f.name,))} {column_type(f.name, f.type)}" for f in table.schema)
        until = f"TIMESTAMP '{utc_now() + KEPT:%Y-%m-%d %H:%M:%S}+00'"
        # A load job reaches no table of a session (docs/sessions-intro#limitations): one of the dataset that expires.
        self.make_dataset(self.default_schema)
        self._loaded.append(parts)
        self.execute(
            f"CREATE TABLE {self.dotted(parts)} ({columns}) OPTIONS (expiration_timestamp = {until})"
        )
        options = bigquery.ParquetOptions()  # type: ignore[no-untyped-call]
        options.enable_list_inference = True
        config = bigquery.LoadJobConfig(source_format="PARQUET", write_disposition="WRITE_APPEND")
        config.parquet_options = options
        with bigquery_errors(), TemporaryFile(prefix=SCRATCH) as file:
            if written(batches_of(table), file):
                file.seek(0)
                place = f"{self.client.project}.{'.'.join(parts)}"
                self._job = self.client.load_table_from_file(file, place, job_config=config)
                self._finished()
        return parts

    def drop(self, table: Parts) -> None:
        super().drop(table)
        self._loaded = [parts for parts in self._loaded if parts != table]

    def make_schema(self, schema: Parts) -> None:
        if schema:
            self.make_dataset(schema[-1])

    def make_dataset(self, name: str) -> None:
        """Make the dataset where it is missing, in the target's location."""
        from google.api_core.exceptions import NotFound
        from google.cloud import bigquery

        with bigquery_errors():
            try:
                self.client.get_dataset(name, retry=google_retry())
            except NotFound:
                dataset = bigquery.Dataset(f"{self.client.project}.{name}")
                if self.client.location is not None:
                    dataset.location = self.client.location
                self.client.create_dataset(dataset, exists_ok=True, retry=google_retry())

    # Lists cost nothing; INFORMATION_SCHEMA is asked dataset by dataset, or in a region that has to be named.
    def listed(self) -> list[tuple[str, str]]:
        with bigquery_errors():
            return [
                (dataset.dataset_id, item.table_id)
                for dataset in self.client.list_datasets(retry=google_retry())
                for item in self.client.list_tables(dataset.reference, retry=google_retry())
            ]

    def now(self) -> datetime:
        ((now,),) = self.simple_rows("SELECT CURRENT_TIMESTAMP() AS t")
        return naive_utc(cast(datetime, now))

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

    def _config(self, parameters: Parameters | None, **given: Any) -> Any:
        from google.cloud import bigquery

        config = bigquery.QueryJobConfig(
            default_dataset=f"{self.client.project}.{self.default_schema}",
            query_parameters=[parameter(name, value) for name, value in (parameters or {}).items()],
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
                self._job = self.client.query(sql, job_config=config, retry=google_retry(), job_retry=None)
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
            with cancelling(self.cancel):
                self._job.result(retry=google_retry())
        finally:
            self._job = None

    # docs/running-queries#dry-run: nothing is read, and nothing is to be paid.
    def _dry(self, sql: str, parameters: Parameters | None) -> Any:
        with bigquery_errors():
            config = self._config(parameters, dry_run=True, use_query_cache=False)
            return self.client.query(sql, job_config=config, retry=google_retry(), job_retry=None)

    def _streamed(
        self, sql: str, parameters: Parameters | None, schema: pa.Schema
    ) -> Generator[pa.RecordBatch]:
        with self._statement(sql, parameters) as job:
            reader = self.client._ensure_bqstorage_client() if self._storage else None
            for batch in batches_read(job, reader):
                if batch.num_rows:
                    yield with_null_lists(conformed(batch, schema))


def readable(count: int) -> str:
    """Return bytes as a reader counts them.

    >>> readable(12_345_678), readable(7)
    ('12.3 MB', '7 bytes')
    """
    for size, unit in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
