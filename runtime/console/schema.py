"""``fcompile schema``: the JSON Schema of one kind of file, or of what ``init`` writes modelines for."""

from __future__ import annotations

from fcompile.compiler.errors import Diagnostic, UsageError, did_you_mean, listed
from fcompile.compiler.schema.json_schema import SCHEMA_KINDS, json_schema
from fcompile.runtime.console import tables


def write_schema(of: str) -> None:
    """Write it to stdout; raise UsageError (FC285) where there is no such kind of file."""
    if of not in SCHEMA_KINDS:
        hint = did_you_mean(of, SCHEMA_KINDS) or f"there is {listed(SCHEMA_KINDS)}"
        raise UsageError(Diagnostic("FC285", f"there is no schema for `{of}`", hint=hint))
    tables.write_json(json_schema(of))
