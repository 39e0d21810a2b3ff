"""fcompile.yaml, key by key: every warehouse and online type with its settings. Secrets never print."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, WithJsonSchema

from fcompile.compiler.dtypes import parse_duration
from fcompile.compiler.schema.base import Base, Name


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
_PORT = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 65535},
        {"type": "string", "pattern": r"^[0-9]{1,9}$|\$\{"},
    ]
}
_FLAG = {
    "anyOf": [
        {"type": "boolean"},
        {"type": "string", "pattern": r"^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$|\$\{"},
    ]
}
_DEADLINE = {
    "type": "string",
    "pattern": r"^[1-9][0-9]{0,11}(ms|s|m|h|d|w)$|\$\{",
    "examples": ["500ms", "10s"],
}
_SECRET = {"type": "string", "writeOnly": True}
Port = Annotated[int, BeforeValidator(_port), Field(ge=1, le=65535), WithJsonSchema(_PORT)]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema(_FLAG)]
Deadline = Annotated[str, AfterValidator(_deadline), WithJsonSchema(_DEADLINE)]
Secret = Annotated[SecretStr, Field(strict=False), WithJsonSchema(_SECRET)]


class Warehouse(Base):
    """``schema_`` (key ``schema``) is where fcompile creates its tables."""

    type: str
    schema_: str = Field(
        default="features",
        alias="schema",
        min_length=1,
        description="Where fcompile creates tables.",
        examples=["features"],
    )


class DuckDBWarehouse(Warehouse):
    """DuckDB, in this process."""

    type: Literal["duckdb"] = Field(default="duckdb", description="The warehouse.")
    path: str = Field(
        default="",
        description="Database file; default .fcompile/<target>.duckdb. `:memory:` keeps nothing.",
        examples=[".fcompile/dev.duckdb", ":memory:"],
    )


class PostgresServer(Base):
    """How to reach a PostgreSQL: a DSN, and over it each key that is set beside it."""

    dsn: Secret | None = Field(
        default=None, description="All in one: the keys beside it go over it.", examples=["${POSTGRES_DSN}"]
    )
    host: str = Field(default="localhost", description="Where the server is.", examples=["db.example.org"])
    port: Port = Field(default=5432, description="The server's port.")
    user: str | None = Field(default=None, description="Who connects.", examples=["fcompile"])
    password: Secret | None = Field(
        default=None, description="The user's password; from the environment.", examples=["${PGPASSWORD}"]
    )
    database: str | None = Field(default=None, description="The database.", examples=["ml"])
    sslmode: str | None = Field(
        default=None, description="As libpq names it; what it is by default.", examples=["verify-full"]
    )


class PostgresWarehouse(PostgresServer, Warehouse):
    """PostgreSQL."""

    type: Literal["postgres"] = Field(description="The warehouse.")


class RedshiftWarehouse(Warehouse):
    """Amazon Redshift."""

    type: Literal["redshift"] = Field(description="The warehouse.")
    host: str = Field(
        description="The cluster's endpoint.", examples=["ml.abc.eu-west-1.redshift.amazonaws.com"]
    )
    port: Port = Field(default=5439, description="The cluster's port.")
    user: str = Field(description="Who connects.", examples=["fcompile"])
    password: Secret = Field(
        description="The user's password; from the environment.", examples=["${REDSHIFT_PASSWORD}"]
    )
    database: str = Field(description="The database.", examples=["ml"])
    sslmode: str | None = Field(
        default=None, description="As libpq names it; what it is by default.", examples=["verify-full"]
    )


class SnowflakeWarehouse(Warehouse):
    """Snowflake."""

    type: Literal["snowflake"] = Field(description="The warehouse.")
    account: str = Field(description="The account's identifier.", examples=["myorg-myaccount"])
    user: str = Field(description="Who connects.", examples=["FCOMPILE"])
    password: Secret | None = Field(
        default=None, description="The user's password; from the environment.", examples=["${SF_PASSWORD}"]
    )
    private_key_path: str | None = Field(
        default=None, description="File of a private key, in place of a password.", examples=["${SF_KEY}"]
    )
    private_key_passphrase: Secret | None = Field(
        default=None, description="What the key's file is encrypted with.", examples=["${SF_KEY_PASSPHRASE}"]
    )
    authenticator: str | None = Field(
        default=None, description="Another way to log in, as the driver names it.", examples=["oauth"]
    )
    token: Secret | None = Field(
        default=None, description="What the `authenticator` asks for.", examples=["${SF_TOKEN}"]
    )
    role: str | None = Field(default=None, description="Role; default: the user's own.", examples=["ML"])
    database: str = Field(description="The database.", examples=["ML"])
    warehouse: str | None = Field(
        default=None, description="What computes; default: the user's own.", examples=["WH"]
    )


class BigQueryWarehouse(Warehouse):
    """BigQuery; ``schema`` is the dataset."""

    type: Literal["bigquery"] = Field(description="The warehouse.")
    project: str = Field(description="The project that is billed and holds the dataset.", examples=["my-ml"])
    location: str | None = Field(default=None, description="Where jobs run.", examples=["EU"])
    credentials_path: str | None = Field(
        default=None,
        description="File of a service account; default: the environment's own.",
        examples=["${BQ_KEY}"],
    )
    endpoint: str | None = Field(
        default=None,
        description="Of a server that is not Google's, such as an emulator.",
        examples=["http://localhost:9050"],
    )


class SparkWarehouse(Warehouse):
    """Spark."""

    type: Literal["spark"] = Field(description="The warehouse.")
    url: str = Field(
        default="local[*]",
        description="A master, or sc://host:port of Spark Connect.",
        examples=["sc://spark.example.org:15002"],
    )
    catalog: str | None = Field(default=None, description="The catalog of tables.", examples=["ml"])
    warehouse_dir: str | None = Field(
        default=None, description="Where a local Spark keeps its tables.", examples=[".fcompile/spark"]
    )


class DatabricksWarehouse(Warehouse):
    """Databricks SQL."""

    type: Literal["databricks"] = Field(description="The warehouse.")
    host: str = Field(description="The workspace.", examples=["adb-1.azuredatabricks.net"])
    http_path: str = Field(description="Of the SQL warehouse.", examples=["/sql/1.0/warehouses/abc"])
    token: Secret = Field(description="Access token; from the environment.", examples=["${DATABRICKS_TOKEN}"])
    catalog: str | None = Field(default=None, description="The catalog of tables.", examples=["ml"])


class ClickHouseWarehouse(Warehouse):
    """ClickHouse."""

    type: Literal["clickhouse"] = Field(description="The warehouse.")
    host: str = Field(default="localhost", description="Where the server is.", examples=["ch.example.org"])
    port: Port = Field(default=8123, description="The port of its HTTP interface.")
    user: str = Field(default="default", description="Who connects.", examples=["fcompile"])
    password: Secret | None = Field(
        default=None, description="The user's password; from the environment.", examples=["${CH_PASSWORD}"]
    )
    database: str | None = Field(default=None, description="The database.", examples=["ml"])
    secure: Flag = Field(default=False, description="Whether to connect by TLS.")


class TrinoWarehouse(Warehouse):
    """Trino."""

    type: Literal["trino"] = Field(description="The warehouse.")
    host: str = Field(
        default="localhost", description="Where the coordinator is.", examples=["trino.example.org"]
    )
    port: Port = Field(default=8080, description="The coordinator's port.")
    user: str = Field(description="Who connects.", examples=["fcompile"])
    password: Secret | None = Field(
        default=None, description="The user's password; from the environment.", examples=["${TRINO_PASSWORD}"]
    )
    catalog: str = Field(description="The catalog of tables.", examples=["iceberg"])
    http_scheme: Literal["http", "https"] = Field(default="http", description="https: connect by TLS.")


class Online(Base):
    type: str


class SqliteOnline(Online):
    """A file on this machine."""

    type: Literal["sqlite"] = Field(default="sqlite", description="The online store.")
    path: str = Field(
        default=".fcompile/online.db",
        min_length=1,
        description="Database file.",
        examples=[".fcompile/online.db"],
    )


class OnlineServer(Online):
    deadline: Deadline = Field(default="10s", description="How long an answer is waited for, over all tries.")


class RedisOnline(OnlineServer):
    """Redis or Valkey."""

    type: Literal["redis"] = Field(description="The online store.")
    url: Secret = Field(
        description="Where the server is; rediss:// by TLS.",
        examples=["redis://localhost:6379/0", "${REDIS_URL}"],
    )
    cluster: Flag = Field(default=False, description="Whether the server is a cluster.")
    layout: Literal["packed", "feast"] = Field(
        default="packed", description="How rows lie there: feast is what Feast's servers read."
    )


class PostgresOnline(PostgresServer, OnlineServer):
    """PostgreSQL."""

    type: Literal["postgres"] = Field(description="The online store.")
    schema_: str = Field(
        default="features_online",
        alias="schema",
        min_length=1,
        description="Where the rows' tables are.",
        examples=["features_online"],
    )


class DynamoDBOnline(OnlineServer):
    """Amazon DynamoDB."""

    type: Literal["dynamodb"] = Field(description="The online store.")
    region: str = Field(description="Amazon's region.", examples=["eu-west-1"])
    table_prefix: str = Field(
        default="", description="What the table's name begins with.", examples=["staging_"]
    )
    endpoint_url: str | None = Field(
        default=None, description="Of a server that is not Amazon's.", examples=["http://localhost:8000"]
    )


class SqliteState(Base):
    """A file on this machine."""

    type: Literal["sqlite"] = Field(default="sqlite", description="Where the state is.")
    path: str = Field(
        default=".fcompile/state.db",
        min_length=1,
        description="Database file.",
        examples=[".fcompile/state.db"],
    )


class PostgresState(PostgresServer):
    """PostgreSQL, for machines that share a project."""

    type: Literal["postgres"] = Field(description="Where the state is.")
    schema_: str = Field(
        default="fcompile_state",
        alias="schema",
        min_length=1,
        description="Where the state's tables are.",
        examples=["fcompile_state"],
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
    """A place to run."""

    warehouse: AnyWarehouse = Field(
        default=DuckDBWarehouse(),
        description="Where data is and SQL runs.",
        examples=[{"type": "duckdb", "path": ".fcompile/dev.duckdb"}],
    )
    online: AnyOnline = Field(
        default=SqliteOnline(),
        description="Where models read from.",
        examples=[
            {"type": "sqlite", "path": ".fcompile/online.db"},
            {"type": "redis", "url": "${REDIS_URL}"},
        ],
    )


class ProjectFile(Base):
    """fcompile.yaml at the project's root."""

    project: Name = Field(description="The namespace of everything below.", examples=["fraud"])
    definitions: list[str] = Field(
        default=["featuredefs"],
        min_length=1,
        description="Folders of definition files.",
        examples=[["featuredefs"]],
    )
    default_target: str | None = Field(
        default=None, description="May be absent where there is one target.", examples=["dev"]
    )
    targets: dict[str, TargetShape] = Field(
        default={"dev": TargetShape()},
        min_length=1,
        description="Where to run, by name; `-t` chooses.",
        examples=[{"dev": {"warehouse": {"type": "duckdb"}, "online": {"type": "sqlite"}}}],
    )
    state: AnyState = Field(
        default=SqliteState(),
        description="Watermarks, run results and locks.",
        examples=[{"type": "sqlite", "path": ".fcompile/state.db"}],
    )
    sql: str = Field(default="sql", min_length=1, description="Where `build` writes.", examples=["sql"])
