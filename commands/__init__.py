"""The commands of ``fcompile``, by what they are for. Each reads arguments, calls one function, prints.

Imports of heavy parts stand inside the commands, so that ``fcompile --help`` answers at once.
"""
