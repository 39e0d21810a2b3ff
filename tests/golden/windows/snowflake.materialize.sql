-- Materialization of feature view spend: the windows of each entity as of :as_of.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: :as_of, :sequence (the number of the load).
CREATE SCHEMA IF NOT EXISTS "FEATURES";
CREATE TABLE IF NOT EXISTS "FEATURES"."GOLDEN__SPEND" (
  "USER_ID" DECIMAL(19, 0),
  "TOTAL_1H" DOUBLE,
  "TOTAL_7D" DOUBLE,
  "TOTAL_LIFETIME" DOUBLE,
  "BIG_7D" DECIMAL(19, 0),
  "SHOPS_7D" DECIMAL(19, 0),
  "MEDIAN_1H" DOUBLE,
  "LATEST_LIFETIME" ARRAY,
  "__EVENT" TIMESTAMP_NTZ(6),
  "__CREATED" TIMESTAMP_NTZ(6),
  "__SEQUENCE" DECIMAL(19, 0)
);
CREATE OR REPLACE TABLE "FEATURES"."GOLDEN__SPEND" AS
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known at known.
  SELECT
    "USER_ID",
    "AMOUNT",
    "SHOP",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "KNOWN") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL AND "KNOWN" IS NOT NULL
), "ROWS_SPEND" AS (
  -- Rows for the windows of spend: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    "__VISIBLE",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    CASE WHEN "AMOUNT" > 100.0 THEN TRUE END AS "ROW",
    CAST("SHOP" AS VARCHAR) AS "SHOP"
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
      "__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
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
    CASE
      WHEN "R"."__EVENT" > DATEADD(HOUR, -1, CAST(:as_of AS TIMESTAMP_NTZ(6)))
      THEN 1
      WHEN "R"."__EVENT" > DATEADD(DAY, -7, CAST(:as_of AS TIMESTAMP_NTZ(6)))
      THEN 2
      ELSE 3
    END AS "__FROM",
    3 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "ENTITIES" AS "N"
  JOIN "ROWS_SPEND" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID" AND "R"."__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
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
    "P"."AMOUNT__SUM_3",
    "P"."ROW__COUNT_2",
    "P"."__MATCHED"
  FROM "ENTITIES" AS "N"
  LEFT JOIN (
    SELECT
      "__ROW",
      SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_1",
      SUM(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_2",
      SUM(CASE WHEN "__FROM" <= 3 AND "__TO" >= 3 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_3",
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
    COALESCE(CAST("AMOUNT__SUM_1" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "TOTAL_1H",
    COALESCE(CAST("AMOUNT__SUM_2" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "TOTAL_7D",
    COALESCE(CAST("AMOUNT__SUM_3" AS DOUBLE), CAST(0.0 AS DOUBLE)) AS "TOTAL_LIFETIME",
    CAST(COALESCE("ROW__COUNT_2", 0) AS DECIMAL(19, 0)) AS "BIG_7D",
    "__MATCHED"
  FROM "STATES_SPEND"
), "PIECES_SPEND_NEWEST" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "ENTITIES" AS "N"
  JOIN "ROWS_SPEND" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__VISIBLE" <= CAST(:as_of AS TIMESTAMP_NTZ(6))
    AND "R"."__EVENT" > DATEADD(DAY, -7, CAST(:as_of AS TIMESTAMP_NTZ(6)))
), "PARTS_SPEND_NEWEST_SHOP" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows and value of shop.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    "SHOP",
    MAX("__EVENT") AS "SHOP__NEWEST"
  FROM "PIECES_SPEND_NEWEST"
  WHERE
    "SHOP" IS NOT NULL
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO",
    "SHOP"
), "VALUES_SPEND_NEWEST_SHOP" AS (
  -- How often each value of shop occurs in each window. A row a spine row and value.
  SELECT
    "__ROW",
    "SHOP",
    MAX(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "SHOP__NEWEST" END) AS "SHOP__NEWEST_1"
  FROM "PARTS_SPEND_NEWEST_SHOP"
  GROUP BY
    "__ROW",
    "SHOP"
), "WINDOWS_SPEND_NEWEST_SHOP" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "N"."__ROW",
    CAST(COUNT(CASE WHEN "V"."SHOP__NEWEST_1" > DATEADD(DAY, -7, CAST(:as_of AS TIMESTAMP_NTZ(6))) THEN 1 END) AS DECIMAL(19, 0)) AS "SHOPS_7D",
    COUNT(
      CASE
        WHEN "V"."SHOP__NEWEST_1" > DATEADD(DAY, -7, CAST(:as_of AS TIMESTAMP_NTZ(6)))
        THEN "V"."SHOP"
      END
    ) > 0 AS "__MATCHED"
  FROM "ENTITIES" AS "N"
  LEFT JOIN "VALUES_SPEND_NEWEST_SHOP" AS "V"
    ON "V"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "ASKED_SPEND_OF_ROWS" AS (
  -- Spine rows with the end of their windows.
  SELECT
    "N"."__ROW",
    "N"."USER_ID",
    CAST(:as_of AS TIMESTAMP_NTZ(6)) AS "__TIME"
  FROM "ENTITIES" AS "N"
), "INSIDE_SPEND" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "A"."__ROW",
    CASE WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "A"."__TIME") THEN 1 ELSE 2 END AS "__FROM",
    2 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW",
    "R"."SHOP"
  FROM "ASKED_SPEND_OF_ROWS" AS "A"
  JOIN "ROWS_SPEND" AS "R"
    ON "A"."USER_ID" = "R"."USER_ID"
  WHERE
    "R"."__VISIBLE" <= "A"."__TIME"
), "AGGREGATED_SPEND" AS (
  -- The rows in each window as one value. A row a spine row with any.
  SELECT
    "__ROW",
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
      CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 AND "AMOUNT" IS NOT NULL THEN CAST("AMOUNT" AS DOUBLE) END) AS "MEDIAN_1H",
    ARRAY_SLICE(
      ARRAY_AGG(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 AND "SHOP" IS NOT NULL THEN "SHOP" END) WITHIN GROUP (ORDER BY
        "__EVENT" DESC NULLS LAST,
        "SHOP" DESC NULLS LAST),
      0,
      3
    ) AS "LATEST_LIFETIME"
  FROM "INSIDE_SPEND"
  GROUP BY
    "__ROW"
), "WINDOWS_SPEND_OF_ROWS" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "N"."__ROW",
    CAST("A"."MEDIAN_1H" AS DOUBLE) AS "MEDIAN_1H",
    CAST(CASE WHEN ARRAY_SIZE("A"."LATEST_LIFETIME") > 0 THEN "A"."LATEST_LIFETIME" END AS ARRAY) AS "LATEST_LIFETIME",
    "A"."__ROW" IS NOT NULL AS "__MATCHED"
  FROM "ENTITIES" AS "N"
  LEFT JOIN "AGGREGATED_SPEND" AS "A"
    ON "A"."__ROW" = "N"."__ROW"
)
SELECT
  "N"."USER_ID",
  "W1"."TOTAL_1H",
  "W1"."TOTAL_7D",
  "W1"."TOTAL_LIFETIME",
  "W1"."BIG_7D",
  "W2"."SHOPS_7D",
  "W3"."MEDIAN_1H",
  "W3"."LATEST_LIFETIME",
  "N"."__EVENT",
  CAST(NULL AS TIMESTAMP_NTZ(6)) AS "__CREATED",
  CASE
    WHEN "T"."__SEQUENCE" IS NOT NULL
    AND "W1"."TOTAL_1H" IS NOT DISTINCT FROM "T"."TOTAL_1H"
    AND "W1"."TOTAL_7D" IS NOT DISTINCT FROM "T"."TOTAL_7D"
    AND "W1"."TOTAL_LIFETIME" IS NOT DISTINCT FROM "T"."TOTAL_LIFETIME"
    AND "W1"."BIG_7D" IS NOT DISTINCT FROM "T"."BIG_7D"
    AND "W2"."SHOPS_7D" IS NOT DISTINCT FROM "T"."SHOPS_7D"
    AND "W3"."MEDIAN_1H" IS NOT DISTINCT FROM "T"."MEDIAN_1H"
    AND TO_JSON("W3"."LATEST_LIFETIME") IS NOT DISTINCT FROM TO_JSON("T"."LATEST_LIFETIME")
    AND "N"."__EVENT" IS NOT DISTINCT FROM "T"."__EVENT"
    THEN "T"."__SEQUENCE"
    ELSE CAST(:sequence AS DECIMAL(19, 0))
  END AS "__SEQUENCE"
FROM "ENTITIES" AS "N"
LEFT JOIN "WINDOWS_SPEND" AS "W1"
  ON "W1"."__ROW" = "N"."__ROW"
LEFT JOIN "WINDOWS_SPEND_NEWEST_SHOP" AS "W2"
  ON "W2"."__ROW" = "N"."__ROW"
LEFT JOIN "WINDOWS_SPEND_OF_ROWS" AS "W3"
  ON "W3"."__ROW" = "N"."__ROW"
LEFT JOIN "FEATURES"."GOLDEN__SPEND" AS "T"
  ON "T"."USER_ID" = "N"."USER_ID";
