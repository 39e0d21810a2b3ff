-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- The spine has the request data too: paid (decimal(9,2)), event_timestamp (timestamp).
-- matched: Each spine row with the latest event visible at its time, for each join; spend: at or before the row's time; home__here: at or before the row's time; home__weather: at or before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."USER_ID",
    "S"."FROM_ID",
    "S"."HOME_ID",
    "S"."PAID",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "AMOUNT",
    "COUNTRY",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL
), "SOURCE_WEATHER" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "PLACE_ID",
    "TEMP",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."WEATHER"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_SPEND" AS (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    "COUNTRY" <> 'FR' AS "ABROAD",
    NOT (
      "COUNTRY" <> 'FR'
    ) AND "AMOUNT" > 100.0 AS "LARGE"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
), "EVENTS_WEATHER" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("PLACE_ID" AS VARCHAR) AS "PLACE_ID",
    "__EVENT",
    CAST("TEMP" AS DOUBLE) AS "TEMP"
  FROM "SOURCE_WEATHER"
  WHERE
    "PLACE_ID" IS NOT NULL
)
SELECT
  "S"."__ROW",
  "S"."USER_ID",
  "S"."FROM_ID",
  "S"."HOME_ID",
  "S"."PAID",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "SPEND__EVENT",
  "E1"."AMOUNT" AS "SPEND__AMOUNT",
  "E1"."LARGE" AS "SPEND__LARGE",
  "E2"."__EVENT" AS "HOME__HERE__EVENT",
  "E2"."TEMP" AS "HOME__HERE__TEMP",
  "E3"."__EVENT" AS "HOME__WEATHER__EVENT",
  "E3"."TEMP" AS "HOME__WEATHER__TEMP"
FROM "NUMBERED" AS "S"
ASOF JOIN "EVENTS_SPEND" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__EVENT")
  ON "S"."USER_ID" = "E1"."USER_ID"
ASOF JOIN "EVENTS_WEATHER" AS "E2" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E2"."__EVENT")
  ON "S"."FROM_ID" = "E2"."PLACE_ID"
ASOF JOIN "EVENTS_WEATHER" AS "E3" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E3"."__EVENT")
  ON "S"."HOME_ID" = "E3"."PLACE_ID";
