"""Features of a view: those that are gone, new, renamed, moved, and what of each changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fcompile.compiler.definitions import Feature, FeatureView, OnDemandView, Window
from fcompile.compiler.diff.meaning import read_otherwise, same_expr
from fcompile.compiler.diff.metadata import metadata
from fcompile.compiler.diff.model import ChangeClass, Reason
from fcompile.compiler.diff.pair import Context, Pair, of_one, shown
from fcompile.compiler.diff.reading import as_column
from fcompile.compiler.diff.widening import narrows, widens
from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.nodes import Cast, Column, Expr

VALUE, WIDENING, TIME = ChangeClass.VALUE, ChangeClass.WIDENING, ChangeClass.TIME


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a view before and after.

    Attributes:
        renamed: old names to new ones.
        names: what expressions of before call by another name now.
        ties: the order of features settles ties between rows: so it is with latest values.
    """

    old: Sequence[Feature]
    new: Sequence[Feature]
    renamed: Mapping[str, str]
    names: Mapping[str, str]
    ties: bool
    context: Context

    @classmethod
    def of(
        cls,
        old: FeatureView | OnDemandView,
        new: FeatureView | OnDemandView,
        names: Mapping[str, str],
        context: Context,
    ) -> Features:
        ties = isinstance(new, FeatureView) and not new.windowed
        return cls(old.features, new.features, context.names.of_view(new.name), names, ties, context)

    def reasons(self) -> Iterator[Reason]:
        """Yield the reasons by feature, in the order of the new view; what is gone comes last."""
        before = {self.renamed.get(f.name, f.name): f for f in self.old}
        for feature in self.new:
            was = before.get(feature.name)
            if was is None:
                yield from self._added(feature)
            else:
                if was.name != feature.name:
                    yield self._renamed(was, feature)
                pair = Pair(was, feature, self.context, f"features.{feature.name}")
                yield from feature_reasons(pair, self.names)
                yield from metadata(pair)
        after = {f.name for f in self.new}
        for name, feature in before.items():
            if name not in after:
                yield from self._gone(feature)
        yield from self._order([name for name in before if name in after])

    def _added(self, feature: Feature) -> Iterator[Reason]:
        what = f"features.{feature.name}"
        yield of_one(self.context, feature, ChangeClass.ADDITIVE, what, f"feature `{feature.name}` is new")
        follows = [f.name for f in self.new[self.new.index(feature) + 1 :]]
        kept = {self.renamed.get(f.name, f.name) for f in self.old}
        if self.ties and any(name in kept for name in follows):
            text = (
                f"`{feature.name}` stands before others: rows of one key and time are told apart by it first, "
                "so that another of them may be chosen; add it at the end"
            )
            yield of_one(self.context, feature, VALUE, what, text)

    def _gone(self, feature: Feature) -> Iterator[Reason]:
        what = f"features.{feature.name}"
        text = f"feature `{feature.name}` is gone"
        yield of_one(self.context, feature, ChangeClass.REMOVAL, what, text, gone=True)
        follows = self.old[[f.name for f in self.old].index(feature.name) + 1 :]
        kept = {f.name for f in self.new}
        if self.ties and any(self.renamed.get(f.name, f.name) in kept for f in follows):
            text = f"`{feature.name}` told rows of one key and time apart before others did: another may be chosen"
            yield of_one(self.context, feature, VALUE, what, text, gone=True)

    def _renamed(self, was: Feature, feature: Feature) -> Reason:
        text = f"feature `{was.name}` is called `{feature.name}` now: who reads it by its old name finds none"
        pair = Pair(was, feature, self.context, f"features.{feature.name}")
        return pair.reason(ChangeClass.REMOVAL, "name", text, was.name, feature.name)

    def _order(self, before: Sequence[str]) -> Iterator[Reason]:
        """``before``: the features of both, by their new names, in their old order."""
        known = set(before)
        after = [f.name for f in self.new if f.name in known]
        if list(before) == after:
            return
        first = next(f for f in self.new if f.name in known and before[after.index(f.name)] != f.name)
        change, text = ChangeClass.ADDITIVE, "the columns stand in another order; by name they are the same"
        if self.ties:
            change = VALUE
            text = "the order of features settles ties: of rows of one key and time another may be chosen"
        span = self.context.after.span(first)
        yield Reason(change, "features", text, shown(tuple(before)), shown(tuple(after)), span)


