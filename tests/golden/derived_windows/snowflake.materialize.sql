-- Materialization of feature view spend: the windows of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__SPEND" (
  "USER_ID" DECIMAL(19, 0),
  "SPEND_1H" DOUBLE,
  "SPEND_7D" DOUBLE,
  "BUYS_7D" DECIMAL(19, 0),
  "SHARE" DOUBLE,
  "PERCENT" DOUBLE,
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__SPEND" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "AMOUNT",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    TRUE AS "ROW"
  FROM "SOURCE_PURCHASES"
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
    FROM "ROWS_SPEND"
    WHERE
      "__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
    UNION ALL
    SELECT
      "T"."USER_ID",
      "T"."__EVENT"
    FROM "FEATURES"."GOLDEN__SPEND" AS "T"
  ) AS "SEEN"
  GROUP BY
    "USER_ID"
), "PIECES_SPEND" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    CASE WHEN "R"."__EVENT" > DATEADD(HOUR, -1, CAST(:as_of AS TIMESTAMP_NTZ(6))) THEN 1 ELSE 2 END AS "__FROM",
    2 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW"
  FROM "ENTITIES" AS "N"
  JOIN "ROWS_SPEND" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__EVENT" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
    AND "R"."__EVENT" > DATEADD(DAY, -7, CAST(:as_of AS TIMESTAMP_NTZ(6)))
), "PARTS_SPEND" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    SUM("AMOUNT") AS "AMOUNT__SUM",
    CAST(COUNT("ROW") AS DECIMAL(19, 0)) AS "ROW__COUNT"
  FROM "PIECES_SPEND"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
), "STATES_SPEND" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "N"."__ROW",
    "P"."AMOUNT__SUM_1",
    "P"."AMOUNT__SUM_2",
    "P"."ROW__COUNT_2",
    "P"."__MATCHED"
  FROM "ENTITIES" AS "N"
  LEFT JOIN (
    SELECT
      "__ROW",
      SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_1",
      SUM(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_2",
      CAST(SUM(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 THEN "ROW__COUNT" END) AS DECIMAL(19, 0)) AS "ROW__COUNT_2",
      COUNT("__FROM") > 0 AS "__MATCHED"
    FROM "PARTS_SPEND"
    GROUP BY
      "__ROW"
  ) AS "P"
    ON "P"."__ROW" = "N"."__ROW"
), "WINDOWS_SPEND" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__ROW",
    CAST("AMOUNT__SUM_1" AS DOUBLE) AS "SPEND_1H",
    CAST("AMOUNT__SUM_2" AS DOUBLE) AS "SPEND_7D",
    CAST(COALESCE("ROW__COUNT_2", 0) AS DECIMAL(19, 0)) AS "BUYS_7D",
    "__MATCHED"
  FROM "STATES_SPEND"
)
SELECT
  "N"."USER_ID",
  "W1"."SPEND_1H",
  "W1"."SPEND_7D",
  "W1"."BUYS_7D",
  CAST("W1"."SPEND_1H" / NULLIF("W1"."SPEND_7D", 0.0) AS DOUBLE) AS "SHARE",
  CAST((
    "W1"."SPEND_1H" / NULLIF("W1"."SPEND_7D", 0.0)
  ) * 100.0 AS DOUBLE) AS "PERCENT",
  "N"."__EVENT",
  CAST(NULL AS TIMESTAMP_NTZ(6)) AS "__CREATED",
  CASE
    WHEN "T"."__SEQUENCE" IS NOT NULL
    AND "W1"."SPEND_1H" IS NOT DISTINCT FROM "T"."SPEND_1H"
    AND "W1"."SPEND_7D" IS NOT DISTINCT FROM "T"."SPEND_7D"
    AND "W1"."BUYS_7D" IS NOT DISTINCT FROM "T"."BUYS_7D"
    AND "N"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "ENTITIES" AS "N"
LEFT JOIN "WINDOWS_SPEND" AS "W1"
  ON "W1"."__ROW" = "N"."__ROW"
LEFT JOIN "FEATURES"."GOLDEN__SPEND" AS "T"
  ON "T"."USER_ID" = "N"."USER_ID";
