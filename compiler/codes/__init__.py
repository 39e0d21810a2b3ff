"""The stable codes of diagnostics, each with what it means, what provokes it and what to do.

The entries here are the only list: docs/reference/errors.md is made from it (``errors_page``), and
tests/errors holds that every code used is listed, every code listed is used, and every example works.

To add a code, add one entry to the file of its range. An example is
* definitions as YAML (tests bind it; the messages are kept in tests/errors/<code>.txt), or
* a project file, when its first line is ``# fcompile.yaml`` (tests parse it), or
* a command, when it starts with ``$ ``, or plain words: a test elsewhere then names the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.compiler.codes import changes, data, names, not_yet, proof, running, state, types, yaml
from fcompile.compiler.codes.code import Code
from fcompile.compiler.codes.page import errors_page as _page

__all__ = ["CODES", "RANGES", "Code", "errors_page"]

_FILES = (yaml, names, types, data, running, changes, proof, not_yet, state)

CODES: Mapping[str, Code] = MappingProxyType(
    dict(sorted((name, code) for file in _FILES for name, code in file.ENTRIES.items()))
)
"""Every code, sorted."""

RANGES = {
    "FC1": "The shape of YAML",
    "FC2": "Names and references",
    "FC3": "Types and expressions",
    "FC4": "Data and requests",
    "FC5": "Running",
    "FC9": "Not yet, and the state that runs share",
}


def errors_page() -> str:
    """Return docs/reference/errors.md: a section for each code, in order."""
    return _page(CODES, RANGES)
