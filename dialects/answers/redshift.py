"""Amazon Redshift: what it has, by its own pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fcompile.dialects.answers.answer import Answer

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "as_of_join": Answer(
            "None: the portable form.", "docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause30.html"
        ),
        "qualify": Answer("Yes; a subquery.", "docs.aws.amazon.com/redshift/latest/dg/r_QUALIFY_clause.html"),
        "merge": Answer(
            "Narrow: no alias of the target, no conditions; not used.",
            "docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html",
        ),
        "create_or_replace": Answer(
            "None for tables: made beside the old one and renamed, in one transaction.",
            "docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_AS.html",
        ),
        "temporary_tables": Answer(
            "Yes, of the session.", "docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html"
        ),
        "transactions": Answer("Yes, of DDL too.", "docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html"),
        "timestamps": Answer(
            "TIMESTAMP: microseconds without a zone; the session's zone is UTC.",
            "docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html",
        ),
        "intervals": Answer(
            "`DATEADD(second, -604800, t)`.", "docs.aws.amazon.com/redshift/latest/dg/r_DATEADD_function.html"
        ),
        "null_order": Answer(
            "NULLS LAST ascending, FIRST descending; written out.",
            "docs.aws.amazon.com/redshift/latest/dg/r_ORDER_BY_clause.html",
        ),
        "booleans": Answer("BOOLEAN.", "docs.aws.amazon.com/redshift/latest/dg/r_Boolean_type.html"),
        "lists": Answer(
            "Only in SUPER, which no aggregate makes: refused.",
            "docs.aws.amazon.com/redshift/latest/dg/r_SUPER_type.html",
        ),
        "structs": Answer(
            "Only in SUPER: refused.", "docs.aws.amazon.com/redshift/latest/dg/r_SUPER_type.html"
        ),
        "json": Answer("Text.", "docs.aws.amazon.com/redshift/latest/dg/json-functions.html"),
        "identifiers": Answer(
            'Quoted by "; compared without case unless the session says otherwise; 127 bytes.',
            "docs.aws.amazon.com/redshift/latest/dg/r_names.html",
        ),
        "limits": Answer(
            "16 MB of text a statement, 1,600 columns.",
            "docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html",
        ),
    }
)
