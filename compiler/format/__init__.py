"""YAML laid out in the one way of the house: comments kept, meaning untouched. Pure."""
