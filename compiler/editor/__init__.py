"""What an editor asks about a place in a YAML file: pure functions of texts, names and definitions."""
