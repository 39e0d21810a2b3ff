"""What all models share: their rules, and the texts that stand in many keys.

Patterns of such texts are for editors only: binding checks them too, where a message can say more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fcompile.compiler.aggregates import AGGREGATES
from fcompile.compiler.dtypes import SCALARS

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"
_DURATION = r"([1-9][0-9]{0,11}|0)(ms|s|m|h|d|w)"
_SPACE = r"\s*"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words)


_DTYPE = (
    rf"^{_SPACE}({_any_of(SCALARS)}|decimal{_SPACE}\({_SPACE}[0-9]+{_SPACE},{_SPACE}[0-9]+{_SPACE}\)"
    rf"|vector{_SPACE}<{_SPACE}float32{_SPACE},{_SPACE}[0-9]+{_SPACE}>|(list|struct){_SPACE}<.+>){_SPACE}$"
)
_PLAIN = _any_of(name for name, each in AGGREGATES.items() if not each.parameter)
_CALLED = _any_of(name for name, each in AGGREGATES.items() if each.parameter)
_FUNCTION = rf"^(({_PLAIN}) *|({_CALLED}) *\( *[0-9]{{1,6}}(\.[0-9]{{1,17}})? *\))$"
_DTYPES = [
    *SCALARS,
    "decimal(12,2)",
    "list<string>",
    "struct<name:string,tags:list<int64>>",
    "vector<float32,3>",
]
_CALLS = [
    f"{name}({0.9 if each.parameter == 'p' else 3})" if each.parameter else name
    for name, each in AGGREGATES.items()
]

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Duration = Annotated[
    str, Field(json_schema_extra={"pattern": f"^{_DURATION}$", "examples": ["15m", "1h", "7d"]})
]
WindowText = Annotated[
    str,
    Field(json_schema_extra={"pattern": f"^({_DURATION}|lifetime)$", "examples": ["1h", "7d", "lifetime"]}),
]
DTypeText = Annotated[str, Field(json_schema_extra={"pattern": _DTYPE, "examples": [*_DTYPES]})]
FunctionText = Annotated[str, Field(json_schema_extra={"pattern": _FUNCTION, "examples": [*_CALLS]})]


class Base(BaseModel):
    """Unknown keys are errors, nothing is converted, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
