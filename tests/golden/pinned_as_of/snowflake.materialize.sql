-- Materialization of feature view before: the latest row of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :since (look at what became known after it; NULL = at everything), :sequence (the number of the load), :newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__BEFORE" (
  "USER_ID" DECIMAL(19, 0),
  "AGE" DECIMAL(10, 0),
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
-- latest: The row at that time; ties go to the greatest by (loaded_at, age), NULLs first. A row an entity.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "SOURCE_PROFILES" AS (
  -- Source profiles: a row an event at updated_at, known at known.
  SELECT
    "USER_ID",
    "AGE",
    CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "UPDATED_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE",
    CAST(CONVERT_TIMEZONE('UTC', "LOADED_AT") AS TIMESTAMP_NTZ(6)) AS "__CREATED"
  FROM "RAW"."PROFILES"
  WHERE
    "UPDATED_AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "EVENTS_BEFORE" AS (
  -- Feature view before: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    "__CREATED",
    CAST("AGE" AS DECIMAL(10, 0)) AS "AGE"
  FROM "SOURCE_PROFILES"
  WHERE
    "USER_ID" IS NOT NULL
), "NEWEST" AS (
  -- The latest event time known as of :as_of. A row an entity with news since :since (NULL = all).
  SELECT
    "USER_ID",
    MAX("__EVENT") AS "__EVENT"
  FROM "EVENTS_BEFORE"
  WHERE
    "__VISIBLE" < CAST(:as_of AS TIMESTAMP_NTZ(6))
  GROUP BY
    "USER_ID"
  HAVING
    COALESCE(MAX("__VISIBLE") > CAST(:since AS TIMESTAMP_NTZ(6)), TRUE)
    AND MAX("__EVENT") IS NOT NULL
)
SELECT
  "E"."USER_ID",
  "E"."AGE",
  "E"."__EVENT",
  "E"."__CREATED"
FROM "EVENTS_BEFORE" AS "E"
JOIN "NEWEST" AS "N"
  ON "E"."USER_ID" = "N"."USER_ID" AND "E"."__EVENT" = "N"."__EVENT"
WHERE
  "E"."__VISIBLE" < CAST(:as_of AS TIMESTAMP_NTZ(6))
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY "E"."USER_ID", "E"."__EVENT"
    ORDER BY "E"."__CREATED" DESC NULLS LAST, "E"."AGE" DESC NULLS LAST
  ) = 1;
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__BEFORE" AS
WITH "LATEST" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
)
SELECT
  "L"."USER_ID",
  "L"."AGE",
  "L"."__EVENT",
  "L"."__CREATED",
  CASE
    WHEN (
      "L"."USER_ID" IS NOT DISTINCT FROM "T"."USER_ID"
      AND "L"."AGE" IS NOT DISTINCT FROM "T"."AGE"
      AND "L"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
      AND "L"."__CREATED" IS NOT DISTINCT FROM "T"."__CREATED"
    )
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "LATEST" AS "L"
LEFT JOIN "FEATURES"."GOLDEN__BEFORE" AS "T"
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
  "T"."AGE",
  "T"."__EVENT",
  "T"."__CREATED",
  "T"."__SEQUENCE"
FROM "FEATURES"."GOLDEN__BEFORE" AS "T"
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
