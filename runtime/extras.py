"""Packages that only some methods need: pandas and polars."""

from __future__ import annotations

from importlib import import_module

from fcompile.compiler.errors import Diagnostic, UsageError


def require(package: str) -> None:
    """Raise UsageError (FC422) where the optional ``package`` is not installed."""
    try:
        import_module(package)
    except ModuleNotFoundError as error:
        hint = f"pip install 'fcompile[{package}]', or ask for an Arrow table with to_arrow()"
        raise UsageError(Diagnostic("FC422", f"{package} is not installed", hint=hint)) from error
