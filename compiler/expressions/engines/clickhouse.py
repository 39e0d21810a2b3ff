"""The expression language in ClickHouse's words. Facts marked [RAN] were run on version 26.9."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from sqlglot import exp

from fcompile.compiler.expressions.engines import clickhouse_comparisons as c
from fcompile.compiler.expressions.engines import clickhouse_json as j
from fcompile.compiler.expressions.engines import clickhouse_lists as ls
from fcompile.compiler.expressions.engines import clickhouse_numbers as n
from fcompile.compiler.expressions.engines import clickhouse_texts as t
from fcompile.compiler.expressions.engines import clickhouse_times as m
from fcompile.compiler.expressions.engines.clickhouse_casts import CASTS
from fcompile.compiler.expressions.engines.clickhouse_parts import each_once, plain, text
from fcompile.compiler.expressions.engines.clickhouse_powers import power
from fcompile.compiler.expressions.engines.words import Build, Words
from fcompile.compiler.expressions.nodes import Literal

_FUNCTIONS: Mapping[str, Build] = MappingProxyType(
    {
        "add": n.arithmetic(exp.Add),
        "subtract": n.arithmetic(exp.Sub),
        "multiply": n.arithmetic(exp.Mul),
        "divide": n.divide,
        "floor_divide": plain(n.floor_divide),
        "modulo": plain(n.modulo),
        "negate": n.negate,
        "abs": n.absolute,
        "round": n.rounded,
        "floor": n.whole(exp.Floor),
        "ceil": n.whole(exp.Ceil),
        "sign": n.sign,
        "sqrt": n.sqrt,
        "ln": n.ln,
        "log10": n.log10,
        "exp": n.exponential,
        "pow": power,
        "eq": c.compared(exp.EQ, c.equal),
        "ne": c.compared(exp.NEQ, c.not_equal),
        "lt": c.compared(exp.LT, c.less),
        "le": c.compared(exp.LTE, c.less_or_equal),
        "gt": c.compared(exp.GT, c.greater),
        "ge": c.compared(exp.GTE, c.greater_or_equal),
        "in": c.within,
        "between": c.between,
        "coalesce": c.first_known,
        "ifnull": c.first_known,
        "nullif": c.unless_equal,
        "greatest": c.greatest,
        "least": c.least,
        "clamp": c.clamp,
        "bucketize": each_once(c.bucketize),
        "contains": plain(t.contains),
        "starts_with": t.named("startsWith"),
        "ends_with": t.named("endsWith"),
        "length": plain(t.length),
        "lower": each_once(t.lower),
        "upper": each_once(t.upper),
        "like": plain(t.like),
        "replace": t.named("replaceAll"),
        "trim": t.named("trimBoth"),
        "ltrim": t.named("trimLeft"),
        "rtrim": t.named("trimRight"),
        "substr": plain(t.substring),
        "split_part": plain(t.split),
        "regexp_matches": plain(t.matches),
        "regexp_extract": plain(t.extract),
        "hash_bucket": t.bucket,
        "json_text": plain(j.json_text),
        "date_trunc": m.date_trunc,
        "date_part": m.date_part,
        "date_diff": m.date_diff,
        "add_duration": m.add_duration,
        "day_of_week": plain(m.day_of_week),
        "epoch_seconds": plain(m.epoch_seconds),
        "list_length": ls.of_list(ls.length),
        "list_contains": ls.of_list(ls.contains),
        "list_element": ls.of_list(ls.element),
        "list_sum": ls.of_list(ls.total),
        "dot": ls.two_lists(ls.dot),
        "cosine_similarity": ls.two_lists(ls.cosine_similarity),
        "l2_distance": ls.two_lists(ls.l2_distance),
    }
)


def _literal(literal: Literal, kind: exp.DataType | None) -> exp.Expr | None:
    """A bare 1.55 is a float, and a whole number of more than 32 bits a UInt64 [RAN]."""
    value = literal.value
    if isinstance(value, Decimal) and kind is not None:
        return exp.Cast(this=text(f"{value:f}"), to=kind)
    if type(value) is int and abs(value) >= 2**31 and kind is not None:
        return exp.Cast(this=text(str(value)), to=kind)
    return None


WORDS = Words(functions=_FUNCTIONS, casts=CASTS, literal=_literal)
