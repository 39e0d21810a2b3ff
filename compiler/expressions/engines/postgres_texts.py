"""Text and patterns in Postgres."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.postgres_patterns import may_be_absent
from fcompile.compiler.expressions.engines.words import Kinds
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_text import POSTGRES, regex_text

Arguments = Sequence[exp.Expr]

_LONGEST = 2**31 - 1


def length(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.cast(exp.Length(this=arguments[0]), exp.DType.BIGINT)


def _in_utf8(value: exp.Expr) -> exp.Expr:
    """The simple case mapping of Unicode: other locales map Turkish i, or (of ICU) one character to several.

    The collation is that of the C library (Debian, Red Hat; docs/current/collation.html); a database's own
    may be C, which only knows ASCII.
    """
    return exp.Collate(this=atom(value), expression=exp.Identifier(this="C.utf8", quoted=True))


def lower(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.by_code_point(exp.Lower(this=_in_utf8(arguments[0])))


def upper(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """The C library leaves ß as it is."""
    raised = exp.Upper(this=_in_utf8(arguments[0]))
    return p.by_code_point(p.call("REPLACE", raised, p.text("ß"), p.text("ẞ")))


def trim(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.call("BTRIM", arguments[0], p.text(" "))


def trim_left(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.call("LTRIM", arguments[0], p.text(" "))


def trim_right(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.call("RTRIM", arguments[0], p.text(" "))


def contains(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return exp.GT(this=p.call("STRPOS", *arguments), expression=p.number(0))


def starts_with(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return p.call("STARTS_WITH", *arguments)


def ends_with(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    def body(part: p.Part) -> exp.Expr:
        tail = p.call("RIGHT", arguments[0], exp.Length(this=part()))
        return exp.EQ(this=tail, expression=atom(part()))

    return p.let(body, arguments[1])


def like(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """A backslash is an escape, unless there is said to be none."""
    plain = exp.Like(this=atom(arguments[0]), expression=atom(arguments[1]))
    return exp.Paren(this=exp.Escape(this=plain, expression=p.text("")))


def concat(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    first, *rest = arguments
    tree = atom(first, (exp.DPipe,))
    for other in rest:
        tree = exp.DPipe(this=tree, expression=atom(other))
    return tree


def _position(value: exp.Expr, least: int) -> exp.Expr:
    """Within [least, 2**31 - 1] as an INT, which positions are; NULL stays NULL, which GREATEST would lose."""
    known = p.constant(value)
    if known is not None:
        return p.number(int(min(max(known, least), _LONGEST)))

    def body(n: p.Part) -> exp.Expr:
        low = exp.LT(this=n(), expression=p.number(least))
        high = exp.GT(this=n(), expression=p.number(_LONGEST))
        return p.case((low, p.number(least)), (high, p.number(_LONGEST)), default=n())

    return p.cast(p.let(body, value), exp.DType.INT)


def substring(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    value, *places = arguments
    return p.call("SUBSTR", value, *(_position(n, least) for n, least in zip(places, (1, 0), strict=False)))


def split_part(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """Part 0 is an error, and negative numbers count from the end [RAN]: there nothing of part 1 is left."""
    value, separator, place = arguments
    found = p.call("SPLIT_PART", value, separator, _position(place, 1))
    if p.constant(place) is not None:
        return found
    below = exp.LT(this=atom(place.copy()), expression=p.number(1))
    return p.call("LEFT", found, p.case((below, p.number(0)), default=p.number(_LONGEST)))


def matches(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    return _matches(arguments[0], str(arguments[1].this))


def _matches(value: exp.Expr, pattern: str) -> exp.Expr:
    text = regex_text(parse_regex(pattern).tree, POSTGRES)
    return exp.RegexpLike(this=atom(value), expression=p.text(text))


def extract(arguments: Arguments, kinds: Kinds) -> exp.Expr:
    """SUBSTRING gives the group in parentheses, if there is one; NULL also if it takes no part."""
    value, pattern, *group = arguments
    written = str(pattern.this)
    number = int(p.constant(group[0]) or 0) if group else 0
    tree = parse_regex(written).tree
    text = p.text(regex_text(tree, POSTGRES, number))
    if not may_be_absent(tree, number):
        return p.call("SUBSTRING", value, text)

    def body(x: p.Part) -> exp.Expr:
        found = exp.Coalesce(this=p.call("SUBSTRING", x(), text), expressions=[p.text("")])
        return p.case((_matches(x(), written), found))

    return p.let(body, value)
