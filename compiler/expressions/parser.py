"""Text to tree: a Pratt parser over the tokens.

Operators from loosest to tightest: ``or``; ``and``; ``not``; comparisons, ``is``, ``in``, ``between`` and
``like`` (which do not chain); ``+ -``; ``* / // %``; unary minus. All others are left-associative.
"""

from __future__ import annotations

from typing import NoReturn

from fcompile.compiler.dtypes import BOOL, STRING
from fcompile.compiler.errors import did_you_mean, listed
from fcompile.compiler.expressions import refused
from fcompile.compiler.expressions.constants import dtype, moment, number
from fcompile.compiler.expressions.cursor import Cursor
from fcompile.compiler.expressions.functions import FUNCTIONS, Function
from fcompile.compiler.expressions.lexer import KEYWORDS, Token
from fcompile.compiler.expressions.nodes import (
    Call,
    Case,
    Cast,
    Column,
    Expr,
    Literal,
    Place,
    children,
    is_deeper,
    is_larger,
)
from fcompile.compiler.expressions.precedence import ADD, BINARY, COMPARE, NOT, OR, UNARY, WORDS
from fcompile.compiler.expressions.problems import ExpressionError, Problem
from fcompile.compiler.tree import Node

MAX_BYTES = 20_000
MAX_DEPTH = 100
MAX_CASE_OPERAND = 50


def parse(text: str, origin: Node | None = None) -> Expr:
    """Return the tree of ``text``, which stands at ``origin``.

    Raises ``ExpressionError`` with every problem that can be told apart.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        message = f"the expression is longer than {MAX_BYTES:,} bytes"
        raise ExpressionError([Problem("FC311", message, Place(0, 1), "split it into several features")])
    parser = _Parser(text, origin)
    tree = parser.whole()
    if parser.problems:
        raise ExpressionError(parser.problems)
    return tree


class _Parser(Cursor):
    def __init__(self, text: str, origin: Node | None) -> None:
        super().__init__(text, origin)
        self.depth = 0

    def whole(self) -> Expr:
        if self.next.kind == "end":
            self.fail("FC301", "the expression is empty", Place(0, 1))
        tree = self.expression(OR)
        if self.at < len(self.tokens) - 1:
            self.unexpected("an operator or the end")
        if is_deeper(tree, MAX_DEPTH):
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
            return BINARY.get(token.text, (0, ""))[0]
        return WORDS.get(token.word, 0) if token.kind == "word" else 0

    def infix(self, left: Expr, level: int) -> Expr:
        start = left.place.start
        token = self.next
        if level == COMPARE:
            made = self.comparison(left, start)
            if self.level() == COMPARE:
                hint = "write a < b and b < c, or use parentheses"
                self.fail("FC301", "comparisons do not chain", self.next.place, hint)
            return made
        self.take()
        right = self.expression(level + 1)
        if token.kind == "word":
            return Call(token.word, _flat(token.word, left, right), self.span(start))
        return Call(BINARY[token.text][1], (left, right), self.span(start))

    def comparison(self, left: Expr, start: int) -> Expr:
        token = self.take()
        if token.kind == "symbol":
            right = self.expression(ADD)
            return Call(BINARY[token.text][1], (left, right), self.span(start))
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
                low = self.expression(ADD)
                self.expect("and", "after the lower bound of `between`")
                return (low, self.expression(ADD))
        return (self.expression(ADD),)

    def arguments(self) -> tuple[Expr, ...]:
        """Parse up to and with the closing parenthesis."""
        found: list[Expr] = []
        if self.accept(")"):
            return ()
        while True:
            found.append(self.expression(OR))
            if not self.accept(","):
                self.expect(")", "or `,`")
                return tuple(found)

    def prefix(self) -> Expr:
        token = self.next
        match token.kind:
            case "number":
                return number(self, negative=False)
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
            inner = self.expression(OR)
            self.expect(")", "to close `(`")
            return inner
        if self.accept("-"):
            if self.next.kind == "number":
                return number(self, negative=True)
            operand = self.expression(UNARY)
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
                operand = self.expression(NOT)
                return Call("not", (operand,), self.span(token.place.start))
            case "case":
                return self.case()
            case "cast":
                return self.cast()
        following = self.tokens[self.at + 1]
        if token.word in KEYWORDS:
            self.keyword(token)
        if token.word == "try_cast" and following.kind == "symbol" and following.text == "(":
            return self.cast()
        if token.word in ("date", "timestamp") and following.kind == "string":
            return moment(self)
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
            message = f"`{token.text}` cannot be used: {refused.DRIFTS}"
            hint = f'{refused.NONDETERMINISTIC[token.word]}. A column of this name is written "{token.text}"'
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
            message = f"`{name}` cannot be used: {refused.DRIFTS}"
            problem = Problem("FC303", message, token.place, refused.NONDETERMINISTIC[name])
        else:
            known = [*FUNCTIONS, "cast", "try_cast"]
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

    def case(self) -> Expr:
        start = self.take().place.start
        operand = None if self.sees("when") else self.expression(OR)
        if operand is not None and is_larger(operand, MAX_CASE_OPERAND):
            hint = "write case when condition then value"
            self.fail("FC311", "the operand of `case` is too large", operand.place, hint)
        whens: list[tuple[Expr, Expr]] = []
        if not self.sees("when"):
            self.unexpected("`when`")
        while self.accept("when"):
            condition = self.expression(OR)
            if operand is not None:
                condition = Call("eq", (operand, condition), condition.place)
            self.expect("then", "after the condition")
            whens.append((condition, self.expression(OR)))
        otherwise: Expr = Literal(None, None, self.next.place)
        if self.accept("else"):
            otherwise = self.expression(OR)
        self.expect("end", "to close `case`")
        return Case(tuple(whens), otherwise, self.span(start))

    def cast(self) -> Expr:
        word = self.take()
        self.expect("(", f"after `{word.word}`")
        operand = self.expression(OR)
        self.expect("as", f"and a type in `{word.word}(x as dtype)`")
        to = dtype(self)
        self.expect(")", f"to close `{word.word}(`")
        return Cast(operand, to, place=self.span(word.place.start), safe=word.word == "try_cast")


def _flat(operator: str, *operands: Expr) -> tuple[Expr, ...]:
    """``a and b and c`` is one call, however it is bracketed: it means the same, and does not nest."""
    found: list[Expr] = []
    for operand in operands:
        same = isinstance(operand, Call) and operand.function == operator
        found.extend(children(operand) if same else (operand,))
    return tuple(found)
