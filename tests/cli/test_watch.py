"""`build --watch` in a process of its own: each save is built, and what is wrong is waited on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from tests.cli.conftest import Run


class Watch:
    """A command that is up, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.put(line)

    def until_done(self) -> str:
        """Return what is said up to the next end of a build."""
        lines = [self.said.get(timeout=60)]
        while "Waiting for changes" not in lines[-1]:
            lines.append(self.said.get(timeout=60))
        return "".join(lines)


@contextmanager
def watching(folder: Path) -> Iterator[Watch]:
    with subprocess.Popen(
        [sys.executable, "-m", "fcompile", "build", "--watch"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as process:
        try:
            yield Watch(process)
        finally:
            process.kill()


def test_each_save_is_built_and_what_is_wrong_is_waited_on(shop: Path) -> None:
    folder = shop / "featuredefs"
    path = next(each for each in sorted(folder.iterdir()) if "feature_views:" in each.read_text("utf-8"))
    text = path.read_text("utf-8")
    with watching(shop) as watch:
        assert "OK: " in watch.until_done()
        path.write_text(text.replace("feature_views:", "feature_view:"), "utf-8")
        assert "did you mean `feature_views`?" in watch.until_done()
        path.write_text(f"# as it was\n{text}", "utf-8")
        assert "files are as they should be" in watch.until_done()
        (shop / "sql" / "manifest.json").unlink()
        (folder / "more.yaml").write_text("entities: [{name: extra, join_keys: {k: int64}}]\n")
        assert "+ manifest.json" in watch.until_done()
        assert '"entity.extra"' in (shop / "sql" / "manifest.json").read_text("utf-8")
        watch.process.send_signal(signal.SIGINT)
        assert watch.process.wait(timeout=60) == 130


def test_there_is_a_project_to_begin_with(run: Run, tmp_path: Path) -> None:
    ended = run("-p", str(tmp_path), "build", "--watch")
    assert (ended.code, "error[FC130]" in ended.err) == (2, True)


def test_check_looks_once(run: Run, shop: Path) -> None:
    ended = run("build", "--watch", "--check")
    assert (ended.code, "error[FC285]: --check looks once" in ended.err) == (2, True)
