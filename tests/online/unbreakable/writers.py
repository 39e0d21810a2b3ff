"""Eight processes write random versions of the same keys at a time, while two others read: no key goes back.

    python -m tests.online.unbreakable.writers --rows 1000000 --store valkey

Ends with 1 where a reader saw a key go back, vanish or mix two rows, or where not the newest of all stands at the end.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fcompile.runtime.online.base import Ask
from fcompile.runtime.online.packed import VERSION_BYTES, packed_of, version_bytes
from tests.online.rows import FIRST, shown
from tests.online.stores import OPENERS, Open
from tests.online.unbreakable.forks import ended_well, started

WRITERS, READERS = 8, 2
KEYS = [f"[{n}]" for n in range(450)]
"""At most; of few rows each key has four of a writer all the same."""


def keys_of(rows: int) -> list[str]:
    return KEYS[: max(1, rows // WRITERS // 4)]


def batches(writer: int, rows: int) -> Iterator[list[tuple[bytes, bytes]]]:
    """What a writer writes: the same whenever it is asked for."""
    draw = random.Random(writer)
    keys = keys_of(rows)
    for number in range(max(1, rows // WRITERS // len(keys))):
        # Later batches tend to be newer, as in life: else the first few would settle it.
        yield [(key.encode(), _value(draw, number, writer)) for key in keys]


def _value(draw: random.Random, number: int, writer: int) -> bytes:
    version = version_bytes(
        number + draw.randrange(-6, 6), draw.choice([None, 1, 2]), number * 2 + writer % 2
    )
    return version + version[::-1]


def write(opened: Open, writer: int, rows: int) -> None:
    with closing(opened("p")) as store:
        for pairs in batches(writer, rows):
            store.write("v", FIRST, packed_of(pairs))


def read(opened: Open, keys: list[str], finished: Callable[[], bool]) -> None:
    """Read until the writers are done, and once more."""
    seen = [b""] * len(keys)
    reads = 0
    last = False
    with closing(opened("p")) as store:
        while not last:
            last = finished()
            (found,) = store.read([Ask("v", keys)])
            for place, value in enumerate(found.values):
                version = b"" if value is None else value[:VERSION_BYTES]
                assert version >= seen[place], f"{keys[place]} went back"
                assert value is None or value == version + version[::-1], f"{keys[place]} is mixed"
                seen[place] = version
            reads += 1
    assert reads > 1, "nothing was read while the writers wrote"


def newest(rows: int) -> list[bytes]:
    """What has to stand under each key at the end."""
    best: dict[bytes, bytes] = {}
    for writer in range(WRITERS):
        for pairs in batches(writer, rows):
            best.update((k, v) for k, v in pairs if v > best.get(k, b""))
    return [best[key.encode()] for key in keys_of(rows)]


def campaign(opened: Open, rows: int) -> None:
    """Raise where a writer or a reader failed, or an older row stands."""
    with closing(opened("p")) as store:
        shown(store)
    ending, ended = os.pipe()
    os.set_blocking(ending, False)
    readers = [
        started(lambda: read(opened, keys_of(rows), lambda: _closed(ending)), [ended]) for _ in range(READERS)
    ]
    writers = [started(lambda n=n: write(opened, n, rows), []) for n in range(WRITERS)]  # type: ignore[misc]
    wrote = [ended_well(pid) for pid in writers]
    os.close(ended)
    assert all(wrote), "a writer failed"
    was_read = [ended_well(pid) for pid in readers]
    assert all(was_read), "a reader failed"
    with closing(opened("p")) as store:
        (found,) = store.read([Ask("v", keys_of(rows))])
    assert found.values == newest(rows), "an older row stands"


def _closed(end: int) -> bool:
    """Whether all writing ends of a pipe are closed."""
    try:
        return os.read(end, 1) == b""
    except BlockingIOError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--store", choices=list(OPENERS), default="valkey")
    args = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fcompile-writers-") as folder:
        try:
            campaign(OPENERS[args.store](Path(folder)), args.rows)
        except pytest.skip.Exception as missing:
            print(missing)
            return 1
        except AssertionError as broken:
            print(f"{args.store}: {broken}")
            return 1
    rows = sum(len(pairs) for pairs in batches(0, args.rows)) * WRITERS
    print(f"{args.store}: {rows} rows of {WRITERS} writers in {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
