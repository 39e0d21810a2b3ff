"""What is called ``fcompile``: its commands by topic, and the options that all of them take."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from fcompile.runtime.console.options import declared, root_options, take_globals

# A topic is a module of this package. Names and summaries stand here too: --help imports none of the modules.
_TOPICS = {
    "project": {
        "init": "Make a project that builds and runs at once.",
        "import": "Turn dbt's models into definitions.",
        "dialects": "Show what each SQL dialect says and refuses.",
        "schema": "Print the JSON Schema of the YAML files.",
        "lsp": "Serve an editor: problems, completion, fixes.",
        "version": "Print the version.",
    },
    "review": {
        "check": "Find every mistake of all definitions in one run.",
        "build": "Write the SQL and its manifest, for review.",
        "diff": "Show what changed, and what it means for values.",
        "fmt": "Lay out YAML in one way; comments stay.",
        "ci": "Review a pull request: what it means.",
        "test": "Run the project's tests on an in-memory DuckDB.",
        "tune": "Pin the fastest form of each view's windows.",
        "ls": "List what the project defines.",
        "show": "Show a definition and the SQL it compiles to.",
        "lineage": "Show what columns are made of, and made into.",
    },
    "load": {
        "run": "Materialize views and load the online store.",
        "materialize": "Materialize what became known in an interval.",
        "materialize-incremental": "Materialize what is new since the watermarks.",
        "backfill": "Fill what no run has looked at, in chunks.",
        "push": "Write rows as they happen.",
    },
    "read": {
        "historical": "Make a training set from a spine.",
        "online": "Read features from the online store.",
        "why": "Show the source rows behind one value.",
    },
    "operate": {
        "verify": "Compare what is served online with the warehouse.",
        "erase": "Erase entities from tables and online rows.",
        "rollback": "Serve a view's previous generation again.",
        "state": "Show watermarks, generations, runs and leases.",
        "teardown": "Drop the target's tables, online rows and state.",
        "clean": "Remove caches; state and stores stay.",
        "debug": "Try the target step by step, and say what works.",
    },
}
_TOPIC_OF = {name: topic for topic, commands in _TOPICS.items() for name in commands}


class Commands(TyperGroup):
    """Lists every command; the module of one is imported when it is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if name is None:
            return name, command, rest
        import_module(f"fcompile.commands.{_TOPIC_OF[name]}")
        return name, declared(name), rest


# Plain help: drawing it with rich costs as much time again as everything else.
app = typer.Typer(cls=Commands, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
@root_options
def options(ctx: typer.Context, **values: Any) -> None:
    """A feature store that is a compiler: YAML to leak-free SQL, training sets and an online store."""
    take_globals(ctx.obj, values)


def _only_listed() -> None:
    """Stands for a command in the list; another is called."""


for _commands in _TOPICS.values():
    for _name, _summary in _commands.items():
        app.command(_name, help=_summary)(_only_listed)
