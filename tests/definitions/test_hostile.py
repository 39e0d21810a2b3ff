"""Hostile files give diagnostics, never another exception, and quickly."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from fcompile.compiler.bind import bind
from fcompile.compiler.bind.query import query_problem
from fcompile.compiler.errors import FcompileError
from fcompile.compiler.project import parse_project
from fcompile.compiler.schema.definitions import SHAPES
from tests.definitions.test_bind import CONTRACT, SPEC

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
SEEDS = [
    SPEC,
    CONTRACT,
    BOMB,
    "a: &x [*x]",
    "country: no\nb: on",
    "1:30",
    "190:20:30: 010",
    "v: 2001-13-45",
    "!!int ''",
    "!!int foo",
    "!!float foo",
    "!!bool foo",
    "!!timestamp foo",
    '"\\UFFFFFFFF"',
    "9" * 5000,
    "[" * 100_000,
    "- " * 100_000,
    "{" * 100_000,
    "? " * 100_000,
    "entities:\n" + " " * 60_000 + "- x",
    "&a " * 1000,
    "<<: {<<: {<<: 1}}",
    "entities: !!python/object/apply:os.system [x]",
    "\x00",
    "\ufeff\ufeff",
    "\ud800",
    "entities: \u202e[]",
    "%TAG ! x\n---\na",
    "%YAML 1.1\n---\nentities: []",
    "entities: [[[]]]",
    "entities: {name: x}",
    "entities: [~, 1, x, [], {}]",
    "entities: [{name: [], join_keys: []}]",
    "entities: [{name: {}, join_keys: {a: {}}}]",
    "entities: [{name: x, join_keys: {}}]",
    "entities: [{name: x, join_keys: {a: 'struct<" + "a:" * 2000 + "'}}]",
    "entities: [{name: x, join_keys: {a: 'vector<float32," + "9" * 5000 + ">'}}]",
    "entities: [{name: x, join_keys: {a: '" + "list<" * 1000 + "'}}]",
    "feature_views: [{name: x, entities: [], source: [], features: {}}]",
    "feature_views: [{name: x, entities: [x], source: {}, features: [1, {}, {name: y}]}]",
    "feature_services: [{name: x, features: [{}, {a: b}, {a: [b], c: [d]}, {view: 1}, 1, ~, []]}]",
    "tests: [{name: x, features: [':', 'a:b:c', ''], given: {a: 1}, spine: {}, expect: [1]}]",
    "labels: [{name: x, entities: [y], source: z, function: '((', horizon: 9999999999999w}]",
    "feature_views: [{name: x, entities: [], source: s, aggregations: [{}, 1, ~, {function: 1, windows: 1h}]}]",
    "feature_views: [{name: x, entities: [], source: s, every: [], aggregations: [{name: a, windows: [~, 1, []]}]}]",
    "feature_views: [{name: x, aggregations: {name: a}, features: [{name: a}]}]",
    "labels: [{name: x, function: 'percentile(" + "9" * 5000 + ")', column: [], dtype: {}}]",
    "sources: [{name: x, query: '" + "(" * 9000 + "', timestamp_field: ''}]",
    "sources: [{name: x, query: 'SELECT " + "CASE " * 3000 + "', timestamp_field: at}]",
    "sources: [{name: x, query: 'SELECT " + "a -> " * 900 + "', timestamp_field: at}]",
    "sources: [{name: x, table: '...', timestamp_field: \"\\u202e\", columns: {'': int64}}]",
    'sources: [{name: x, path: "a\\0.csv", timestamp_field: at, availability_lag: 99999999999w}]',
    "? [a, b]\n: c\n? {d: e}\n: f",
    "project: x\ntargets: {dev: {warehouse: duckdb}}",
    "project: x\ntargets: [a]\nstate: ~\nsql: ''",
    'project: "${"\ndefinitions: ["${A:-}"]\ntargets: {A: {}, "": {}}',
]


def check(text: str) -> None:
    files = {"f.yaml": text}
    for diagnostic in bind(files).diagnostics:
        assert diagnostic.render(files)
    try:
        parse_project(text, "fcompile.yaml", {"A": "x"})
    except FcompileError as error:
        assert error.diagnostics


@pytest.mark.parametrize("text", SEEDS, ids=range(len(SEEDS)))
def test_nasty_yaml_gives_diagnostics(text: str) -> None:
    check(text)


WORDS = [
    *SHAPES, "name", "join_keys", "source", "features", "dtype", "expr", "view", "int64", "decimal(1,2)", "1h", "~",
    "[", "]", "{", "}", ": ", ", ", "- ", "\n", "  ", "'", '"', "&a", "*a", "!!str", "<<", "1", "-1e3", "\t", "#",
    "|\n",
    "---\n", "\u202e", "é", "${A}",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(150))
def test_damaged_definitions_give_diagnostics(seed: int) -> None:
    chance = random.Random(seed)
    text = (SPEC, CONTRACT)[seed % 2]
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(text))
        end = at + chance.choice([0, 0, 1, 3, 20])
        text = text[:at] + chance.choice(WORDS) + text[end:]
    check(text)


@pytest.mark.parametrize(("depth", "fits"), [(95, True), (101, False)])
def test_a_query_is_nested_as_deep_as_people_write(depth: int, fits: bool) -> None:
    said = query_problem("SELECT " + "(" * depth + "1" + ")" * depth, "duckdb")
    assert said == ("" if fits else "the query is nested more than 100 levels deep")


def test_brackets_in_the_text_of_a_query_do_not_count() -> None:
    assert query_problem("SELECT " + ", ".join(["'('"] * 200), "duckdb") == ""


VALUES: list[object] = [
    None,
    1,
    "x",
    [],
    {},
    [1],
    {"a": 1},
    ["x"],
    {"view": "x"},
    True,
    "user",
    "1h",
    [[]],
    {"x": ["y"]},
    1.5,
    "",
]


def _places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from _places(value, (*at, key))


@pytest.mark.parametrize("seed", range(100))
def test_well_formed_yaml_of_any_other_shape_gives_diagnostics(seed: int) -> None:
    chance = random.Random(seed)
    tree = yaml.load((SPEC, CONTRACT)[seed % 2], yaml.BaseLoader)  # noqa: S506
    for _ in range(chance.randint(1, 5)):
        *path, last = chance.choice(list(_places(tree)))
        parent = tree
        for key in path:
            parent = parent[key]
        how = chance.random()
        if how < 0.5:
            parent[last] = copy.deepcopy(chance.choice(VALUES))
        elif how < 0.8 or not isinstance(last, str):
            del parent[last]
        else:
            cut = chance.randrange(len(last))
            parent[last[:cut] + last[cut + 1 :]] = parent.pop(last)
    check(json.dumps(tree, indent=1))
