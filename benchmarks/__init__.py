"""What fcompile costs, against the best that can be written by hand: figures to read, not timed tests."""
