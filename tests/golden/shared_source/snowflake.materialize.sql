-- Materialization of feature view a: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__A" (
  "USER_ID" DECIMAL(19, 0),
  "X" DOUBLE,
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
-- latest: The row at that time; ties go to the greatest by (x), NULLs first. A row an entity.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "SOURCE_EVENTS" AS (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "X",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."EVENTS"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_A" AS (
  -- Feature view a: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("X" AS DOUBLE) AS "X"
  FROM "SOURCE_EVENTS"
  WHERE
    "USER_ID" IS NOT NULL
), "NEWEST" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "USER_ID",
    MAX("__EVENT") AS "__EVENT"
  FROM "EVENTS_A"
  WHERE
    "__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
  GROUP BY
    "USER_ID"
  HAVING
    COALESCE(MAX("__EVENT") > CAST(:since AS TIMESTAMP_NTZ(6)), TRUE) AND MAX("__EVENT") IS NOT NULL
)
SELECT
  "E"."USER_ID",
  "E"."X",
  "E"."__EVENT",
  CAST(NULL AS TIMESTAMP_NTZ(6)) AS "__CREATED"
FROM "EVENTS_A" AS "E"
JOIN "NEWEST" AS "N"
  ON "E"."USER_ID" = "N"."USER_ID" AND "E"."__EVENT" = "N"."__EVENT"
WHERE
  "E"."__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY "E"."USER_ID", "E"."__EVENT" ORDER BY (
    "E"."X"
  ) + 0 DESC NULLS LAST) = 1;
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__A" AS
WITH "LATEST" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
)
SELECT
  "L"."USER_ID",
  "L"."X",
  "L"."__EVENT",
  "L"."__CREATED",
  CASE
    WHEN (
      "L"."USER_ID" IS NOT DISTINCT FROM "T"."USER_ID"
      AND "L"."X" IS NOT DISTINCT FROM "T"."X"
      AND "L"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
      AND "L"."__CREATED" IS NOT DISTINCT FROM "T"."__CREATED"
    )
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "LATEST" AS "L"
LEFT JOIN "FEATURES"."GOLDEN__A" AS "T"
  ON "L"."USER_ID" = "T"."USER_ID"
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
  "T"."USER_ID",
  "T"."X",
  "T"."__EVENT",
  "T"."__CREATED",
  "T"."__SEQUENCE"
FROM "FEATURES"."GOLDEN__A" AS "T"
LEFT JOIN "LATEST" AS "L"
  ON "T"."USER_ID" = "L"."USER_ID"
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
