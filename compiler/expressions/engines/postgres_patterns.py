"""Which patterns Postgres matches as the language says.

The language's match is the one found by trying the preferred way first; Postgres's is the longest that begins there,
and each part of it in turn the longest (docs/current/functions-matching.html, "Regular Expression Matching Rules").
Whether a text matches at all is the same. What is extracted is the same for most patterns that are written, and
that can be proved; the rest is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fcompile.compiler.expressions import regex as r
from fcompile.compiler.expressions.nodes import Call, Literal
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_program import Step, compile_program, leads_to

_MOST_STATES = 2_000

_LONGEST = (
    "its match is the longest, and not the first that is found: write the pattern so that no other end is possible, "
    "with longer alternatives before shorter ones"
)


def refusal(call: Call) -> str | None:
    """Why a call of ``regexp_extract`` is refused, or None."""
    pattern, *group = call.arguments[1:]
    number = group[0].value if group and isinstance(group[0], Literal) else 0
    tree = parse_regex(str(pattern.value)).tree if isinstance(pattern, Literal) else None
    if tree is None or (_first_is_longest(tree) and (not number or _parts_agree(tree, int(number)))):
        return None
    return _LONGEST


def may_be_absent(tree: r.Regex, number: int) -> bool:
    """Whether there are matches in which this group takes no part."""
    match tree:
        case r.Sequence(items):
            return any(may_be_absent(item, number) for item in items)
        case r.Choice():
            return _holds(tree, number)
        case r.Repeat(item, least):
            return may_be_absent(item, number) or (least == 0 and _holds(item, number))
        case r.Group(item):
            return may_be_absent(item, number)
    return False


def _holds(tree: r.Regex, number: int) -> bool:
    """Whether the group is this tree, or in it."""
    match tree:
        case r.Sequence(parts) | r.Choice(parts):
            return any(_holds(part, number) for part in parts)
        case r.Repeat(item):
            return _holds(item, number)
        case r.Group(item, own):
            return own == number or _holds(item, number)
    return False


# The whole match: the program is run for all texts at once, by the ways that it would try, in their order. Ways that
# come after one that has matched are never tried: if one of them matches a longer text, the longest is another.

_Ways = tuple[tuple[int, ...], tuple[int, ...]]
"""Instructions that wait for a character: those still tried, in order; those behind a match."""


def _first_is_longest(tree: r.Regex) -> bool:
    """Whether it is for every text; False also where that takes too long to tell."""
    steps = compile_program(tree, 0).steps
    letters = _letters(step.ranges for step in steps)
    for at_start in (True, False):
        begun = _Automaton(steps, letters)
        if not begun.agrees(at_start):
            return False
    return True


def _letters(ranges: Iterable[r.Ranges]) -> tuple[str, ...]:
    """A character for each set of characters that the pattern does not tell apart."""
    edges = {0, *(e for each in ranges for low, high in each for e in (ord(low), ord(high) + 1))}
    return tuple(chr(e) for e in sorted(edges) if e < 0xD800 or 0xDFFF < e < 0x110000)


@dataclass(frozen=True, slots=True)
class _Automaton:
    steps: tuple[Step, ...]
    letters: tuple[str, ...]

    def agrees(self, at_start: bool) -> bool:
        first = self._settled((0,), (), at_start)
        if first is None:
            return False
        seen, queue = {first}, [first]
        while queue:
            tried, behind = queue.pop()
            for letter in self.letters:
                after = self._settled(self._moved(tried, letter), self._moved(behind, letter), at_start=False)
                if after is None or len(seen) > _MOST_STATES:
                    return False
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        return True

    def _moved(self, ways: Sequence[int], letter: str) -> tuple[int, ...]:
        return tuple(self.steps[at].to for at in ways if self.steps[at].takes(letter))

    def _settled(self, tried: Sequence[int], behind: Sequence[int], at_start: bool) -> _Ways | None:
        """The ways after a character; None if one behind a match has matched, and none that is tried."""
        for at_end in (False, True):
            late = self._matches(behind, at_start, at_end)
            if late and not self._matches(tried, at_start, at_end):
                return None
        kept, cut = self._cut(list(leads_to(self.steps, tried, at_start, at_end=False)))
        later = [at for at in leads_to(self.steps, behind, at_start, at_end=False) if self._waits(at)]
        return tuple(kept), tuple(sorted({*cut, *later} - set(kept)))

    def _cut(self, reached: list[int]) -> tuple[list[int], list[int]]:
        """What is before the first match, and what waits behind it."""
        end = next((i for i, at in enumerate(reached) if not self._waits(at)), len(reached))
        return reached[:end], [at for at in reached[end:] if self._waits(at)]

    def _waits(self, at: int) -> bool:
        return self.steps[at].kind == "chars"

    def _matches(self, ways: Sequence[int], at_start: bool, at_end: bool) -> bool:
        return any(not self._waits(at) for at in leads_to(self.steps, ways, at_start, at_end))


# A group's text: Postgres takes each part as long as the rest allows. That is what comes first where the ways through
# a part are tried from the longest to the shortest.


@dataclass(frozen=True, slots=True)
class _Shape:
    """How long a part's matches at one place can be.

    Attributes:
        ordered: they are tried from the longest to the shortest.
        unique: there is one length at most.
        fixed: the one length, whatever the text.
        first: the characters that one may begin with.
        nullable: one may be empty.
        loop: the characters that it repeats, if it is one of characters alone.
    """

    ordered: bool
    unique: bool
    fixed: int | None
    first: frozenset[str]
    nullable: bool
    loop: frozenset[str] | None = None


def _parts_agree(tree: r.Regex, number: int) -> bool:
    """Whether each part up to the group is as long in both."""
    letters = _letters(_ranges(tree))
    match tree:
        case r.Sequence(items):
            place = next(i for i, item in enumerate(items) if _holds(item, number))
            before = [_shape(item, letters) for item in items[:place]]
            return (
                (not before or _sequence(before).ordered)
                and _shape(items[place], letters).ordered
                and _parts_agree(items[place], number)
            )
        case r.Choice(options):
            return all(_parts_agree(option, number) for option in options if _holds(option, number))
        case r.Repeat(item, _, most):
            return most == 1 and _parts_agree(item, number)
        case r.Group(item, own):
            return own == number or _parts_agree(item, number)
    return True


def _ranges(tree: r.Regex) -> Iterator[r.Ranges]:
    match tree:
        case r.Chars(ranges):
            yield ranges
        case r.Sequence(parts) | r.Choice(parts):
            for part in parts:
                yield from _ranges(part)
        case r.Repeat(item) | r.Group(item):
            yield from _ranges(item)


def _shape(tree: r.Regex, letters: Sequence[str]) -> _Shape:
    match tree:
        case r.Chars(ranges, negated):
            within = {c for c in letters if any(low <= c <= high for low, high in ranges)}
            return _Shape(True, True, 1, frozenset(set(letters) - within if negated else within), False)
        case r.Sequence(items):
            return _sequence([_shape(item, letters) for item in items])
        case r.Choice(options):
            return _choice([_shape(option, letters) for option in options])
        case r.Repeat(item, least, most):
            return _repeat(_shape(item, letters), least, most, isinstance(item, r.Chars))
        case r.Group(item):
            return _shape(item, letters)
    return _Shape(True, True, 0, frozenset(), True)


def _sequence(shapes: list[_Shape]) -> _Shape:
    *before, made = shapes
    for shape in reversed(before):
        made = _followed(shape, made)
    return made


def _followed(a: _Shape, b: _Shape) -> _Shape:
    # A loop that ends early leaves one of its characters, with which what follows would have to begin.
    apart = a.loop is not None and not a.loop & b.first
    fixed = None if a.fixed is None or b.fixed is None else a.fixed + b.fixed
    ordered = (a.unique and b.ordered) or (a.ordered and b.fixed is not None) or (apart and b.ordered)
    unique = b.unique and (a.unique or (apart and not b.nullable))
    first = a.first | b.first if a.nullable else a.first
    return _Shape(ordered, unique, fixed, first, a.nullable and b.nullable)


def _choice(shapes: list[_Shape]) -> _Shape:
    first = frozenset[str]().union(*(s.first for s in shapes))
    nullable = any(s.nullable for s in shapes)
    lengths = [s.fixed for s in shapes]
    if None not in lengths and len(set(lengths)) == 1:
        return _Shape(True, True, lengths[0], first, nullable)
    apart = not nullable and sum(len(s.first) for s in shapes) == len(first)
    sizes = [length for length in lengths if length is not None]
    falling = len(sizes) == len(shapes) and sizes == sorted(sizes, reverse=True)
    ordered = falling or (apart and all(s.ordered for s in shapes))
    return _Shape(ordered, apart and all(s.unique for s in shapes), None, first, nullable)


def _repeat(item: _Shape, least: int, most: int | None, of_chars: bool) -> _Shape:
    nullable = least == 0 or item.nullable
    if least == most:
        fixed = None if item.fixed is None else item.fixed * least
        return _Shape(item.unique, item.unique, fixed, item.first, nullable)
    ordered = item.unique or (most == 1 and item.ordered)
    return _Shape(ordered, False, None, item.first, nullable, item.first if of_chars else None)
