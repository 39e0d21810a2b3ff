"""GitHub's workflow commands: lines of a job's output that put a message at a place of the pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable

from fcompile.runtime.review.annotations import Annotation


def workflow_commands(found: Iterable[Annotation]) -> str:
    """Return a line for each: ``::error file=a.yaml,line=1,col=2,title=FC103::message``; each ends with a line end."""
    return "".join(f"{_command(each)}\n" for each in found)


def _command(each: Annotation) -> str:
    properties = {"title": f"fcompile {each.code}"}
    if (span := each.span) is not None:
        place = {"file": span.file, "line": str(span.line), "col": str(span.column)}
        properties = {**place, "endColumn": str(span.column + max(1, span.length)), **properties}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{each.level.value} {listed}::{_message(each.message)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
