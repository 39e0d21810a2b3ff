"""The words of DataFusion: a stated part of the language; the rest is refused, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.compiler.expressions.engines.words import Words
from tests.engines.datafusion.numbers import NUMBERS, wrapping
from tests.engines.datafusion.texts import TEXTS
from tests.engines.datafusion.times import TIMES

_LETTERS = "it makes several characters of some letters, such as SS of ß"
_LATER = "it is not said so far"

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "lower": _LETTERS,
        "upper": _LETTERS,
        "pow": _LATER,
        "hash_bucket": "it has no way from hexadecimal digits to a number",
        "json_text": "it has no functions of JSON",
        **dict.fromkeys(("regexp_extract", "regexp_matches"), _LATER),
        **dict.fromkeys(("list_contains", "list_element", "list_length", "list_sum"), _LATER),
        **dict.fromkeys(("cosine_similarity", "dot", "l2_distance"), _LATER),
    }
)
REFUSED_CASTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("try", "*"): _LATER,
        ("string", "*"): "it reads texts more widely than the language, such as 1e3 for a whole number",
        ("bytes", "*"): _LATER,
        ("float64", "float32"): "it makes infinity of what does not fit",
        ("timestamp", "string"): _LATER,
        **{(kind, "decimal"): _LATER for kind in ("int32", "int64", "decimal")},
    }
)

WORDS = Words(
    functions=MappingProxyType({**NUMBERS, **TEXTS, **TIMES}),
    refused=REFUSED,
    refused_calls=MappingProxyType(dict.fromkeys(("add", "subtract", "multiply", "negate"), wrapping)),
    refused_casts=REFUSED_CASTS,
)
