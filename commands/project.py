"""Commands that make a project and say what there is to write in one."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from fcompile import __version__
from fcompile.runtime.console import tables
from fcompile.runtime.console.options import (
    Output,
    command,
)
from fcompile.runtime.console.session import Session


@command("init", "fcompile init my_project", "fcompile init my_project --template quickstart")
def init(
    session: Session,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    template: Annotated[
        str, typer.Option("--template", metavar="NAME", help="What to start from.")
    ] = "quickstart",
) -> None:
    """Make a project that builds and runs at once."""
    from fcompile.runtime.init import init_project

    written = init_project(directory, template)
    session.log.say(f"Wrote {len(written)} files to {directory}.", files=written)
    session.log.say(f"Next: fcompile -p {quote(str(directory))} run, then read {directory / 'README.md'}")


@command(
    "import",
    "fcompile import dbt target/manifest.json -o featuredefs/dbt.yaml",
    "fcompile import dbt target/manifest.json --select tag:features --timestamp-field orders=ordered_at",
)
def import_(
    session: Session,
    tool: Annotated[str, typer.Argument(metavar="dbt", help="Whose definitions.")],
    file: Annotated[Path, typer.Argument(metavar="MANIFEST", help="dbt's target/manifest.json.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here. [default: print it]")
    ] = None,
    catalog: Annotated[
        Path | None,
        typer.Option("--catalog", metavar="FILE", help="dbt's target/catalog.json, for types of columns."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select", "-s", metavar="SELECTOR", help="Models and sources: name, tag:x, source:x ..."
        ),
    ] = None,
    timestamp_field: Annotated[
        list[str] | None,
        typer.Option("--timestamp-field", metavar="[MODEL=]COLUMN", help="The event time; repeatable."),
    ] = None,
    windows: Annotated[
        list[str] | None,
        typer.Option("--windows", metavar="W,...", help="Windows of measures. [default: lifetime]"),
    ] = None,
) -> None:
    """Turn dbt's models into definitions."""
    from fcompile.runtime.console.imported import Asked, imported

    lists = (select or (), timestamp_field or (), windows or ())
    imported(session, Asked(tool, file, output, catalog, *lists))


@command("dialects", "fcompile dialects", "fcompile dialects postgres --output json")
def dialects(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[DIALECT]", help="All that is said of one.")] = None,
    output: Output = "table",
) -> None:
    """Show what each SQL dialect says and refuses."""
    from fcompile.runtime.console.dialects import write_dialects

    write_dialects(name, output)


@command("schema", "fcompile schema > fcompile.schema.json", "fcompile schema --for tuning")
def schema(
    session: Session,
    of: Annotated[
        str,
        typer.Option("--for", metavar="KIND", help="definitions, project or tuning; default: the first two."),
    ] = "all",
) -> None:
    """Print the JSON Schema of the YAML files."""
    from fcompile.runtime.console.schema import write_schema

    write_schema(of)


@command("lsp", "fcompile lsp", "fcompile lsp --stdio")
def lsp(
    session: Session,
    stdio: Annotated[bool, typer.Option("--stdio", help="By standard input and output, as always.")] = True,
) -> None:
    """Serve an editor: problems, completion, fixes."""
    from fcompile.runtime.console.language_server import serve_editor

    serve_editor()


@command("version", "fcompile version", "fcompile version -q")
def version(session: Session) -> None:
    """Print the version."""
    tables.write(__version__)
