"""fcompile.yaml, key by key: every warehouse and online type with its settings. Secrets never print."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from fcompile.compiler.dtypes import parse_duration
from fcompile.compiler.schema.base import Base, Duration, Name


def _port(value: object) -> object:
    return (
        1 if _unset(value) else int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
    )


def _flag(value: object) -> object:
    return False if _unset(value) else _TRUTH.get(value.lower(), value) if isinstance(value, str) else value


def _unset(value: object) -> bool:
    """A variable that is not set, in a target that is not the chosen one (compiler/project.py)."""
    return isinstance(value, str) and value.startswith("${")


def _deadline(text: str) -> str:
    if not _unset(text) and not parse_duration(text):
        raise ValueError("write how long an answer is waited for, as 500ms or 10s")
    return text


# An environment variable is text: numbers and truth values are read where the key takes them.
_DIGITS = re.compile("[0-9]{1,9}")
_TRUTH = {"true": True, "false": False}
Port = Annotated[int, BeforeValidator(_port), Field(ge=1, le=65535)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Deadline = Annotated[Duration, AfterValidator(_deadline)]
Secret = Annotated[SecretStr, Field(strict=False)]


class Warehouse(Base):
    """``schema_`` (key ``schema``) is where fcompile creates its tables."""

    type: str
    schema_: str = Field(
        default="features", alias="schema", min_length=1, description="Where fcompile creates tables."
    )


class DuckDBWarehouse(Warehouse):
    type: Literal["duckdb"] = "duckdb"
    path: str = Field(
        default="", description="Database file; default .fcompile/<target>.duckdb. `:memory:` keeps nothing."
    )


class PostgresServer(Base):
    """How to reach a PostgreSQL: a DSN, and over it each key that is set beside it."""

    dsn: Secret | None = None
    host: str = "localhost"
    port: Port = 5432
    user: str | None = None
    password: Secret | None = None
    database: str | None = None
    sslmode: str | None = None


class PostgresWarehouse(PostgresServer, Warehouse):
    type: Literal["postgres"]


class RedshiftWarehouse(Warehouse):
    type: Literal["redshift"]
    host: str
    port: Port = 5439
    user: str
    password: Secret
    database: str
    sslmode: str | None = None


class SnowflakeWarehouse(Warehouse):
    type: Literal["snowflake"]
    account: str
    user: str
    password: Secret | None = None
    private_key_path: str | None = None
    private_key_passphrase: Secret | None = None
    authenticator: str | None = None
    token: Secret | None = None
    role: str | None = None
    database: str
    warehouse: str | None = None


class BigQueryWarehouse(Warehouse):
    type: Literal["bigquery"]
    project: str
    location: str | None = None
    credentials_path: str | None = None
    endpoint: str | None = None


class SparkWarehouse(Warehouse):
    type: Literal["spark"]
    url: str = Field(default="local[*]", description="A master, or sc://host:port of Spark Connect.")
    catalog: str | None = None
    warehouse_dir: str | None = None


class DatabricksWarehouse(Warehouse):
    type: Literal["databricks"]
    host: str
    http_path: str
    token: Secret
    catalog: str | None = None


class ClickHouseWarehouse(Warehouse):
    type: Literal["clickhouse"]
    host: str = "localhost"
    port: Port = 8123
    user: str = "default"
    password: Secret | None = None
    database: str | None = None
    secure: Flag = False


class TrinoWarehouse(Warehouse):
    type: Literal["trino"]
    host: str = "localhost"
    port: Port = 8080
    user: str
    password: Secret | None = None
    catalog: str
    http_scheme: Literal["http", "https"] = "http"


class Online(Base):
    type: str


class SqliteOnline(Online):
    type: Literal["sqlite"] = "sqlite"
    path: str = Field(default=".fcompile/online.db", min_length=1, description="Database file.")


class OnlineServer(Online):
    deadline: Deadline = Field(default="10s", description="How long an answer is waited for, over all tries.")


class RedisOnline(OnlineServer):
    type: Literal["redis"]
    url: Secret
    cluster: Flag = False
    layout: Literal["packed", "feast"] = Field(
        default="packed", description="How rows lie there: feast is what Feast's servers read."
    )


class PostgresOnline(PostgresServer, OnlineServer):
    type: Literal["postgres"]
    schema_: str = Field(
        default="features_online", alias="schema", min_length=1, description="Where the rows' tables are."
    )


class DynamoDBOnline(OnlineServer):
    type: Literal["dynamodb"]
    region: str
    table_prefix: str = Field(default="", description="What the table's name begins with.")
    endpoint_url: str | None = Field(default=None, description="Of a server that is not Amazon's.")


class SqliteState(Base):
    type: Literal["sqlite"] = "sqlite"
    path: str = Field(default=".fcompile/state.db", min_length=1, description="Database file.")


class PostgresState(PostgresServer):
    type: Literal["postgres"]
    schema_: str = Field(
        default="fcompile_state", alias="schema", min_length=1, description="Where the state's tables are."
    )


AnyWarehouse = Annotated[
    DuckDBWarehouse
    | PostgresWarehouse
    | SnowflakeWarehouse
    | BigQueryWarehouse
    | SparkWarehouse
    | DatabricksWarehouse
    | ClickHouseWarehouse
    | RedshiftWarehouse
    | TrinoWarehouse,
    Field(discriminator="type"),
]
AnyOnline = Annotated[
    SqliteOnline | RedisOnline | PostgresOnline | DynamoDBOnline, Field(discriminator="type")
]
AnyState = Annotated[SqliteState | PostgresState, Field(discriminator="type")]


class TargetShape(Base):
    warehouse: AnyWarehouse = Field(default=DuckDBWarehouse(), description="Where data is and SQL runs.")
    online: AnyOnline = Field(default=SqliteOnline(), description="Where models read from.")


class ProjectFile(Base):
    """fcompile.yaml at the project's root."""

    project: Name = Field(description="The namespace of everything below.")
    definitions: list[str] = Field(
        default=["featuredefs"], min_length=1, description="Folders of definition files."
    )
    default_target: str | None = Field(default=None, description="May be absent where there is one target.")
    targets: dict[str, TargetShape] = Field(default={"dev": TargetShape()}, min_length=1)
    state: AnyState = Field(default=SqliteState(), description="Watermarks, run results and locks.")
    sql: str = Field(default="sql", min_length=1, description="Where `build` writes.")
