"""Databricks SQL: Spark, and tables that MERGE and CREATE OR REPLACE. Facts that were run are marked [RAN]."""

from __future__ import annotations

from typing import ClassVar

from fcompile.dialects.spark import Spark


class Databricks(Spark):
    name: ClassVar[str] = "databricks"
