"""A Spark Connect server for tests: within the JVM of this process's Spark, which costs no second one."""

from __future__ import annotations

import socket

from fcompile.runtime.warehouses.spark_sessions import Connect, connected
from tests.engines.servers import spark
from tests.engines.spark_server import jvm

_served: dict[int, str] = {}


def connect_url() -> str:
    """Return the server's ``sc://`` address; it shares the tables of ``spark()``."""
    context = spark().sparkContext
    if jvm().pid not in _served:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        scala = context._jsc.sc()
        scala.conf().set("spark.connect.grpc.binding.address", "127.0.0.1")
        scala.conf().set("spark.connect.grpc.binding.port", str(port))
        context._jvm.org.apache.spark.sql.connect.service.SparkConnectService.start(scala)  # type: ignore[union-attr]
        _served[jvm().pid] = f"sc://127.0.0.1:{port}"
    return _served[jvm().pid]


def connect_session() -> Connect:
    return connected(connect_url())
