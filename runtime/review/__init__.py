"""Reviews of changed definitions: what is compared, and how it is told to people and to machines."""
