"""The table of operators and functions, a file a family."""
