"""Upper and lower case for BigQuery, character by character.

UPPER and LOWER follow Unicode's full mappings: UPPER makes SS of ß, and LOWER looks at what stands around a Σ [RAN].
Both know letters that were added after Unicode 14; those have the case that the engine's version gives them.
"""

from __future__ import annotations

from sqlglot import exp

from fcompile.compiler.expressions import builders as b
from fcompile.compiler.expressions.engines import bigquery_trees as t

_ONE_LOWER = ("İΣ", "iσ")
_ONE_UPPER = (
    "ßᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ",
    "ẞᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ",
)
"""Characters whose upper case is several, and the one that stands for them; others of that kind stay."""


def lower(value: exp.Expr) -> exp.Expr:
    return t.call("LOWER", t.call("TRANSLATE", value, *map(t.text, _ONE_LOWER)))


def upper(value: exp.Expr) -> exp.Expr:
    """UPPER where it keeps the number of characters, else of each character by itself."""

    def build(x: exp.Expr) -> exp.Expr:
        sizes = [t.call("CHAR_LENGTH", each) for each in (t.call("UPPER", x.copy()), x.copy())]
        kept = exp.EQ(this=sizes[0], expression=sizes[1])
        return t.where(kept, t.call("UPPER", x), _by_character(x.copy()))

    return t.once([value], lambda x: t.where(t.absent(x.copy()), exp.Null(), build(x)), always=True)


def _by_character(value: exp.Expr) -> exp.Expr:
    char = t.name(t.ITEM)
    raised = t.call("UPPER", char)
    alone = exp.EQ(this=t.call("CHAR_LENGTH", raised.copy()), expression=b.integer(1))
    made = t.where(alone, raised, t.call("TRANSLATE", char.copy(), *map(t.text, _ONE_UPPER)))
    return t.joined_items(made, t.call("SPLIT", value, t.text("")))
