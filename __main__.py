"""The way into the command, also as ``python -m fcompile``: a signal while modules are imported ends it quietly."""

from __future__ import annotations

from fcompile.runtime import interruption


def main() -> None:
    """Run the command and leave with its exit code."""
    interruption.leave_at_once()
    from fcompile.cli import main as command

    command()


if __name__ == "__main__":
    main()
