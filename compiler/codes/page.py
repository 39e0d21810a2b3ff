"""docs/reference/errors.md, made from the entries."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code


def errors_page(codes: Mapping[str, Code], ranges: Mapping[str, str]) -> str:
    """Return the page: a section for each code, in order, under the heading of its range."""
    parts = [_INTRODUCTION]
    for prefix, heading in ranges.items():
        parts.append(f"## {prefix}xx: {heading}\n")
        parts.extend(_section(name, code) for name, code in codes.items() if name.startswith(prefix))
    return "\n".join(parts)


_INTRODUCTION = """\
# Errors

Made from `compiler/codes/` by `pytest tests/errors --update-golden`; do not edit by hand.

A code never changes its meaning. All problems of all files are reported in one run, each with the
file, line and column, the line itself, and what to write instead where something is near.
"""


def _section(name: str, code: Code) -> str:
    language = "console" if code.example.startswith("$ ") else "yaml"
    shown = (
        f"```{language}\n{code.example.rstrip()}\n```" if "\n" in code.example else f"Example: {code.example}"
    )
    if code.example.startswith("$ "):
        shown = f"```console\n{code.example}\n```"
    return f"### {name}: {code.title}\n\n{shown}\n\n{code.advice}\n"
