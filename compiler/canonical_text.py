"""Expressions as they are written in YAML, in canonical text: features by name, without implicit conversions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.infer import Typed, conform
from fcompile.compiler.expressions.nodes import Cast, Column, Expr, Raw
from fcompile.compiler.expressions.parser import MAX_BYTES, parse
from fcompile.compiler.expressions.text import to_text
from fcompile.compiler.tree import Mapping as Mapped
from fcompile.compiler.tree import Scalar, plain


def formula_text(expr: Expr | None) -> str | dict[str, str] | None:
    """Return the text, or the texts by dialect; None for none.

    Where ``expr`` was read from YAML it is what stands there: names of other features as such. Otherwise it is
    printed.
    """
    if expr is None:
        return None
    origin = expr.place.origin
    if isinstance(origin, Scalar) and isinstance(origin.value, str):
        return _canonical(origin.value)
    if not isinstance(expr, Raw):
        return to_text(expr)
    default = formula_text(expr.default)
    # As they were written: what sqlglot makes of SQL need not be what it makes of that.
    texts = plain(origin) if isinstance(origin, Mapped) else dict(expr.texts)
    own = {name: str(text).strip() for name, text in sorted(_items(texts)) if name != "default"}
    return {"default": str(default), **own}


def is_plain(expr: Expr, dtype: DType, known: Mapping[str, DType | None]) -> str | None:
    """Return the column that a feature is; None for one with an ``expr``. ``known``: what the source tells."""
    bare = expr.operand if isinstance(expr, Cast) else expr
    if expr.place.origin is not None or not isinstance(bare, Column):
        return None
    declared = known.get(bare.name)
    if declared is None or declared == dtype:
        return bare.name if bare is expr else None
    return bare.name if conform(Typed(bare, declared), dtype).expr == expr else None


@lru_cache(maxsize=16_384)
def _canonical(text: str) -> str:
    made = to_text(parse(text))
    # The operand of a CASE stands in the canonical text once for each WHEN.
    return made if len(made.encode()) <= MAX_BYTES else text.strip()


def _items(texts: object) -> list[tuple[str, object]]:
    return list(texts.items()) if isinstance(texts, dict) else []
