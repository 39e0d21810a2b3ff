"""The commands of ``fcompile``, by what they are for. Each reads arguments, calls one function, prints.

A command imports its own module only (``app``), and heavy parts when it runs, so that each starts at once.
"""
