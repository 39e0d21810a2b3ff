-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; origin: at or before the row's time; dest: at or before the row's time; route: at or before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."ORIGIN_ID",
    "S"."DEST_ID",
    "S"."CARRIER",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "SOURCE_WEATHER" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "PLACE_ID",
    "TEMP",
    "WIND",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."WEATHER"
  WHERE
    "AT" IS NOT NULL
), "SOURCE_ROUTES" AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    "CARRIER",
    "PLACE_ID",
    "DELAY",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."ROUTES"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_WEATHER" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("PLACE_ID" AS VARCHAR) AS "PLACE_ID",
    "__EVENT",
    CAST("TEMP" AS DOUBLE) AS "TEMP",
    CAST("WIND" AS DOUBLE) AS "WIND"
  FROM "SOURCE_WEATHER"
  WHERE
    "PLACE_ID" IS NOT NULL
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
)
SELECT
  "S"."__ROW",
  "S"."ORIGIN_ID",
  "S"."DEST_ID",
  "S"."CARRIER",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "ORIGIN__EVENT",
  "E1"."TEMP" AS "ORIGIN__TEMP",
  "E2"."__EVENT" AS "DEST__EVENT",
  "E2"."TEMP" AS "DEST__TEMP",
  "E2"."WIND" AS "DEST__WIND",
  "E3"."__EVENT" AS "ROUTE__EVENT",
  "E3"."DELAY" AS "ROUTE__DELAY"
FROM "NUMBERED" AS "S"
ASOF JOIN "EVENTS_WEATHER" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__EVENT")
  ON "S"."ORIGIN_ID" = "E1"."PLACE_ID"
ASOF JOIN "EVENTS_WEATHER" AS "E2" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E2"."__EVENT")
  ON "S"."DEST_ID" = "E2"."PLACE_ID"
ASOF JOIN "EVENTS_ROUTE" AS "E3" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E3"."__EVENT")
  ON "S"."CARRIER" = "E3"."CARRIER" AND "S"."DEST_ID" = "E3"."PLACE_ID";
WITH "SOURCE_WEATHER" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "PLACE_ID",
    "TEMP",
    "WIND",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."WEATHER"
  WHERE
    "AT" IS NOT NULL
), "SOURCE_ROUTES" AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    "CARRIER",
    "PLACE_ID",
    "DELAY",
    CAST(CONVERT_TIMEZONE('UTC', "AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT"
  FROM "RAW"."ROUTES"
  WHERE
    "AT" IS NOT NULL
), "EVENTS_WEATHER" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("PLACE_ID" AS VARCHAR) AS "PLACE_ID",
    "__EVENT",
    CAST("TEMP" AS DOUBLE) AS "TEMP",
    CAST("WIND" AS DOUBLE) AS "WIND"
  FROM "SOURCE_WEATHER"
  WHERE
    "PLACE_ID" IS NOT NULL
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
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "TIED_ORIGIN" AS (
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
        "E"."PLACE_ID" = "M"."ORIGIN_ID" AND "E"."__EVENT" = "M"."ORIGIN__EVENT"
    )
  GROUP BY
    "E"."PLACE_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_WEATHER" AS (
  -- Ties of weather, settled: the greatest by (temp, wind), NULLs first. A row a tied instant.
  SELECT
    "E"."PLACE_ID",
    "E"."__EVENT",
    "E"."TEMP"
  FROM "EVENTS_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_ORIGIN" AS "D"
      WHERE
        "E"."PLACE_ID" = "D"."PLACE_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "E"."PLACE_ID", "E"."__EVENT"
      ORDER BY (
        "E"."TEMP"
      ) + 0 DESC NULLS LAST, (
        "E"."WIND"
      ) + 0 DESC NULLS LAST
    ) = 1
), "TIED_DEST" AS (
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
        "E"."PLACE_ID" = "M"."DEST_ID" AND "E"."__EVENT" = "M"."DEST__EVENT"
    )
  GROUP BY
    "E"."PLACE_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_WEATHER_2" AS (
  -- Ties of weather, settled: the greatest by (temp, wind), NULLs first. A row a tied instant.
  SELECT
    "E"."PLACE_ID",
    "E"."__EVENT",
    "E"."TEMP",
    "E"."WIND"
  FROM "EVENTS_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_DEST" AS "D"
      WHERE
        "E"."PLACE_ID" = "D"."PLACE_ID" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "E"."PLACE_ID", "E"."__EVENT"
      ORDER BY (
        "E"."TEMP"
      ) + 0 DESC NULLS LAST, (
        "E"."WIND"
      ) + 0 DESC NULLS LAST
    ) = 1
), "TIED_ROUTE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."CARRIER",
    "E"."PLACE_ID",
    "E"."__EVENT"
  FROM "EVENTS_ROUTE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."CARRIER" = "M"."CARRIER"
        AND "E"."PLACE_ID" = "M"."DEST_ID"
        AND "E"."__EVENT" = "M"."ROUTE__EVENT"
    )
  GROUP BY
    "E"."CARRIER",
    "E"."PLACE_ID",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_ROUTE" AS (
  -- Ties of route, settled: the greatest by (delay), NULLs first. A row a tied instant.
  SELECT
    "E"."CARRIER",
    "E"."PLACE_ID",
    "E"."__EVENT",
    "E"."DELAY"
  FROM "EVENTS_ROUTE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_ROUTE" AS "D"
      WHERE
        "E"."CARRIER" = "D"."CARRIER"
        AND "E"."PLACE_ID" = "D"."PLACE_ID"
        AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."CARRIER", "E"."PLACE_ID", "E"."__EVENT" ORDER BY "E"."DELAY" DESC NULLS LAST) = 1
)
SELECT
  "M"."ORIGIN_ID",
  "M"."DEST_ID",
  "M"."CARRIER",
  "M"."EVENT_TIMESTAMP",
  CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."ORIGIN__TEMP" ELSE "W1"."TEMP" END AS "ORIGIN__TEMP",
  CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."DEST__TEMP" ELSE "W2"."TEMP" END AS "DEST__TEMP",
  CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."DEST__WIND" ELSE "W2"."WIND" END AS "DEST__WIND",
  CASE WHEN "W3"."__EVENT" IS NULL THEN "M"."ROUTE__DELAY" ELSE "W3"."DELAY" END AS "ROUTE__DELAY"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_WEATHER" AS "W1"
  ON "W1"."PLACE_ID" = "M"."ORIGIN_ID" AND "W1"."__EVENT" = "M"."ORIGIN__EVENT"
LEFT JOIN "SETTLED_WEATHER_2" AS "W2"
  ON "W2"."PLACE_ID" = "M"."DEST_ID" AND "W2"."__EVENT" = "M"."DEST__EVENT"
LEFT JOIN "SETTLED_ROUTE" AS "W3"
  ON "W3"."CARRIER" = "M"."CARRIER"
  AND "W3"."PLACE_ID" = "M"."DEST_ID"
  AND "W3"."__EVENT" = "M"."ROUTE__EVENT"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
