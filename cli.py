"""The ``fcompile`` command: what is called, and the code that it leaves with."""

from __future__ import annotations

import os
import sys

from fcompile.commands.app import app
from fcompile.runtime import interruption
from fcompile.runtime.console.entry import INTERRUPTED, run_command

__all__ = ["app", "main"]


def main() -> None:
    """Run the command and leave with its exit code."""
    # What else is installed is not looked through for plugins of pydantic, and changes nothing of what is read.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        interruption.raise_interrupts()
        code = run_command(app, sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    interruption.leave_at_once()
    sys.exit(interruption.code_of_signal() or code)


if __name__ == "__main__":
    main()
