"""DataFusion beside the nine dialects, while the tests of this folder run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fcompile.compiler.expressions.engines import registry as words
from fcompile.dialects import registry as dialects
from tests.engines.datafusion.dialect import DataFusion
from tests.engines.datafusion.words import WORDS


@pytest.fixture(scope="module", autouse=True)
def datafusion() -> Iterator[DataFusion]:
    dialect = DataFusion()
    with dialects.extended(dialect), words.extended(dialect.name, WORDS):
        yield dialect
