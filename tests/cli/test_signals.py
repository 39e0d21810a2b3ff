"""Ctrl-C and SIGTERM in processes of their own: what runs is ended, quietly, with the signal's exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engines.servers import postgres_connection, postgres_database
from tests.warehouses.shop import write_project

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
SLOW = (
    "SELECT 1 AS customer_id, TIMESTAMP '2026-01-01' AS event_timestamp "
    "FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 8"
)
EARLY = """
import os, signal, sys
from importlib.abc import MetaPathFinder
from fcompile.__main__ import main

class Finder(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), {number})

sys.meta_path.insert(0, Finder())
sys.argv = ["fcompile", "ls"]
main()
"""


@pytest.mark.parametrize("module", ["typer", "pydantic"])
@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_signal_while_modules_are_imported_shows_nothing(
    shop: Path, module: str, number: int, code: int
) -> None:
    text = EARLY.format(module=module, number=int(number))
    ended = subprocess.run([sys.executable, "-c", text], cwd=shop, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (code, b"", b"")


def interrupted(folder: Path, number: int, *argv: str) -> tuple[int, str, str, float]:
    """Start the command, send the signal a second after it says that it runs, and return its end and the seconds."""
    with subprocess.Popen(
        [sys.executable, "-m", "fcompile", "-v", *argv],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("Project `")
            time.sleep(1.5)
            assert process.poll() is None
            start = time.monotonic()
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
            return process.returncode, out, err, time.monotonic() - start
        finally:
            process.kill()


@pytest.mark.parametrize("output", [(), ("-o", "rows.parquet"), ("-o", "made.rows")])
def test_a_query_of_duckdb_is_ended(shop: Path, output: tuple[str, ...]) -> None:
    number, code = SIGNALS[len(output) // 2]
    ended = interrupted(shop, number, "historical", "-f", "churn_v1", "--spine", SLOW, *output)
    assert ended[:2] == (code, "")
    assert "Traceback" not in ended[2] and "error" not in ended[2]
    assert ended[3] < 10
    assert not list(shop.glob("*rows*"))


@pytest.mark.engines
def test_a_query_of_postgres_is_ended_on_the_server_and_nothing_is_left(tmp_path: Path) -> None:
    uri = postgres_database()
    root = write_project(tmp_path, f'{{type: postgres, dsn: "{uri}"}}')
    spine = "SELECT user_id, event_timestamp FROM spine, pg_sleep(60)"
    argv = ("-t", "there", "historical", "-f", "all", "--spine", spine, "-o", "made")
    ended = interrupted(root, signal.SIGTERM, *argv)
    assert ended[:2] == (143, "")
    assert "Traceback" not in ended[2] and "error" not in ended[2]
    assert ended[3] < 10
    with postgres_connection(uri) as connection:
        asked = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'fcompile' AND datname = "
        for _ in range(50):
            sessions = connection.execute(f"{asked} current_database()").fetchone()
            if sessions == (0,):
                break
            time.sleep(0.1)
        assert sessions == (0,)
        left = "SELECT relname FROM pg_class WHERE relname LIKE '%fcompile_tmp%' OR relname = 'made'"
        assert connection.execute(left).fetchall() == []
