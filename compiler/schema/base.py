"""What all models share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Duration = Annotated[str, Field(json_schema_extra={"pattern": r"^([1-9][0-9]{0,11}|0)(ms|s|m|h|d|w)$"})]
"""Checked when bound, where a message can say more than a pattern does."""


class Base(BaseModel):
    """Unknown keys are errors, nothing is converted, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
