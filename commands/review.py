"""Commands for who writes and reviews definitions: nothing of them touches a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fcompile.runtime.console import tables
from fcompile.runtime.console.options import (
    Dialects,
    Excludes,
    Selects,
    State,
    command,
)
from fcompile.runtime.console.session import Session


@command("check", "fcompile check", "fcompile check --connect -t prod", "fcompile check --dynamic")
def check(
    session: Session,
    connect: Annotated[
        bool, typer.Option("--connect", help="Hold the warehouse to the definitions too.")
    ] = False,
    dynamic: Annotated[
        bool, typer.Option("--dynamic", help="Delete the future of sampled rows and compare, in DuckDB.")
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", help="Instants a view with --dynamic. [default: 50]"),
    ] = None,
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Find every mistake of all definitions in one run."""
    from fcompile.runtime.console.checked import Asked, checked

    checked(session, Asked(connect, dynamic, sample, select or (), exclude or (), state))


@command("build", "fcompile build", "fcompile build -d all --check")
def build(
    session: Session,
    dialect: Dialects = None,
    output: Annotated[
        Path | None,
        typer.Option("--output-dir", "-o", metavar="DIR", help="Instead of the project's sql folder."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 if files would change.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Build again on each save, until Ctrl-C.")] = False,
) -> None:
    """Write the SQL and its manifest, for review."""
    from fcompile.runtime.console.built import built, built_on_save

    if watch:
        built_on_save(session, dialect or (), output, check)
    else:
        built(session, dialect or (), output, check)


@command("diff", "fcompile diff", "fcompile diff --base main --fail-on time,removal")
def diff(
    session: Session,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="REF|MANIFEST", help="What to compare with. [default: where the branch began]"
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="text|markdown|json", help="How to print.")
    ] = "text",
    sql: Annotated[bool, typer.Option("--sql", help="With the SQL that differs, in text.")] = False,
    data: Annotated[bool, typer.Option("--data", help="Run old and new on a sample, and compare.")] = False,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", help="Rows to ask for with --data.")
    ] = None,
    dialect: Dialects = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="CLASS", help="Exit 3 on changes of this class: time, value ..."),
    ] = None,
    select: Selects = None,
    exclude: Excludes = None,
) -> None:
    """Show what changed, and what it means for values."""
    from fcompile.runtime.console.diffed import Asked, diffed

    lists = (dialect or (), fail_on or (), select or (), exclude or ())
    diffed(session, Asked(base, form, sql, data, sample, *lists))


@command("fmt", "fcompile fmt", "fcompile fmt --check featuredefs/users.yaml")
def fmt(
    session: Session,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Definition files; all of them if none.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 if files would change.")
    ] = False,
) -> None:
    """Lay out YAML in one way; comments stay."""
    from fcompile.runtime.console.formatted import formatted

    formatted(session, files or (), check)


@command("ci", "fcompile ci markdown --base main", "fcompile ci github --output comment.md --post")
def ci(
    session: Session,
    form: Annotated[str, typer.Argument(metavar="github|gitlab|markdown", help="For whom.")],
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="REF|MANIFEST", help="[default: the pull request's target branch]"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Write the comment there.", envvar="FCOMPILE_CI_OUTPUT"
        ),
    ] = None,
    data: Annotated[bool, typer.Option("--data", help="Compare values too, on a sample in DuckDB.")] = False,
    cost: Annotated[
        bool, typer.Option("--cost", help="Count rows to be read again, in the target's warehouse.")
    ] = False,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="CLASS", help="Exit 3 for a change of this class; repeatable."),
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", metavar="FILE", help="Write what is found as SARIF too.")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write what is found as JUnit's XML too.")
    ] = None,
    code_quality: Annotated[
        Path | None,
        typer.Option("--code-quality", metavar="FILE", help="GitLab's report of what is found."),
    ] = None,
    post: Annotated[
        bool, typer.Option("--post", help="Post the comment, or edit it; needs GITHUB_TOKEN, GITLAB_TOKEN.")
    ] = False,
    comment: Annotated[
        Path | None,
        typer.Option("--comment", metavar="FILE", help="Post this comment instead of making one."),
    ] = None,
) -> None:
    """Review a pull request: what it means."""
    from fcompile.runtime.console.reviewed import Asked, reviewed

    files = (output, sarif, junit, code_quality)
    code = reviewed(session, Asked(form, base, data, cost, tuple(fail_on or ()), *files, post, comment))
    if code:
        raise typer.Exit(code)


@command("test", "fcompile test", "fcompile test spend_is_known_late -s user_profile")
def test(
    session: Session,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Tests; globs are read.")
    ] = None,
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """Run the project's tests on an in-memory DuckDB."""
    from fcompile.runtime.console.tested import tested

    tested(session, names or (), select or (), exclude or (), state)


@command("tune", "fcompile tune", "fcompile tune -s user_spend --check -t prod")
def tune(
    session: Session,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 3 if tuning.yaml would change.")
    ] = False,
    select: Selects = None,
    exclude: Excludes = None,
) -> None:
    """Pin the fastest form of each view's windows."""
    from fcompile.runtime.console.tuned import tuned

    tuned(session, select or (), exclude or (), check)


@command("ls", "fcompile ls", "fcompile ls -s +fraud_v1 --output names")
def ls(
    session: Session,
    output: Annotated[
        str, typer.Option("--output", metavar="table|json|names", help="How to print.")
    ] = "table",
    select: Selects = None,
    exclude: Excludes = None,
    state: State = None,
) -> None:
    """List what the project defines."""
    from fcompile.runtime.console.inspect import listing

    nodes = session.nodes(select or (), exclude or (), state)
    text = listing(session.project, nodes, output)
    tables.write(tables.fitted(text) if output == "table" else text)


@command("show", "fcompile show user_profile", "fcompile show fraud_v1 -d duckdb")
def show(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Any object, or kind.name.")],
    dialect: Dialects = None,
) -> None:
    """Show a definition and the SQL it compiles to."""
    from fcompile.runtime.build import dialects_of
    from fcompile.runtime.console.inspect import shown

    nodes = session.node(name)
    dialects = dialects_of(dialect or (), session.project.target.warehouse.type)
    for heading, sql in shown(session.project, nodes, dialects):
        tables.write(heading)
        tables.write_sql(sql, session.settings.no_color)


@command("lineage", "fcompile lineage user_spend:spend_7d", "fcompile lineage fraud_v1 --output mermaid")
def lineage(
    session: Session,
    name: Annotated[
        str, typer.Argument(metavar="NAME[:COLUMN]", help="Any object with columns, or kind.name.")
    ],
    output: Annotated[
        str, typer.Option("--output", metavar="table|json|mermaid", help="How to print.")
    ] = "table",
) -> None:
    """Show what columns are made of, and made into."""
    from fcompile.runtime.console.lineage import lineage_text

    tables.write(lineage_text(session, name, output))
