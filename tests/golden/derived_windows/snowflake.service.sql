-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- The spine has the request data too: amount (float64).
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
SELECT
  ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
  "S"."USER_ID",
  "S"."AMOUNT",
  "S"."EVENT_TIMESTAMP"
FROM "SPINE" AS "S";
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_PURCHASES" AS (
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
), "PIECES_SPEND" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    CASE WHEN "R"."__EVENT" > DATEADD(HOUR, -1, "N"."EVENT_TIMESTAMP") THEN 1 ELSE 2 END AS "__FROM",
    2 AS "__TO",
    "R"."__EVENT",
    "R"."AMOUNT",
    "R"."ROW"
  FROM "NUMBERED" AS "N"
  JOIN "ROWS_SPEND" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__EVENT" <= "N"."EVENT_TIMESTAMP"
    AND "R"."__EVENT" > DATEADD(DAY, -7, "N"."EVENT_TIMESTAMP")
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
    SUM(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_2",
    CAST(SUM(CASE WHEN "__FROM" <= 2 AND "__TO" >= 2 THEN "ROW__COUNT" END) AS DECIMAL(19, 0)) AS "ROW__COUNT_2",
    SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "AMOUNT__SUM" END) AS "AMOUNT__SUM_1",
    COUNT("__FROM") > 0 AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "PARTS_SPEND" AS "P"
    ON "P"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "WINDOWS_SPEND" AS (
  -- spend: one value a spine row and window (t - w, t].
  SELECT
    "__ROW",
    CAST("AMOUNT__SUM_2" AS DOUBLE) AS "SPEND_7D",
    CAST(COALESCE("ROW__COUNT_2", 0) AS DECIMAL(19, 0)) AS "__SPEND__BUYS_7D",
    CAST("AMOUNT__SUM_1" AS DOUBLE) AS "__SPEND__SPEND_1H",
    "__MATCHED"
  FROM "STATES_SPEND"
), "JOINED" AS (
  -- Each spine row with the values that are shown or read below.
  SELECT
    "M"."__ROW",
    "M"."USER_ID",
    "M"."AMOUNT",
    "M"."EVENT_TIMESTAMP",
    "W1"."SPEND_7D",
    "W1"."__SPEND__BUYS_7D",
    "W1"."__SPEND__SPEND_1H"
  FROM "NUMBERED" AS "M"
  LEFT JOIN "WINDOWS_SPEND" AS "W1"
    ON "W1"."__ROW" = "M"."__ROW"
), "COMPUTED" AS (
  -- The same, with what is computed from it: percent, spend__share.
  SELECT
    "J"."__ROW",
    "J"."USER_ID",
    "J"."AMOUNT",
    "J"."EVENT_TIMESTAMP",
    "J"."SPEND_7D",
    "J"."__SPEND__BUYS_7D",
    CAST((
      "J"."__SPEND__SPEND_1H" / NULLIF("J"."SPEND_7D", 0.0)
    ) * 100.0 AS DOUBLE) AS "PERCENT",
    CAST("J"."__SPEND__SPEND_1H" / NULLIF("J"."SPEND_7D", 0.0) AS DOUBLE) AS "__SPEND__SHARE"
  FROM "JOINED" AS "J"
)
SELECT
  "J"."USER_ID",
  "J"."AMOUNT",
  "J"."EVENT_TIMESTAMP",
  "J"."PERCENT",
  "J"."SPEND_7D",
  "J"."AMOUNT" > 100.0 AND "J"."__SPEND__SHARE" > 0.5 AND "J"."__SPEND__BUYS_7D" < 3 AS "UNUSUAL"
FROM "COMPUTED" AS "J"
ORDER BY
  "J"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
