"""Kinds of objects: the list of a definition file that they are written in, and what they are called elsewhere."""

from __future__ import annotations

Id = tuple[str, str]
"""The list that an object is bound in, as ``feature_views``, and its name."""

NODE_KINDS = {
    "entities": "entity",
    "sources": "source",
    "feature_views": "feature_view",
    "on_demand_feature_views": "on_demand_view",
    "feature_services": "feature_service",
    "labels": "label",
    "tests": "test",
    "exposures": "exposure",
}
"""The list -> the kind in ids of the graph and of the manifest, parents before children."""

WORDS = {
    "entities": "entity",
    "sources": "source",
    "feature_views": "feature view",
    "on_demand_feature_views": "on-demand feature view",
    "feature_services": "feature service",
    "labels": "label",
    "tests": "test",
    "exposures": "exposure",
}
"""The list -> what users call one of its objects."""
