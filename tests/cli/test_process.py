"""What only a process of its own shows: closed pipes, streams that take nothing, colors on a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=variables, check=False
    )


def test_a_reader_that_goes_away_hears_no_complaint(shop: Path) -> None:
    command = f"{sys.executable} -m fcompile.cli show last_order | head -n 1"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=shop, check=False)
    assert ended.stdout.startswith("feature_view last_order")
    assert ended.stderr == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_data_is_utf_8_whatever_the_locale(shop: Path, encoding: str) -> None:
    path = shop / "featuredefs" / "customers.yaml"
    path.write_text(path.read_text().replace("Someone who buys", "Søméone — 日本"), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "fcompile.cli", "show", "customer"],
        capture_output=True,
        cwd=shop,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Søméone — 日本" in ended.stdout.decode()


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("ls >&-", 1, "FC420"),
        ("ls >/dev/full", 1, "No space left on device"),
        ("historical -f churn_v1 --spine spine.csv >/dev/full", 1, "FC420"),
        ("check >&-", 0, "OK: "),
        ("check 2>&-", 0, ""),
        ("ls -s nobody 2>&-", 2, ""),
    ],
)
def test_a_stream_that_takes_nothing_is_no_bug(shop: Path, command: str, code: int, said: str) -> None:
    shell = f"{sys.executable} -m fcompile.cli {command}"
    ended = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, cwd=shop, check=False)
    assert ended.returncode == code
    assert said in ended.stderr
    assert "internal error" not in ended.stderr


def test_colors_are_forced_and_forbidden(shop: Path) -> None:
    code = "from fcompile.cli import main; import sys; sys.argv = ['fcompile', *{}]; main()"
    clean = {"NO_COLOR": ""}
    assert "\x1b[" in python(code.format(["show", "x"]), FORCE_COLOR="1", **clean).stderr
    assert "\x1b[" not in python(code.format(["show", "x"]), FORCE_COLOR="1", NO_COLOR="1").stderr
    assert "\x1b[" not in python(code.format(["show", "x", "--no-color"]), FORCE_COLOR="1", **clean).stderr
    assert "\x1b[" not in python(code.format(["show", "x"]), **clean).stderr
