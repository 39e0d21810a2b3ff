"""``fcompile import dbt`` on a real manifest (dbt 1.10, its SQL and macros taken out), and on odd ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcompile.compiler.bind import bind
from fcompile.compiler.dbt.data_types import dtype_of
from fcompile.compiler.dbt.imported import Asked, imported_of
from fcompile.compiler.dbt.manifest import NotAManifest, dbt_manifest
from fcompile.compiler.dtypes import parse_dtype
from fcompile.compiler.format.format import formatted
from fcompile.compiler.format.plain import yaml_text
from tests.cli.conftest import Run, run, shop
from tests.differential.settings import examples

__all__ = ["run", "shop"]

HERE = Path(__file__).parent
MANIFEST, CATALOG = HERE / "coffee/manifest.json", HERE / "coffee/catalog.json"
COFFEE: dict[str, Any] = json.loads(MANIFEST.read_text())
Change = Callable[[dict[str, Any]], object]


def changed(tmp_path: Path, *changes: Change) -> str:
    """Return the path of the manifest after ``changes``."""
    content = copy.deepcopy(COFFEE)
    for change in changes:
        change(content)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(content))
    return str(path)


def orders(content: dict[str, Any]) -> dict[str, Any]:
    return content["nodes"]["model.coffee.orders"]  # type: ignore[no-any-return]


def semantic(content: dict[str, Any]) -> dict[str, Any]:
    return content["semantic_models"]["semantic_model.coffee.orders"]  # type: ignore[no-any-return]


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder that is no project."""
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    return tmp_path / "away"


@pytest.mark.parametrize(
    ("name", "argv"),
    [("plain", []), ("catalog", ["--catalog", str(CATALOG), "--windows", "7d,30d", "--windows", "lifetime"])],
)
def test_what_a_project_becomes(
    run: Run, nowhere: Path, name: str, argv: list[str], update_golden: bool
) -> None:
    ended = run("import", "dbt", str(MANIFEST), *argv)
    assert ended.code == 0
    for suffix, text in ((".yaml", ended.out), (".txt", ended.err)):
        expected = HERE / f"coffee/{name}{suffix}"
        if update_golden:
            expected.write_text(text)
        assert text == expected.read_text()
    assert bind({"dbt.yaml": ended.out}).diagnostics == ()
    assert formatted(ended.out) == ended.out


def test_the_file_checks_in_a_project_and_leaves_out_what_that_defines(run: Run, nowhere: Path) -> None:
    (nowhere / "featuredefs").mkdir()
    (nowhere / "fcompile.yaml").write_text('project: cafe\nstate: {type: postgres, dsn: "${NOT_SET_HERE}"}\n')
    (nowhere / "featuredefs/own.yaml").write_text("entities: [{name: guest, join_keys: {guest_id: int64}}]\n")
    command = ("import", "dbt", str(MANIFEST), "--catalog", str(CATALOG), "-o", "featuredefs/dbt.yaml")
    ended = run(*command)
    assert ended.code == 0
    assert "left out: entity guest: featuredefs/own.yaml defines it already" in ended.err
    written = (nowhere / "featuredefs/dbt.yaml").read_text()
    (nowhere / "fcompile.yaml").write_text("project: cafe\n")
    assert run("check").code == 0
    assert run("fmt", "--check", "featuredefs/dbt.yaml").code == 0
    assert "orders_by_guest" in run("ls", "--output", "names").out
    assert run(*command).code == 0
    assert (nowhere / "featuredefs/dbt.yaml").read_text() == written


def test_a_file_of_somebody_is_never_overwritten(run: Run, shop: Path) -> None:
    before = (shop / "featuredefs/customers.yaml").read_text()
    ended = run("import", "dbt", str(MANIFEST), "-o", "featuredefs/customers.yaml")
    assert ended.code == 4
    assert "error[FC574]" in ended.err
    assert (shop / "featuredefs/customers.yaml").read_text() == before


def test_what_is_not_well_formed_together_is_not_written(run: Run, nowhere: Path, tmp_path: Path) -> None:
    path = changed(tmp_path, lambda c: orders(c)["columns"]["amount"].update(data_type="varchar"))
    ended = run("import", "dbt", path, "-o", "dbt.yaml")
    assert ended.code == 1
    assert "error[FC573]" in ended.err
    assert "error[FC360]" in ended.err
    assert not (nowhere / "dbt.yaml").exists()


