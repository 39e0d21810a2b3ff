"""Functions whose value is another one at each run, and those whose value is of their arguments alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_CLOCK_NODES = (
    "CurrentDate", "CurrentDatetime", "CurrentTime", "CurrentTimestamp", "CurrentTimestampLTZ", "Localtime",
    "Localtimestamp", "Rand", "Randn", "Randstr", "Systimestamp", "Uniform", "Normal", "Uuid", "UtcDate", "UtcTime",
    "UtcTimestamp", "NextValueFor", "Random", "Zipf", "Sysdate", "CurrentTimezone", "Seq1", "Seq2", "Seq4", "Seq8",
    "Shuffle",
)  # fmt: skip
_CLOCK_NAMES = re.compile(
    r"^(now|now64|nowinblock|today|yesterday|get_current_(timestamp|time)|(clock|statement|transaction|system|sys)_?(timestamp|date|time)"
    r"|getdate|getutcdate|sysdate|curdate|curtime|timeofday|current_localtime(stamp)?|unix_(timestamp|date)\(\)"
    r"|rand(om)?(32|64|canonical|uniform|normal|bernoulli|string\w*|_?uuid)?|setseed|generate_?uuid\w*|uuid\w*|gen_random\w*"
    r"|monotonically_increasing_id|nextval|seq[1248]|shuffle|spark_partition_id|rownumberin(all)?blocks?|runningdifference"
    r"|neighbor|pg_sleep|last_query_id|(list|array)_shuffle|getvariable)$",
    re.IGNORECASE,
)
_CLOCK_TEXTS = frozenset(["now", "today", "tomorrow", "yesterday"])
_CLOCK_CALLS = frozenset([("unix_timestamp", 0), ("age", 1)])
"""Functions that read the clock when they have so many arguments: `age(t)` is `age(current_date, t)`."""

_KNOWN = re.compile(
    r"^(to_?\w+|parse\w*|json\w*|array\w*|list_\w+|map\w*|struct\w*|regexp?_?\w*|extract\w*|str\w*|string\w*|date_?\w*|time_?\w*"
    r"|timestamp_\w+|datetime_\w+|year|month|day|hour|minute|second|epoch\w*|age|bit\w*|hash\w*|xxhash\w*|md5|sha\w*|cityhash64"
    r"|murmur\w*|farm_fingerprint|crc32|from_\w+|haversine|h3_\w+|great_?circle\w*|len(gth)?|lower\w*|upper\w*"
    r"|initcap|trim\w*|[lr]trim|lpad|rpad|left|right|replace\w*|translate|concat\w*|split\w*|substr\w*|position\w*|instr|char\w*"
    r"|ascii|chr|levenshtein|jaro\w*|edit_?distance|soundex|metaphone|mod|div|div0\w*|intdiv\w*|abs|sign|ceil\w*|floor|round\w*|trunc\w*|power"
    r"|pow|exp|ln|log\w*|sqrt|cbrt|sin\w*|cos\w*|tan\w*|a(sin|cos|tan2?)\w*|degrees|radians|pi|is_?\w+|if\w*|nvl2?|nullif\w*|zeroifnull"
    r"|nullifzero|decode|case\w*|multi_?if|greatest\w*|least\w*|coalesce\w*|try_?\w*|safe_\w+|typeof|assume\w*|materialize|tuple\w*"
    r"|has|hasany|hasall|indexof|element_at|get\w*|contains\w*|starts_?with|ends_?with|like\w*|addhours|add\w*|subtract\w*|months?_\w+"
    r"|next_day|last_day|dayof\w+|week\w*|quarter|equal_null|width_bucket|cosine_\w+|l2_\w+|dot_product|inner_product|url\w*|domain\w*"
    r"|cutto\w*|encode\w*|base64\w*|hex|unhex|format\w*|printf|bar|ipv4\w*|ipv6\w*|host|make_\w+|row|named_struct|object_construct\w*"
    r"|flatten|explode\w*|unnest|generate_series|range|sequence|numbers|convert\w*|cast\w*|reinterpret\w*|accurate\w*|timezone|tounix\w*"
    r"|unix_(seconds|millis|micros|timestamp)|with_timezone|at_timezone|normalize\w*|unaccent|reverse|repeat|space|ltrim|bround|pmod)$",
    re.IGNORECASE,
)

_MANY_ROWS = re.compile(r"agg|group|union|intersect|merge|sum(?!mary)|count|histogram", re.IGNORECASE)
"""Parts of names of aggregates."""


_AGGREGATES = re.compile(
    r"^(sum|count|avg|mean|min|max|any|first|last|arg|median|mode|quantile|percentile|std|var|covar|corr|regr|skew|kurt|entropy"
    r"|mad|product|favg|fsum|geo|group|uniq|approx|bool|every|list|string|histogram|nth|top|bit|lag|lead|ratio_to_report"
    r"|conditional_|exponential|delta|bottom)\w*$",
    re.IGNORECASE,
)
"""Functions of windows that read their frame and nothing else."""


def is_clock(node: exp.Expr) -> bool:
    """Whether ``node`` is a clock, a random number or a number of a sequence."""
    from sqlglot import exp

    name = type(node).__name__
    if name in _CLOCK_NODES:
        return True
    if isinstance(node, exp.Anonymous):
        return _CLOCK_NAMES.match(node.name) is not None or (
            (node.name.lower(), len(node.expressions)) in _CLOCK_CALLS
        )
    if name in ("UnixTimestamp", "TimeToUnix", "StrToUnix"):
        return node.args.get("this") is None
    if isinstance(node, exp.Literal):
        compared = isinstance(node.parent, exp.LT | exp.LTE | exp.GT | exp.GTE | exp.Between)
        return compared and node.is_string and _is_clock_text(node.name)
    # `sysdate` and the like without brackets are columns to the parser; 'now' in a cast is a clock of Postgres.
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal):
        return _is_clock_text(node.this.name)
    if isinstance(node, exp.Column) and node.table and node.name.lower() in ("nextval", "currval"):
        return True  # of a sequence, in Snowflake and Oracle
    bare = isinstance(node, exp.Column) and not node.table and not node.this.args.get("quoted")
    return bare and node.name.lower() in ("sysdate", "systimestamp", "current_timestamp", "localtimestamp")


def _is_clock_text(text: str) -> bool:
    """Whether a text is an instant of the clock to PostgreSQL, as 'today' and 'today 12:00' are."""
    return not _CLOCK_TEXTS.isdisjoint(text.lower().split())


def is_known(name: str) -> bool:
    """Whether a function that sqlglot has no class for is known to read its arguments and nothing else."""
    if name.startswith(("list_", "array_")):
        return not name.endswith("_agg")
    return _KNOWN.match(name) is not None and _MANY_ROWS.search(name) is None


def is_aggregate(name: str) -> bool:
    """Whether a function that sqlglot has no class for is known to read the rows of its frame and nothing else."""
    return _AGGREGATES.match(name) is not None
