"""``json_text`` in Trino: trino.io/docs/current/functions/json. [READ] is Trino's own source, by class.

JSON_EXTRACT_SCALAR gives a number as it is written and stops at the value, whatever text follows [READ
JsonExtract], so JSON_PARSE checks the whole and numbers with a point or an exponent are written anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from sqlglot import exp

from fcompile.compiler.dtypes import STRING
from fcompile.compiler.expressions.engines.shorthand import (
    absent,
    both,
    call,
    cast,
    compare,
    number,
    present,
    text,
    when,
)
from fcompile.compiler.expressions.engines.words import Kinds
from fcompile.compiler.expressions.json_paths import Path, parse_path
from fcompile.dialects.trino import Trino

_DIALECT = Trino()
_BIGINT, _DOUBLE, _VARCHAR = (_DIALECT.scalar(kind) for kind in ("int64", "float64", "string"))
_JSON = _DIALECT.scalar("json")
_NUMERIC = re.compile(r"[+-]?[0-9]+")


def json_text(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """The document is bound outside of TRY, which would hide an error that it is made with."""
    document, path = arguments
    checked = kinds[0] == STRING
    return _let("document", document, lambda given: _text_at(given, parse_path(str(path.this)), checked))


def _text_at(document: exp.Expr, path: Path, checked: bool) -> exp.Expr:
    steps = text(_steps(path))
    found = call("JSON_EXTRACT_SCALAR", document, steps)
    whole = call("JSON_FORMAT", call("JSON_EXTRACT", document.copy(), steps.copy()))
    conditions = [*_shape(document, path)]
    if checked:
        conditions.insert(0, present(call("TRY", call("JSON_PARSE", document.copy()))))
    written = _let("found", found, lambda value: _written(value, whole))
    return when((both(*conditions), written)) if conditions else written


def _steps(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'["{step}"]' for step in path)


def _shape(document: exp.Expr, path: Path) -> Iterator[exp.Expr]:
    """A place is one of an array and a key one of an object: Trino takes each for the other [READ JsonExtract]."""
    for i, step in enumerate(path):
        is_place = isinstance(step, int)
        if not is_place and not _NUMERIC.fullmatch(str(step)):
            continue
        before = call("JSON_EXTRACT", document.copy(), text(_steps(path[:i])))
        length = call("JSON_ARRAY_LENGTH", before)
        yield present(length) if is_place else absent(length)


def _written(value: exp.Expr, whole: exp.Expr) -> exp.Expr:
    """A string or bool as it is; a number in the language's form. ``whole`` is the same as JSON, with quotes."""
    fraction = both(
        exp.Not(this=call("STARTS_WITH", whole, text('"'))),
        call("REGEXP_LIKE", value.copy(), text(r"\A-?[0-9]+[.eE]")),
        call("IS_FINITE", cast(value.copy(), _DOUBLE)),
    )
    zero = both(
        compare(exp.EQ, value, text("-0")), exp.Not(this=call("STARTS_WITH", whole.copy(), text('"')))
    )
    sign = when((call("STARTS_WITH", value.copy(), text("-")), text("-")), otherwise=text(""))
    size = call("JSON_FORMAT", cast(call("ABS", cast(value.copy(), _DOUBLE)), _JSON))
    number_text = exp.DPipe(this=sign, expression=_let("size", size, _laid_out))
    return when((fraction, number_text), (zero, text("0")), otherwise=value)


def _laid_out(size: exp.Expr) -> exp.Expr:
    """Java's shortest text of a float64, such as 1.5, 100.0 or 1.0E22, in the language's form."""
    mantissa = call("SPLIT_PART", size, text("E"), number(1))
    whole = call("SPLIT_PART", mantissa, text("."), number(1))
    all_digits = call("REPLACE", mantissa.copy(), text("."), text(""))
    digits = call("REGEXP_REPLACE", all_digits, text(r"\A0+|0+\z"), text(""))
    zeros = call("LENGTH", call("REGEXP_EXTRACT", all_digits.copy(), text(r"\A0*")))
    exponent = cast(
        exp.Coalesce(this=call("SPLIT_PART", size.copy(), text("E"), number(2)), expressions=[text("0")]),
        _BIGINT,
    )
    # The value is 0.DIGITS times ten to the power of the place of the point.
    point = exp.Sub(this=exp.Add(this=call("LENGTH", whole), expression=exponent), expression=zeros)
    parts = call("ROW", digits, point)
    return _let("parts", parts, lambda row: _placed(_member(row, 1), _member(row, 2)))


def _placed(digits: exp.Expr, point: exp.Expr) -> exp.Expr:
    first = call("SUBSTR", digits.copy(), number(1), number(1))
    several = compare(exp.GT, call("LENGTH", digits), number(1))
    more = exp.DPipe(this=text("."), expression=call("SUBSTR", digits.copy(), number(2)))
    tail = when((several, more), otherwise=text(""))
    power = cast(exp.Sub(this=point.copy(), expression=number(1)), _VARCHAR)
    far = exp.Or(this=compare(exp.LTE, point, number(-6)), expression=compare(exp.GT, point, number(21)))
    zeros = call("RPAD", text(""), exp.Neg(this=point.copy()), text("0"))
    filled = call("RPAD", digits.copy(), point.copy(), text("0"))
    left = call("SUBSTR", digits.copy(), number(1), point.copy())
    right = call("SUBSTR", digits.copy(), exp.Add(this=point.copy(), expression=number(1)))
    return when(
        (compare(exp.EQ, digits, text("")), text("0.0")),
        (far, _joined(first, tail, text("e"), power)),
        (compare(exp.LTE, point, number(0)), _joined(text("0."), zeros, digits.copy())),
        (compare(exp.GTE, point, call("LENGTH", digits.copy())), _joined(filled, text(".0"))),
        otherwise=_joined(left, text("."), right),
    )


def _joined(first: exp.Expr, *rest: exp.Expr) -> exp.Expr:
    tree = first
    for each in rest:
        tree = exp.DPipe(this=tree, expression=each)
    return tree


def _member(row: exp.Expr, place: int) -> exp.Expr:
    """language/types#row: a field by its place."""
    return exp.Bracket(this=row.copy(), expressions=[number(place)], offset=1)


def _let(name: str, value: exp.Expr, body: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """``body`` of a value that is computed once (functions/lambda); it has no columns, which ``name`` could hide."""
    parameter = exp.Identifier(this=name, quoted=False)
    change = exp.Lambda(this=body(exp.Column(this=parameter)), expressions=[parameter.copy()])
    return call("ELEMENT_AT", call("TRANSFORM", exp.Array(expressions=[value]), change), number(1))
