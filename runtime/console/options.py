"""How commands are declared: the options that all take, variables for every option, and examples in the help."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer

if TYPE_CHECKING:
    from fcompile.runtime.console.session import Session

_DECLARED: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {}
_GLOBAL = {
    "project": (str | None, "--project", "-p", "DIR", "The folder of fcompile.yaml."),
    "target": (str | None, "--target", "-t", "NAME", "A target of fcompile.yaml instead of its default."),
    "quiet": (bool, "--quiet", "-q", None, "Only errors on stderr."),
    "verbose": (int, "--verbose", "-v", None, "More on stderr; -vv shows tracebacks."),
    "log_format": (str | None, "--log-format", None, "text|json", "json: an object a line on stderr."),
    "no_color": (bool, "--no-color", None, None, "No colors; so does NO_COLOR."),
}

Selects = Annotated[
    list[str] | None,
    typer.Option(
        "--select", "-s", metavar="SELECTOR", help="name, +name+, tag:x, source:x, state:modified+ ..."
    ),
]
Excludes = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="SELECTOR", help="Leave these out of the selection.")
]
State = Annotated[
    Path | None, typer.Option("--state", metavar="PATH", help="The manifest that state: compares with.")
]
Features = Annotated[
    list[str],
    typer.Option("--features", "-f", metavar="REF", help="view:feature, a view or a service; repeatable."),
]
FeaturesOrNone = Annotated[
    list[str] | None,
    typer.Option("--features", "-f", metavar="REF", help="view:feature, a view or a service; repeatable."),
]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="NAME", help="Add a label's column; repeatable."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIME", help="Labels as known at this instant. [default: the warehouse's now]"
    ),
]
FullNames = Annotated[bool, typer.Option("--full-feature-names", help="Columns are called view__feature.")]
Dialects = Annotated[
    list[str] | None,
    typer.Option("--dialect", "-d", metavar="DIALECT", help="Instead of the target's; or all."),
]
End = Annotated[
    str | None,
    typer.Option(
        "--end", metavar="TIME", help="As of this instant, ISO 8601, UTC. [default: the warehouse's now]"
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be executed, and what the engine expects of it.")
]
Output = Annotated[str, typer.Option("--output", metavar="table|json", help="How to print.")]


def global_options(variables: bool) -> list[inspect.Parameter]:
    """Return the options that all commands take; only those before the command's name read variables.

    Else FCOMPILE_PROJECT would win over ``fcompile -p DIR run``.
    """
    return [_global(name, variables) for name in _GLOBAL]


def take_globals(session: Session, values: dict[str, Any]) -> None:
    """Move the global options from ``values`` into the session's settings."""
    given = {name: values.pop(name) for name in _GLOBAL}
    log_format = given["log_format"]
    if log_format not in (None, "text", "json"):
        raise typer.BadParameter(f"`{log_format}` is neither text nor json", param_hint="--log-format")
    session.settings = session.settings.with_given(**given)


def command(name: str, *examples: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function of (session, its own options) a command that takes the global options too."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _DECLARED[name] = function, examples
        return function

    return register


def declared(name: str) -> Any:
    """Return what typer calls for the command ``name``, whose module is imported."""
    function, examples = _DECLARED[name]
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    own = [_with_variable(parameter, name) for parameter in own]

    def call(ctx: typer.Context, **values: Any) -> None:
        take_globals(ctx.obj, values)
        ctx.obj.command, ctx.obj.arguments = name, values
        function(ctx.obj, **values)

    _sign(call, [*own, *global_options(variables=False)])
    call.__doc__ = function.__doc__
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name, epilog=_epilog(examples))(call)
    return typer.main.get_command(alone)


def _global(name: str, variables: bool) -> inspect.Parameter:
    kind, long, short, metavar, text = _GLOBAL[name]
    option = typer.Option(
        *(flag for flag in (long, short) if flag),
        metavar=metavar,
        help=text,
        count=name == "verbose",
        envvar=f"FCOMPILE_{name.upper()}" if variables else None,
        show_default=False,
    )
    default = False if kind is bool else 0 if kind is int else None
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


def _with_variable(parameter: inspect.Parameter, command_name: str) -> inspect.Parameter:
    """Give an option its FCOMPILE_* variable, named after its long flag."""
    if get_origin(parameter.annotation) is not Annotated:
        return parameter
    for info in get_args(parameter.annotation)[1:]:
        flags = [info.default, *(info.param_decls or ())]
        long = next((f for f in flags if isinstance(f, str) and f.startswith("--")), None)
        if long is not None and info.envvar is None:
            info.envvar = "FCOMPILE_" + long.removeprefix("--").replace("-", "_").upper()
            info.show_envvar = False
    return parameter


def _sign(call: Callable[..., None], parameters: Sequence[inspect.Parameter]) -> None:
    """Give ``call`` the signature that typer reads."""
    kinds = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    call.__signature__ = inspect.Signature([context, *kinds])  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in [context, *kinds]}


def _epilog(examples: Sequence[str]) -> str:
    # \b keeps the lines as they are.
    return "\n".join(["\b", "Examples:", *(f"  {example}" for example in examples)])


def root_options(call: Callable[..., None]) -> Callable[..., None]:
    """Make ``call`` (context, values) the callback that reads the options before the command's name."""
    _sign(call, global_options(variables=True))
    return call
