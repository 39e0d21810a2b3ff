-- Materialization of feature view last_departure: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE DATABASE IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__last_departure" (
  "origin" Nullable(String),
  "dep_delay" Nullable(Float64),
  "__event" Nullable(DateTime64(6, 'UTC')),
  "__created" Nullable(DateTime64(6, 'UTC')),
  "__sequence" Nullable(Int64)
)
ENGINE = MergeTree ORDER BY tuple();
DROP TABLE IF EXISTS "__fcompile_stage_001";
-- latest: The row at that time; ties go to the greatest by (dep_delay), NULLs first. A row an entity.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "source_departures" AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event",
    GREATEST(
      CAST("scheduled_at" AS Nullable(DateTime64(6, 'UTC'))),
      CAST("departed_at" AS Nullable(DateTime64(6, 'UTC')))
    ) AS "__visible"
  FROM "raw"."flights"
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "events_last_departure" AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST("origin" AS Nullable(String)) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS Nullable(Float64)) AS "dep_delay"
  FROM "source_departures"
  WHERE
    "origin" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "origin",
    MAX("__event") AS "__event"
  FROM "events_last_departure"
  WHERE
    "__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
  GROUP BY
    "origin"
  HAVING
    COALESCE(MAX("__visible") > CAST(:since AS Nullable(DateTime64(6, 'UTC'))), TRUE)
    AND MAX("__event") IS NOT NULL
)
SELECT
  "e"."origin" AS "origin",
  "e"."dep_delay" AS "dep_delay",
  "e"."__event" AS "__event",
  CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS "__created"
FROM "events_last_departure" AS "e"
JOIN "newest" AS "n"
  ON "e"."origin" = "n"."origin" AND "e"."__event" = "n"."__event"
WHERE
  "e"."__visible" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "e"."origin", "e"."__event"
    ORDER BY "e"."dep_delay" <> "e"."dep_delay" DESC, "e"."dep_delay" DESC
  ) = 1
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
CREATE OR REPLACE TABLE "features"."golden__last_departure" ENGINE = MergeTree ORDER BY tuple() AS
WITH "latest" AS (
  SELECT * FROM "__fcompile_stage_001"
)
SELECT
  "l"."origin" AS "origin",
  "l"."dep_delay" AS "dep_delay",
  "l"."__event" AS "__event",
  "l"."__created" AS "__created",
  CASE
    WHEN (
      "l"."origin" IS NOT DISTINCT FROM "t"."origin"
      AND "l"."dep_delay" IS NOT DISTINCT FROM "t"."dep_delay"
      AND "l"."__event" IS NOT DISTINCT FROM "t"."__event"
      AND "l"."__created" IS NOT DISTINCT FROM "t"."__created"
    )
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS Nullable(Int64))
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__last_departure" AS "t"
  ON "l"."origin" = "t"."origin"
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
  "t"."origin" AS "origin",
  "t"."dep_delay" AS "dep_delay",
  "t"."__event" AS "__event",
  "t"."__created" AS "__created",
  "t"."__sequence" AS "__sequence"
FROM "features"."golden__last_departure" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."origin" = "l"."origin"
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
