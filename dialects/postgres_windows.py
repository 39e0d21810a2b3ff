"""What windows hash in PostgreSQL where no contract tells its type."""

from __future__ import annotations

from sqlglot import exp

_FLOATS = ("double precision", "real")


def untyped_text(value: exp.Expr, text: exp.DataType) -> exp.Expr:
    """The text of a value whose type only the engine knows: of floats, -0 is 0.

    postgresql.org/docs/current/functions-info.html: pg_typeof.
    """
    kind = exp.Cast(this=exp.Anonymous(this="PG_TYPEOF", expressions=[value]), to=text)
    floating = exp.In(this=kind, expressions=[exp.Literal.string(name) for name in _FLOATS])
    written = exp.Cast(this=value, to=text)
    zero = exp.EQ(this=written, expression=exp.Literal.string("-0"))
    both = exp.And(this=floating, expression=zero)
    return exp.Case(ifs=[exp.If(this=both, true=exp.Literal.string("0"))], default=written)
