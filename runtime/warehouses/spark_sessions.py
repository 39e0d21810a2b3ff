"""Sessions of Spark: classic, where this process is the driver, and of a Spark Connect server.

Both are the same to the adapter but for how rows are streamed and how a statement is cancelled.
"""

from __future__ import annotations

import secrets
import time
import warnings
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fcompile.runtime.warehouses.spark_failures import connect_errors, spark_errors

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

# spark.apache.org/docs/latest/configuration#runtime-sql-configuration. What changes answers, or what a text means:
# ${x} in a text is no variable, and TIMESTAMP is an instant.
SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.storeAssignmentPolicy": "ANSI",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
    # Since 4.3, for what tuning.yaml may pin; another text means the same with it [RAN].
    "spark.sql.join.asofJoin.enabled": "true",
}


class Engine(Protocol):
    """A session, whose settings are its own, and what classic Spark and Connect do each in its way."""

    @property
    def session(self) -> SparkSession: ...

    def running(self) -> AbstractContextManager[None]:
        """What runs in the block ends at ``cancel``; Spark's errors in it come as ours."""

    def batches(self, frame: Any, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        """Yield a frame's rows in order; ``schema`` is theirs. Spark's errors come as they are."""

    def cancel(self) -> None:
        """End what runs, from any thread."""

    def close(self) -> None:
        """Let go of the session; idempotent."""


def pinned(session: SparkSession) -> SparkSession:
    with warnings.catch_warnings():
        # Connect warns of settings that will go away one day.
        warnings.simplefilter("ignore", UserWarning)
        for name, value in SESSION.items():
            session.conf.set(name, value)
    return session


class Classic:
    """A session of this process's Spark, which goes on when the session is closed: there is one a process."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._group = f"fcompile-{secrets.token_hex(6)}"

    @contextmanager
    def running(self) -> Iterator[None]:
        context = self.session.sparkContext
        context.setJobGroup(self._group, "fcompile", interruptOnCancel=True)
        try:
            with spark_errors():
                yield
        except KeyboardInterrupt:
            # Here, as what comes next on a connection that Ctrl-C ended may fail, and hide it.
            with suppress(Exception):
                self.cancel()
                self._leave()
            raise
        except BaseException:
            self._leave()
            raise
        self._leave()

    def _leave(self) -> None:
        """The thread is the caller's, who may have jobs of their own."""
        for name in ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel"):
            self.session.sparkContext.setLocalProperty(name, None)  # type: ignore[arg-type]

    def batches(self, frame: Any, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        """Run some partitions at a time: as many as run at once, and more where they are small.

        Spark gives a partition's rows when it has all of them, so that is what is held at least. ``toArrow()`` holds
        the whole result, ``toLocalIterator()`` runs partition by partition and sends rows, each as Python's own.
        """
        import pyarrow as pa

        jvm_rows = frame._jdf.toArrowBatchRdd().toJavaRDD()
        count, start = jvm_rows.getNumPartitions(), 0
        width = self.session.sparkContext.defaultParallelism
        while start < count:
            size = 0
            for block in self._blocks(jvm_rows, range(start, min(start + width, count))):
                size += len(block)
                yield pa.ipc.read_record_batch(pa.py_buffer(block), schema)
            start += width
            if size < _SMALL:
                width *= 2

    def _blocks(self, jvm_rows: Any, partitions: range) -> Iterator[bytes]:
        from pyspark.serializers import NoOpSerializer
        from pyspark.util import _load_from_socket

        context: Any = self.session.sparkContext
        served = context._jvm.PythonRDD.runJob(context._jsc.sc(), jvm_rows, list(partitions))
        loaded: Any = _load_from_socket(served, NoOpSerializer())
        # Since PySpark 4.3 it is a context manager; before, the iterator alone.
        with loaded if hasattr(loaded, "__enter__") else nullcontext(loaded) as blocks:
            yield from blocks

    def cancel(self) -> None:
        from py4j.protocol import Py4JNetworkError  # type: ignore[import-untyped]

        # The first connections after Ctrl-C may end without an answer [RAN].
        for _ in range(_TRIES):
            try:
                self.session.sparkContext.cancelJobGroup(self._group)
                return
            except Py4JNetworkError:
                time.sleep(0.1)

    def close(self) -> None:
        return None


_TRIES = 10
_SMALL = 16 << 20
"""Bytes of a step's rows, below which the next step takes more partitions: each step is a job, of some 20 ms."""


class Connect:
    """A session of a Spark Connect server, which streams a result's batches by itself."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._closed = False

    def running(self) -> AbstractContextManager[None]:
        return connect_errors()

    def batches(self, frame: Any, schema: pa.Schema) -> Generator[pa.RecordBatch]:
        client: Any = self.session.client
        ended = False
        try:
            for found in client.to_table_as_iterator(frame._plan.to_proto(client), frame._plan.observations):
                if hasattr(found, "to_batches"):
                    yield from found.to_batches()
            ended = True
        finally:
            if not ended:
                self.cancel()

    def cancel(self) -> None:
        self.session.interruptAll()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.session.stop()


def classic(url: str, folder: Path, tables: Path | None) -> Classic:
    """Open a session of the Spark that runs in this process, or start one by its master's ``url``.

    One that is started on this machine keeps its list of tables under ``folder``, for the next process, which may
    only start when this one has ended; their files are in ``tables``.
    """
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    running = SparkContext._active_spark_context is not None
    builder = SparkSession.builder.master(url).appName("fcompile")
    if not running:
        for name, value in _started(url, folder, tables).items():
            builder = builder.config(name, value)
    found = builder.getOrCreate()
    if not running:
        found.sparkContext.setLogLevel("ERROR")
    return Classic(pinned(found.newSession()))


def _started(url: str, folder: Path, tables: Path | None) -> dict[str, str]:
    settings = {"spark.ui.showConsoleProgress": "false"}
    if tables is not None:
        settings["spark.sql.warehouse.dir"] = str(tables)
    if url.startswith("local"):
        folder.mkdir(parents=True, exist_ok=True)
        settings |= {
            "spark.sql.warehouse.dir": str(tables or folder / "tables"),
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": "16",
            "spark.sql.catalogImplementation": "hive",
            "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/catalog;create=true",
            "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder}/derby.log",
        }
    return settings


def connected(url: str) -> Connect:
    """Open a session of the server at ``url``, ``sc://host:port/;token=...``.

    Raises ConnectionError where it does not answer: PySpark would go on asking for ten minutes.
    """
    import grpc  # type: ignore[import-untyped]
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession

    place = DefaultChannelBuilder(url)
    channel = place.toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=_ANSWERS_WITHIN)
    except grpc.FutureTimeoutError:
        raise ConnectionError(f"failed to connect within {_ANSWERS_WITHIN:.0f} s") from None
    finally:
        channel.close()
    session: Any = SparkSession.builder.channelBuilder(place).create()
    return Connect(pinned(session))


_ANSWERS_WITHIN = 15.0
