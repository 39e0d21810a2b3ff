"""The objects of a definition file, key by key. Names are resolved and types are read when bound."""

from __future__ import annotations

from typing import Annotated, Any
from typing import Literal as OneOf

from pydantic import ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from fcompile.compiler.schema.base import Base, DTypeText, Duration, FunctionText, Name, WindowText

_LITERAL = {"type": ["null", "boolean", "integer", "number", "string"]}
Literal = Annotated[Any, WithJsonSchema(_LITERAL)]
Row = dict[str, Any]


class Described(Base):
    """Keys that every object takes."""

    name: Name = Field(
        description="Lower-case letters, digits and _; unique per kind in the project.",
        examples=["user_spend"],
    )
    description: str = Field(
        default="", description="What it is, for people.", examples=["What a user pays."]
    )
    owner: str = Field(default="", description="Who answers for it.", examples=["ml@example.org"])
    tags: dict[str, str] = Field(
        default={}, description="Labels to select by: a map of text to text.", examples=[{"team": "risk"}]
    )


class AllowShape(Base):
    """A change that was looked at and is meant: `diff --fail-on` lets it pass."""

    change: OneOf["cosmetic", "metadata", "additive", "widening", "value", "time", "key", "removal"] = Field(
        description="The class of the change."
    )
    reason: str = Field(
        min_length=1, description="Why it is right, for who reviews it.", examples=["The feed is faster now."]
    )


class Reviewed(Described):
    """Keys that every object of its own takes; what stands inside one is reviewed with it."""

    allow: list[AllowShape] = Field(
        default=[],
        description="Classes of change that `diff --fail-on` lets pass in the review that adds the entry.",
    )


class EntityShape(Reviewed):
    """What features are about, such as a user: its join keys."""

    join_keys: dict[str, DTypeText] = Field(
        min_length=1, description="Join key to dtype; one or more.", examples=[{"user_id": "int64"}]
    )


class SourceShape(Reviewed):
    """Rows with an event time: a table, files or a query."""

    table: str | None = Field(
        default=None,
        min_length=1,
        description="A table: name, schema.name or catalog.schema.name.",
        examples=["raw.purchases"],
    )
    path: str | None = Field(
        default=None,
        min_length=1,
        description="Parquet or CSV files; may be a glob.",
        examples=["data/*.parquet"],
    )
    query: str | None = Field(
        default=None,
        description="Exactly one SELECT in the target's dialect.",
        examples=["SELECT user_id, amount, paid_at FROM raw.purchases"],
    )
    timestamp_field: str = Field(description="Column with the event time.", examples=["purchased_at"])
    created_timestamp_field: str | None = Field(
        default=None,
        description="Column that breaks ties between rows of one key and event time.",
        examples=["loaded_at"],
    )
    available_at: str | None = Field(
        default=None, description="Column telling when the row became known.", examples=["loaded_at"]
    )
    availability_lag: Duration | None = Field(default=None, description="Known time = event time + lag.")
    columns: dict[str, DTypeText] = Field(
        default={},
        description="Contract: column to dtype.",
        examples=[{"user_id": "int64", "amount": "float64"}],
    )
    static: list[str] = Field(
        default=[],
        description="Tables that the query reads and that never change, for the proof.",
        examples=[["raw.countries"]],
    )


def _expr_form(value: object) -> str:
    if isinstance(value, dict):
        return "<by dialect>"
    return "<none>" if value is None else "<text>"


class FeatureShape(Described):
    """One value for each entity and time."""

    dtype: DTypeText = Field(description="The feature's type.")
    column: str | None = Field(
        default=None,
        min_length=1,
        description="Source column; default: the feature's name.",
        examples=["home_city"],
    )
    expr: Annotated[
        Annotated[str, Tag("<text>")]
        | Annotated[dict[str, str], Tag("<by dialect>")]
        | Annotated[None, Tag("<none>")],
        Discriminator(_expr_form),
    ] = Field(
        default=None,
        description="Expression over the source's columns; or {default: ..., DIALECT: raw SQL}.",
        examples=["age >= 18", {"default": "lower(city)", "duckdb": "lower(strip_accents(city))"}],
    )
    default: Literal = Field(
        default=None, description="Value instead of NULL where no row matches.", examples=[0.0]
    )


