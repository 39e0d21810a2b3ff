"""The text of a pattern to its tree, under limits; what engines read differently is refused at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from fcompile.compiler.expressions.regex import (
    DOT,
    Choice,
    End,
    Group,
    Regex,
    Repeat,
    Sequence,
    Start,
    is_nullable,
    size,
)
from fcompile.compiler.expressions.regex_chars import CharsReader, RegexError, one_char
from fcompile.compiler.expressions.regex_refused import GROUPS

MAX_LENGTH = 1_000
MAX_DEPTH = 20
MAX_COUNT = 255
"""What Postgres allows in braces."""
MAX_SIZE = 1_000
"""Characters and anchors once counts are written out; RE2 refuses more than 1,000 nested repetitions."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern and how many groups it has."""

    tree: Regex
    groups: int


def parse_regex(text: str) -> Pattern:
    """Return the tree of ``text``; raise ``RegexError`` with the first thing that is not of the common part."""
    if len(text) > MAX_LENGTH:
        raise RegexError(f"the pattern is longer than {MAX_LENGTH:,} characters", 0, 1)
    if not text:
        raise RegexError("the pattern is empty, and would match every text", 0, 1)
    parser = _Parser(text)
    tree = parser.choice()
    if parser.at < len(text):
        parser.fail("`)` closes nothing", hint="write \\) for the character")
    if size(tree) > MAX_SIZE:
        raise RegexError(f"the pattern is larger than {MAX_SIZE:,} once its counts are written out", 0, 1)
    return Pattern(tree, parser.groups)


class _Parser(CharsReader):
    """What is repeated, grouped and chosen from; characters are the reader's."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.groups = 0
        self.depth = 0

    def choice(self) -> Regex:
        options = [self.sequence()]
        while self.sees("|"):
            self.take()
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Regex:
        items: list[Regex] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            items.append(self.quantified())
        if not items:
            start = min(self.at, len(self.text) - 1)
            self.fail(
                "an alternative or group is empty", hint="write (...)? for what may be absent", start=start
            )
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def quantified(self) -> Regex:
        start = self.at
        item = self.atom()
        counted = self.at
        count = self.count()
        if count is None:
            return item
        length = self.at - counted
        if is_nullable(item):
            message = f"`{self.text[counted : self.at]}` repeats what can match nothing"
            self.fail(message, length, "let what is repeated match at least one character", start=counted)
        if self.at < len(self.text) and self.text[self.at] in "?+*{":
            self.second()
        made = Repeat(item, *count)
        if size(made) > MAX_SIZE:
            self.fail(f"this is repeated to more than {MAX_SIZE:,} characters", self.at - start, start=start)
        return made

    def second(self) -> NoReturn:
        match self.text[self.at]:
            case "?":
                hint = "repetitions take as much as they can; write [^x]* up to an x"
                self.fail("a lazy repetition is not the same in every engine", hint=hint)
            case "+":
                self.fail("a possessive repetition is not known to every engine", hint="leave the `+` away")
        self.fail("a repetition follows another one", hint="group the first: (?:...)")

    def count(self) -> tuple[int, int | None] | None:
        match self.text[self.at : self.at + 1]:
            case "*":
                self.take()
                return 0, None
            case "+":
                self.take()
                return 1, None
            case "?":
                self.take()
                return 0, 1
            case "{":
                return self.braces()
        return None

    def braces(self) -> tuple[int, int | None]:
        start = self.at
        end = self.text.find("}", start)
        inner = self.text[start + 1 : end] if end > 0 else ""
        low, comma, high = inner.partition(",")
        good = all(part.isascii() and part.isdigit() and len(part) <= 3 for part in (low, high or "0"))
        if end < 0 or not good:
            hint = "write {2}, {2,} or {2,5}; the character is \\{"
            self.fail("`{` begins no count", hint=hint)
        self.at = end + 1
        least = int(low)
        most = least if not comma else int(high) if high else None
        if max(least, most or 0) > MAX_COUNT or most == 0 or (most is not None and most < least):
            message = f"`{{{inner}}}` is not a count from 1 to {MAX_COUNT}, the lesser number first"
            self.fail(message, end + 1 - start, start=start)
        return least, most

    def atom(self) -> Regex:
        start = self.at
        match char := self.take():
            case ".":
                return DOT
            case "^":
                return Start()
            case "$":
                return End()
            case "(":
                return self.group(start)
            case "[":
                return self.chars(start)
            case "\\":
                return self.escaped(start)
            case "*" | "+" | "?" | "{":
                self.fail(f"`{char}` repeats nothing", hint=f"write \\{char} for the character", start=start)
        return one_char(self.plain(char, start))

    def group(self, start: int) -> Regex:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"groups are nested more than {MAX_DEPTH} deep", start=start)
        number = 0
        if self.sees("?:"):
            self.at += 2
        elif self.sees("?"):
            self.question(start)
        else:
            self.groups += 1
            number = self.groups
        item = self.choice()
        if not self.sees(")"):
            self.fail("the group that starts here is not closed", hint="add a closing )", start=start)
        self.take()
        self.depth -= 1
        return Group(item, number) if number else item

    def question(self, start: int) -> NoReturn:
        for mark, (what, hint) in GROUPS.items():
            if self.text.startswith(mark, start + 2):
                self.fail(f"{what} is not known to every engine", 2 + len(mark), hint, start)
        hint = "for text in any case write regexp_matches(lower(x), ...)"
        self.fail("flags are not part of a pattern", 2, hint, start)
