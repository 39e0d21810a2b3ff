"""Packages that only some methods or warehouses need: pandas and polars, and drivers."""

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


def driver(package: str, extra: str) -> None:
    """Raise UsageError (FC422) where the package that talks to a warehouse is not installed."""
    try:
        import_module(package)
    except ModuleNotFoundError as error:
        hint = f"pip install 'fcompile[{extra}]'"
        raise UsageError(Diagnostic("FC422", f"{package} is not installed", hint=hint)) from error
