"""Expressions and features as keys: what means the same is equal, however it is laid out or named elsewhere."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from fcompile.compiler.bind.inline import substituted
from fcompile.compiler.definitions import Feature
from fcompile.compiler.diff.widening import widens
from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.nodes import Cast, Column, Expr, Literal, Raw, column_names, walk
from fcompile.compiler.expressions.text import to_text

Names = Mapping[str, str]
"""What a column was called -> what it is called now."""


def expr_key(expr: Expr | None, names: Names | None = None) -> Hashable:
    """Return the canonical text, with columns called as ``names`` says, and raw SQL of each dialect."""
    if expr is None:
        return None
    renamed = {name: Column(now) for name, now in (names or {}).items() if name != now}
    mine = substituted(expr, renamed) if renamed else expr
    return to_text(mine), tuple(node.texts for node in walk(mine) if isinstance(node, Raw))


def same_expr(old: Expr | None, new: Expr | None, names: Names) -> bool:
    """Whether two expressions mean the same; ``names`` is what columns of the old one are called now."""
    if old is None or new is None:
        return old is new
    if (old is new or old == new) and all(names.get(name, name) == name for name in column_names(old)):
        return True
    return expr_key(old, names) == expr_key(new)


def feature_key(feature: Feature, names: Names | None = None) -> Hashable:
    """Return what the feature means, its name aside."""
    window = feature.window
    return (
        feature.dtype,
        expr_key(feature.expr, names),
        type(feature.default).__name__,
        feature.default,
        window and (window.function, window.arguments, window.length, expr_key(window.filter, names)),
    )


def feature_core(feature: Feature, names: Names | None = None) -> Hashable:
    """Return what makes it this feature and no other, whatever its name: what is computed of what, how far back.

    Its type, its default and which rows count may change; where rows are counted, these are all there is.
    """
    window = feature.window
    if window is None:
        return expr_key(feature.expr, names)
    counted = expr_key(window.filter, names) if isinstance(feature.expr, Literal) else None
    return expr_key(feature.expr, names), window.function, window.arguments, window.length, counted


@dataclass(frozen=True, slots=True)
class ReadAs:
    """A column, or what is cast, that an expression reads in another type than before; None: in whatever it has."""

    name: str
    old: DType | None
    new: DType | None

    @property
    def same_values(self) -> bool:
        """Only of whole numbers: arithmetic on decimals takes its precision from theirs."""
        whole = {"int32", "int64"}
        return (
            self.old is not None
            and self.new is not None
            and {self.old.kind, self.new.kind} <= whole
            and widens(self.old, self.new)
        )


def read_otherwise(old: Expr, new: Expr) -> Iterator[ReadAs]:
    """Yield what two expressions of one key read in different types.

    A plain column does not count: it is brought to its feature's own type, whatever it had.
    """
    if old is new or isinstance(old, Column):
        return
    for a, b in zip(walk(old), walk(new), strict=False):
        if isinstance(a, Column) and isinstance(b, Column) and a.dtype != b.dtype:
            yield ReadAs(b.name, a.dtype, b.dtype)
        elif isinstance(a, Cast) and isinstance(b, Cast) and a.source != b.source:
            yield ReadAs(to_text(b.operand), a.source, b.source)
