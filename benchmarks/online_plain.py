"""The same packed rows, written without asking what stands there: what a load is held against.

    python -m benchmarks.online_plain redis|postgres URL ROWS

Redis: a SET a row, built column by column and sent in windows of as many rows as a batch of the loader. PostgreSQL:
one COPY into a temporary table and one upsert by version, into a table like the store's. Prints seconds as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from benchmarks.online_rows import Entities, warm
from fcompile.runtime.online.packed import VERSION_BYTES, Packed

_SET = b"*3\r\n$3\r\nSET\r\n"
_OK = b"+OK\r\n"


def redis_sets(url: str, rows: int) -> dict[str, float]:
    place = urlsplit(url)
    began = time.perf_counter()
    with socket.create_connection((place.hostname, place.port)) as connection:
        for batch in Entities(rows).packed():
            connection.sendall(_sets(batch))
            left = len(_OK) * len(batch)
            while left:
                left -= len(connection.recv(min(left, 1 << 16)))
    return {"unconditional SETs": time.perf_counter() - began}


def _sets(rows: Packed) -> memoryview:
    import pyarrow as pa
    import pyarrow.compute as pc

    def scalar(value: bytes) -> Any:
        return pa.scalar(value, pa.binary())

    parts: list[Any] = [scalar(_SET)]
    for column, prefix in ((rows.keys, b"f9:"), (rows.values, b"")):
        named = pc.binary_join_element_wise(scalar(prefix), column, scalar(b""))
        lengths = pc.binary_length(named).cast(pa.string()).cast(pa.binary())
        parts += [scalar(b"$"), lengths, scalar(b"\r\n"), named, scalar(b"\r\n")]
    return memoryview(pc.binary_join_element_wise(*parts, scalar(b"")).buffers()[2])


_TABLE = "CREATE TABLE plain (generation int, key bytea, value bytea, PRIMARY KEY (generation, key))"
_UPSERT = f"""
INSERT INTO plain SELECT 1, key, value FROM sent ON CONFLICT (generation, key) DO UPDATE SET value = excluded.value
WHERE substr(excluded.value, 1, {VERSION_BYTES}) > substr(plain.value, 1, {VERSION_BYTES})
"""


def postgres_upserts(url: str, rows: int) -> dict[str, float]:
    import psycopg

    seconds: dict[str, float] = {}
    with psycopg.connect(url, autocommit=True) as sql:
        sql.execute(_TABLE)
        for name, age in (
            ("new generation", 2),
            ("the same again", 2),
            ("all newer", 1),
            ("all newer, again", 0),
        ):
            began = time.perf_counter()
            with sql.transaction(), sql.cursor() as cursor:
                cursor.execute("CREATE TEMPORARY TABLE sent (key bytea, value bytea) ON COMMIT DROP")
                with cursor.copy("COPY sent FROM STDIN (FORMAT BINARY)") as copy:
                    for piece in _binary(Entities(rows, age)):
                        copy.write(piece)
                cursor.execute(_UPSERT)
            seconds[name] = time.perf_counter() - began
    return seconds


def _binary(entities: Entities) -> Iterator[bytes]:
    """PostgreSQL's binary form of rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    yield b"PGCOPY\n\xff\r\n\0" + bytes(8)
    for rows in entities.packed():
        parts: list[Any] = [pa.scalar(b"\0\2", pa.binary())]
        for column in (rows.keys, rows.values):
            lengths = pc.binary_length(column).to_numpy(zero_copy_only=False).astype(">i4")
            fixed = pa.Array.from_buffers(
                pa.binary(4), len(rows), [None, pa.py_buffer(np.ascontiguousarray(lengths))]
            )
            parts += [fixed.cast(pa.binary()), column]
        yield bytes(memoryview(pc.binary_join_element_wise(*parts, pa.scalar(b"", pa.binary())).buffers()[2]))
    yield b"\xff\xff"


def main() -> int:
    kind, url, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    warm()
    forms = {"redis": redis_sets, "postgres": postgres_upserts}
    print(json.dumps(forms[kind](url, rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
