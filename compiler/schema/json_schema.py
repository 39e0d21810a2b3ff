"""The models as one JSON Schema, for editors (yaml-language-server reads it)."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from fcompile.compiler.schema.definitions import DefinitionFile
from fcompile.compiler.schema.project import ProjectFile


def json_schema() -> dict[str, Any]:
    """Return the schema of both kinds of file: one with a key ``project`` is fcompile.yaml, any other defines."""
    references, definitions = models_json_schema(
        [(ProjectFile, "validation"), (DefinitionFile, "validation")], title="fcompile"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fcompile",
        "if": {"type": "object", "required": ["project"]},
        "then": references[(ProjectFile, "validation")],
        "else": references[(DefinitionFile, "validation")],
        "$defs": definitions["$defs"],
    }