@pytest.mark.parametrize(
    ("selects", "names"),
    [
        (["orders"], {"orders"}),
        (["tag:daily visits"], {"orders", "visits"}),
        (["tag:daily,visits"], None),
        (["source:till"], {"till_raw_orders"}),
        (["source:till.raw_*", "visits"], {"till_raw_orders", "visits"}),
        (["path:models,package:coffee,v*"], {"visits"}),
        (["resource_type:source"], {"till_raw_orders"}),
    ],
)
def test_selectors_as_dbt_has_them(
    run: Run, nowhere: Path, selects: list[str], names: set[str] | None
) -> None:
    ended = run("import", "dbt", str(MANIFEST), *(part for each in selects for part in ("--select", each)))
    if names is None:
        assert ended.code == 2
        assert "error[FC572]" in ended.err
        return
    assert set(bind({"a": ended.out}).definitions.sources) == names
    assert all(
        "left out: model" not in line or line.split()[3][:-1] in names for line in ended.err.splitlines()
    )


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--select", "odrers"], "did you mean `orders`?"),
        (["--select", "tags:daily"], "the method `tags` is not known"),
        (["--timestamp-field", "guest=first_order_at"], "did you mean `guests`?"),
        (["--timestamp-field", "=at"], "write MODEL=COLUMN"),
        (["--timestamp-field", "guests="], "write MODEL=COLUMN"),
    ],
)
def test_what_names_nothing_is_said(run: Run, nowhere: Path, argv: list[str], said: str) -> None:
    ended = run("import", "dbt", str(MANIFEST), *argv)
    assert (ended.code, ended.out) == (2, "")
    assert said in " ".join(ended.err.split())


def test_an_event_time_by_hand(run: Run, nowhere: Path) -> None:
    one = run("import", "dbt", str(MANIFEST), "--timestamp-field", "guests=first_order_at")
    assert bind({"a": one.out}).definitions.sources["guests"].timestamp_field == "first_order_at"
    every = run(
        "import", "dbt", str(MANIFEST), "--catalog", str(CATALOG), "--timestamp-field", "first_order_at"
    )
    sources = bind({"a": every.out}).definitions.sources
    assert sources["guests"].timestamp_field == "first_order_at"
    assert sources["orders"].timestamp_field == "ordered_at"
    assert "time_spine" not in sources


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: orders(c)["config"].update(materialized="ephemeral"), "model orders: it is ephemeral"),
        (lambda c: orders(c).update(name="2nd"), "model 2nd: its name cannot be a source's"),
        (lambda c: orders(c).update(relation_name='"a.b"."c"'), "`a.b` cannot be part of a table's name"),
        (
            lambda c: semantic(c)["defaults"].update(agg_time_dimension="none"),
            "semantic model orders: its rows count",
        ),
        (
            lambda c: semantic(c)["dimensions"][0].update(expr="date_trunc('day', at)"),
            "its event time `date_trunc('day', at)` is no column",
        ),
        (
            lambda c: semantic(c)["measures"][0].update(agg_time_dimension="paid_at"),
            "measure order_total of semantic model orders: it counts by another time, `paid_at`",
        ),
        (lambda c: semantic(c)["measures"][0].update(agg="mode"), "there is no function for `mode`"),
        (lambda c: semantic(c)["entities"][1].update(type="natural"), "keys with times of validity"),
        (
            lambda c: semantic(c)["entities"][1].update(expr="a || b"),
            "entity `guest` is `a || b` here, and no column",
        ),
        (
            lambda c: orders(c)["columns"]["guest_id"].update(data_type="variant"),
            "the key of entity `guest`, is not known",
        ),
        (lambda c: orders(c)["columns"]["amount"].update(data_type=""), "`amount` has no type"),
        (
            lambda c: orders(c)["columns"]["amount"].update(data_type="geography"),
            "`amount` has the type `geography`, which has no counterpart",
        ),
        (
            lambda c: c.update(exposures={"exposure.cafe.board": {"name": "board"}}),
            "exposures (1): they read",
        ),
        (lambda c: c["nodes"].update({"test.cafe.a": {"resource_type": "test"}}), "tests (1): they hold for"),
    ],
)
def test_what_has_no_counterpart_is_left_out_with_its_reason(
    run: Run, nowhere: Path, tmp_path: Path, change: Change, said: str
) -> None:
    ended = run("import", "dbt", changed(tmp_path, change))
    assert ended.code == 0
    assert said in ended.err


@pytest.mark.parametrize(
    ("granularity", "lag"),
    [("second", None), ("minute", "1m"), ("day", "1d"), ("month", "31d"), ("eon", "366d")],
)
def test_a_bucket_of_time_is_known_when_it_is_over(
    run: Run, nowhere: Path, tmp_path: Path, granularity: str, lag: str | None
) -> None:
    path = changed(
        tmp_path, lambda c: semantic(c)["dimensions"][0]["type_params"].update(time_granularity=granularity)
    )
    text = run("import", "dbt", path, "--select", "orders").out
    assert (f"availability_lag: {lag}\n" in text) == (lag is not None)
    assert text.count("availability_lag") == (lag is not None)


