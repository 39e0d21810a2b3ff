"""Expressions in Python, for one row or many: what an online request evaluates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fcompile.compiler.dtypes import DType
from fcompile.compiler.expressions.evaluator_columns import ColumnReader
from fcompile.compiler.expressions.evaluator_errors import Careful
from fcompile.compiler.expressions.evaluator_nodes import Nodes
from fcompile.compiler.expressions.evaluator_rows import RowReader
from fcompile.compiler.expressions.function import EvaluationError
from fcompile.compiler.expressions.nodes import Expr


class EvaluationFailed(Exception):
    """An expression is an error for a row.

    Attributes:
        output: the name of what was computed.
        reason: a sentence.
        row: which row of a batch, from 0; None for a single row.
    """

    def __init__(self, output: str, reason: str, row: int | None = None) -> None:
        super().__init__(f"{output}: {reason}" if row is None else f"{output}, row {row}: {reason}")
        self.output = output
        self.reason = reason
        self.row = row


class Evaluator:
    """Expressions over named inputs, made into closures once; nothing of them is run as Python source.

    Args:
        outputs: (name, tree, dtype), trees as ``infer`` and ``conform`` give them.
        inputs: (name, dtype) of every column that the trees read, and of any others.

    Values are bool, int, float, Decimal, str, bytes, date, datetime (aware, UTC), list, dict, as ``inputs``
    say, and None is NULL; they are not checked. Results are those of the SQL. Both forms give the same.
    """

    def __init__(
        self, outputs: Sequence[tuple[str, Expr, DType]], inputs: Sequence[tuple[str, DType]]
    ) -> None:
        nodes = Nodes(dict(inputs))
        self._slots = {name: i for i, (name, _) in enumerate(inputs)}
        self._names = [name for name, _, _ in outputs]
        self._nodes = [nodes.of(expr) for _, expr, _ in outputs]
        self._reads = [RowReader(self._slots).of(node) for node in self._nodes]
        self._columns = ColumnReader(self._nodes, inputs)

    def row(self, values: Sequence[Any]) -> list[Any]:
        """Return the outputs in their order, of values in the order of the inputs; raise ``EvaluationFailed``."""
        try:
            return [read(values) for read in self._reads]
        except EvaluationError:
            return [self._value(i, values) for i in range(len(self._reads))]

    def batch(self, columns: Sequence[Sequence[Any]], rows: int) -> list[list[Any]]:
        """Return a column of ``rows`` values for each output, of one column for each input.

        Raise ``EvaluationFailed`` for the first row of the first output that is an error.
        """
        found = self._columns.read(columns, rows)
        return [
            self._by_row(i, columns, rows) if values is None else values for i, values in enumerate(found)
        ]

    def _by_row(self, output: int, columns: Sequence[Sequence[Any]], rows: int) -> list[Any]:
        values = zip(*columns, strict=True) if columns else iter([()] * rows)
        return [self._value(output, row, i) for i, row in enumerate(values)]

    def _value(self, output: int, values: Sequence[Any], row: int | None = None) -> Any:
        try:
            return self._reads[output](values)
        except EvaluationError:
            found = Careful(self._slots, values).of(self._nodes[output])
        if isinstance(found, EvaluationError):
            raise EvaluationFailed(self._names[output], str(found), row) from found
        return found
