"""The objects of a definition file, key by key. Names are resolved and types are read when bound."""

from __future__ import annotations

from typing import Annotated, Any
from typing import Literal as OneOf

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from fcompile.compiler.schema.base import Base, Duration, Name

_LITERAL = {"type": ["null", "boolean", "integer", "number", "string"]}
Literal = Annotated[Any, WithJsonSchema(_LITERAL)]
Row = dict[str, Any]


class Described(Base):
    """Keys that every object takes."""

    name: Name = Field(description="Lower-case letters, digits and _; unique per kind in the project.")
    description: str = Field(default="", description="What it is, for people.")
    owner: str = Field(default="", description="Who answers for it.")
    tags: dict[str, str] = Field(default={}, description="Labels to select by: a map of text to text.")


class EntityShape(Described):
    join_keys: dict[str, str] = Field(min_length=1, description="Join key to dtype; one or more.")


class SourceShape(Described):
    table: str | None = Field(
        default=None, min_length=1, description="A table: name, schema.name or catalog.schema.name."
    )
    path: str | None = Field(default=None, min_length=1, description="Parquet or CSV files; may be a glob.")
    query: str | None = Field(default=None, description="Exactly one SELECT in the target's dialect.")
    timestamp_field: str = Field(description="Column with the event time.")
    created_timestamp_field: str | None = Field(
        default=None, description="Column that breaks ties between rows of one key and event time."
    )
    available_at: str | None = Field(default=None, description="Column telling when the row became known.")
    availability_lag: Duration | None = Field(default=None, description="Known time = event time + lag.")
    columns: dict[str, str] = Field(default={}, description="Contract: column to dtype.")


def _expr_form(value: object) -> str:
    if isinstance(value, dict):
        return "<by dialect>"
    return "<none>" if value is None else "<text>"


class FeatureShape(Described):
    dtype: str = Field(description="The feature's type.")
    column: str | None = Field(
        default=None, min_length=1, description="Source column; default: the feature's name."
    )
    expr: Annotated[
        Annotated[str, Tag("<text>")]
        | Annotated[dict[str, str], Tag("<by dialect>")]
        | Annotated[None, Tag("<none>")],
        Discriminator(_expr_form),
    ] = Field(
        default=None, description="Expression over the source's columns; or {default: ..., DIALECT: raw SQL}."
    )
    default: Literal = Field(default=None, description="Value instead of NULL where no row matches.")


_WINDOW = r"^([1-9][0-9]{0,11}(ms|s|m|h|d|w)|lifetime)$"
WindowText = Annotated[str, Field(json_schema_extra={"pattern": _WINDOW})]


class AggregationShape(Described):
    function: str = Field(description="An aggregation function, such as sum, count or percentile(0.9).")
    column: str | None = Field(default=None, description="What is aggregated; only count goes without.")
    windows: list[WindowText] = Field(
        min_length=1, description="Durations longer than 0, or `lifetime`; each is a feature {name}_{window}."
    )
    dtype: str | None = Field(
        default=None, description="The type of the result, where neither function nor contract tells it."
    )
    filter: str | None = Field(default=None, description="Condition on the rows that count.")
    default: Literal = Field(
        default=None, description="Value instead of NULL over no rows; counts and lists take none."
    )


class ViewOfView(Base):
    view: str = Field(description="The feature view whose values are the rows.")
    as_of: OneOf["event", "query"] = Field(
        default="event",
        description="event: each row has the view's values at its own time; query: its values when it is asked.",
    )


def _source_form(value: object) -> str:
    return "<view>" if isinstance(value, dict | ViewOfView) else "<name>"


class FeatureViewShape(Described):
    entities: list[str] = Field(description="Names of entities; [] for a view with one row for all.")
    source: Annotated[
        Annotated[str, Tag("<name>")] | Annotated[ViewOfView, Tag("<view>")], Discriminator(_source_form)
    ] = Field(description="Name of a source, or {view: NAME}.")
    ttl: Duration | None = Field(
        default=None, description="How long a latest value is valid; absent: it never expires."
    )
    filter: str | None = Field(default=None, description="Condition on the source's rows.")
    allow_exact_matches: bool = Field(
        default=True, description="false: only rows strictly before the spine's time."
    )
    features: list[FeatureShape] = Field(default=[], description="Latest values; or `aggregations`.")
    aggregations: list[AggregationShape] | None = Field(
        default=None, min_length=1, description="Trailing windows, in place of `features`."
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
    view: str = Field(description="A feature view.")
    alias: Name | None = Field(default=None, description="Stands for the view's name in full feature names.")
    join_key_map: dict[str, str] = Field(default={}, description="The view's join key to the spine's column.")
    features: list[str] | None = Field(default=None, min_length=1, description="Absent: all of the view's.")


def member_form(value: object) -> str:
    """Return which of a service's three forms a member is."""
    if isinstance(value, MemberShape):
        return "<member>"
    if not isinstance(value, dict):
        return "<name>"
    return "<pick>" if len(value) == 1 and "view" not in value else "<member>"


Member = Annotated[
    Annotated[str, Tag("<name>")]
    | Annotated[dict[str, Annotated[list[str], Field(min_length=1)]], Tag("<pick>")]
    | Annotated[MemberShape, Tag("<member>")],
    Discriminator(member_form),
]


class OnDemandShape(Described):
    request: dict[str, str] = Field(default={}, description="Request data: name to dtype.")
    features_from: list[Member] = Field(
        default=[],
        description="What is read: view:feature; a view; {view: [features]}; or view with alias.",
    )
    features: list[FeatureShape] = Field(
        min_length=1,
        description="Computed when they are read, each from an `expr` over inputs and request data.",
    )


class FeatureServiceShape(Described):
    features: list[Member] = Field(
        min_length=1, description="A view; {view: [features]}; or view with alias."
    )


class LabelShape(Described):
    entities: list[str] = Field(min_length=1, description="Names of entities.")
    source: str = Field(description="Name of a source.")
    function: str = Field(description="An aggregation function, such as count or percentile(0.9).")
    column: str | None = Field(default=None, description="What is aggregated; only count goes without.")
    horizon: Duration = Field(description="How far the window looks forward; longer than 0.")
    maturity: Duration = Field(default="0s", description="How long after the horizon the label is settled.")
    filter: str | None = Field(default=None, description="Condition on the rows that count.")
    dtype: str | None = Field(
        default=None, description="The type of the label, where neither function nor contract tells it."
    )


class TestShape(Described):
    __test__ = False

    features: list[str] = Field(min_length=1, description="References: view:feature, a view or a service.")
    given: dict[str, list[Row]] = Field(default={}, description="Rows of sources.")
    spine: list[Row] = Field(description="Rows that ask.")
    expect: list[Row] = Field(description="Features expected, one row a spine row.")


class DefinitionFile(Base):
    """A definition file: any of these lists, in any order."""

    entities: list[EntityShape] = Field(default=[])
    sources: list[SourceShape] = Field(default=[])
    feature_views: list[FeatureViewShape] = Field(default=[])
    on_demand_feature_views: list[OnDemandShape] = Field(default=[])
    feature_services: list[FeatureServiceShape] = Field(default=[])
    labels: list[LabelShape] = Field(default=[])
    tests: list[TestShape] = Field(default=[])


SHAPES: dict[str, type[Described]] = {
    "entities": EntityShape,
    "sources": SourceShape,
    "feature_views": FeatureViewShape,
    "on_demand_feature_views": OnDemandShape,
    "feature_services": FeatureServiceShape,
    "labels": LabelShape,
    "tests": TestShape,
}
