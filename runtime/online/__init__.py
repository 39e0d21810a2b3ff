"""One file an online store: keeps each entity's latest values for reading."""
