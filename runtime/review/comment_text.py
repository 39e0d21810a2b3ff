"""Users' text inside Markdown: it shows as it is written, and does nothing.

No markup, HTML, table cell, mention, reference to an issue, link, picture or end of a fence can be made by a name,
a description or SQL; nor a command of the machine that prints the comment.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What steers terminals and XML, and what turns the direction of reading, so that text seems to be other text."""

_PLAIN_CODE = re.compile(r"[\w .,:;=<>()'\"/+*%?!@#&$~^{}\[\]-]+", re.ASCII)
"""Text that backticks hold as it is, in a table too."""

_MARKUP = re.compile(r"[\\`*_\[\]<>&|~${}]")
_NOTHING = "&#8203;"  # a space without width: what it parts is no mention, reference or link any more
_REFERENCES = re.compile(r"@|#(?=\w)|!(?=[\d\[])|GH-(?=\d)|://|www\.(?=\S)", re.IGNORECASE)
_COMMAND = re.compile(r"^(\s*):(:)|#(#\[)", re.MULTILINE)


def one_line(text: str, most: int = 200) -> str:
    """Return text without line ends and signs that steer, cut to ``most`` characters."""
    text = _CONTROL.sub("\ufffd", " ".join(text.split()))
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..."


def escaped(text: str, most: int = 300) -> str:
    """Return text that shows as it is, on one line.

    >>> escaped("a|b <b> *c*")
    'a&#124;b &#60;b&#62; &#42;c&#42;'
    >>> escaped("@team #1")
    '@&#8203;team #&#8203;1'
    """
    return _shown(one_line(text, most))


def _shown(line: str) -> str:
    marked = _MARKUP.sub(lambda m: f"&#{ord(m[0])};", line)
    # The entities just made hold `#` and digits: only what was there before is parted.
    return re.sub(r"&#\d+;|" + _REFERENCES.pattern, _parted, marked, flags=re.IGNORECASE)


def _parted(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith("&#"):
        return text
    return f":{_NOTHING}//" if text == "://" else f"{text}{_NOTHING}"


def code(text: str, most: int = 200) -> str:
    """Return text as code, on one line; "" for none.

    >>> code("a < 1"), code("a|b`")
    ('`a < 1`', '<code>a&#124;b&#96;</code>')
    """
    line = one_line(text, most)
    if not line.strip():
        return ""
    return f"`{line}`" if _PLAIN_CODE.fullmatch(line) else f"<code>{_shown(line)}</code>"


def html_code(text: str, most: int = 200) -> str:
    """As ``code``, for places that read HTML only, such as a ``<summary>``."""
    return f"<code>{escaped(text, most)}</code>"


def prose(text: str, most: int = 400) -> str:
    """Return a sentence whose parts in backticks are code.

    >>> prose("`ttl` was 6h, is *12h*")
    '`ttl` was 6h, is &#42;12h&#42;'
    """
    parts = one_line(text, most).split("`")
    if len(parts) % 2 == 0:  # a backtick without its other one
        return escaped(text, most)
    return "".join(code(part) if i % 2 else _shown(part) for i, part in enumerate(parts))


def fenced(text: str, language: str) -> str:
    """Return text in a fence that none of its lines can end.

    >>> fenced("```", "diff").splitlines()[0]
    '````diff'
    """
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    shown = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n")).strip("\n")
    return f"{fence}{language}\n{shown}\n{fence}"


def harmless(text: str) -> str:
    """Part the signs that would be a command where a CI machine reads what is printed.

    >>> harmless("  ::add-mask::a").encode("ascii", "backslashreplace")
    b'  :\\\\u200b:add-mask::a'
    """
    return _COMMAND.sub(lambda m: f"{m[1]}:\u200b:" if m[2] else f"#\u200b{m[3]}", text)
