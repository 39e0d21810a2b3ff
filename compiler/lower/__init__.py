"""Plans to SQL: each file lowers one IR node."""
