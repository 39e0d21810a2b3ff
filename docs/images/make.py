"""Draws the pictures of docs/explanation/windows.md: `python docs/images/make.py` writes the SVG files beside it.

Their rows and values are those of the page's examples, which a test runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
INK, GREY, PALE = "#1f2328", "#57606a", "#f1f3f5"
GREEN, RED = "#1a7f37", "#cf222e"
LEFT, RIGHT, TOP, STEP = 120, 620, 112, 40


@dataclass(frozen=True)
class Row:
    """A row of the source: its times in minutes of the day, and whether it counts and why."""

    event: int
    known: int
    amount: int
    counts: bool
    because: str


@dataclass(frozen=True)
class Picture:
    """``shades``: stretches of time (from, to, colour, text); ``instants``: vertical lines (at, text)."""

    name: str
    title: str
    description: str
    hours: tuple[int, int]
    shades: tuple[tuple[int, int, str, str], ...]
    instants: tuple[tuple[int, str], ...]
    rows: tuple[Row, ...]
    result: tuple[str, ...]


def at(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


WINDOWS = Picture(
    "windows",
    "spend_1h at t = 13:00: the purchases of the hour before, as far as they were known",
    "Of six purchases, those of 12:10, 12:40 and 13:00 happened in the window (12:00, 13:00] and were known "
    "by 13:00: they count. The one of 12:00 is at the open end, the one of 12:25 is known only at 13:20, the "
    "one of 11:50 happened before the window though it became known inside it.",
    (at(11, 40), at(13, 40)),
    ((at(12), at(13), "#dbeafe", "window (t - 1h, t]"),),
    ((at(13), "t = 13:00"),),
    (
        Row(at(11, 50), at(12, 30), 100, False, "happened before the window"),
        Row(at(12), at(12, 5), 50, False, "at t - 1h: the lower end is open"),
        Row(at(12, 10), at(12, 20), 20, True, "happened in it, known by t"),
        Row(at(12, 25), at(13, 20), 30, False, "not known yet at t"),
        Row(at(12, 40), at(12, 40), 5, True, "happened in it, known by t"),
        Row(at(13), at(13), 10, True, "at t: the upper end is closed"),
    ),
    ("spend_1h = 20 + 5 + 10 = 35, buys_1h = 3",),
)

LABELS = Picture(
    "labels",
    "next_1h at t = 13:00, asked as of 14:30: the purchases of the hour after",
    "Of four purchases, those of 13:15 and 13:50 happened in the window (13:00, 14:00], and by 14:30, when the "
    "label has matured, both were known: they count. The one of 13:00 is at the open end; the one of 14:10 is "
    "after the horizon. Before 14:30 the label is NULL.",
    (at(12, 40), at(14, 40)),
    (
        (at(13), at(14), "#fef3c7", "horizon (t, t + 1h]"),
        (at(14), at(14, 30), PALE, "maturity 30m"),
    ),
    ((at(13), "t = 13:00"), (at(14, 30), "settled, 14:30")),
    (
        Row(at(13), at(13), 10, False, "at t: the lower end is open"),
        Row(at(13, 15), at(13, 40), 7, True, "happened in it, known by 14:30"),
        Row(at(13, 50), at(14, 20), 8, True, "happened in it, known by 14:30"),
        Row(at(14, 10), at(14, 10), 9, False, "after the horizon"),
    ),
    ("next_1h = 7 + 8 = 15; NULL as of any time before 14:30",),
)


def draw(picture: Picture) -> str:
    """Return the picture as SVG, with a title and a description for readers who cannot see it."""
    bottom = TOP + STEP * len(picture.rows)
    height = bottom + 62 + 24 * len(picture.result)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}" width="900" height="{height}" role="img"'
        ' aria-labelledby="title desc" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="13"'
        f' fill="{INK}">',
        f'<title id="title">{escape(picture.title)}</title>',
        f'<desc id="desc">{escape(picture.description)}</desc>',
        f'<rect width="900" height="{height}" fill="#ffffff"/>',
        text(20, 28, picture.title, "font-size='16' font-weight='bold'"),
        *legend(),
        *(part for shade in picture.shades for part in shaded(picture, shade, bottom)),
        *axis(picture, bottom),
        *(part for instant in picture.instants for part in marked(picture, instant, bottom)),
        *(part for n, row in enumerate(picture.rows) for part in lived(picture, row, TOP + STEP * n + 24)),
        *(
            text(20, bottom + 58 + 24 * n, line, "font-size='15' font-weight='bold'")
            for n, line in enumerate(picture.result)
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def x(picture: Picture, minute: int) -> float:
    first, last = picture.hours
    return round(LEFT + (RIGHT - LEFT) * (minute - first) / (last - first), 1)


def text(left: float, base: float, words: str, style: str = "") -> str:
    return f"<text x='{left}' y='{base}' {style}>{escape(words)}</text>".replace("'", '"')


def legend() -> list[str]:
    return [
        f'<circle cx="26" cy="52" r="6" fill="#ffffff" stroke="{GREY}" stroke-width="3"/>',
        text(40, 56, "happened (event time)", f"fill='{GREY}' font-size='12'"),
        f'<circle cx="210" cy="52" r="7" fill="{GREY}"/>',
        text(224, 56, "became known", f"fill='{GREY}' font-size='12'"),
        *known_at_once(348, 52, GREY),
        text(364, 56, "known as it happened", f"fill='{GREY}' font-size='12'"),
    ]


def shaded(picture: Picture, shade: tuple[int, int, str, str], bottom: int) -> list[str]:
    first, last, colour, words = shade
    left, right = x(picture, first), x(picture, last)
    return [
        f'<rect x="{left}" y="{TOP - 12}" width="{right - left}" height="{bottom - TOP + 12}" fill="{colour}"/>',
        text((left + right) / 2, TOP + 2, words, f"text-anchor='middle' font-style='italic' fill='{GREY}'"),
    ]


def axis(picture: Picture, bottom: int) -> list[str]:
    parts = [f'<line x1="{LEFT}" y1="{bottom}" x2="{RIGHT}" y2="{bottom}" stroke="{GREY}"/>']
    first, last = picture.hours
    for minute in range(first, last + 1, 20):
        place = x(picture, minute)
        parts.append(f'<line x1="{place}" y1="{bottom}" x2="{place}" y2="{bottom + 6}" stroke="{GREY}"/>')
        words = f"{minute // 60}:{minute % 60:02}"
        parts.append(text(place, bottom + 21, words, f"text-anchor='middle' font-size='12' fill='{GREY}'"))
    return parts


def lived(picture: Picture, row: Row, y: int) -> list[str]:
    """A row from when it happened to when it became known."""
    colour = GREEN if row.counts else RED
    event, known = x(picture, row.event), x(picture, row.known)
    ring = f'<circle cx="{event}" cy="{y}" r="6" fill="#ffffff" stroke="{colour}" stroke-width="3"/>'
    dot = f'<circle cx="{known}" cy="{y}" r="7" fill="{colour}"/>'
    stroke = f'stroke="{colour}" stroke-width="3" stroke-dasharray="6 4"'
    path = f'<line x1="{event}" y1="{y}" x2="{known}" y2="{y}" {stroke}/>'
    amount = text(20, y + 5, f"amount {row.amount}", "font-weight='bold'")
    word = "in" if row.counts else "out"
    verdict = text(RIGHT + 24, y + 5, f"{word}: {row.because}", f"fill='{colour}'")
    return [
        amount,
        *(known_at_once(event, y, colour) if row.event == row.known else [path, ring, dot]),
        verdict,
    ]


def known_at_once(place: float, y: int, colour: str) -> list[str]:
    return [
        f'<circle cx="{place}" cy="{y}" r="8" fill="#ffffff" stroke="{colour}" stroke-width="2.5"/>',
        f'<circle cx="{place}" cy="{y}" r="4.5" fill="{colour}"/>',
    ]


def marked(picture: Picture, instant: tuple[int, str], bottom: int) -> list[str]:
    minute, words = instant
    place = x(picture, minute)
    return [
        f'<line x1="{place}" y1="{TOP - 22}" x2="{place}" y2="{bottom}" stroke="{INK}" stroke-width="2"/>',
        text(place, TOP - 28, words, "text-anchor='middle' font-weight='bold'"),
    ]


def main() -> None:
    for picture in (WINDOWS, LABELS):
        (HERE / f"{picture.name}.svg").write_text(draw(picture), encoding="utf-8")


if __name__ == "__main__":
    main()
