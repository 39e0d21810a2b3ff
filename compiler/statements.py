"""The statement around a compiled SELECT, from ``templates/<dialect>/<name>.sql.jinja``.

Templates hold words only: everything passed in is text that sqlglot rendered.
"""

from __future__ import annotations

from functools import lru_cache

import jinja2

from fcompile.dialects.base import Dialect


def statement(name: str, dialect: Dialect, **parts: str) -> str:
    return _template(f"{dialect.name}/{name}.sql.jinja").render(parts)


@lru_cache(maxsize=64)
def _template(path: str) -> jinja2.Template:
    return _environment().get_template(path)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    # SQL is not HTML: autoescape would break it, and no value of a user passes through a template.
    return jinja2.Environment(  # noqa: S701
        loader=jinja2.PackageLoader("fcompile", "templates"), undefined=jinja2.StrictUndefined
    )