class AggregationShape(Described):
    """Trailing windows over one column: a feature for each, called {name}_{window}."""

    function: FunctionText = Field(
        description="An aggregation function, such as sum, count or percentile(0.9)."
    )
    column: str | None = Field(
        default=None, description="What is aggregated; only count goes without.", examples=["amount"]
    )
    windows: list[WindowText] = Field(
        min_length=1,
        description="Durations longer than 0, or `lifetime`; each is a feature {name}_{window}.",
        examples=[["1h", "7d", "lifetime"]],
    )
    dtype: DTypeText | None = Field(
        default=None, description="The type of the result, where neither function nor contract tells it."
    )
    filter: str | None = Field(
        default=None, description="Condition on the rows that count.", examples=["amount > 0"]
    )
    default: Literal = Field(
        default=None,
        description="Value instead of NULL over no rows; counts and lists take none.",
        examples=[0.0],
    )


class ViewOfView(Base):
    """The rows of another feature view."""

    view: str = Field(description="The feature view whose values are the rows.", examples=["user_spend"])
    as_of: OneOf["event", "query"] = Field(
        default="event",
        description="event: each row has the view's values at its own time; query: its values when it is asked.",
    )


def _source_form(value: object) -> str:
    return "<view>" if isinstance(value, dict | ViewOfView) else "<name>"


class FeatureViewShape(Reviewed):
    """Features of one source: the latest values, or trailing windows."""

    entities: list[str] = Field(
        description="Names of entities; [] for a view with one row for all.", examples=[["user"]]
    )
    source: Annotated[
        Annotated[str, Tag("<name>")] | Annotated[ViewOfView, Tag("<view>")], Discriminator(_source_form)
    ] = Field(
        description="Name of a source, or {view: NAME}.", examples=["purchases", {"view": "user_spend"}]
    )
    ttl: Duration | None = Field(
        default=None, description="How long a latest value is valid; absent: it never expires."
    )
    filter: str | None = Field(
        default=None, description="Condition on the source's rows.", examples=["country is not null"]
    )
    allow_exact_matches: bool = Field(
        default=True, description="false: only rows strictly before the spine's time."
    )
    features: list[FeatureShape] = Field(
        default=[],
        description="Latest values; or `aggregations`.",
        examples=[[{"name": "age", "dtype": "int32"}]],
    )
    aggregations: list[AggregationShape] | None = Field(
        default=None,
        min_length=1,
        description="Trailing windows, in place of `features`.",
        examples=[[{"name": "spend", "function": "sum", "column": "amount", "windows": ["1h", "7d"]}]],
    )
    every: Duration | None = Field(
        default=None,
        description="Windows move only at multiples of this since 1970-01-01 UTC; absent: at every instant.",
    )
    online: bool = Field(default=True, description="Whether `run` loads it into the online store.")
    expire: bool = Field(
        default=False, description="Whether the online store forgets a row when it is past `ttl`."
    )
    lookback: Duration | None = Field(
        default=None, description="How far `run` rereads for late rows; absent: all history."
    )


class MemberShape(Base):
    """A view in a service, under another name or with other join keys."""

    view: str = Field(description="A feature view.", examples=["place"])
    alias: Name | None = Field(
        default=None, description="Stands for the view's name in full feature names.", examples=["origin"]
    )
    join_key_map: dict[str, str] = Field(
        default={},
        description="The view's join key to the spine's column.",
        examples=[{"place_id": "origin_id"}],
    )
    features: list[str] | None = Field(
        default=None, min_length=1, description="Absent: all of the view's.", examples=[["temp"]]
    )


def member_form(value: object) -> str:
    """Return which of a service's three forms a member is."""
    if isinstance(value, MemberShape):
        return "<member>"
    if not isinstance(value, dict):
        return "<name>"
    return "<pick>" if len(value) == 1 and "view" not in value else "<member>"


Member = Annotated[
    Annotated[str, Tag("<name>")]
    | Annotated[
        dict[str, Annotated[list[str], Field(min_length=1)]],
        Field(json_schema_extra={"maxProperties": 1}),
        Tag("<pick>"),
    ]
    | Annotated[MemberShape, Tag("<member>")],
    Discriminator(member_form),
]


