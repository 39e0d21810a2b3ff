"""One object in both states, and the reasons that are found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.names import Renames
from fcompile.compiler.diff.texts import Placed, Texts
from fcompile.compiler.dtypes import DType, format_duration
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal, Raw
from fcompile.compiler.expressions.text import to_text

LONGEST = 200
"""Characters of a value that a reason shows."""

D = TypeVar("D", bound=Placed)


@dataclass(frozen=True, slots=True)
class Context:
    """What every comparison of two states knows."""

    names: Renames = field(default_factory=Renames)
    before: Texts = field(default_factory=Texts)
    after: Texts = field(default_factory=Texts)
    dialect: str = "duckdb"


@dataclass(frozen=True, slots=True)
class Pair(Generic[D]):
    """An object or a feature, before and after. ``path`` is where it is in its object: ``features.age``."""

    old: D
    new: D
    context: Context
    path: str = ""

    def reason(
        self,
        change: ChangeClass,
        key: str,
        text: str,
        before: object = "",
        after: object = "",
        *,
        leak_risk: bool = False,
    ) -> Reason:
        """Return a reason at ``key``, "" for all of it, with what is written there before and after."""
        what = ".".join(part for part in (self.path, key) if part)
        old, new = shown(before), shown(after)
        span = self.context.after.span(self.new, key) or self.context.before.span(self.old, key)
        return Reason(change, what, text, old, new, span, leak_risk)


def of_one(
    context: Context, placed: Placed, change: ChangeClass, what: str, text: str, *, gone: bool = False
) -> Reason:
    """Return the reason of what is only in one of the states; ``gone``: in the old one."""
    texts = context.before if gone else context.after
    return Reason(change, what, text, span=texts.span(placed))


def shown(value: object) -> str:
    """Return a value as it is written in YAML, on one line; "" for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case timedelta():
            return format_duration(value)
        case DType():
            return str(value)
        case Column() | Literal() | Call() | Cast() | Case() | Raw():
            return _short(_expr(value))
        case tuple():
            return _short(", ".join(shown(each) for each in value))
    return _short(str(value))


def _expr(expr: Expr) -> str:
    if not isinstance(expr, Raw):
        return to_text(expr)
    return "; ".join((to_text(expr.default), *(f"{dialect}: {text}" for dialect, text in expr.texts)))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."
