"""Trino's words of the expression language."""

from __future__ import annotations

from types import MappingProxyType

from fcompile.compiler.expressions.engines import (
    trino_casts,
    trino_lists,
    trino_numbers,
    trino_texts,
    trino_times,
)
from fcompile.compiler.expressions.engines.trino_json import json_text
from fcompile.compiler.expressions.engines.words import Words

WORDS = Words(
    functions=MappingProxyType(
        {
            **trino_numbers.FUNCTIONS,
            **trino_texts.FUNCTIONS,
            **trino_times.FUNCTIONS,
            **trino_lists.FUNCTIONS,
            "json_text": json_text,
        }
    ),
    casts=trino_casts.CASTS,
    refused_casts=trino_casts.REFUSED,
)
