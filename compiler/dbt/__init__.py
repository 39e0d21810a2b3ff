"""dbt's ``manifest.json`` to definitions: models and sources, and what semantic models say of them. Pure."""
