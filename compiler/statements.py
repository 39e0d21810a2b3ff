"""The statement around a compiled SELECT, from ``templates/<dialect>/<name>.sql.jinja``.

A dialect that does not come with fcompile names a folder of its own (``Dialect.templates``).

Templates hold words only: everything passed in is text that sqlglot rendered.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fcompile.dialects.base import Dialect

if TYPE_CHECKING:
    import jinja2


def statement(name: str, dialect: Dialect, **parts: str) -> str:
    path = f"{name}.sql.jinja" if dialect.templates else f"{dialect.name}/{name}.sql.jinja"
    words = _words(dialect.templates, path)
    if words is None:
        return _template(dialect.templates, path).render(parts)
    return "".join([parts[word] if is_name else word for is_name, word in words])


@lru_cache(maxsize=64)
def _words(folder: Path | None, path: str) -> tuple[tuple[bool, str], ...] | None:
    """Return a template as text and, marked, names of what is put between; None for one with conditions.

    Thousands of statements of a project come from a few templates, and jinja takes long to begin one.
    """
    import jinja2.nodes

    environment = _environment(folder)
    source, *_ = environment.loader.get_source(environment, path)  # type: ignore[union-attr]
    words: list[tuple[bool, str]] = []
    for part in environment.parse(source).body:
        for node in part.nodes if isinstance(part, jinja2.nodes.Output) else [part]:
            match node:
                case jinja2.nodes.TemplateData(data=text):
                    words.append((False, text))
                case jinja2.nodes.Name(name=name):
                    words.append((True, name))
                case _:
                    return None
    return tuple(words)


@lru_cache(maxsize=64)
def _template(folder: Path | None, path: str) -> jinja2.Template:
    return _environment(folder).get_template(path)


@lru_cache(maxsize=4)
def _environment(folder: Path | None) -> jinja2.Environment:
    import jinja2

    own = jinja2.PackageLoader("fcompile", "templates")
    # SQL is not HTML: autoescape would break it, and no value of a user passes through a template.
    return jinja2.Environment(  # noqa: S701
        loader=own if folder is None else jinja2.FileSystemLoader(folder), undefined=jinja2.StrictUndefined
    )
