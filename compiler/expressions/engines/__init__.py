"""How each engine says the expression language: a file a dialect, over the table of functions."""
