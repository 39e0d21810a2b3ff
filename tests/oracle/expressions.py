"""The reference's own evaluator of `expr:` and `filter:`: a few shapes, in three-valued logic.

>>> evaluate("x > 3 and s is not null", {"x": 5, "s": None})
False
>>> evaluate("x > 3 or s like 'a%'", {"x": 5, "s": None})
True
>>> evaluate("not (x in (1, 2))", {"x": None}) is None
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from tests.oracle.order import compare

Row = Mapping[str, object]
Evaluator = Callable[[Row], object]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]+)?)
      | '(?P<text>(?:[^']|'')*)'
      | "(?P<quoted>(?:[^"]|"")*)"
      | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<sign><=|>=|<>|!=|[-+*(),=<>])
    )""",
    re.VERBOSE,
)
Token = tuple[str, str]


def evaluate(text: str, row: Row) -> object:
    """Return the value of ``text`` on ``row``; None is SQL's NULL (and its unknown)."""
    return _compiled(text)(row)


@lru_cache(maxsize=10_000)
def _compiled(text: str) -> Evaluator:
    parser = _Parser(_tokens(text))
    result = parser.disjunction()
    assert parser.peek() == ("end", ""), f"{text!r}: {parser.peek()} is left over"
    return result


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        assert found is not None and found.lastgroup is not None, f"{text!r}: cannot read on from {at}"
        kind, value = found.lastgroup, found.group(found.lastgroup)
        tokens.append((kind, value.lower() if kind == "word" else value))
        at = found.end()
    return [*tokens, ("end", "")]


class _Parser:
    """Recursive descent, loosest binding first; each method returns a function of the row."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self, *values: str) -> str | None:
        kind, value = self.peek()
        if kind in ("word", "sign") and value in values:
            self.at += 1
            return value
        return None

    def need(self, value: str) -> None:
        assert self.take(value) is not None, f"{value} expected, not {self.peek()}"

    def disjunction(self) -> Evaluator:
        left = self.conjunction()
        while self.take("or"):
            left = _either(left, self.conjunction())
        return left

    def conjunction(self) -> Evaluator:
        left = self.negation()
        while self.take("and"):
            left = _both(left, self.negation())
        return left

    def negation(self) -> Evaluator:
        if self.take("not"):
            return _not(self.negation())
        return self.comparison()

    def comparison(self) -> Evaluator:
        left = self.sum()
        if self.take("is"):
            negated = self.take("not")
            self.need("null")
            return _not(_is_null(left)) if negated else _is_null(left)
        negated = self.take("not")
        if self.take("in"):
            result = _member(left, self.arguments())
        elif self.take("between"):
            low = self.sum()
            self.need("and")
            result = _both(_compared(">=", left, low), _compared("<=", left, self.sum()))
        elif self.take("like"):
            result = _like(left, self.sum())
        else:
            sign = self.take("=", "<>", "!=", "<", "<=", ">", ">=")
            return _compared(sign, left, self.sum()) if sign else left
        return _not(result) if negated else result

    def sum(self) -> Evaluator:
        left = self.product()
        while sign := self.take("+", "-"):
            left = _arithmetic(sign, left, self.product())
        return left

    def product(self) -> Evaluator:
        left = self.unary()
        while sign := self.take("*"):
            left = _arithmetic(sign, left, self.unary())
        return left

    def unary(self) -> Evaluator:
        if self.take("-"):
            operand = self.unary()
            return _strict(lambda x: -x, operand)
        return self.primary()

    def primary(self) -> Evaluator:
        kind, value = self.peek()
        self.at += 1
        if kind == "number":
            return _constant(float(value) if "." in value else int(value))
        if kind == "text":
            return _constant(value.replace("''", "'"))
        if kind == "quoted":
            return _column(value.replace('""', '"'))
        if (kind, value) == ("sign", "("):
            inner = self.disjunction()
            self.need(")")
            return inner
        assert kind == "word", f"a value expected, not {value!r}"
        if value in ("null", "true", "false"):
            return _constant({"null": None, "true": True, "false": False}[value])
        if value == "case":
            return self.case()
        if self.peek() == ("sign", "("):
            return _called(value, self.arguments())
        return _column(value)

    def arguments(self) -> list[Evaluator]:
        self.need("(")
        found = [self.disjunction()]
        while self.take(","):
            found.append(self.disjunction())
        self.need(")")
        return found

    def case(self) -> Evaluator:
        branches: list[tuple[Evaluator, Evaluator]] = []
        while self.take("when"):
            condition = self.disjunction()
            self.need("then")
            branches.append((condition, self.disjunction()))
        otherwise = self.disjunction() if self.take("else") else _constant(None)
        self.need("end")
        return lambda row: next((v(row) for c, v in branches if c(row) is True), otherwise(row))


def _constant(value: object) -> Evaluator:
    return lambda row: value


def _column(name: str) -> Evaluator:
    return lambda row: row[name]


def _is_null(operand: Evaluator) -> Evaluator:
    return lambda row: operand(row) is None


def _strict(function: Callable[..., object], *operands: Evaluator) -> Evaluator:
    """NULL in, NULL out."""

    def run(row: Row) -> object:
        values = [operand(row) for operand in operands]
        return None if any(v is None for v in values) else function(*values)

    return run


def _not(operand: Evaluator) -> Evaluator:
    return _strict(lambda x: not x, operand)


def _both(left: Evaluator, right: Evaluator) -> Evaluator:
    def run(row: Row) -> object:
        a, b = left(row), right(row)
        if a is False or b is False:
            return False
        return None if a is None or b is None else True

    return run


def _either(left: Evaluator, right: Evaluator) -> Evaluator:
    return _not(_both(_not(left), _not(right)))


def _compared(sign: str, left: Evaluator, right: Evaluator) -> Evaluator:
    tests: dict[str, Callable[[int], bool]] = {
        "=": lambda c: c == 0,
        "<>": lambda c: c != 0,
        "!=": lambda c: c != 0,
        "<": lambda c: c < 0,
        "<=": lambda c: c <= 0,
        ">": lambda c: c > 0,
        ">=": lambda c: c >= 0,
    }
    return _strict(lambda a, b: tests[sign](compare(a, b)), left, right)


def _member(left: Evaluator, options: list[Evaluator]) -> Evaluator:
    result = _constant(False)
    for option in options:
        result = _either(result, _compared("=", left, option))
    return result


def _like(left: Evaluator, pattern: Evaluator) -> Evaluator:
    def matches(text: str, shape: str) -> bool:
        parts = {"%": ".*", "_": "."}
        regex = "".join(parts.get(c, re.escape(c)) for c in shape)
        return re.fullmatch(regex, text, re.DOTALL) is not None

    return _strict(matches, left, pattern)


def _arithmetic(sign: str, left: Evaluator, right: Evaluator) -> Evaluator:
    functions: dict[str, Callable[..., object]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
    }
    return _strict(functions[sign], left, right)


def _called(name: str, arguments: list[Evaluator]) -> Evaluator:
    if name == "coalesce":
        return lambda row: next((v for a in arguments if (v := a(row)) is not None), None)
    if name == "nullif":
        first, second = arguments
        same = _compared("=", first, second)
        return lambda row: None if same(row) is True else first(row)
    functions: dict[str, Callable[..., object]] = {"abs": abs, "length": len}
    return _strict(functions[name], *arguments)
