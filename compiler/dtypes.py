"""Feature types of SPEC 3 and durations, with the text forms they are written in.

>>> str(parse_dtype("struct<name:string, tags:list<int64>>"))
'struct<name:string,tags:list<int64>>'
>>> parse_duration("1h")
datetime.timedelta(seconds=3600)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

SCALARS = (
    "bool",
    "int32",
    "int64",
    "float32",
    "float64",
    "string",
    "bytes",
    "date",
    "timestamp",
    "json",
)
KINDS = (*SCALARS, "decimal", "list", "struct", "vector")
KEY_KINDS = ("bool", "int32", "int64", "string", "bytes", "date", "timestamp")
"""What a join key may be: types whose equality means the same in every engine."""


@dataclass(frozen=True, slots=True)
class DType:
    """A type. Only the attributes of its ``kind`` are set.

    Attributes:
        kind: one of ``KINDS``.
        precision, scale: of ``decimal(precision, scale)``.
        item: element type of a ``list`` or ``vector``.
        fields: name and type of each member of a ``struct``, in order.
        length: number of elements of a ``vector``.
    """

    kind: str
    precision: int = 0
    scale: int = 0
    item: DType | None = None
    fields: tuple[tuple[str, DType], ...] = ()
    length: int = 0

    def __str__(self) -> str:
        match self.kind:
            case "decimal":
                return f"decimal({self.precision},{self.scale})"
            case "list":
                return f"list<{self.item}>"
            case "vector":
                return f"vector<{self.item},{self.length}>"
            case "struct":
                return "struct<" + ",".join(f"{n}:{t}" for n, t in self.fields) + ">"
        return self.kind


BOOL, INT32, INT64, FLOAT32, FLOAT64, STRING, BYTES, DATE, TIMESTAMP, JSON = map(DType, SCALARS)

_TOKEN = re.compile(r"\s*([a-z][a-z0-9_]*|[0-9]+|[<>(),:])")
_MAX_DEPTH = 8


def parse_dtype(text: str) -> DType:
    """Return the type that ``text`` names; raise ``ValueError`` with a sentence for the user."""
    tokens: list[str] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        m = _TOKEN.match(stripped, at)
        if m is None:
            raise ValueError(f"`{text}` is not a type")
        tokens.append(m.group(1))
        at = m.end()
    dtype, rest = _parse(tokens, text, 0)
    if rest:
        raise ValueError(f"`{text}` is not a type: `{rest[0]}` is left over")
    return dtype


def _parse(tokens: list[str], text: str, depth: int) -> tuple[DType, list[str]]:
    if not tokens or depth > _MAX_DEPTH:
        raise ValueError(f"`{text}` is not a type" + (": nested too deep" if tokens else ""))
    kind, rest = tokens[0], tokens[1:]
    match kind:
        case "decimal":
            precision, scale = _numbers(rest, text)
            if not (1 <= precision <= 38 and 0 <= scale <= precision):
                raise ValueError(f"`{text}`: write decimal(p,s) with 1 <= p <= 38 and 0 <= s <= p")
            return DType("decimal", precision=precision, scale=scale), rest[5:]
        case "list":
            item, rest = _parse(_expect(rest, "<", text), text, depth + 1)
            return DType("list", item=item), _expect(rest, ">", text)
        case "vector":
            item, rest = _parse(_expect(rest, "<", text), text, depth + 1)
            rest = _expect(rest, ",", text)
            if item != FLOAT32 or not rest or not rest[0].isdigit() or not 1 <= int(rest[0]) <= 65_536:
                raise ValueError(f"`{text}`: write vector<float32,n> with n from 1 to 65536")
            return DType("vector", item=item, length=int(rest[0])), _expect(rest[1:], ">", text)
        case "struct":
            return _struct(_expect(rest, "<", text), text, depth)
    if kind not in SCALARS:
        raise ValueError(f"`{kind}` is not a type")
    return DType(kind), rest


def _struct(tokens: list[str], text: str, depth: int) -> tuple[DType, list[str]]:
    fields: list[tuple[str, DType]] = []
    while True:
        if not tokens or not tokens[0][0].isalpha():
            raise ValueError(f"`{text}`: write struct<name:type,...>")
        name = tokens[0]
        if any(name == n for n, _ in fields):
            raise ValueError(f"`{text}`: `{name}` stands twice")
        item, tokens = _parse(_expect(tokens[1:], ":", text), text, depth + 1)
        fields.append((name, item))
        if tokens[:1] != [","]:
            return DType("struct", fields=tuple(fields)), _expect(tokens, ">", text)
        tokens = tokens[1:]


def _expect(tokens: list[str], what: str, text: str) -> list[str]:
    if tokens[:1] != [what]:
        raise ValueError(f"`{text}` is not a type: `{what}` is missing")
    return tokens[1:]


def _numbers(tokens: list[str], text: str) -> tuple[int, int]:
    match tokens[:5]:
        case ["(", p, ",", s, ")"] if p.isdigit() and s.isdigit():
            return int(p), int(s)
    raise ValueError(f"`{text}`: write decimal(p,s)")


_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DURATION = re.compile(r"([1-9][0-9]{0,11}|0)(ms|s|m|h|d|w)")
_LONGEST = timedelta(days=365_000)


def parse_duration(text: str) -> timedelta:
    """Return the duration that ``text`` names (``500ms 90s 15m 1h 7d 4w``); raise ``ValueError``."""
    m = _DURATION.fullmatch(text)
    if m is None:
        raise ValueError(f"`{text}` is not a duration; write it as 500ms, 90s, 15m, 1h, 7d or 4w")
    try:
        duration = int(m.group(1)) * _UNITS[m.group(2)]
    except OverflowError:
        duration = timedelta.max
    if duration > _LONGEST:
        raise ValueError(f"`{text}` is longer than 1000 years")
    return duration


def format_duration(duration: timedelta) -> str:
    """Return the shortest text that ``parse_duration`` reads back.

    >>> format_duration(parse_duration("168h"))
    '1w'
    """
    if not duration:
        return "0s"
    for unit in ("w", "d", "h", "m", "s"):
        if duration % _UNITS[unit] == timedelta(0):
            return f"{duration // _UNITS[unit]}{unit}"
    return f"{duration // _UNITS['ms']}ms"