class OnDemandShape(Reviewed):
    """Features computed when they are read, from features and request data."""

    request: dict[str, DTypeText] = Field(
        default={}, description="Request data: name to dtype.", examples=[{"amount": "float64"}]
    )
    features_from: list[Member] = Field(
        default=[],
        description="What is read: view:feature; a view; {view: [features]}; or view with alias.",
        examples=[["user_spend:spend_7d"]],
    )
    features: list[FeatureShape] = Field(
        min_length=1,
        description="Computed when they are read, each from an `expr` over inputs and request data.",
        examples=[[{"name": "ratio", "dtype": "float64", "expr": "amount / nullif(spend_7d, 0)"}]],
    )


class FeatureServiceShape(Reviewed):
    """What a model reads: features of views under their names."""

    features: list[Member] = Field(
        min_length=1,
        description="A view; {view: [features]}; or view with alias.",
        examples=[["user_profile", {"user_spend": ["spend_1h", "spend_7d"]}]],
    )


class LabelShape(Reviewed):
    """A window that looks forward; never served online."""

    entities: list[str] = Field(min_length=1, description="Names of entities.", examples=[["user"]])
    source: str = Field(description="Name of a source.", examples=["purchases"])
    function: FunctionText = Field(description="An aggregation function, such as count or percentile(0.9).")
    column: str | None = Field(
        default=None, description="What is aggregated; only count goes without.", examples=["amount"]
    )
    horizon: Duration = Field(description="How far the window looks forward; longer than 0.")
    maturity: Duration = Field(default="0s", description="How long after the horizon the label is settled.")
    filter: str | None = Field(
        default=None, description="Condition on the rows that count.", examples=["amount > 0"]
    )
    dtype: DTypeText | None = Field(
        default=None, description="The type of the label, where neither function nor contract tells it."
    )


class TestShape(Reviewed):
    """Rows of sources and a spine, and the features expected."""

    __test__ = False

    features: list[str] = Field(
        min_length=1,
        description="References: view:feature, a view or a service.",
        examples=[["user_spend:spend_1h"]],
    )
    given: dict[str, list[Row]] = Field(
        default={},
        description="Rows of sources.",
        examples=[{"purchases": [{"user_id": 1, "purchased_at": "2026-01-01T00:00:00Z", "amount": 5.0}]}],
    )
    spine: list[Row] = Field(
        description="Rows that ask.", examples=[[{"user_id": 1, "event_timestamp": "2026-01-01T00:10:00Z"}]]
    )
    expect: list[Row] = Field(
        description="Features expected, one row a spine row.", examples=[[{"spend_1h": 5.0}]]
    )


class ExposureShape(Reviewed):
    """A model, dashboard or other thing outside the project that reads features."""

    type: OneOf["model", "dashboard", "application", "notebook", "analysis", "other"] = Field(
        description="What it is."
    )
    url: str | None = Field(
        default=None, description="Where it is: http:// or https://.", examples=["https://bi.example.org/42"]
    )
    reads: list[str] = Field(
        min_length=1,
        description="What it reads: feature services, views, or view:feature.",
        examples=[["fraud_v1", "user_spend:spend_7d"]],
    )


class DefinitionFile(Base):
    """A definition file: any of these lists, in any order."""

    # Files are read object by object: only editors and `schema` need the whole.
    model_config = ConfigDict(defer_build=True)

    entities: list[EntityShape] = Field(default=[], description="What features are about.")
    sources: list[SourceShape] = Field(default=[], description="Where rows come from.")
    feature_views: list[FeatureViewShape] = Field(default=[], description="Features of one source each.")
    on_demand_feature_views: list[OnDemandShape] = Field(
        default=[], description="Features computed when they are read."
    )
    feature_services: list[FeatureServiceShape] = Field(default=[], description="What models read.")
    labels: list[LabelShape] = Field(default=[], description="Windows that look forward.")
    tests: list[TestShape] = Field(default=[], description="What features are to be, run by `fcompile test`.")
    exposures: list[ExposureShape] = Field(default=[], description="What reads features outside the project.")


SHAPES: dict[str, type[Described]] = {
    "entities": EntityShape,
    "sources": SourceShape,
    "feature_views": FeatureViewShape,
    "on_demand_feature_views": OnDemandShape,
    "feature_services": FeatureServiceShape,
    "labels": LabelShape,
    "tests": TestShape,
    "exposures": ExposureShape,
}
