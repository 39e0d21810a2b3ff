"""The way in and out of the command: every ending gets its exit code and its words (SPEC 5)."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Any

import typer

from fcompile.compiler.errors import Diagnostic, FcompileError, UsageError, did_you_mean
from fcompile.runtime.console.session import Session
from fcompile.runtime.console.tables import finish
from fcompile.runtime.interruption import code_of_signal

BUG = 70
INTERRUPTED = 130
PIPE_CLOSED = 141

_PLANNED = ("docs", "serve", "stats", "tune", "validate")

# Typer has vendored click since 0.2x: its classes are reached through what typer exports.
_UsageProblem: Any = typer.BadParameter.__mro__[1]
_ClickProblem: Any = typer.BadParameter.__mro__[2]


def run_command(app: typer.Typer, argv: Sequence[str]) -> int:
    """Run ``argv`` (without the program's name) and return the exit code; nothing is raised."""
    # Trees of thousands of statements come and go: looking for cycles among them costs a quarter of a build.
    gc.set_threshold(100_000, 50, 1000)
    session = Session()
    _any_text_can_be_written()
    arguments = list(argv) or ["--help"]
    if "--no-color" in arguments:
        os.environ["NO_COLOR"] = "1"  # for the help, which is written before options are read
    try:
        command = typer.main.get_command(app)
        code = command.main(arguments, prog_name="fcompile", obj=session, standalone_mode=False)
        finish()
        return code if isinstance(code, int) else 0
    except FcompileError as error:
        if code_of_signal():  # whatever an interrupted engine says
            return INTERRUPTED
        if error.diagnostics[0].code == "FC420":
            _swallow_stdout()
        session.log.errors(error)
        session.log.trace(error)
        return error.exit_code
    except _ClickProblem as problem:
        session.log.errors(usage_error(problem))
        return UsageError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # typer leaves by itself when the reader has gone
        _swallow_stdout()
        return PIPE_CLOSED
    except Exception as error:
        if code_of_signal():
            return INTERRUPTED
        session.log.bug(error)
        return BUG


def usage_error(problem: Any) -> UsageError:
    """Return typer's complaint in the shape of ours, with near names of commands and options."""
    message = problem.format_message().rstrip(".")
    ctx = getattr(problem, "ctx", None)
    hints = [_near(problem, message, ctx)]
    message = re.split(r" Did you mean| \(Possible options", message)[0].rstrip(".")
    if ctx is not None:
        hints.append(f"see `{ctx.command_path} --help`")
    hint = "; ".join(filter(None, hints))
    return UsageError(Diagnostic("FC285", message[:1].lower() + message[1:], hint=hint))


def _near(problem: Any, message: str, ctx: Any) -> str:
    if ctx is None:
        return ""
    commands = ctx.command.list_commands(ctx) if hasattr(ctx.command, "list_commands") else []
    if (option := getattr(problem, "option_name", None)) is not None:
        if option.lstrip("-") in commands:
            return f"did you mean `{ctx.command_path} {option.lstrip('-')}`?"
        known = [flag for p in ctx.command.params for flag in (*p.opts, *p.secondary_opts)]
        return did_you_mean(option, known)
    missing = re.match(r"No such command '(.*?)'", message)
    if missing and missing[1] in _PLANNED:
        return f"`{missing[1]}` is to come in a later version"
    return did_you_mean(missing[1], commands) if missing else ""


def _any_text_can_be_written() -> None:
    """Data for a file or another program is UTF-8, whatever the locale; a terminal gets what it can show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _swallow_stdout() -> None:
    """Python flushes stdout once more when it ends: give it a place where that works."""
    if sys.stdout is None:
        return
    with suppress(OSError, ValueError):  # a stream of memory has no descriptor, and needs none
        stdout = sys.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout)
