"""tuning.yaml, key by key: the forms of windows that a project pins."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fcompile.compiler.schema.base import Base, Duration


class PinnedForm(Base):
    """One entry of ``windows``."""

    form: Literal["rows", "tiles", "mixed"] = Field(
        description="rows: from the rows. tiles: from sums of tiles. mixed: tiles for keys with many rows."
    )
    tile: Duration | None = Field(default=None, description="The small tile; not of `rows`.")
    span: Duration | None = Field(default=None, description="The large tile, a multiple of the small one.")
    hot: int | None = Field(
        default=None, description="`mixed`: keys with more rows are made of tiles.", examples=[500]
    )
    because: str = Field(default="", description="Why; for people.", examples=["few rows a key"])


class PinnedJoin(Base):
    """One entry of ``joins``."""

    join: Literal["as_of", "portable", "lateral"] = Field(
        description="as_of: the engine's own. lateral: an index is looked up for each spine row (postgres)."
    )
    because: str = Field(default="", description="Why; for people.", examples=["few rows a key"])


class TuningFile(Base):
    """tuning.yaml at the project's root."""

    version: int = Field(description="Of the format: 1.", examples=[1], json_schema_extra={"const": 1})
    windows: dict[str, PinnedForm] = Field(
        default={}, description="By feature view or label.", examples=[{"user_spend": {"form": "rows"}}]
    )
    joins: dict[str, PinnedJoin] = Field(
        default={},
        description="By feature view without windows. A dialect that has no such join takes its own.",
        examples=[{"user_profile": {"join": "portable"}}],
    )
