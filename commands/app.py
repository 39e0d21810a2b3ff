"""What the commands are added to, with the options that all of them take."""

from __future__ import annotations

from typing import Any

import typer

from fcompile.runtime.console.options import (
    root_options,
    take_globals,
)

# Plain help: drawing it with rich costs as much time again as everything else.
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
@root_options
def options(ctx: typer.Context, **values: Any) -> None:
    """A feature store that is a compiler: YAML to leak-free SQL, training sets and an online store."""
    take_globals(ctx.obj, values)
