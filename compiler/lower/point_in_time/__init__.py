"""The point-in-time join: one node of the plan, lowered as each dialect finds the latest row before a time."""
