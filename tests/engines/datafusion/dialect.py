"""Apache DataFusion 55, in the process: a dialect that does not come with fcompile. Facts were run ([RAN]) on 55.0.0.

Pages are those of datafusion.apache.org/user-guide/sql.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from sqlglot import exp

from fcompile.dialects.base import STAGED, Dialect, Rewrite
from fcompile.dialects.rewrites import without_qualify, without_row_comparisons, without_semi_joins


def with_try_cast(tree: exp.Expr) -> exp.Expr:
    """expressions.html: TRY_CAST is there; Postgres has none, and its printer says CAST."""
    for node in reversed(list(tree.find_all(exp.TryCast))):
        said = exp.Anonymous(this="TRY_CAST", expressions=[exp.Alias(this=node.this, alias=node.to)])
        if node is tree:
            return said
        node.replace(said)
    return tree


def with_frames(tree: exp.Expr) -> exp.Expr:
    """ROW_NUMBER over rows: without a frame it is a range, which has no order of bytes [RAN]."""
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.RowNumber) and window.args.get("order") is not None:
            to_here = {"kind": "ROWS", "start": "UNBOUNDED", "start_side": "PRECEDING", "end": "CURRENT ROW"}
            window.set("spec", exp.WindowSpec(**to_here))
    return tree


_NOT_YET = "only count, count_distinct, sum, avg, min and max are said so far"


class DataFusion(Dialect):
    name: ClassVar[str] = "datafusion"
    # sqlglot has no DataFusion. It leaves out NULLS LAST and FIRST where the printer's engine puts NULLs there by
    # itself: with Postgres' they are large, as they are here (select.html#order-by).
    printer: ClassVar[str | None] = "postgres"
    templates: ClassVar[Path | None] = Path(__file__).parent / "templates"

    # data_types.html. REAL is Float32, TEXT is Utf8View; json has no type of its own.
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
        "json": "TEXT",
    }
    # CAST('..+02:00' AS TIMESTAMP(6)) gives the instant [RAN].
    instant_type: ClassVar[str] = "TIMESTAMP"

    refused_types: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "json": "it has no type for JSON; declare it as string",
            "list": "lists are not said so far",
            "vector": "lists are not said so far",
            "struct": "structs are not said so far",
        }
    )
    refused_aggregations: ClassVar[Mapping[str, str]] = MappingProxyType(
        dict.fromkeys(
            (
                *("first", "last", "last_n", "last_distinct_n", "top_k", "approx_count_distinct"),
                *("stddev_samp", "var_samp", "percentile"),
            ),
            _NOT_YET,
        )
    )

    # select.html: QUALIFY is there, but the printer has a form of its own for it; a SEMI JOIN is a LEFT SEMI JOIN;
    # there is no as-of join. A CTE is inlined where it is read [RAN]. Tables end with the session (ddl.html).
    rewrites: ClassVar[tuple[Rewrite, ...]] = (
        without_qualify,
        without_semi_joins,
        without_row_comparisons,
        with_try_cast,
        with_frames,
    )
    keep_cte: ClassVar[str | None] = STAGED

    # -- types and times ------------------------------------------------------------------------

    def scalar(self, kind: str) -> exp.DataType:
        """TIMESTAMP alone has nanoseconds, and years to 2262 [RAN]."""
        if kind != "timestamp":
            return super().scalar(kind)
        six = exp.DataTypeParam(this=exp.Literal.number(6))
        return exp.DataType(this=exp.DataType.Type.TIMESTAMP, expressions=[six])

    def instant(self) -> exp.DataType:
        return self.scalar("timestamp")

    # A timestamp's number is that of its unit [RAN]: microseconds. DATE_BIN goes through nanoseconds, and fails
    # beyond 2262 [RAN]. % has the dividend's sign.
    def microseconds(self, timestamp: exp.Expr) -> exp.Expr:
        return exp.Cast(this=exp.Cast(this=timestamp, to=self.scalar("timestamp")), to=self.scalar("int64"))

    def floor_time(self, timestamp: exp.Expr, width: timedelta) -> exp.Expr:
        count = exp.Literal.number(width // timedelta(microseconds=1))
        whole = self.microseconds(timestamp)
        rest = exp.Paren(this=exp.Mod(this=whole, expression=count))
        up = exp.Paren(this=exp.Add(this=rest, expression=count.copy()))
        rest = exp.Paren(this=exp.Mod(this=up, expression=count.copy()))
        return exp.Cast(this=exp.Sub(this=whole.copy(), expression=rest), to=self.scalar("timestamp"))

    # -- values ---------------------------------------------------------------------------------------

    def ordered_value(self, value: exp.Expr, kind: str) -> exp.Expr:
        """A NaN with a sign, such as 0 * infinity gives, is below all numbers [RAN]; -0.0 equals 0.0 [RAN]."""
        return unsigned_nan(value, kind) if kind in ("float32", "float64") else value

    def sort_keys(self, value: exp.Expr, kind: str) -> Sequence[exp.Expr]:
        return (self.ordered_value(value, kind),)

    # aggregate_functions.html#sum: of BIGINT it wraps around without a word [RAN]; of floats it is a DOUBLE.
    def sum_of(self, value: exp.Expr, kind: str, where: exp.Expr | None) -> exp.Expr:
        if kind in ("int32", "int64"):
            value = exp.Cast(this=value, to=self.decimal(38, 0))
        total = self._of_some(exp.Sum(this=value), where)
        return total if kind else self._checked_sum(total, value, where)

    def _checked_sum(self, total: exp.Expr, value: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        """A sum of a type that no contract tells: where whole numbers wrapped around, it is far from that of floats."""
        only = None if where is None else where.copy()
        double = self.scalar("float64")
        # To the planner SUM(x) and SUM(CAST(x ..)) have one name, and clash [RAN].
        number = exp.Mul(this=exp.Cast(this=value.copy(), to=double), expression=exp.Literal.number("1e0"))
        floats = self._of_some(exp.Sum(this=number), only)
        apart = exp.Abs(this=exp.Sub(this=floats, expression=exp.Cast(this=total.copy(), to=double)))
        kind = exp.Anonymous(this="ARROW_TYPEOF", expressions=[total.copy()])
        wrapped = exp.And(
            this=exp.Like(this=kind, expression=exp.Literal.string("%Int%")),
            expression=exp.GT(this=apart, expression=exp.Literal.number("4e18")),
        )
        # It has no function that raises an error [RAN]; of a constant the planner would make it always.
        random = exp.Cast(this=exp.Anonymous(this="RANDOM"), to=self.scalar("string"))
        said = exp.DPipe(this=exp.Literal.string("a sum beyond int64 "), expression=random)
        error = exp.Case(ifs=[exp.If(this=wrapped, true=exp.Cast(this=said, to=self.scalar("int64")))])
        never = exp.Is(this=error, expression=exp.Not(this=exp.Null()))
        return exp.Case(ifs=[exp.If(this=never, true=exp.Null())], default=total)


def unsigned_nan(value: exp.Expr, kind: str) -> exp.Expr:
    """scalar_functions.html#nanvl: a float with the one NaN that is above all numbers."""
    double = exp.DataType.Type.DOUBLE if kind == "float64" else exp.DataType.Type.FLOAT
    nan = exp.Cast(this=exp.Literal.string("NaN"), to=exp.DataType(this=double))
    return exp.Anonymous(this="NANVL", expressions=[value, nan])
