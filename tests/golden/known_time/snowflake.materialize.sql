-- Materialization of feature view last_departure: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__LAST_DEPARTURE" (
  "ORIGIN" VARCHAR,
  "DEP_DELAY" DOUBLE,
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
-- latest: The row at that time; ties go to the greatest by (dep_delay), NULLs first. A row an entity.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "SOURCE_DEPARTURES" AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "ORIGIN",
    "DEP_DELAY",
    CAST(CONVERT_TIMEZONE('UTC', "SCHEDULED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "SCHEDULED_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "DEPARTED_AT") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."FLIGHTS"
  WHERE
    "SCHEDULED_AT" IS NOT NULL AND "DEPARTED_AT" IS NOT NULL
), "EVENTS_LAST_DEPARTURE" AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST("ORIGIN" AS VARCHAR) AS "ORIGIN",
    "__EVENT",
    "__VISIBLE",
    CAST("DEP_DELAY" AS DOUBLE) AS "DEP_DELAY"
  FROM "SOURCE_DEPARTURES"
  WHERE
    "ORIGIN" IS NOT NULL
), "NEWEST" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "ORIGIN",
    MAX("__EVENT") AS "__EVENT"
  FROM "EVENTS_LAST_DEPARTURE"
  WHERE
    "__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
  GROUP BY
    "ORIGIN"
  HAVING
    COALESCE(MAX("__VISIBLE") > CAST(:since AS TIMESTAMP_NTZ(6)), TRUE)
    AND MAX("__EVENT") IS NOT NULL
)
SELECT
  "E"."ORIGIN",
  "E"."DEP_DELAY",
  "E"."__EVENT",
  CAST(NULL AS TIMESTAMP_NTZ(6)) AS "__CREATED"
FROM "EVENTS_LAST_DEPARTURE" AS "E"
JOIN "NEWEST" AS "N"
  ON "E"."ORIGIN" = "N"."ORIGIN" AND "E"."__EVENT" = "N"."__EVENT"
WHERE
  "E"."__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY "E"."ORIGIN", "E"."__EVENT" ORDER BY (
    "E"."DEP_DELAY"
  ) + 0 DESC NULLS LAST) = 1;
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__LAST_DEPARTURE" AS
WITH "LATEST" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
)
SELECT
  "L"."ORIGIN",
  "L"."DEP_DELAY",
  "L"."__EVENT",
  "L"."__CREATED",
  CASE
    WHEN (
      "L"."ORIGIN" IS NOT DISTINCT FROM "T"."ORIGIN"
      AND "L"."DEP_DELAY" IS NOT DISTINCT FROM "T"."DEP_DELAY"
      AND "L"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
      AND "L"."__CREATED" IS NOT DISTINCT FROM "T"."__CREATED"
    )
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "LATEST" AS "L"
LEFT JOIN "FEATURES"."GOLDEN__LAST_DEPARTURE" AS "T"
  ON "L"."ORIGIN" = "T"."ORIGIN"
WHERE
  "T"."__EVENT" IS NULL
  OR NOT (
    "T"."__EVENT" > "L"."__EVENT"
    OR "T"."__EVENT" = "L"."__EVENT"
    AND (
      COALESCE("T"."__CREATED" > "L"."__CREATED", FALSE)
      OR "L"."__CREATED" IS NULL
      AND "T"."__CREATED" IS NOT NULL
      OR (
        "T"."__CREATED" IS NOT DISTINCT FROM "L"."__CREATED" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "T"."ORIGIN",
  "T"."DEP_DELAY",
  "T"."__EVENT",
  "T"."__CREATED",
  "T"."__SEQUENCE"
FROM "FEATURES"."GOLDEN__LAST_DEPARTURE" AS "T"
LEFT JOIN "LATEST" AS "L"
  ON "T"."ORIGIN" = "L"."ORIGIN"
WHERE
  "L"."__EVENT" IS NULL
  OR (
    "T"."__EVENT" > "L"."__EVENT"
    OR "T"."__EVENT" = "L"."__EVENT"
    AND (
      COALESCE("T"."__CREATED" > "L"."__CREATED", FALSE)
      OR "L"."__CREATED" IS NULL
      AND "T"."__CREATED" IS NOT NULL
      OR (
        "T"."__CREATED" IS NOT DISTINCT FROM "L"."__CREATED" AND NOT CAST(:newest AS BOOLEAN)
      )
    )
  );
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
