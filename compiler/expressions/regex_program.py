"""Patterns as programs that are run on all their ways at once: time grows with the text, never faster.

The method of RE2 (Thompson 1968, Pike): a list of threads in order of preference, moved on character by
character. Whether a text matches is answered with sets of states that are kept, a state machine built as needed.
"""

from __future__ import annotations

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
        return any(low <= char <= high for low, high in self.ranges) != self.negated


Thread = tuple[int, int, int, int]
"""An instruction, where the match begins, and where the group opened and closed (-1 = not yet)."""


@dataclass(slots=True)
class _State:
    """Instructions that wait for a character; whether the text has matched, or has if it ends here."""

    waiting: tuple[int, ...]
    matched: bool
    matches_at_end: bool
    moves: dict[str, _State] = field(default_factory=dict)


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
            threads = self._follow([(a, 0, -1, -1) for a in at], 0, at_start, at_end=False)
            waiting = tuple(t[0] for t in threads if self.steps[t[0]].kind == "chars")
            self._states[key] = _State(waiting, len(waiting) < len(threads), self._reaches(at, at_start))
        return self._states[key]

    def _reaches(self, at: list[int], at_start: bool) -> bool:
        threads = self._follow([(a, 0, -1, -1) for a in at], 0, at_start, at_end=True)
        return any(self.steps[t[0]].kind == "match" for t in threads)

    def _follow(self, threads: list[Thread], place: int, at_start: bool, at_end: bool) -> list[Thread]:
        """Threads moved on to where they wait for a character or have matched, the preferred first, each place once."""
        found: list[Thread] = []
        seen: set[int] = set()
        stack = threads[::-1]
        while stack:
            at, begin, opened, closed = stack.pop()
            if at in seen:
                continue
            seen.add(at)
            step = self.steps[at]
            match step.kind:
                case "split":
                    stack.append((step.other, begin, opened, closed))
                    stack.append((step.to, begin, opened, closed))
                case "open":
                    stack.append((step.to, begin, place, closed))
                case "close":
                    stack.append((step.to, begin, opened, place))
                case "start" | "end":
                    if at_start if step.kind == "start" else at_end:
                        stack.append((step.to, begin, opened, closed))
                case _:
                    found.append((at, begin, opened, closed))
        return found

    def extract(self, text: str) -> str | None:
        """The text of the group in the leftmost, preferred match; empty if it takes no part, None if none matches."""
        best: Thread | None = None
        threads: list[Thread] = []
        for place in range(len(text) + 1):
            if best is None:
                threads.append((0, place, -1, -1))
            threads = self._follow(threads, place, place == 0, place == len(text))
            kept: list[Thread] = []
            for thread in threads:
                step = self.steps[thread[0]]
                if step.kind == "match":
                    best = (place, *thread[1:])
                    break
                if place < len(text) and step.takes(text[place]):
                    kept.append((step.to, *thread[1:]))
            threads = kept
            if best is not None and not threads:
                break
        if best is None:
            return None
        end, begin, opened, closed = best
        if not self.group:
            return text[begin:end]
        return text[opened:closed] if closed >= 0 else ""


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
