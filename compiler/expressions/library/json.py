"""JSON."""

from __future__ import annotations

from fcompile.compiler.expressions import json_values as v
from fcompile.compiler.expressions import pattern_signatures as p
from fcompile.compiler.expressions import text_builders as t
from fcompile.compiler.expressions.function import Function

ENTRIES = (
    Function(
        "json_text",
        "json_text(x, path)",
        (2, 2),
        "json or a string, and a constant path",
        "string",
        p.json_texts,
        "The text of the string, number or bool at the path, such as `'$.user.tags[0]'`: $ is the whole of x, "
        '.name or ."any key" a member of an object, [0] an element of an array. A string comes without its '
        "quotes and escapes, a bool as true or false, a whole number as its digits, a number with a point or "
        "an exponent as the shortest text of the nearest float64: 1.50 is 1.5, 1e2 is 100.0. Of several equal "
        "keys the first counts. Strict JSON (RFC 8259): no NaN, no comma after the last element.",
        t.json_text,
        "NULL if x is NULL or not JSON, or the path leads nowhere, to null, an object or an array",
        plain=(1,),
        copies=((0, 4),),
        evaluate=v.json_text,
    ),
)
