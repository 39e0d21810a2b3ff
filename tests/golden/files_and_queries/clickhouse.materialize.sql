-- Materialization of feature view item: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE DATABASE IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__item" (
  "item_id" Nullable(Int64),
  "sizes" Variant(Array(Nullable(Int64))),
  "maker" Nullable(Tuple("name" Nullable(String), "since" Nullable(Date32))),
  "embedding" Variant(Array(Nullable(Float32))),
  "rank" Nullable(Int64),
  "__event" Nullable(DateTime64(6, 'UTC')),
  "__created" Nullable(DateTime64(6, 'UTC')),
  "__sequence" Nullable(Int64)
)
ENGINE = MergeTree ORDER BY tuple();
DROP TABLE IF EXISTS "__fcompile_stage_001";
-- latest: The row at that time; ties go to the greatest by (sizes, maker, embedding, rank), NULLs first. A row an entity.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "source_items" AS (
  -- Source items: a row an event at at, known as it happens. The table holds what is in
  -- data/*.parquet.
  SELECT
    "item_id",
    "sizes",
    "maker",
    "embedding",
    "Order",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "items"
  WHERE
    "at" IS NOT NULL
), "events_item" AS (
  -- Feature view item: the values each event carries, by item_id.
  SELECT
    CAST("item_id" AS Nullable(Int64)) AS "item_id",
    "__event",
    CASE WHEN "sizes" IS NOT NULL THEN CAST("sizes" AS Array(Nullable(Int64))) END AS "sizes",
    CAST("maker" AS Nullable(Tuple("name" Nullable(String), "since" Nullable(Date32)))) AS "maker",
    CASE WHEN "embedding" IS NOT NULL THEN CAST("embedding" AS Array(Nullable(Float32))) END AS "embedding",
    CAST("Order" AS Nullable(Int64)) AS "rank"
  FROM "source_items"
  WHERE
    "item_id" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "item_id",
    MAX("__event") AS "__event"
  FROM "events_item"
  WHERE
    "__event" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
  GROUP BY
    "item_id"
  HAVING
    COALESCE(MAX("__event") > CAST(:since AS Nullable(DateTime64(6, 'UTC'))), TRUE)
    AND MAX("__event") IS NOT NULL
)
SELECT
  "e"."item_id" AS "item_id",
  "e"."sizes" AS "sizes",
  "e"."maker" AS "maker",
  "e"."embedding" AS "embedding",
  "e"."rank" AS "rank",
  "e"."__event" AS "__event",
  CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS "__created"
FROM "events_item" AS "e"
JOIN "newest" AS "n"
  ON "e"."item_id" = "n"."item_id" AND "e"."__event" = "n"."__event"
WHERE
  "e"."__event" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "e"."item_id", "e"."__event"
    ORDER BY "e"."sizes" DESC, "e"."maker" DESC, "e"."embedding" DESC, "e"."rank" DESC
  ) = 1
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
CREATE OR REPLACE TABLE "features"."golden__item" ENGINE = MergeTree ORDER BY tuple() AS
WITH "latest" AS (
  SELECT * FROM "__fcompile_stage_001"
)
SELECT
  "l"."item_id" AS "item_id",
  "l"."sizes" AS "sizes",
  "l"."maker" AS "maker",
  "l"."embedding" AS "embedding",
  "l"."rank" AS "rank",
  "l"."__event" AS "__event",
  "l"."__created" AS "__created",
  CASE
    WHEN (
      "l"."item_id" IS NOT DISTINCT FROM "t"."item_id"
      AND "l"."sizes" IS NOT DISTINCT FROM "t"."sizes"
      AND "l"."maker" IS NOT DISTINCT FROM "t"."maker"
      AND "l"."embedding" IS NOT DISTINCT FROM "t"."embedding"
      AND "l"."rank" IS NOT DISTINCT FROM "t"."rank"
      AND "l"."__event" IS NOT DISTINCT FROM "t"."__event"
      AND "l"."__created" IS NOT DISTINCT FROM "t"."__created"
    )
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS Nullable(Int64))
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__item" AS "t"
  ON "l"."item_id" = "t"."item_id"
WHERE
  "t"."__event" IS NULL
  OR NOT (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST(:newest AS Nullable(Bool))
      )
    )
  )
UNION ALL
SELECT
  "t"."item_id" AS "item_id",
  "t"."sizes" AS "sizes",
  "t"."maker" AS "maker",
  "t"."embedding" AS "embedding",
  "t"."rank" AS "rank",
  "t"."__event" AS "__event",
  "t"."__created" AS "__created",
  "t"."__sequence" AS "__sequence"
FROM "features"."golden__item" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."item_id" = "l"."item_id"
WHERE
  "l"."__event" IS NULL
  OR (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST(:newest AS Nullable(Bool))
      )
    )
  )
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_001";
