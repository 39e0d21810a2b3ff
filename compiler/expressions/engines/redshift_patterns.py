"""Patterns in Redshift: those of PCRE, which tries the preferred way first, as the language does (REGEXP_SUBSTR)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from fcompile.compiler.expressions.engines import postgres_trees as p
from fcompile.compiler.expressions.engines.redshift_trees import counted
from fcompile.compiler.expressions.engines.words import Kinds
from fcompile.compiler.expressions.regex_parser import parse_regex
from fcompile.compiler.expressions.regex_text import JAVA, regex_text


def matches(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    return counted(arguments[0], regex_text(parse_regex(str(arguments[1].this)).tree, JAVA))


def extract(arguments: Sequence[exp.Expr], kinds: Kinds) -> exp.Expr:
    """The empty text where nothing matches; e gives the first group's text."""
    value, pattern, *group = arguments
    number = int(p.constant(group[0]) or 0) if group else 0
    text = p.text(regex_text(parse_regex(str(pattern.this)).tree, JAVA, number))
    found = p.call(
        "REGEXP_SUBSTR", value.copy(), text, p.number(1), p.number(1), p.text("ep" if number else "p")
    )
    return p.case((matches([value, pattern], kinds), found))
