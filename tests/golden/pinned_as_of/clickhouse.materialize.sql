-- Materialization of feature view before: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE DATABASE IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__before" (
  "user_id" Nullable(Int64),
  "age" Nullable(Int32),
  "__event" Nullable(DateTime64(6, 'UTC')),
  "__created" Nullable(DateTime64(6, 'UTC')),
  "__sequence" Nullable(Int64)
)
ENGINE = MergeTree ORDER BY tuple();
DROP TABLE IF EXISTS "__fcompile_stage_001";
-- latest: The row at that time; ties go to the greatest by (loaded_at, age), NULLs first. A row an entity.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "source_profiles" AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    "user_id",
    "age",
    CAST("updated_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("updated_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("known" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible",
    CAST("loaded_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__created"
  FROM "raw"."profiles"
  WHERE
    "updated_at" IS NOT NULL AND "known" IS NOT NULL
), "events_before" AS (
  -- Feature view before: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS Nullable(Int64)) AS "user_id",
    "__event",
    "__visible",
    "__created",
    CAST("age" AS Nullable(Int32)) AS "age"
  FROM "source_profiles"
  WHERE
    "user_id" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "user_id",
    MAX("__event") AS "__event"
  FROM "events_before"
  WHERE
    "__visible" < CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
  GROUP BY
    "user_id"
  HAVING
    COALESCE(MAX("__visible") > CAST(:since AS Nullable(DateTime64(6, 'UTC'))), TRUE)
    AND MAX("__event") IS NOT NULL
)
SELECT
  "e"."user_id" AS "user_id",
  "e"."age" AS "age",
  "e"."__event" AS "__event",
  "e"."__created" AS "__created"
FROM "events_before" AS "e"
JOIN "newest" AS "n"
  ON "e"."user_id" = "n"."user_id" AND "e"."__event" = "n"."__event"
WHERE
  "e"."__visible" < CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY "e"."user_id", "e"."__event" ORDER BY "e"."__created" DESC, "e"."age" DESC) = 1
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
CREATE OR REPLACE TABLE "features"."golden__before" ENGINE = MergeTree ORDER BY tuple() AS
WITH "latest" AS (
  SELECT * FROM "__fcompile_stage_001"
)
SELECT
  "l"."user_id" AS "user_id",
  "l"."age" AS "age",
  "l"."__event" AS "__event",
  "l"."__created" AS "__created",
  CASE
    WHEN (
      "l"."user_id" IS NOT DISTINCT FROM "t"."user_id"
      AND "l"."age" IS NOT DISTINCT FROM "t"."age"
      AND "l"."__event" IS NOT DISTINCT FROM "t"."__event"
      AND "l"."__created" IS NOT DISTINCT FROM "t"."__created"
    )
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS Nullable(Int64))
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__before" AS "t"
  ON "l"."user_id" = "t"."user_id"
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
  "t"."user_id" AS "user_id",
  "t"."age" AS "age",
  "t"."__event" AS "__event",
  "t"."__created" AS "__created",
  "t"."__sequence" AS "__sequence"
FROM "features"."golden__before" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."user_id" = "l"."user_id"
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
