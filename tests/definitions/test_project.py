"""fcompile.yaml and projects on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from fcompile.compiler.errors import FcompileError, UsageError
from fcompile.compiler.project import ProjectConfig, parse_project, pick_target
from fcompile.compiler.schema.project import DuckDBWarehouse, RedisOnline, SnowflakeWarehouse, SqliteOnline
from fcompile.runtime.project import load_project

SPEC = """\
project: fraud
definitions: [featuredefs]
default_target: dev
targets:
  dev:
    warehouse: {type: duckdb, path: .fcompile/dev.duckdb}
    online: {type: sqlite, path: .fcompile/online.db}
  prod:
    warehouse: {type: snowflake, account: "${SF_ACCOUNT}", user: "${SF_USER}", password: "${SF_PASSWORD}",
                database: ML, warehouse: WH, schema: features}
    online: {type: redis, url: "${REDIS_URL}"}
state: {type: sqlite, path: .fcompile/state.db}
sql: sql
"""
SECRETS = {"SF_ACCOUNT": "a", "SF_USER": "u", "SF_PASSWORD": "hunter2", "REDIS_URL": "redis://:hunter2@h"}
USER = "entities: [{name: user, join_keys: {user_id: int64}}]\n"


def parsed(text: str, env: dict[str, str] | None = None, target: str | None = None) -> ProjectConfig:
    return parse_project(text, "fcompile.yaml", env or {}, target)


def problems(text: str, env: dict[str, str] | None = None, target: str | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        parsed(text, env, target)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_the_example_of_the_contract_parses_and_prints_no_secret() -> None:
    config = parsed(SPEC, SECRETS, "prod")
    prod = config.targets["prod"]
    assert isinstance(prod.warehouse, SnowflakeWarehouse)
    assert isinstance(prod.online, RedisOnline)
    assert prod.warehouse.password is not None
    assert prod.warehouse.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(config)


def test_a_name_alone_gets_the_defaults() -> None:
    config = parsed("project: fraud\n")
    dev = config.targets["dev"]
    assert (config.definitions, config.default_target, config.sql) == (("featuredefs",), "dev", "sql")
    assert (config.state.type, getattr(config.state, "path", "")) == ("sqlite", ".fcompile/state.db")
    assert isinstance(dev.warehouse, DuckDBWarehouse)
    assert isinstance(dev.online, SqliteOnline)
    assert (dev.warehouse.path, dev.warehouse.schema_) == (".fcompile/dev.duckdb", "features")
    assert dev.online.path == ".fcompile/online.db"


def test_the_only_target_is_the_default_one() -> None:
    assert parsed("project: fraud\ntargets: {prod: {}}\n").default_target == "prod"
    assert "FC114" in problems("project: fraud\ntargets: {a: {}, b: {}}\n")


def test_an_unset_variable_names_file_line_and_variable() -> None:
    text = problems(SPEC, {}, "prod")
    assert "the environment variable `SF_ACCOUNT` is not set\n  --> fcompile.yaml:9:44" in text
    assert text.count("FC131") == 4


def test_variables_of_other_targets_need_not_be_set() -> None:
    assert parsed(SPEC).default_target == "dev"


@pytest.mark.parametrize(
    ("written", "env", "value"),
    [
        ("${A}", {"A": "x"}, "x"),
        ("${A:-d}", {}, "d"),
        ("${A:-d}", {"A": ""}, "d"),
        ("${A:-}b", {}, "b"),
        ("a/${A}/${B:-c}", {"A": "${B}"}, "a/${B}/c"),
        ("$${A}", {}, "${A}"),
        ("$A", {}, "$A"),
    ],
)
def test_variables_are_read_from_the_environment(written: str, env: dict[str, str], value: str) -> None:
    assert parsed(f'project: fraud\nsql: "{written}"\n', env).sql == value


def test_numbers_and_truth_values_may_come_from_the_environment() -> None:
    text = 'project: p\ntargets: {dev: {warehouse: {type: clickhouse, port: "${P}", secure: "${S}"}}}\n'
    warehouse = parsed(text, {"P": "9000", "S": "true"}).targets["dev"].warehouse
    assert (getattr(warehouse, "port", 0), getattr(warehouse, "secure", None)) == (9000, True)
    assert "FC113" in problems(text, {"P": "99999", "S": "true"})


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("", "FC114", "add `project: ...`"),
        ("- a\n", "FC115", "begin with"),
        ("project: Fraud\n", "FC201", "write `fraud`"),
        ("project: fraud\ntarget: {}\n", "FC103", "did you mean `targets`?"),
        ("project: f\ntargets: {dev: {warehouse: {type: dukcdb}}}\n", "FC116", "did you mean `duckdb`?"),
        ("project: f\ntargets: {dev: {online: {path: x}}}\n", "FC114", "add `type: ...`"),
        ("project: f\ntargets: {dev: {online: {type: redis}}}\n", "FC114", "add `url: ...`"),
        (
            "project: f\ntargets: {dev: {warehouse: {type: duckdb, pth: x}}}\n",
            "FC103",
            "did you mean `path`?",
        ),
        (
            "project: f\ntargets: {dev: {online: {type: redis, url: u, deadline: 10}}}\n",
            "FC115",
            "quote it",
        ),
        (
            "project: f\ntargets: {dev: {online: {type: redis, url: u, deadline: 10 s}}}\n",
            "FC115",
            "`10 s` is not a duration; write it as 500ms",
        ),
        (
            "project: f\ntargets: {dev: {online: {type: postgres, dsn: d, deadline: 0s}}}\n",
            "FC115",
            "write how long an answer is waited for, as 500ms or 10s",
        ),
        ("project: f\ntargets: {}\n", "FC115", "write at least one"),
        ("project: f\ntargets: {Dev: {}}\n", "FC201", "write `dev`"),
        ("project: f\nproject: g\n", "FC110", ""),
    ],
)
def test_mistakes_of_the_project_file_are_usage_errors(text: str, code: str, hint: str) -> None:
    shown = problems(text)
    assert f"error[{code}]" in shown
    assert hint in shown


def test_an_unknown_target_suggests_a_near_one() -> None:
    with pytest.raises(UsageError, match="did you mean `prod`"):
        pick_target(parsed(SPEC), "prd")


def make(root: Path, files: dict[str, str]) -> Path:
    for name, text in {"fcompile.yaml": "project: fraud\n", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def failing(directory: Path, target: str | None = None) -> FcompileError:
    with pytest.raises(FcompileError) as caught:
        load_project(directory, target)
    return caught.value


def test_a_project_loads_from_any_folder_inside_it(tmp_path: Path) -> None:
    make(tmp_path, {"featuredefs/b/user.yml": USER, "featuredefs/a.yaml": "", "featuredefs/note.txt": "x: ["})
    project = load_project(tmp_path / "featuredefs" / "b")
    assert project.root == tmp_path
    assert list(project.files) == ["featuredefs/a.yaml", "featuredefs/b/user.yml"]
    assert list(project.definitions.entities) == ["user"]
    assert project.target_name == "dev"


def test_a_folder_without_yaml_defines_nothing(tmp_path: Path) -> None:
    make(tmp_path, {"featuredefs/.keep": ""})
    assert not load_project(tmp_path).definitions.entities


def test_no_project_is_a_usage_error_that_says_what_to_run(tmp_path: Path) -> None:
    error = failing(tmp_path)
    assert (error.exit_code, error.diagnostics[0].code) == (2, "FC130")
    assert "fcompile init DIR" in str(error)
    (tmp_path / "fcompile.yml").write_text("project: x\n")
    assert "rename `fcompile.yml`" in str(failing(tmp_path))


def test_a_missing_definitions_folder_is_a_usage_error(tmp_path: Path) -> None:
    error = failing(make(tmp_path, {}))
    assert (error.exit_code, error.diagnostics[0].code) == (2, "FC134")


def test_a_definitions_folder_outside_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = make(tmp_path / "p", {"fcompile.yaml": "project: fraud\ndefinitions: [../elsewhere]\n"})
    error = failing(root)
    assert error.diagnostics[0].code == "FC134"
    assert "fcompile.yaml:2:15" in str(error)


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(USER)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x.yaml").write_text(USER)
    root = make(tmp_path / "p", {"featuredefs/a.yaml": ""})
    (root / "featuredefs" / "linked").symlink_to(tmp_path / "folder")
    assert list(load_project(root).files) == ["featuredefs/a.yaml"]
    (root / "featuredefs" / "s.yaml").symlink_to(tmp_path / "secret.yaml")
    assert [d.code for d in failing(root).diagnostics] == ["FC135"]


def test_files_that_cannot_be_read_are_reported_beside_the_other_mistakes(tmp_path: Path) -> None:
    root = make(
        tmp_path, {"featuredefs/a.yaml": "entities: [{name: x}]\n", "featuredefs/c.yaml": "# " + "x" * 2**20}
    )
    (root / "featuredefs" / "b.yaml").write_bytes(b"a: 1\nb: \xff\n")
    error = failing(root)
    assert [d.code for d in error.diagnostics] == ["FC114", "FC100", "FC102"]
    assert error.exit_code == 1
    assert "b.yaml:2:4" in str(error)


def test_mistakes_are_shown_with_their_line(tmp_path: Path) -> None:
    error = failing(
        make(tmp_path, {"featuredefs/a.yaml": "entities:\n  - {name: x, join_kyes: {a: int64}}\n"})
    )
    assert error.exit_code == 1
    assert "   2 |   - {name: x, join_kyes: {a: int64}}" in str(error)
    assert "did you mean `join_keys`?" in str(error)


def test_an_unknown_target_is_a_usage_error(tmp_path: Path) -> None:
    error = failing(make(tmp_path, {"featuredefs/a.yaml": ""}), "prd")
    assert (error.exit_code, error.diagnostics[0].code) == (2, "FC133")


def test_mistakes_of_the_project_file_and_of_definitions_come_in_one_run(tmp_path: Path) -> None:
    project = """\
