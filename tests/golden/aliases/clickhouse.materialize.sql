-- Materialization of feature view route: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE DATABASE IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."golden__route" (
  "carrier" Nullable(String),
  "place_id" Nullable(String),
  "delay" Nullable(Decimal(9, 2)),
  "__event" Nullable(DateTime64(6, 'UTC')),
  "__created" Nullable(DateTime64(6, 'UTC')),
  "__sequence" Nullable(Int64)
)
ENGINE = MergeTree ORDER BY tuple();
DROP TABLE IF EXISTS "__fcompile_stage_001";
-- latest: The row at that time; ties go to the greatest by (delay), NULLs first. A row an entity.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "source_routes" AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    "carrier",
    "place_id",
    "delay",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."routes"
  WHERE
    "at" IS NOT NULL
), "events_route" AS (
  -- Feature view route: the values each event carries, by carrier, place_id.
  SELECT
    CAST("carrier" AS Nullable(String)) AS "carrier",
    CAST("place_id" AS Nullable(String)) AS "place_id",
    "__event",
    CAST("delay" AS Nullable(Decimal(9, 2))) AS "delay"
  FROM "source_routes"
  WHERE
    "carrier" IS NOT NULL AND "place_id" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "carrier",
    "place_id",
    MAX("__event") AS "__event"
  FROM "events_route"
  WHERE
    "__event" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
  GROUP BY
    "carrier",
    "place_id"
  HAVING
    COALESCE(MAX("__event") > CAST(:since AS Nullable(DateTime64(6, 'UTC'))), TRUE)
    AND MAX("__event") IS NOT NULL
)
SELECT
  "e"."carrier" AS "carrier",
  "e"."place_id" AS "place_id",
  "e"."delay" AS "delay",
  "e"."__event" AS "__event",
  CAST(NULL AS Nullable(DateTime64(6, 'UTC'))) AS "__created"
FROM "events_route" AS "e"
JOIN "newest" AS "n"
  ON "e"."carrier" = "n"."carrier"
  AND "e"."place_id" = "n"."place_id"
  AND "e"."__event" = "n"."__event"
WHERE
  "e"."__event" <= CAST(:as_of AS Nullable(DateTime64(6, 'UTC')))
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY "e"."carrier", "e"."place_id", "e"."__event" ORDER BY "e"."delay" DESC) = 1
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
CREATE OR REPLACE TABLE "features"."golden__route" ENGINE = MergeTree ORDER BY tuple() AS
WITH "latest" AS (
  SELECT * FROM "__fcompile_stage_001"
)
SELECT
  "l"."carrier" AS "carrier",
  "l"."place_id" AS "place_id",
  "l"."delay" AS "delay",
  "l"."__event" AS "__event",
  "l"."__created" AS "__created",
  CASE
    WHEN (
      "l"."carrier" IS NOT DISTINCT FROM "t"."carrier"
      AND "l"."place_id" IS NOT DISTINCT FROM "t"."place_id"
      AND "l"."delay" IS NOT DISTINCT FROM "t"."delay"
      AND "l"."__event" IS NOT DISTINCT FROM "t"."__event"
      AND "l"."__created" IS NOT DISTINCT FROM "t"."__created"
    )
    THEN "t"."__sequence"
    ELSE CAST(:sequence AS Nullable(Int64))
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."golden__route" AS "t"
  ON "l"."carrier" = "t"."carrier" AND "l"."place_id" = "t"."place_id"
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
  "t"."carrier" AS "carrier",
  "t"."place_id" AS "place_id",
  "t"."delay" AS "delay",
  "t"."__event" AS "__event",
  "t"."__created" AS "__created",
  "t"."__sequence" AS "__sequence"
FROM "features"."golden__route" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."carrier" = "l"."carrier" AND "t"."place_id" = "l"."place_id"
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
