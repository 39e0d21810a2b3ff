"""``fcompile lsp``: runs the language server on standard input and output until the editor ends it."""

from __future__ import annotations

import os
import sys

from fcompile.runtime.extras import driver


def serve_editor() -> None:
    """Serve; raises UsageError (FC422) where the extra ``lsp`` is not installed."""
    driver("pygls", "lsp")
    from fcompile.runtime.lsp.methods import make_server

    # What is printed by mistake goes to stderr: the editor would take it for a message.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    make_server().start_io(stdout=answers)
