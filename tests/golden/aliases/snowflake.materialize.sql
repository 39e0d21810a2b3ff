-- Materialization of feature view route: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__ROUTE" (
  "CARRIER" VARCHAR,
  "PLACE_ID" VARCHAR,
  "DELAY" DECIMAL(9, 2),
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
-- latest: The row at that time; ties go to the greatest by (delay), NULLs first. A row an entity.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "SOURCE_ROUTES" AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    "CARRIER",
    "PLACE_ID",
    "DELAY",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."ROUTES"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_ROUTE" AS (
  -- Feature view route: the values each event carries, by carrier, place_id.
  SELECT
    CAST("CARRIER" AS VARCHAR) AS "CARRIER",
    CAST("PLACE_ID" AS VARCHAR) AS "PLACE_ID",
    "__EVENT",
    CAST("DELAY" AS DECIMAL(9, 2)) AS "DELAY"
  FROM "SOURCE_ROUTES"
  WHERE
    "CARRIER" IS NOT NULL AND "PLACE_ID" IS NOT NULL
), "NEWEST" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "CARRIER",
    "PLACE_ID",
    MAX("__EVENT") AS "__EVENT"
  FROM "EVENTS_ROUTE"
  WHERE
    "__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
  GROUP BY
    "CARRIER",
    "PLACE_ID"
  HAVING
    COALESCE(MAX("__EVENT") > CAST(:since AS TIMESTAMP_NTZ(6)), TRUE) AND MAX("__EVENT") IS NOT NULL
)
SELECT
  "E"."CARRIER",
  "E"."PLACE_ID",
  "E"."DELAY",
  "E"."__EVENT",
  CAST(NULL AS TIMESTAMP_NTZ(6)) AS "__CREATED"
FROM "EVENTS_ROUTE" AS "E"
JOIN "NEWEST" AS "N"
  ON "E"."CARRIER" = "N"."CARRIER"
  AND "E"."PLACE_ID" = "N"."PLACE_ID"
  AND "E"."__EVENT" = "N"."__EVENT"
WHERE
  "E"."__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY "E"."CARRIER", "E"."PLACE_ID", "E"."__EVENT" ORDER BY "E"."DELAY" DESC NULLS LAST) = 1;
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__ROUTE" AS
WITH "LATEST" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
)
SELECT
  "L"."CARRIER",
  "L"."PLACE_ID",
  "L"."DELAY",
  "L"."__EVENT",
  "L"."__CREATED",
  CASE
    WHEN (
      "L"."CARRIER" IS NOT DISTINCT FROM "T"."CARRIER"
      AND "L"."PLACE_ID" IS NOT DISTINCT FROM "T"."PLACE_ID"
      AND "L"."DELAY" IS NOT DISTINCT FROM "T"."DELAY"
      AND "L"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
      AND "L"."__CREATED" IS NOT DISTINCT FROM "T"."__CREATED"
    )
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "LATEST" AS "L"
LEFT JOIN "FEATURES"."GOLDEN__ROUTE" AS "T"
  ON "L"."CARRIER" = "T"."CARRIER" AND "L"."PLACE_ID" = "T"."PLACE_ID"
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
  "T"."CARRIER",
  "T"."PLACE_ID",
  "T"."DELAY",
  "T"."__EVENT",
  "T"."__CREATED",
  "T"."__SEQUENCE"
FROM "FEATURES"."GOLDEN__ROUTE" AS "T"
LEFT JOIN "LATEST" AS "L"
  ON "T"."CARRIER" = "L"."CARRIER" AND "T"."PLACE_ID" = "L"."PLACE_ID"
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
