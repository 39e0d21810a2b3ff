"""Orders of structs: Spark compares them member by member, NULL least and NaN greatest [RAN]."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp


def ascending(order: Sequence[exp.Ordered]) -> bool:
    """Whether it is the order of structs."""
    return all(not each.args.get("desc") and each.args.get("nulls_first") for each in order)


def descending(order: Sequence[exp.Ordered]) -> bool:
    """Whether it is the reverse order of structs."""
    return all(each.args.get("desc") and not each.args.get("nulls_first") for each in order)


def by_comparing(names: Sequence[str], order: Sequence[exp.Ordered]) -> exp.Lambda:
    """What ARRAY_SORT takes for other orders: -1, 0 or 1 for two structs, by their members ``names``."""
    ifs: list[exp.If] = []
    for name, each in zip(names, order, strict=True):
        before, after = (exp.GT, exp.LT) if each.args.get("desc") else (exp.LT, exp.GT)
        null_side = -1 if each.args.get("nulls_first") else 1
        left, right = _member("_l", name), _member("_r", name)
        one_null = exp.NEQ(this=exp.Paren(this=_is_null(left)), expression=exp.Paren(this=_is_null(right)))
        side = exp.Case(
            ifs=[exp.If(this=_is_null(left), true=_number(null_side))], default=_number(-null_side)
        )
        ifs.append(exp.If(this=one_null, true=side))
        ifs.append(exp.If(this=before(this=left.copy(), expression=right.copy()), true=_number(-1)))
        ifs.append(exp.If(this=after(this=left.copy(), expression=right.copy()), true=_number(1)))
    words = [exp.Identifier(this=word, quoted=False) for word in ("_l", "_r")]
    return exp.Lambda(this=exp.Case(ifs=ifs, default=_number(0)), expressions=words)


def _number(value: int) -> exp.Expr:
    number = exp.Literal.number(abs(value))
    return exp.Neg(this=number) if value < 0 else number


def _is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value.copy(), expression=exp.Null())


def _member(row: str, name: str) -> exp.Expr:
    column = exp.Column(this=exp.Identifier(this=row, quoted=False))
    return exp.Dot(this=column, expression=exp.Identifier(this=name, quoted=False))
