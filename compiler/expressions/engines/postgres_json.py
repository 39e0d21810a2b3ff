"""JSON in Postgres. The type JSON keeps the text as it is; JSONB would not (docs/current/datatype-json.html)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.builders import atom
from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.postgres_casts import float_of_text
from fcompile.compiler.expressions.engines.words import Kinds
from fcompile.compiler.expressions.json_paths import parse_path

_ESCAPES = r"\\u[dD][89a-fA-F]"
_PAIRED = r"^([^\\]|\\[^u]|\\u([^dD]|[dD][0-7])|\\u[dD][89abAB]..\\u[dD][c-fC-F])*$"
"""A text in which no half of a pair of surrogates stands alone: that is no character, and an error in Postgres."""


def json_text(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """A scalar's text. A text that is not JSON is told by IS JSON, which Postgres has from version 16 on."""
    value, path = arguments
    is_json = p.kind(kinds[0]) == "json"
    read = value if is_json else p.cast(value, exp.DType.TEXT)
    return p.let(lambda x: _of_document(x, str(path.this), is_json), read, table="document", constants=True)


def _of_document(x: p.Part, path: str, is_json: bool) -> exp.Expr:
    written = p.cast(x(), exp.DType.TEXT) if is_json else x()
    halves = exp.Not(this=_matches(written, _ESCAPES))
    sound = p.either(halves, _matches(written.copy(), _PAIRED))
    if not is_json:
        sound = p.both(exp.Is(this=x(), expression=exp.JSON()), sound)
    document = x() if is_json else p.cast(x(), exp.DType.JSON)
    for step in parse_path(path):
        document = _member(document, step)
    return p.case((sound, p.let(_scalar, document, table="found")))


def _matches(value: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=atom(value), expression=p.text(pattern))


def _member(document: exp.Expr, step: str | int) -> exp.Expr:
    """A NULL where there is none. -> takes the last of several equal keys, and the language the first [RAN]."""
    if isinstance(step, int):
        return exp.JSONExtract(this=exp.Paren(this=document), expression=p.number(step), only_json_types=True)
    return p.let(lambda x: _first_of_key(x, step), document, table="whole")


def _first_of_key(x: p.Part, key: str) -> exp.Expr:
    """``(SELECT e.value FROM JSON_EACH(an object) WITH ORDINALITY AS e(key, value, place) WHERE .. LIMIT 1)``"""
    is_object = exp.EQ(this=p.call("JSON_TYPEOF", x()), expression=p.text("object"))
    members = exp.Table(
        this=p.call("JSON_EACH", p.case((is_object, x()))),
        ordinality=True,
        alias=p.named("e", ("key", "value", "place")),
    )
    of_key = exp.EQ(this=p.row_column("e", "key"), expression=p.text(key))
    found = exp.Select().select(p.row_column("e", "value"), copy=False).from_(members, copy=False)
    found = (
        found.where(of_key, copy=False).order_by(p.row_column("e", "place"), copy=False).limit(1, copy=False)
    )
    return exp.Subquery(this=found)


def _scalar(x: p.Part) -> exp.Expr:
    """The text of a string, bool or number; NULL for null, objects and arrays."""
    written = exp.JSONBExtractScalar(this=x(), expression=p.text("{}"))
    number = p.let(_number, p.cast(x(), exp.DType.TEXT), table="digits")
    kind = p.call("JSON_TYPEOF", x())
    texts = exp.In(this=kind, expressions=[p.text("string"), p.text("boolean")])
    is_number = exp.EQ(this=kind.copy(), expression=p.text("number"))
    return p.case((texts, written), (is_number, number))


def _number(x: p.Part) -> exp.Expr:
    """Whole numbers as they are written; others as the shortest text of the nearest float64."""
    zero = exp.EQ(this=x(), expression=p.text("-0"))
    real = p.let(lambda n: _float_text(x, n), float_of_text(x), table="nearest")
    return p.case((_matches(x(), "[.eE]"), real), (zero, p.text("0")), default=x())


def _float_text(x: p.Part, n: p.Part) -> exp.Expr:
    """With a point, from 1e-6 to 1e21; with an exponent beyond. Postgres has other bounds, and writes e+21."""
    endless = exp.GT(this=exp.Abs(this=n()), expression=p.number("1.7976931348623157e308"))
    small = p.both(
        exp.NEQ(this=n(), expression=p.number(0)), exp.LT(this=exp.Abs(this=n()), expression=p.number("1e-6"))
    )
    large = exp.GTE(this=exp.Abs(this=n()), expression=p.number("1e21"))
    written = p.cast(n(), exp.DType.TEXT)
    scientific = p.call("REGEXP_REPLACE", written, p.text(r"e\+?(-?)0*"), p.text(r"e\1"))
    digits = p.cast(p.cast(written.copy(), exp.DType.DECIMAL), exp.DType.TEXT)
    whole = exp.EQ(this=n(), expression=exp.Trunc(this=n()))
    point = p.case((whole, p.text(".0")), default=p.text(""))
    zero = p.both(exp.EQ(this=n(), expression=p.number(0)), _matches(x(), "^-"))
    return p.case(
        (endless, x()),
        (p.either(small, large), scientific),
        (zero, p.text("-0.0")),
        default=exp.DPipe(this=digits, expression=point),
    )
