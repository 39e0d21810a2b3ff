-- Materialization of feature view by_the_hour: the windows of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__BY_THE_HOUR" (
  "USER_ID" DECIMAL(19, 0),
  "CLICKS_1D" DECIMAL(19, 0),
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__BY_THE_HOUR" AS
WITH "SOURCE_CLICKS" AS (
  -- Source clicks: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."CLICKS"
  WHERE
    "AT" IS NOT NULL
), "ROWS_BY_THE_HOUR" AS (
  -- Rows for the windows of by_the_hour: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    TRUE AS "ROW"
  FROM "SOURCE_CLICKS"
  WHERE
    "USER_ID" IS NOT NULL
), "ENTITIES" AS (
  -- The entities with a row known as of the end of the windows, or in the view's table.
  SELECT
    ROW_NUMBER() OVER (ORDER BY "USER_ID") AS "__ROW",
    "USER_ID",
    MAX("__EVENT") AS "__EVENT"
  FROM (
    SELECT
      "USER_ID",
      "__EVENT"
    FROM "ROWS_BY_THE_HOUR"
    WHERE
      "__EVENT" < DATE_TRUNC('hour', CAST(:as_of AS TIMESTAMP_NTZ(6)))
    UNION ALL
    SELECT
      "T"."USER_ID",
      "T"."__EVENT"
    FROM "FEATURES"."GOLDEN__BY_THE_HOUR" AS "T"
  ) AS "SEEN"
  GROUP BY
    "USER_ID"
), "PIECES_BY_THE_HOUR" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."ROW"
  FROM "ENTITIES" AS "N"
  JOIN "ROWS_BY_THE_HOUR" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__EVENT" < DATE_TRUNC('hour', CAST(:as_of AS TIMESTAMP_NTZ(6)))
    AND "R"."__EVENT" >= DATEADD(DAY, -1, DATE_TRUNC('hour', CAST(:as_of AS TIMESTAMP_NTZ(6))))
), "PARTS_BY_THE_HOUR" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM "PIECES_BY_THE_HOUR"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
), "STATES_BY_THE_HOUR" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "N"."__ROW",
    "P"."ROW__COUNT_1",
    "P"."__MATCHED"
  FROM "ENTITIES" AS "N"
  LEFT JOIN (
    SELECT
      "__ROW",
      CAST(SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "ROW__COUNT" END) AS DECIMAL(19, 0)) AS "ROW__COUNT_1",
      COUNT("__FROM") > 0 AS "__MATCHED"
    FROM "PARTS_BY_THE_HOUR"
    GROUP BY
      "__ROW"
  ) AS "P"
    ON "P"."__ROW" = "N"."__ROW"
), "WINDOWS_BY_THE_HOUR" AS (
  -- by_the_hour: one value a spine row and window [t - w, t).
  SELECT
    "__ROW",
    CAST(COALESCE("ROW__COUNT_1", 0) AS DECIMAL(19, 0)) AS "CLICKS_1D",
    "__MATCHED"
  FROM "STATES_BY_THE_HOUR"
)
SELECT
  "N"."USER_ID",
  "W1"."CLICKS_1D",
  "N"."__EVENT",
  CAST(NULL AS TIMESTAMP_NTZ(6)) AS "__CREATED",
  CASE
    WHEN "T"."__SEQUENCE" IS NOT NULL
    AND "W1"."CLICKS_1D" IS NOT DISTINCT FROM "T"."CLICKS_1D"
    AND "N"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "ENTITIES" AS "N"
LEFT JOIN "WINDOWS_BY_THE_HOUR" AS "W1"
  ON "W1"."__ROW" = "N"."__ROW"
LEFT JOIN "FEATURES"."GOLDEN__BY_THE_HOUR" AS "T"
  ON "T"."USER_ID" = "N"."USER_ID";