def feature_reasons(pair: Pair[Feature], names: Mapping[str, str]) -> Iterator[Reason]:
    """Yield what changed of one feature; ``names`` is what its expression called by another name before."""
    yield from _dtype(pair)
    pair = _in_old_type(replace(pair, old=as_column(pair.old), new=as_column(pair.new)))
    old, new = pair.old, pair.new
    if _declared_wider(old, new, names):
        text = "the column is declared in a wider type, and brought to the same one"
        yield pair.reason(WIDENING, "column", text)
    elif not same_expr(old.expr, new.expr, names):
        key = "column" if new.window is not None else _key_of_expr(pair)
        yield pair.reason(VALUE, key, "it is computed otherwise", old.expr, new.expr)
    else:
        yield from _read_otherwise(pair)
    if _default(old) != _default(new):
        text = "what stands where no row matches changes"
        yield pair.reason(VALUE, "default", text, old.default, new.default)
    if old.window is not None and new.window is not None:
        yield from _window(pair, old.window, new.window, names)
    elif old.window is not new.window:
        yield pair.reason(VALUE, "", "a window and a computed feature are not the same")


def _default(feature: Feature) -> tuple[str, object, str]:
    """Return the default, of which 0.0 and -0.0 are two."""
    value = feature.default
    return type(value).__name__, value, repr(value) if isinstance(value, float) else ""


def _in_old_type(pair: Pair[Feature]) -> Pair[Feature]:
    """Return the pair without the casts to a dtype that got wider, where the old one held all values already."""
    old, new, expr, was = pair.old, pair.new, pair.new.expr, pair.old.expr
    if not isinstance(expr, Cast) or expr.safe or expr.dtype != new.dtype or not widens(old.dtype, new.dtype):
        return pair
    if expr.source == old.dtype:
        return replace(pair, new=replace(new, expr=expr.operand))
    if not isinstance(was, Cast) or was.safe or (was.source, was.dtype) != (expr.source, old.dtype):
        return pair
    if was.source is None or not widens(was.source, old.dtype):
        return pair
    return replace(pair, old=replace(old, expr=was.operand), new=replace(new, expr=expr.operand))


def _declared_wider(old: Feature, new: Feature, names: Mapping[str, str]) -> bool:
    """Whether both are one column in one dtype, and the contract says that the column holds more than before."""
    if old.window is not None or new.window is not None or old.dtype != new.dtype:
        return False
    (was, before), (now, after) = (_column(each) for each in (old, new))
    if was is None or now is None or before is None or after is None or before == after:
        return False
    return widens(before, after) and same_expr(was, now, names)


def _column(feature: Feature) -> tuple[Expr | None, DType | None]:
    """The column that a feature is, and the type it is declared in."""
    expr = feature.expr
    if isinstance(expr, Cast) and not expr.safe and expr.dtype == feature.dtype:
        return (expr.operand if isinstance(expr.operand, Column) else None), expr.source
    return (expr, expr.dtype) if isinstance(expr, Column) else (None, None)


def _key_of_expr(pair: Pair[Feature]) -> str:
    both = (pair.context.before.written(pair.old, "column"), pair.context.after.written(pair.new, "column"))
    return "column" if all(both) else "expr"


def _dtype(pair: Pair[Feature]) -> Iterator[Reason]:
    old, new = pair.old.dtype, pair.new.dtype
    if old == new:
        return
    if widens(old, new):
        yield pair.reason(WIDENING, "dtype", "the type holds more, and every value as it was", old, new)
    else:
        text = "the type holds less: what does not fit is an error"
        yield pair.reason(VALUE, "dtype", text if narrows(old, new) else "the type is another", old, new)


def _read_otherwise(pair: Pair[Feature]) -> Iterator[Reason]:
    for each in read_otherwise(pair.old.expr, pair.new.expr):
        change = WIDENING if each.same_values else VALUE
        yield pair.reason(change, "expr", f"it reads `{each.name}` in another type", each.old, each.new)


def _window(pair: Pair[Feature], old: Window, new: Window, names: Mapping[str, str]) -> Iterator[Reason]:
    functions = [_function(each) for each in (old, new)]
    if functions[0] != functions[1]:
        yield pair.reason(VALUE, "function", "another function of the same rows", *functions)
    if not same_expr(old.filter, new.filter, names):
        yield pair.reason(VALUE, "filter", "other rows count", old.filter, new.filter)
    if old.length != new.length:
        lengths = [shown(each.length) or "lifetime" for each in (old, new)]
        yield pair.reason(TIME, "windows", "the window has another length", *lengths)
    if old.input != new.input:
        yield pair.reason(
            _input_change(old, new), "column", "it is read in another type", old.input, new.input
        )


def _input_change(old: Window, new: Window) -> ChangeClass:
    """A hash is of a value's text, and an estimate of hashes: both may move with the type."""
    whole: tuple[DType | None, DType | None] = (old.input, new.input)
    same = None not in whole and widens(*whole)  # type: ignore[arg-type]
    return WIDENING if same and new.function != "approx_count_distinct" else VALUE


def _function(window: Window) -> str:
    arguments = ", ".join(shown(int(each) if each == int(each) else each) for each in window.arguments)
    return f"{window.function}({arguments})" if arguments else window.function
