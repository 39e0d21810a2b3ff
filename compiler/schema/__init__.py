"""The shape of what people write, as pydantic models: the only part of fcompile that imports pydantic.

* definitions   the objects of a definition file (SPEC 3)
* project       fcompile.yaml (SPEC 2)
* shape         a tree of nodes held against a model, with places and plain words
* json_schema   the same models for editors
"""

from __future__ import annotations

from fcompile.compiler.schema.json_schema import SCHEMA_KINDS, json_schema
from fcompile.compiler.schema.shape import check_shape

__all__ = ["SCHEMA_KINDS", "check_shape", "json_schema"]
