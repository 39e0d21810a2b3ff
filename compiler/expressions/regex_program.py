"""Patterns as programs, run in a time that is bounded by the program's size times the text's length.

Whether a text matches is answered with sets of states that are kept: a state machine built as needed. What it
matches is found by trying the preferred way first, but no instruction twice at the same place. Both are RE2's
(https://swtch.com/~rsc/regexp/regexp3.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from fcompile.compiler.expressions.regex import (
    Chars,
    Choice,
    End,
    Group,
    Ranges,
    Regex,
    Repeat,
    Sequence,
    Start,
)

MOST_MOVES = 20_000
"""Moves that a program keeps before it forgets them all."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction; ``to`` and ``other`` are the next ones, the preferred first."""

    kind: Literal["chars", "split", "open", "close", "start", "end", "match"]
    to: int = 0
    other: int = 0
    ranges: Ranges = ()
    negated: bool = False

    def takes(self, char: str) -> bool:
        for low, high in self.ranges:
            if low <= char <= high:
                return not self.negated
        return self.negated


@dataclass(slots=True)
class _State:
    """Instructions that wait for a character; whether the text has matched, or has if it ends here."""

    waiting: tuple[int, ...]
    matched: bool
    matches_at_end: bool
    moves: dict[str, _State] = field(default_factory=dict)


def leads_to(steps: tuple[Step, ...], ways: Iterable[int], at_start: bool, at_end: bool) -> Iterator[int]:
    """Where these lead without a character, the preferred first: steps that wait for one, and matches."""
    seen: set[int] = set()
    stack = list(ways)[::-1]
    while stack:
        here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        step = steps[here]
        match step.kind:
            case "split":
                stack.extend((step.other, step.to))
            case "open" | "close":
                stack.append(step.to)
            case "start" | "end":
                if at_start if step.kind == "start" else at_end:
                    stack.append(step.to)
            case _:
                yield here


class Program:
    """A compiled pattern; ``group`` is what ``extract`` gives, 0 the whole match."""

    def __init__(self, steps: tuple[Step, ...], group: int) -> None:
        self.steps = steps
        self.group = group
        self._forget()

    def _forget(self) -> None:
        self._states: dict[tuple[int, ...], _State] = {}
        self._moves = 0
        self._first = self._state([0], at_start=True)

    def matches(self, text: str) -> bool:
        """Whether it matches anywhere in the text."""
        state = self._first
        for char in text:
            if state.matched:
                return True
            state = state.moves.get(char) or self._move(state, char)
        return state.matched or state.matches_at_end

    def _move(self, state: _State, char: str) -> _State:
        after = [self.steps[at].to for at in state.waiting if self.steps[at].takes(char)]
        if self._moves >= MOST_MOVES:
            self._forget()
        self._moves += 1
        made = self._state([*after, 0], at_start=False)
        state.moves[char] = made
        return made

    def _state(self, at: list[int], at_start: bool) -> _State:
        key = (at_start, *sorted(set(at)))
        if key not in self._states:
            reached = list(leads_to(self.steps, at, at_start, at_end=False))
            waiting = tuple(a for a in reached if self.steps[a].kind == "chars")
            ending = leads_to(self.steps, at, at_start, at_end=True)
            matches_at_end = any(self.steps[a].kind == "match" for a in ending)
            self._states[key] = _State(waiting, len(waiting) < len(reached), matches_at_end)
        return self._states[key]

    def extract(self, text: str) -> str | None:
        """The text of the group in the leftmost, preferred match; empty if it takes no part, None if none matches."""
        seen = bytearray(len(self.steps) * (len(text) + 1))
        for begin in range(len(text) + 1):
            found = self._from(text, begin, seen)
            if found is not None:
                end, opened, closed = found
                first, last = (opened, closed) if self.group else (begin, end)
                return text[first:last] if last >= 0 else ""
        return None

    def _from(self, text: str, begin: int, seen: bytearray) -> tuple[int, int, int] | None:
        """Where the match that begins here ends, and where the group opened and closed (-1 = not at all)."""
        # Ways to try, the preferred last: an instruction, the place in the text, and the group's places.
        stack = [(0, begin, -1, -1)]
        while stack:
            at, place, opened, closed = stack.pop()
            mark = place * len(self.steps) + at
            if seen[mark]:
                continue
            seen[mark] = 1
            step = self.steps[at]
            match step.kind:
                case "chars":
                    if place < len(text) and step.takes(text[place]):
                        stack.append((step.to, place + 1, opened, closed))
                case "split":
                    stack.append((step.other, place, opened, closed))
                    stack.append((step.to, place, opened, closed))
                case "open":
                    stack.append((step.to, place, place, -1))
                case "close":
                    stack.append((step.to, place, opened, place))
                case "start" | "end":
                    if place == (0 if step.kind == "start" else len(text)):
                        stack.append((step.to, place, opened, closed))
                case "match":
                    return place, opened, closed
        return None


def compile_program(tree: Regex, group: int) -> Program:
    """Return the program of a pattern that keeps the place of ``group``."""
    steps: list[Step] = []
    _compile(tree, group, steps)
    steps.append(Step("match"))
    return Program(tuple(steps), group)


def _compile(tree: Regex, group: int, steps: list[Step]) -> None:
    """Append the steps of ``tree``; they go on to the one after them."""
    at = len(steps)
    match tree:
        case Chars(ranges, negated):
            steps.append(Step("chars", at + 1, ranges=ranges, negated=negated))
        case Start():
            steps.append(Step("start", at + 1))
        case End():
            steps.append(Step("end", at + 1))
        case Sequence(items):
            for item in items:
                _compile(item, group, steps)
        case Choice(options):
            _choice(options, group, steps)
        case Repeat(item, least, most):
            _repeat(item, least, most, group, steps)
        case Group(item, number) if number == group:
            steps.append(Step("open", at + 1))
            _compile(item, group, steps)
            steps.append(Step("close", len(steps) + 1))
        case Group(item):
            _compile(item, group, steps)


def _choice(options: tuple[Regex, ...], group: int, steps: list[Step]) -> None:
    """Each option but the last: a split, the option, and a jump to the end (a split whose ways are one)."""
    jumps = []
    for option in options[:-1]:
        split = len(steps)
        steps.append(Step("match"))
        _compile(option, group, steps)
        jumps.append(len(steps))
        steps.append(Step("match"))
        steps[split] = Step("split", split + 1, len(steps))
    _compile(options[-1], group, steps)
    for jump in jumps:
        steps[jump] = Step("split", len(steps), len(steps))


def _repeat(item: Regex, least: int, most: int | None, group: int, steps: list[Step]) -> None:
    for _ in range(least):
        _compile(item, group, steps)
    if most is None:
        split = len(steps)
        steps.append(Step("match"))
        _compile(item, group, steps)
        steps.append(Step("split", split, split))
        steps[split] = Step("split", split + 1, len(steps))
        return
    splits = []
    for _ in range(most - least):
        splits.append(len(steps))
        steps.append(Step("match"))
        _compile(item, group, steps)
    for split in splits:
        steps[split] = Step("split", split + 1, len(steps))
