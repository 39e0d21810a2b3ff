"""The JSON Schema of each kind of file: every key is explained, its examples hold, and it judges as fcompile does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from fcompile.compiler.load import load
from fcompile.compiler.schema.json_schema import SCHEMA_KINDS, json_schema
from fcompile.compiler.tree import plain

ROOT = Path(__file__).parents[2]
DEFINITIONS = sorted([*ROOT.glob("featuredefs/*.yaml"), *ROOT.glob("tests/golden/*/feature.yaml")])
TUNING = sorted(ROOT.glob("tests/golden/*/tuning.yaml"))
PROJECTS = [ROOT / "fcompile.yaml", ROOT / "templates/init/quickstart/fcompile.yaml"]

Place = tuple[str, ...]


def parts_of(schema: Any, place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield every mapping in ``schema`` that is a schema itself, with the way to it; no example, no default."""
    if isinstance(schema, list):
        for n, each in enumerate(schema):
            yield from parts_of(each, (*place, str(n)))
    if not isinstance(schema, dict):
        return
    yield place, schema
    for word in ("properties", "$defs"):
        for key, each in schema.get(word, {}).items():
            yield from parts_of(each, (*place, word, key))
    for word in ("items", "additionalProperties", "anyOf", "oneOf", "if", "then", "else"):
        if isinstance(schema.get(word), dict | list):
            yield from parts_of(schema[word], (*place, word))


def problems(content: object, of: str = "all") -> list[str]:
    return [error.message for error in Draft202012Validator(json_schema(of)).iter_errors(content)]


def read(path: Path) -> object:
    return plain(node) if (node := load(path.read_text("utf-8"), path.name).root) else None


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_the_schema_is_one_of_draft_2020_12(kind: str) -> None:
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_every_key_and_every_object_has_a_description(kind: str) -> None:
    silent = []
    for place, part in parts_of(json_schema(kind)):
        if place[-2:-1] in (("properties",), ("$defs",)) and not part.get("description", "").strip().endswith(
            "."
        ):
            silent.append("/".join(place))
    assert silent == []


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_every_example_and_every_default_is_valid_where_it_stands(kind: str) -> None:
    whole = json_schema(kind)
    shown = 0
    for place, part in parts_of(whole):
        here = Draft202012Validator({"$defs": whole["$defs"], **part})
        for example in [*part.get("examples", ()), *([part["default"]] if "default" in part else ())]:
            shown += 1
            assert [e.message for e in here.iter_errors(example)] == [], ("/".join(place), example)
    assert shown > 10


def test_every_key_that_takes_free_text_has_an_example() -> None:
    bare = []
    for kind in ("definitions", "project", "tuning"):
        for place, part in parts_of(json_schema(kind)):
            if place[-2:-1] != ("properties",):
                continue
            texts = [part, *part.get("anyOf", ())]
            free = any(t.get("type") == "string" and not {"const", "enum"} & t.keys() for t in texts)
            if free and not any("examples" in t for t in texts) and "default" not in part:
                bare.append("/".join(place))
    assert bare == []


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_definition_files_are_valid(path: Path) -> None:
    assert problems(read(path)) == []
    assert problems(read(path), "definitions") == []


@pytest.mark.parametrize("path", PROJECTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_project_files_are_valid(path: Path) -> None:
    assert problems(read(path)) == []
    assert problems(read(path), "project") == []


@pytest.mark.parametrize("path", TUNING, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_tuning_files_are_valid(path: Path) -> None:
    assert problems(read(path), "tuning") == []


def target(**warehouse: object) -> dict[str, object]:
    return {"project": "shop", "targets": {"dev": {"warehouse": warehouse}}}


@pytest.mark.parametrize(
    "content",
    [
        target(type="postgres", dsn="${DSN}", port="${PORT}"),
        target(type="postgres", port="5432"),
        target(type="clickhouse", secure="${SECURE:-true}"),
        target(type="clickhouse", secure="True"),
        {
            "project": "shop",
            "targets": {"dev": {"online": {"type": "redis", "url": "x", "deadline": "${D}"}}},
        },
    ],
)
def test_variables_of_the_environment_may_stand_for_numbers_and_truth_values(content: object) -> None:
    assert problems(content) == []


def view(**more: object) -> dict[str, object]:
    return {"feature_views": [{"name": "v", "entities": [], "source": "s", **more}]}


def service(member: object) -> dict[str, object]:
    return {"feature_services": [{"name": "s", "features": [member]}]}


@pytest.mark.parametrize("window", ["1h", "lifetime"])
@pytest.mark.parametrize("function", ["count", "percentile(0.9)", "last_n( 5 )", "top_k (3)"])
def test_functions_and_windows_of_every_form_are_valid(function: str, window: str) -> None:
    assert problems(view(aggregations=[{"name": "a", "function": function, "windows": [window]}])) == []


@pytest.mark.parametrize(
    "dtype", ["int64", "decimal( 12 , 2 )", "list<struct<a:int64, b:list<string>>>", "vector<float32, 8>"]
)
def test_types_of_every_form_are_valid(dtype: str) -> None:
    assert problems(view(features=[{"name": "f", "dtype": dtype}])) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"entitys": []}, "'entitys' was unexpected"),
        (view(features=[{"name": "f", "dtyp": "int64"}]), "'dtyp' was unexpected"),
        (view(features=[{"name": "f"}]), "'dtype' is a required property"),
        (view(features=[{"name": "F", "dtype": "int64"}]), "'F' does not match"),
        (view(features=[{"name": "f", "dtype": "int"}]), "'int' does not match"),
        (view(features=[{"name": "f", "dtype": "vector<int64,3>"}]), "does not match"),
        (view(ttl=30), "30 is not valid"),
        (view(ttl="30 days"), "'30 days' is not valid"),
        (view(aggregations=[{"name": "a", "function": "summ", "windows": ["1h"]}]), "not valid"),
        (view(aggregations=[{"name": "a", "function": "percentile", "windows": ["1h"]}]), "not valid"),
        (view(aggregations=[{"name": "a", "function": "sum(3)", "windows": ["1h"]}]), "not valid"),
        (view(source={"view": "w", "as_of": "now"}), "not valid"),
        (service({"a": ["x"], "b": ["y"]}), "not valid"),
        (service({"view": "a", "features": []}), "not valid"),
        (target(), "'type' is a required property"),
        (target(path="x.db"), "'type' is a required property"),
        (target(type="duckbd"), "'duckbd' is not one of"),
        (target(type="snowflake", user="x"), "not valid"),
        (target(type="postgres", port=0), "not valid"),
        ({"project": "my shop"}, "'my shop' does not match"),
    ],
)
def test_what_is_wrong_is_not_valid(content: object, said: str) -> None:
    assert said in "; ".join(problems(content))


def test_a_tuning_file_is_valid_and_a_wrong_one_is_not() -> None:
    text = "version: 1\nwindows: {spend: {form: mixed, tile: 1h, span: 1d, hot: 500}}\njoins: {v: {join: lateral}}\n"
    assert problems(yaml.safe_load(text), "tuning") == []
    assert problems({"version": 2}, "tuning") == ["1 was expected"]
    assert problems({"version": 1, "windows": {"spend": {"form": "row"}}}, "tuning")