@pytest.mark.parametrize("version", [10, 11, 12])
def test_versions_that_are_read(run: Run, nowhere: Path, tmp_path: Path, version: int) -> None:
    schema = f"https://schemas.getdbt.com/dbt/manifest/v{version}.json"
    path = changed(tmp_path, lambda c: c["metadata"].update(dbt_schema_version=schema))
    assert run("import", "dbt", path).code == 0


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (None, "FC570", "cannot be read"),
        ("{", "FC570", "is not JSON"),
        ("[" * 100_000, "FC570", "is not JSON"),
        ("[]", "FC571", "is no manifest of dbt"),
        (CATALOG.read_text(), "FC571", "is no manifest of dbt"),
        ('{"metadata": {"dbt_schema_version": "https://x/dbt/manifest/v9.json"}}', "FC571", "of version 9"),
        ('{"metadata": {"dbt_schema_version": "https://x/dbt/manifest/v20.json"}}', "FC571", "of version 20"),
    ],
)
def test_files_that_are_none(run: Run, nowhere: Path, text: str | None, code: str, said: str) -> None:
    if text is not None:
        Path("manifest.json").write_text(text)
    ended = run("import", "dbt", "manifest.json")
    assert (ended.code, ended.out) == (2, "")
    assert f"error[{code}]" in ended.err
    assert said in ended.err


def test_another_tool_is_refused(run: Run, nowhere: Path) -> None:
    assert "`sqlmesh` is not known" in run("import", "sqlmesh", str(MANIFEST)).err


def test_two_models_of_one_name_are_both_left_out(run: Run, nowhere: Path, tmp_path: Path) -> None:
    def twin(content: dict[str, Any]) -> None:
        other = copy.deepcopy(orders(content))
        content["nodes"]["model.shop.orders"] = {
            **other,
            "unique_id": "model.shop.orders",
            "package_name": "shop",
        }

    path = changed(tmp_path, twin)
    assert "model.shop.orders would have the same name" in run("import", "dbt", path).err
    alone = run("import", "dbt", path, "--select", "package:shop")
    assert set(bind({"a": alone.out}).definitions.sources) == {"orders"}


@pytest.mark.parametrize(
    ("data_type", "adapter", "dtype"),
    [
        ("BIGINT", "postgres", "int64"),
        ("int8", "postgres", "int64"),
        ("int8", "clickhouse", "int32"),
        ("INTEGER", "bigquery", "int64"),
        ("float", "duckdb", "float32"),
        ("FLOAT", "snowflake", "float64"),
        ("number(10,2)", "snowflake", "decimal(10,2)"),
        ("NUMBER", "snowflake", "decimal(38,0)"),
        ("numeric", "postgres", None),
        ("decimal(76, 2)", "bigquery", None),
        ("character varying(20)", "redshift", "string"),
        ("timestamp(6) with time zone", "trino", "timestamp"),
        ("timestamp without time zone", "postgres", "timestamp"),
        ("TIMESTAMP_NTZ(9)", "snowflake", "timestamp"),
        ("time with time zone", "postgres", None),
        ("array<string>", "spark", None),
        ("struct<a int>", "databricks", None),
        ("variant", "snowflake", None),
        ("", "duckdb", None),
    ],
)
def test_types_of_columns(data_type: str, adapter: str, dtype: str | None) -> None:
    assert dtype_of(data_type, adapter) == dtype
    assert dtype is None or str(parse_dtype(dtype)) == dtype


def _places(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from _places(each, (*path, key))


PLACES = [place for place in _places(COFFEE) if place]
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([[{}]]),
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), _JUNK), min_size=1, max_size=4))
@examples(150, 2000)
def test_any_manifest_is_read_or_refused(junk: list[tuple[tuple[Any, ...], object]]) -> None:
    content: Any = copy.deepcopy(COFFEE)
    for place, value in junk:
        at = content
        for key in place[:-1]:
            known = isinstance(at, dict) and key in at
            at = (
                at[key]
                if known or (isinstance(at, list) and isinstance(key, int) and key < len(at))
                else None
            )
        if isinstance(at, dict) or (
            isinstance(at, list) and isinstance(place[-1], int) and place[-1] < len(at)
        ):
            at[place[-1]] = value
    try:
        found = imported_of(dbt_manifest(content), Asked(times={"": "at"}))
    except NotAManifest:
        return
    text = yaml_text(
        {"sources": found.sources, "entities": found.entities, "feature_views": found.feature_views}
    )
    assert formatted(text) == text
