"""The Spark of this process: started when it is first asked for, and again where its JVM has died."""

from __future__ import annotations

import atexit
import logging
import shutil
import signal
import tempfile
from typing import Any

from pyspark import SparkContext
from pyspark.sql import SparkSession

_SPARK = {
    # A JVM of few minutes: without the second compiler, tests take half the CPU [RAN]; it alone would get 48 MB for
    # its code, which 200 tests fill, and what comes after is interpreted [RAN].
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Nobody looks at what ran, whose plans would fill the memory.
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.ui.retainedTasks": "1",
}

_sessions: list[SparkSession] = []


def running_spark() -> SparkSession:
    """Return Spark's session of this process: local, in UTC, with ANSI mode on as it is by default.

    Its managed tables are in a folder that is gone after the process. Where the JVM has died since, it is another
    session without tables, and who holds sessions of the one before has to make them again.
    """
    if _sessions and jvm().poll() is not None:
        _forget()
    if not _sessions:
        _sessions.append(_started())
    return _sessions[-1]


def jvm() -> Any:
    """Return the process (a Popen) of the JVM, which is there once a session was asked for."""
    return SparkContext._gateway.proc  # type: ignore[union-attr]


def _started() -> SparkSession:
    folder = tempfile.mkdtemp(prefix="fcompile-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    builder = SparkSession.builder.master("local[2]").appName("fcompile tests")
    for name, value in {**_SPARK, "spark.sql.warehouse.dir": f"{folder}/warehouse"}.items():
        builder = builder.config(name, value)
    before = signal.getsignal(signal.SIGINT)
    session = builder.getOrCreate()
    # PySpark's handler asks the JVM to cancel all jobs, in the midst of whatever this process does.
    signal.signal(signal.SIGINT, before)
    session.sparkContext.setLogLevel("OFF")
    # PySpark logs every failed query with the JVM's whole trace.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    return session


def _forget() -> None:
    """Take from PySpark what it holds of a JVM that has died: `stop` would ask that one."""
    _sessions.clear()
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = SparkSession._activeSession = None
