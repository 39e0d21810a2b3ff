"""The models as JSON Schemas, for editors (yaml-language-server reads them)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from fcompile.compiler.schema.definitions import DefinitionFile
from fcompile.compiler.schema.project import ProjectFile
from fcompile.compiler.schema.tuning import TuningFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, type[BaseModel]] = {
    "definitions": DefinitionFile,
    "project": ProjectFile,
    "tuning": TuningFile,
}
SCHEMA_KINDS = ("all", *_FILES)


class _Generator(GenerateJsonSchema):
    """Keys need no titles: they would only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema(of: str = "all") -> dict[str, Any]:
    """Return the schema of one kind of file, one of ``SCHEMA_KINDS``.

    "all" is of both fcompile.yaml and definition files, told apart by the key ``project``, which every
    fcompile.yaml has and no definition file.
    """
    models: list[type[BaseModel]] = [_FILES[of]] if of != "all" else [ProjectFile, DefinitionFile]
    pairs: list[tuple[type[BaseModel], Literal["validation"]]] = [(model, "validation") for model in models]
    references, made = models_json_schema(pairs, schema_generator=_Generator)
    parts = {name: _tidied(part) for name, part in made["$defs"].items()}
    head = {"$schema": DRAFT, "title": "fcompile" if of == "all" else f"fcompile {of}"}
    if of != "all":
        return {**head, **references[(models[0], "validation")], "$defs": parts}
    return {
        **head,
        "if": {"type": "object", "required": ["project"]},
        "then": references[(ProjectFile, "validation")],
        "else": references[(DefinitionFile, "validation")],
        "$defs": parts,
    }


def _tidied(part: dict[str, Any]) -> dict[str, Any]:
    """Return a model's schema without the class's name; what tells options apart is always asked for."""
    keys = {key: _key(value) for key, value in part.get("properties", {}).items()}
    return {**{name: value for name, value in part.items() if name != "title"}, "properties": keys}


def _key(value: dict[str, Any]) -> dict[str, Any]:
    """Return a key's schema without a default that says nothing, and with the closed set of its ``type``."""
    kept = {name: each for name, each in value.items() if name != "default" or each is not None}
    found = kept.pop("discriminator", None)
    if isinstance(found, dict) and "mapping" in found:
        name = found["propertyName"]
        what = {"enum": sorted(found["mapping"]), "description": "Which one."}
        kept |= {"type": "object", "required": [name], "properties": {name: what}}
    return kept