WITH "SOURCE_PURCHASES" AS (
  -- Source purchases: a row an event at at, known as it happens.
  SELECT
    "USER_ID",
    "AMOUNT",
    "COUNTRY",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."PURCHASES"
  WHERE
    "AT" IS NOT NULL
), "SOURCE_WEATHER" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "PLACE_ID",
    "TEMP",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."WEATHER"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_SPEND" AS (
  -- Feature view spend: the values each event carries, by user_id.
  SELECT
    CAST("USER_ID" AS DECIMAL(19, 0)) AS "USER_ID",
    "__EVENT",
    CAST("AMOUNT" AS DOUBLE) AS "AMOUNT",
    "COUNTRY" <> 'FR' AS "ABROAD",
    NOT (
      "COUNTRY" <> 'FR'
    ) AND "AMOUNT" > 100.0 AS "LARGE"
  FROM "SOURCE_PURCHASES"
  WHERE
    "USER_ID" IS NOT NULL
), "EVENTS_WEATHER" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("PLACE_ID" AS VARCHAR) AS "PLACE_ID",
    "__EVENT",
    CAST("TEMP" AS DOUBLE) AS "TEMP"
  FROM "SOURCE_WEATHER"
  WHERE
    "PLACE_ID" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "TIED_SPEND" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT"
  FROM "EVENTS_SPEND" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."USER_ID" = "M"."USER_ID" AND "E"."__EVENT" = "M"."SPEND__EVENT"
    )
  GROUP BY
    "E"."USER_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_SPEND" AS (
  -- Ties of spend, settled: the greatest by (amount, abroad, large), NULLs first. A row a tied
  -- instant.
  SELECT
    "E"."USER_ID",
    "E"."__EVENT",
    "E"."AMOUNT",
    "E"."LARGE"
  FROM "EVENTS_SPEND" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_SPEND" AS "D"
      WHERE
        "E"."USER_ID" = "D"."USER_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "E"."USER_ID", "E"."__EVENT"
      ORDER BY (
        "E"."AMOUNT"
      ) + 0 DESC NULLS LAST, "E"."ABROAD" DESC NULLS LAST, "E"."LARGE" DESC NULLS LAST
    ) = 1
), "TIED_HOME__HERE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."PLACE_ID",
    "E"."__EVENT"
  FROM "EVENTS_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."PLACE_ID" = "M"."FROM_ID" AND "E"."__EVENT" = "M"."HOME__HERE__EVENT"
    )
  GROUP BY
    "E"."PLACE_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_WEATHER" AS (
  -- Ties of weather, settled: the greatest by (temp), NULLs first. A row a tied instant.
  SELECT
    "E"."PLACE_ID",
    "E"."__EVENT",
    "E"."TEMP"
  FROM "EVENTS_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_HOME__HERE" AS "D"
      WHERE
        "E"."PLACE_ID" = "D"."PLACE_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."PLACE_ID", "E"."__EVENT" ORDER BY (
      "E"."TEMP"
    ) + 0 DESC NULLS LAST) = 1
), "TIED_HOME__WEATHER" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."PLACE_ID",
    "E"."__EVENT"
  FROM "EVENTS_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."PLACE_ID" = "M"."HOME_ID" AND "E"."__EVENT" = "M"."HOME__WEATHER__EVENT"
    )
  GROUP BY
    "E"."PLACE_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_WEATHER_2" AS (
  -- Ties of weather, settled: the greatest by (temp), NULLs first. A row a tied instant.
  SELECT
    "E"."PLACE_ID",
    "E"."__EVENT",
    "E"."TEMP"
  FROM "EVENTS_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_HOME__WEATHER" AS "D"
      WHERE
        "E"."PLACE_ID" = "D"."PLACE_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."PLACE_ID", "E"."__EVENT" ORDER BY (
      "E"."TEMP"
    ) + 0 DESC NULLS LAST) = 1
), "JOINED" AS (
  -- Each spine row with the values that are shown or read below, and the request data as they are
  -- read.
  SELECT
    "M"."__ROW",
    "M"."USER_ID",
    "M"."FROM_ID",
    "M"."HOME_ID",
    "M"."PAID",
    "M"."EVENT_TIMESTAMP",
    CASE
      WHEN "M"."SPEND__EVENT" >= DATEADD(DAY, -7, "M"."EVENT_TIMESTAMP")
      THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."SPEND__AMOUNT" ELSE "W1"."AMOUNT" END
      ELSE CAST(0.0 AS DOUBLE)
    END AS "AMOUNT",
    CASE
      WHEN "M"."SPEND__EVENT" >= DATEADD(DAY, -7, "M"."EVENT_TIMESTAMP")
      THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."SPEND__LARGE" ELSE "W1"."LARGE" END
    END AS "__SPEND__LARGE",
    CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."HOME__HERE__TEMP" ELSE "W2"."TEMP" END AS "__HOME__HERE__TEMP",
    CASE WHEN "W3"."__EVENT" IS NULL THEN "M"."HOME__WEATHER__TEMP" ELSE "W3"."TEMP" END AS "__HOME__WEATHER__TEMP",
    CAST("M"."PAID" AS DECIMAL(9, 2)) AS "__REQUEST__PAID"
  FROM "MATCHED" AS "M"
  LEFT JOIN "SETTLED_SPEND" AS "W1"
    ON "W1"."USER_ID" = "M"."USER_ID" AND "W1"."__EVENT" = "M"."SPEND__EVENT"
  LEFT JOIN "SETTLED_WEATHER" AS "W2"
    ON "W2"."PLACE_ID" = "M"."FROM_ID" AND "W2"."__EVENT" = "M"."HOME__HERE__EVENT"
  LEFT JOIN "SETTLED_WEATHER_2" AS "W3"
    ON "W3"."PLACE_ID" = "M"."HOME_ID" AND "W3"."__EVENT" = "M"."HOME__WEATHER__EVENT"
)
SELECT
  "J"."USER_ID",
  "J"."FROM_ID",
  "J"."HOME_ID",
  "J"."PAID",
  "J"."EVENT_TIMESTAMP",
  "J"."AMOUNT",
  CAST(CAST("J"."__REQUEST__PAID" AS DOUBLE) / NULLIF("J"."AMOUNT", 0) AS DOUBLE) AS "OF_LAST",
  "J"."__SPEND__LARGE" AND CAST("J"."__REQUEST__PAID" AS DOUBLE) / NULLIF("J"."AMOUNT", 0) > 10.0 AS "ODD",
  "J"."EVENT_TIMESTAMP" < CAST('2026-01-01 00:00:00' AS TIMESTAMP_NTZ(6)) AS "EARLY",
  CAST("J"."__HOME__WEATHER__TEMP" - "J"."__HOME__HERE__TEMP" AS DOUBLE) AS "BY"
FROM "JOINED" AS "J"
ORDER BY
  "J"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
