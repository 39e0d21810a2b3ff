"""The models, the page about them and the JSON Schema for editors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.schema.json_schema import json_schema

PAGE = Path(__file__).parents[2] / "docs/reference/yaml.md"


def test_the_yaml_page_names_every_key() -> None:
    keys = {key for part in json_schema()["$defs"].values() for key in part.get("properties", {})}
    told = set(
        re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`]*`|^### .*", PAGE.read_text("utf-8"), re.M)))
    )
    assert sorted(keys - told - {"view"}) == []


def test_the_yaml_page_has_a_row_for_every_aggregation_function() -> None:
    rows = re.findall(
        r"^\| `([a-z_]+)(?:\(([a-z])\))?` \| (?:numbers|scalars|any type)", PAGE.read_text("utf-8"), re.M
    )
    assert sorted(rows) == sorted((each.name, each.parameter) for each in AGGREGATES.values())


def test_the_schema_tells_project_files_from_definition_files() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["if"] == {"type": "object", "required": ["project"]}
    parts = schema["$defs"]
    assert "targets" in parts[schema["then"]["$ref"].rpartition("/")[2]]["properties"]
    assert "feature_views" in parts[schema["else"]["$ref"].rpartition("/")[2]]["properties"]


def test_unknown_keys_are_errors_in_the_schema_too() -> None:
    parts = json_schema()["$defs"]
    assert [
        n
        for n, part in parts.items()
        if part["type"] == "object" and part["additionalProperties"] is not False
    ] == []


def test_definitions_are_imported_without_pydantic() -> None:
    code = "import sys, fcompile.compiler.definitions, fcompile.compiler.errors; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
