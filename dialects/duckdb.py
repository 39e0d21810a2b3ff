"""DuckDB 2.0. Facts that were run are marked [RAN]; pages are those of duckdb.org/docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.base import Dialect

# Nothing of a CSV's form is guessed: where a row is broken, the sniffer skips the rows before it, takes a
# value for a header or lines with # for comments, all without a word [RAN].
_CSV = {"quote": '"', "escape": '"', "comment": ""}


class DuckDB(Dialect):
    name: ClassVar[str] = "duckdb"

    # docs/sql/data_types/overview; JSON comes with the bundled json extension.
    scalar_types: ClassVar[Mapping[str, str]] = {
        "bool": "BOOLEAN",
        "int32": "INT",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "string": "TEXT",
        "bytes": "VARBINARY",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "json": "JSON",
    }
    # CAST('..+02:00' AS TIMESTAMP) drops the offset; TIMESTAMPTZ keeps the instant [RAN].
    instant_type: ClassVar[str] = "TIMESTAMPTZ"

    # docs/sql/query_syntax/with#cte-materialization
    inline_cte: ClassVar[str | None] = "NOT MATERIALIZED"
    keep_cte: ClassVar[str | None] = "MATERIALIZED"

    # docs/sql/data_types/array: FLOAT[n]
    def vector(self, item: exp.DataType, length: int) -> exp.DataType:
        size = [exp.Literal.number(length)]
        return exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[item], values=size, nested=True)

    # CAST(TIMESTAMP_NS AS TIMESTAMP) rounds to the nearest; TIMESTAMPTZ_NS has no cast [RAN].
    def from_nanoseconds(self, timestamp: exp.Expr, *, up: bool) -> exp.Expr:
        return _microseconds(timestamp, exp.GT, 1) if up else _microseconds(timestamp, exp.LT, -1)

    # docs/data/parquet/overview, docs/data/csv/overview; sample_size -1 reads the types off the whole file,
    # so that the answer does not depend on where in the file a value stands.
    def read_file(self, path: str, kind: str, types: Sequence[tuple[str, exp.DataType]]) -> exp.Expr:
        if kind == "parquet":
            return exp.Anonymous(this="READ_PARQUET", expressions=[exp.Literal.string(path)])
        options: list[exp.Expr] = [
            exp.Literal.string(path),
            _option("header", exp.true()),
            *(_option(name, exp.Literal.string(value)) for name, value in _CSV.items()),
            _option("delim", exp.Literal.string(r"\t" if path.endswith((".tsv", ".tsv.gz")) else ",")),
            _option("skip", exp.Literal.number(0)),
            _option("sample_size", exp.Literal.number(-1)),
        ]
        if types:
            members = [
                exp.PropertyEQ(this=self.identifier(n), expression=exp.Literal.string(self.sql(t)))
                for n, t in types
            ]
            options.append(_option("types", exp.Struct(expressions=members)))
        return exp.Anonymous(this="READ_CSV", expressions=options)


def _microseconds(time: exp.Expr, beyond: type[exp.Binary], step: int) -> exp.Expr:
    """Nanoseconds as a timestamp: cut towards 1970, as // does, then a step where that went the wrong way."""
    nanoseconds = exp.Anonymous(this="EPOCH_NS", expressions=[time])
    thousand = exp.Literal.number(1000)
    rest = beyond(this=exp.Mod(this=nanoseconds, expression=thousand), expression=exp.Literal.number(0))
    one = exp.Cast(this=rest, to=exp.DataType(this=exp.DataType.Type.BIGINT))
    add = exp.Add if step > 0 else exp.Sub
    whole = add(this=exp.IntDiv(this=nanoseconds, expression=thousand), expression=one)
    return exp.Anonymous(this="MAKE_TIMESTAMP", expressions=[whole])


def _option(name: str, value: exp.Expr) -> exp.Expr:
    return exp.EQ(this=exp.Column(this=exp.Identifier(this=name, quoted=False)), expression=value)
