"""Kinds of objects: the list of a definition file that they are written in, and what they are called elsewhere."""

from __future__ import annotations

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
