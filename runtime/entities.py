"""Entities of one view in their forms: values by join key, texts of the online store, rows of a spine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from fcompile.compiler.definitions import FeatureView
from fcompile.compiler.entities import Entity
from fcompile.runtime.arrow import arrow_type
from fcompile.runtime.online.codec import encoder, json_decoder, key_text

if TYPE_CHECKING:
    import pyarrow as pa

A_STATEMENT = 500
"""Entities that one statement names: engines limit its length."""

T = TypeVar("T")


def texts_of(view: FeatureView, entities: Sequence[Entity]) -> list[str]:
    """Return the online store's key of each."""
    encode = [(key.name, encoder(key.dtype)) for key in view.join_keys]
    return [key_text([convert(entity[name]) for name, convert in encode]) for entity in entities]


def entity_of(view: FeatureView, text: str) -> dict[str, object]:
    """Return the entity that a key of the online store stands for."""
    values = json.loads(text)
    return {
        key.name: json_decoder(key.dtype)(value) for key, value in zip(view.join_keys, values, strict=True)
    }


def spine_of(view: FeatureView, entities: Sequence[Entity], at: datetime) -> tuple[pa.Table, str]:
    """Return a row an entity, in their order, each with the time ``at``; and the name of the times' column."""
    import pyarrow as pa

    time = "asked_at"
    while time in {*(k.name for k in view.join_keys), *(f.name for f in view.features)}:
        time += "_"
    columns = {
        k.name: pa.array([entity[k.name] for entity in entities], arrow_type(k.dtype)) for k in view.join_keys
    }
    return pa.table({**columns, time: pa.array([at] * len(entities), pa.timestamp("us"))}), time


def some_at_a_time(items: Sequence[T], size: int = A_STATEMENT) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
