"""Text to tree: a Pratt parser over the tokens.

Operators from loosest to tightest: ``or``; ``and``; ``not``; comparisons, ``is``, ``in``, ``between`` and
``like`` (which do not chain); ``+ -``; ``* / // %``; unary minus. All others are left-associative.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NoReturn

from fcompile.compiler.dtypes import (
    BOOL,
    DATE,
    FLOAT64,
    INT64,
    STRING,
    TIMESTAMP,
    DType,
    parse_dtype,
)
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.expressions import refused
from fcompile.compiler.expressions.functions import FUNCTIONS, Function
from fcompile.compiler.expressions.lexer import KEYWORDS, Token, tokens
from fcompile.compiler.expressions.moments import iso_date, iso_timestamp
from fcompile.compiler.expressions.nodes import Call, Case, Cast, Column, Expr, Literal, Place, children
from fcompile.compiler.expressions.problems import ExpressionError, Problem

MAX_BYTES = 20_000
MAX_DEPTH = 100
MAX_CASE_OPERAND = 50

_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _UNARY = range(1, 8)

_BINARY: Mapping[str, tuple[int, str]] = {
    "=": (_COMPARE, "eq"),
    "==": (_COMPARE, "eq"),
    "!=": (_COMPARE, "ne"),
    "<>": (_COMPARE, "ne"),
    "<": (_COMPARE, "lt"),
    "<=": (_COMPARE, "le"),
    ">": (_COMPARE, "gt"),
    ">=": (_COMPARE, "ge"),
    "+": (_ADD, "add"),
    "-": (_ADD, "subtract"),
    "*": (_MULTIPLY, "multiply"),
    "/": (_MULTIPLY, "divide"),
    "//": (_MULTIPLY, "floor_divide"),
    "%": (_MULTIPLY, "modulo"),
}
_WORDS: Mapping[str, int] = {
    "or": _OR,
    "and": _AND,
    "is": _COMPARE,
    "in": _COMPARE,
    "between": _COMPARE,
    "like": _COMPARE,
    "not": _COMPARE,
}


def parse(text: str) -> Expr:
    """Return the tree of ``text``; raise ``ExpressionError`` with every problem that can be told apart."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        message = f"the expression is longer than {MAX_BYTES:,} bytes"
        raise ExpressionError([Problem("FC311", message, Place(0, 1), "split it into several features")])
    parser = _Parser(text)
    tree = parser.whole()
    if parser.problems:
        raise ExpressionError(parser.problems)
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    # Tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def sees(self, text: str) -> bool:
        """Whether the next token is this symbol or keyword."""
        token = self.next
        return token.word == text if token.kind == "word" else token.kind == "symbol" and token.text == text

    def accept(self, text: str) -> bool:
        if self.sees(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str, why: str) -> Token:
        if not self.sees(text):
            self.unexpected(f"`{text}` {why}")
        return self.take()

    def span(self, start: int) -> Place:
        """From ``start`` to the end of the last token taken."""
        return Place(start, max(1, self.tokens[self.at - 1].end - start))

    # Problems

    def fail(self, code: str, message: str, place: Place, hint: str = "") -> NoReturn:
        raise ExpressionError([*self.problems, Problem(code, message, place, hint)])

    def unexpected(self, due: str) -> NoReturn:
        token = self.next
        if token.kind == "end":
            self.fail("FC301", f"the expression ends where {due} is due", token.place)
        if token.kind == "symbol" and token.text in refused.SYMBOLS:
            message = f"`{token.text}` is not part of an expression"
            self.fail("FC304", message, token.place, refused.SYMBOLS[token.text])
        if token.kind == "word" and token.word in refused.WORDS:
            message, _, hint = refused.WORDS[token.word].partition("; ")
            self.fail("FC304", message, token.place, hint)
        self.fail("FC301", f"`{self.written(token)}` stands where {due} is due", token.place)

    def written(self, token: Token) -> str:
        return self.text[token.place.start : token.end]

    # Grammar

    def whole(self) -> Expr:
        if self.next.kind == "end":
            self.fail("FC301", "the expression is empty", Place(0, 1))
        tree = self.expression(_OR)
        if self.at < len(self.tokens) - 1:
            self.unexpected("an operator or the end")
        if _deeper(tree, MAX_DEPTH):
            self.too_deep(tree.place)
        return tree

    def too_deep(self, place: Place) -> NoReturn:
        message = f"the expression is nested more than {MAX_DEPTH} deep"
        self.fail("FC311", message, place, "split it into several features, or use in (...)")

    def expression(self, least: int) -> Expr:
        """Parse operators that bind at least as tightly as ``least``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep(self.next.place)
        left = self.prefix()
        while (level := self.level()) >= least:
            left = self.infix(left, level)
        self.depth -= 1
        return left

    def level(self) -> int:
        token = self.next
        if token.kind == "symbol":
            return _BINARY.get(token.text, (0, ""))[0]
        return _WORDS.get(token.word, 0) if token.kind == "word" else 0

    def infix(self, left: Expr, level: int) -> Expr:
        start = left.place.start
        token = self.next
        if level == _COMPARE:
            made = self.comparison(left, start)
            if self.level() == _COMPARE:
                hint = "write a < b and b < c, or use parentheses"
                self.fail("FC301", "comparisons do not chain", self.next.place, hint)
            return made
        self.take()
        right = self.expression(level + 1)
        if token.kind == "word":
            return Call(token.word, _flat(token.word, left, right), self.span(start))
        return Call(_BINARY[token.text][1], (left, right), self.span(start))

    def comparison(self, left: Expr, start: int) -> Expr:
        token = self.take()
        if token.kind == "symbol":
            right = self.expression(_ADD)
            return Call(_BINARY[token.text][1], (left, right), self.span(start))
        if token.word == "is":
            negated = self.accept("not")
            if not self.sees("null"):
                self.unexpected("`null` after `is`")
            self.take()
            made: Expr = Call("is_null", (left,), self.span(start))
            return Call("not", (made,), self.span(start)) if negated else made
        negated = token.word == "not"
        if negated:
            if self.next.word not in ("in", "between", "like"):
                self.unexpected("`in`, `between` or `like` after `not`")
            token = self.take()
        made = Call(token.word, (left, *self.tested(token.word)), self.span(start))
        return Call("not", (made,), self.span(start)) if negated else made

    def tested(self, operator: str) -> tuple[Expr, ...]:
        match operator:
            case "in":
                self.expect("(", "after `in`")
                if self.sees(")"):
                    self.fail("FC301", "`in ()` has no values", self.next.place, "list at least one")
                return self.arguments()
            case "between":
                low = self.expression(_ADD)
                self.expect("and", "after the lower bound of `between`")
                return (low, self.expression(_ADD))
        return (self.expression(_ADD),)

    def arguments(self) -> tuple[Expr, ...]:
        """Parse up to and with the closing parenthesis."""
        found: list[Expr] = []
        if self.accept(")"):
            return ()
        while True:
            found.append(self.expression(_OR))
            if not self.accept(","):
                self.expect(")", "or `,`")
                return tuple(found)

    def prefix(self) -> Expr:
        token = self.next
        match token.kind:
            case "number":
                return self.number(negative=False)
            case "string":
                self.take()
                return Literal(token.text, STRING, token.place)
            case "quoted":
                return self.quoted()
            case "word":
                return self.word()
        if self.accept("("):
            if self.next.word in ("select", "with"):
                self.unexpected("a value")
            inner = self.expression(_OR)
            self.expect(")", "to close `(`")
            return inner
        if self.accept("-"):
            if self.next.kind == "number":
                return self.number(negative=True)
            operand = self.expression(_UNARY)
            return Call("negate", (operand,), self.span(token.place.start))
        if token.text == "*":
            hint = "write the column's name"
            self.fail("FC304", "`*` stands where a value is due", token.place, hint)
        return self.unexpected("a value")

    def quoted(self) -> Expr:
        token = self.take()
        if not token.text:
            self.fail("FC301", "a quoted name is empty", token.place, "text is written in single quotes")
        return Column(token.text, token.place)

    def number(self, negative: bool) -> Expr:
        start = self.tokens[self.at - 1].place.start if negative else self.next.place.start
        token = self.take()
        sign = "-" if negative else ""
        if re.fullmatch(r"[0-9]+", token.text):
            # The length is looked at first: int() refuses thousands of digits with an error of its own.
            if len(token.text) > 40 or not -(2**63) <= int(sign + token.text) < 2**63:
                hint = "write it as a float64, as 1e19"
                self.fail("FC309", f"`{sign}{token.text[:40]}` does not fit int64", token.place, hint)
            return Literal(int(sign + token.text), INT64, self.span(start))
        if not re.fullmatch(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", token.text):
            named = any(c.isalpha() for c in token.text)
            hint = f'a column of this name is written "{token.text}"' if named else ""
            self.fail("FC301", f"`{token.text}` is not a number", token.place, hint)
        value = float(sign + token.text)
        if value in (float("inf"), float("-inf")):
            self.fail("FC309", f"`{token.text}` does not fit float64", token.place)
        return Literal(value, FLOAT64, self.span(start))

    def word(self) -> Expr:
        token = self.next
        match token.word:
            case "null":
                self.take()
                return Literal(None, None, token.place)
            case "true" | "false":
                self.take()
                return Literal(token.word == "true", BOOL, token.place)
            case "not":
                self.take()
                operand = self.expression(_NOT)
                return Call("not", (operand,), self.span(token.place.start))
            case "case":
                return self.case()
            case "cast":
                return self.cast()
        following = self.tokens[self.at + 1]
        if token.word in KEYWORDS:
            self.keyword(token)
        if token.word in ("date", "timestamp") and following.kind == "string":
            return self.moment()
        if following.kind == "symbol" and following.text == "(":
            return self.call()
        return self.column()

    def keyword(self, token: Token) -> NoReturn:
        hint = f'a column of this name is written "{token.text}"'
        self.fail("FC301", f"`{token.text}` stands where a value is due", token.place, hint)

    def column(self) -> Expr:
        token = self.next
        following = self.tokens[self.at + 1]
        if token.word in refused.NOW_WORDS:
            message = f"`{token.text}` cannot be used: {refused.NONDETERMINISTIC[token.word]}"
            hint = f'a column of this name is written "{token.text}"'
            self.fail("FC303", message, token.place, hint)
        if following.kind not in ("symbol", "end") and token.word in refused.WORDS:
            self.unexpected("a value")
        self.take()
        return Column(token.text, token.place)

    def call(self) -> Expr:
        token = self.take()
        function = FUNCTIONS.get(token.word)
        self.take()
        if self.sees("*") and token.word not in FUNCTIONS:
            self.unknown(token)
            self.fail("FC304", "`*` stands where a value is due", self.next.place, "write the column's name")
        arguments = self.arguments()
        place = self.span(token.place.start)
        if function is None:
            self.unknown(token)
        else:
            self.count(function, len(arguments), place)
        return Call(token.word, arguments, place)

    def unknown(self, token: Token) -> None:
        name = token.word
        if name in refused.NONDETERMINISTIC:
            message = f"`{name}` cannot be used: {refused.NONDETERMINISTIC[name]}"
            problem = Problem("FC303", message, token.place, "read a timestamp column of the source instead")
        else:
            known = [*FUNCTIONS, "cast"]
            hint = refused.INSTEAD.get(name) or did_you_mean(name, known) or f"known: {listed(known, 20)}"
            problem = Problem("FC302", f"there is no function `{token.text}`", token.place, hint)
        self.problems.append(problem)

    def count(self, function: Function, given: int, place: Place) -> None:
        low, high = function.arity
        if low <= given and (high is None or given <= high):
            return
        need = f"{low}" if high == low else f"{low} or more" if high is None else f"{low} to {high}"
        message = f"`{function.name}` takes {need} argument{'' if need == '1' else 's'}, not {given}"
        self.problems.append(Problem("FC305", message, place, f"write {function.syntax}"))

    def moment(self) -> Expr:
        """``date '...'`` and ``timestamp '...'``."""
        word, text = self.take(), self.take()
        read: Callable[[str], str | None] = iso_date if word.word == "date" else iso_timestamp
        value = read(text.text)
        if value is None:
            form = "2024-01-31" if word.word == "date" else "2024-01-31 12:00:00"
            hint = f"write {word.word} '{form}'"
            self.fail("FC309", f"'{text.text[:40]}' is not an ISO {word.word}", text.place, hint)
        return Literal(value, DATE if word.word == "date" else TIMESTAMP, self.span(word.place.start))

    def case(self) -> Expr:
        start = self.take().place.start
        operand = None if self.sees("when") else self.expression(_OR)
        if operand is not None and _larger(operand, MAX_CASE_OPERAND):
            hint = "write case when condition then value"
            self.fail("FC311", "the operand of `case` is too large", operand.place, hint)
        whens: list[tuple[Expr, Expr]] = []
        if not self.sees("when"):
            self.unexpected("`when`")
        while self.accept("when"):
            condition = self.expression(_OR)
            if operand is not None:
                condition = Call("eq", (operand, condition), condition.place)
            self.expect("then", "after the condition")
            whens.append((condition, self.expression(_OR)))
        otherwise: Expr = Literal(None, None, self.next.place)
        if self.accept("else"):
            otherwise = self.expression(_OR)
        self.expect("end", "to close `case`")
        return Case(tuple(whens), otherwise, self.span(start))

    def cast(self) -> Expr:
        start = self.take().place.start
        self.expect("(", "after `cast`")
        operand = self.expression(_OR)
        self.expect("as", "and a type in `cast(x as dtype)`")
        dtype = self.dtype()
        self.expect(")", "to close `cast(`")
        return Cast(operand, dtype, place=self.span(start))

    def dtype(self) -> DType:
        """Parse what stands up to the parenthesis that closes ``cast(``."""
        start, depth = self.next.place.start, 0
        while self.next.kind != "end" and (depth or not self.sees(")")):
            depth += self.sees("(") - self.sees(")")
            self.take()
        if self.next.place.start == start:
            self.unexpected("a type")
        place = self.span(start)
        text = self.text[place.start : place.start + place.length].lower()
        try:
            return parse_dtype(text)
        except ValueError as error:
            known = refused.SQL_TYPES.get(text.partition("(")[0].strip())
            hint = f"write {known}" if known else did_you_mean(text, ("int64", "float64", "string", "bool"))
            self.fail("FC310", str(error), place, hint)


def _flat(operator: str, *operands: Expr) -> tuple[Expr, ...]:
    """``a and b and c`` is one call, however it is bracketed: it means the same, and does not nest."""
    found: list[Expr] = []
    for operand in operands:
        same = isinstance(operand, Call) and operand.function == operator
        found.extend(children(operand) if same else (operand,))
    return tuple(found)


def _deeper(tree: Expr, most: int) -> bool:
    level = [tree]
    for _ in range(most):
        level = [child for node in level for child in children(node)]
        if not level:
            return False
    return True


def _larger(tree: Expr, most: int) -> bool:
    stack, count = [tree], 0
    while stack and count <= most:
        count += 1
        stack.extend(children(stack.pop()))
    return count > most