projcet: fraud
default_target: dve
targets:
  dev: {warehouse: {type: duckbd}, onlien: {type: sqlite}}
  Prod: {warehouse: {type: snowflake, acount: "${UNSET_AT_ALL}", user: u, database: 5}}
state: {type: sqlite, pth: x}
"""
    wrong = "entities: [{name: x}]\nsources: [{name: s, query: SELECT FROM, timestamp_field: t}]\n"
    error = failing(make(tmp_path, {"fcompile.yaml": project, "featuredefs/a.yaml": wrong}))
    assert error.exit_code == 2
    assert [d.code for d in error.diagnostics] == [
        "FC103", "FC133", "FC116", "FC103", "FC201", "FC103", "FC115", "FC103", "FC114",
    ]  # fmt: skip
    assert "featuredefs/a.yaml:1:12" in str(error)


def test_a_key_that_stands_twice_hides_no_other_mistake(tmp_path: Path) -> None:
    project = "project: p\nproject: q\nsqll: x\ndefinitions: [nope, featuredefs]\n"
    error = failing(make(tmp_path, {"fcompile.yaml": project, "featuredefs/a.yaml": "x: 1\n"}))
    assert [d.code for d in error.diagnostics] == ["FC110", "FC103", "FC134", "FC103"]


def test_an_unset_variable_is_no_second_mistake() -> None:
    with pytest.raises(UsageError) as caught:
        parsed("project: ${UNSET_NAME}\nsql: ${\n")
    assert [d.code for d in caught.value.diagnostics] == ["FC131", "FC132"]


def test_what_a_file_of_another_encoding_defines_is_not_missed(tmp_path: Path) -> None:
    view = "feature_views: [{name: v, entities: [user], source: s, features: [{name: a, dtype: int64}]}]\n"
    root = make(tmp_path, {"featuredefs/v.yaml": view})
    (root / "featuredefs" / "a.yaml").write_bytes(
        "# é\nentities: [{name: user, join_keys: {id: int64}}]\nsources: [{name: s}]\n".encode("latin1")
    )
    assert [d.code for d in failing(root).diagnostics] == ["FC100"]
