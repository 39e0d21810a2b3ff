"""One file a SQL dialect: what the engine has and how it says it."""
