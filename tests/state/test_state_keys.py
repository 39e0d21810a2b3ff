"""``state:`` of fcompile.yaml."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fcompile.compiler.errors import UsageError
from fcompile.compiler.project import ProjectConfig, parse_project
from fcompile.compiler.schema.project import PostgresState, SqliteState


def parsed(state: str, env: Mapping[str, str] | None = None) -> ProjectConfig:
    return parse_project(f"project: p\n{state}", "fcompile.yaml", env or {})


def test_without_a_word_it_is_a_file() -> None:
    assert parsed("").state == SqliteState(path=".fcompile/state.db")


def test_a_dsn_comes_from_the_environment_and_is_never_shown() -> None:
    config = parsed(
        'state: {type: postgres, dsn: "${STATE_DSN}"}', {"STATE_DSN": "postgresql://u:s3cr3t@h/d"}
    )
    assert isinstance(config.state, PostgresState)
    assert config.state.dsn and config.state.dsn.get_secret_value() == "postgresql://u:s3cr3t@h/d"
    assert config.state.schema_ == "fcompile_state"
    assert "s3cr3t" not in repr(config) + str(config)


def test_the_keys_of_a_warehouse_may_be_used_instead() -> None:
    keys = "host: h, port: '5433', user: u, password: s3cr3t, database: d, sslmode: require, schema: s"
    config = parsed(f"state: {{type: postgres, {keys}}}")
    assert isinstance(config.state, PostgresState)
    assert (config.state.host, config.state.port, config.state.schema_) == ("h", 5433, "s")
    assert "s3cr3t" not in repr(config)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("state: {type: postgres, dns: x}", "did you mean `dsn`?"),
        ("state: {type: sqlite, dsn: x}", "unknown key `dsn`"),
        ("state: {type: postgres, schema: ''}", "schema"),
        ("state: {type: postgers}", "did you mean `postgres`?"),
        ('state: {type: postgres, dsn: "${STATE_DSN}"}', "the environment variable `STATE_DSN` is not set"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(state: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        parsed(state)
    assert said in str(error.value)
    assert error.value.diagnostics[0].span is not None and error.value.diagnostics[0].span.line == 2
