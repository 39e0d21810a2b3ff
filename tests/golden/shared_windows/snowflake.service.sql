-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- numbered: The spine, numbered so that its rows and their order come back. A row a training example.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
SELECT
  ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
  "S"."USER_ID",
  "S"."EVENT_TIMESTAMP"
FROM "SPINE" AS "S";
WITH "NUMBERED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "SOURCE_CLICKS" AS (
  -- Source clicks: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "MS",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."CLICKS"
  WHERE
    "AT" IS NOT NULL
), "ROWS_CLICKS" AS (
  -- Rows for the windows of clicks: what is aggregated; NULL where a row does not count.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    TRUE AS "ROW",
    CAST("MS" AS DECIMAL(19, 0)) AS "MS",
    CASE WHEN "MS" > 1000 THEN TRUE END AS "ROW_2"
  FROM "SOURCE_CLICKS"
  WHERE
    "USER_ID" IS NOT NULL
), "PIECES_BY_THE_HOUR" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."ROW",
    "R"."MS",
    "R"."ROW_2"
  FROM "NUMBERED" AS "N"
  JOIN "ROWS_CLICKS" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__EVENT" < DATE_TRUNC('hour', "N"."EVENT_TIMESTAMP")
    AND "R"."__EVENT" >= DATEADD(DAY, -1, DATE_TRUNC('hour', "N"."EVENT_TIMESTAMP"))
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
    CAST(SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "ROW__COUNT" END) AS DECIMAL(19, 0)) AS "ROW__COUNT_1",
    COUNT("__FROM") > 0 AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "PARTS_BY_THE_HOUR" AS "P"
    ON "P"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "WINDOWS_BY_THE_HOUR" AS (
  -- by_the_hour: one value a spine row and window [t - w, t).
  SELECT
    "__ROW",
    CAST(COALESCE("ROW__COUNT_1", 0) AS DECIMAL(19, 0)) AS "CLICKS_1D",
    "__MATCHED"
  FROM "STATES_BY_THE_HOUR"
), "PIECES_SLOW_SLOW_ONES" AS (
  -- Rows in the windows, one by one; each counts for the windows __from to __to (1 is the
  -- shortest).
  SELECT
    "N"."__ROW",
    1 AS "__FROM",
    1 AS "__TO",
    "R"."__EVENT",
    "R"."ROW",
    "R"."MS",
    "R"."ROW_2"
  FROM "NUMBERED" AS "N"
  JOIN "ROWS_CLICKS" AS "R"
    ON "N"."USER_ID" = "R"."USER_ID"
    AND "R"."__EVENT" <= "N"."EVENT_TIMESTAMP"
    AND "R"."__EVENT" > DATEADD(DAY, -1, "N"."EVENT_TIMESTAMP")
), "PARTS_SLOW_SLOW_ONES" AS (
  -- Partial aggregates of the pieces. A row a spine row and range of windows.
  SELECT
    "__ROW",
    "__FROM",
    "__TO",
    MAX("MS") AS "MS__MAX",
    CAST(COUNT("ROW_2") AS DECIMAL(19, 0)) AS "ROW_2__COUNT"
  FROM "PIECES_SLOW_SLOW_ONES"
  GROUP BY
    "__ROW",
    "__FROM",
    "__TO"
), "STATES_SLOW_SLOW_ONES" AS (
  -- The partial aggregates of each window: _1 is the shortest. A row a spine row.
  SELECT
    "N"."__ROW",
    MAX(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "MS__MAX" END) AS "MS__MAX_1",
    CAST(SUM(CASE WHEN "__FROM" <= 1 AND "__TO" >= 1 THEN "ROW_2__COUNT" END) AS DECIMAL(19, 0)) AS "ROW_2__COUNT_1",
    COUNT("__FROM") > 0 AS "__MATCHED"
  FROM "NUMBERED" AS "N"
  LEFT JOIN "PARTS_SLOW_SLOW_ONES" AS "P"
    ON "P"."__ROW" = "N"."__ROW"
  GROUP BY
    "N"."__ROW"
), "WINDOWS_SLOW_SLOW_ONES" AS (
  -- slow, slow_ones: one value a spine row and window (t - w, t].
  SELECT
    "__ROW",
    CAST("MS__MAX_1" AS DECIMAL(19, 0)) AS "SLOWEST_1D",
    CAST(COALESCE("ROW_2__COUNT_1", 0) AS DECIMAL(19, 0)) AS "SLOW_CLICKS_1D",
    "__MATCHED"
  FROM "STATES_SLOW_SLOW_ONES"
)
SELECT
  "M"."USER_ID",
  "M"."EVENT_TIMESTAMP",
  "W1"."CLICKS_1D",
  "W2"."SLOWEST_1D",
  "W2"."SLOW_CLICKS_1D"
FROM "NUMBERED" AS "M"
LEFT JOIN "WINDOWS_BY_THE_HOUR" AS "W1"
  ON "W1"."__ROW" = "M"."__ROW"
LEFT JOIN "WINDOWS_SLOW_SLOW_ONES" AS "W2"
  ON "W2"."__ROW" = "M"."__ROW"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
