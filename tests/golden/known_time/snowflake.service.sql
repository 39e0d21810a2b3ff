-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: snowflake, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; last_departure: at or before the row's time; last_weather: strictly before the row's time.
CREATE OR REPLACE TEMPORARY TABLE "__FCOMPILE_STAGE_001" AS
WITH "NUMBERED" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER (ORDER BY NULL NULLS FIRST) AS "__ROW",
    "S"."ORIGIN",
    "S"."EVENT_TIMESTAMP"
  FROM "SPINE" AS "S"
), "SOURCE_DEPARTURES" AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "ORIGIN",
    "DEP_DELAY",
    CAST(CONVERT_TIMEZONE('UTC', "SCHEDULED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "SCHEDULED_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "DEPARTED_AT") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."FLIGHTS"
  WHERE
    "SCHEDULED_AT" IS NOT NULL AND "DEPARTED_AT" IS NOT NULL
), "SOURCE_WEATHER" AS (
  -- Source weather: a row an event at observed_at, known 90m later.
  SELECT
    "ORIGIN",
    "WIND",
    CAST(CONVERT_TIMEZONE('UTC', "OBSERVED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    DATEADD(MINUTE, 90, CAST(CONVERT_TIMEZONE('UTC', "OBSERVED_AT") AS TIMESTAMP_NTZ(6))) AS "__VISIBLE"
  FROM "RAW"."WEATHER"
  WHERE
    "OBSERVED_AT" IS NOT NULL
), "EVENTS_LAST_DEPARTURE" AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST("ORIGIN" AS VARCHAR) AS "ORIGIN",
    "__EVENT",
    "__VISIBLE",
    CAST("DEP_DELAY" AS DOUBLE) AS "DEP_DELAY"
  FROM "SOURCE_DEPARTURES"
  WHERE
    "ORIGIN" IS NOT NULL
), "LEADING_LAST_DEPARTURE" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "ORIGIN",
    "__EVENT",
    "__VISIBLE",
    "DEP_DELAY"
  FROM "EVENTS_LAST_DEPARTURE"
  QUALIFY
    "__EVENT" = MAX("__EVENT") OVER (PARTITION BY "ORIGIN" ORDER BY "__VISIBLE" ASC)
), "EVENTS_LAST_WEATHER" AS (
  -- Feature view last_weather: the values each event carries, by origin.
  SELECT
    CAST("ORIGIN" AS VARCHAR) AS "ORIGIN",
    "__EVENT",
    "__VISIBLE",
    CAST("WIND" AS DOUBLE) AS "WIND"
  FROM "SOURCE_WEATHER"
  WHERE
    "ORIGIN" IS NOT NULL
)
SELECT
  "S"."__ROW",
  "S"."ORIGIN",
  "S"."EVENT_TIMESTAMP",
  "E1"."__EVENT" AS "LAST_DEPARTURE__EVENT",
  "E1"."__VISIBLE" AS "LAST_DEPARTURE__VISIBLE",
  "E1"."DEP_DELAY" AS "LAST_DEPARTURE__DEP_DELAY",
  "E2"."__EVENT" AS "LAST_WEATHER__EVENT",
  "E2"."WIND" AS "LAST_WEATHER__WIND"
FROM "NUMBERED" AS "S"
ASOF JOIN "LEADING_LAST_DEPARTURE" AS "E1" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" >= "E1"."__VISIBLE")
  ON "S"."ORIGIN" = "E1"."ORIGIN"
ASOF JOIN "EVENTS_LAST_WEATHER" AS "E2" MATCH_CONDITION ("S"."EVENT_TIMESTAMP" > "E2"."__VISIBLE")
  ON "S"."ORIGIN" = "E2"."ORIGIN";
WITH "SOURCE_DEPARTURES" AS (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "ORIGIN",
    "DEP_DELAY",
    CAST(CONVERT_TIMEZONE('UTC', "SCHEDULED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    GREATEST(
      CAST(CONVERT_TIMEZONE('UTC', "SCHEDULED_AT") AS TIMESTAMP_NTZ(6)),
      CAST(CONVERT_TIMEZONE('UTC', "DEPARTED_AT") AS TIMESTAMP_NTZ(6))
    ) AS "__VISIBLE"
  FROM "RAW"."FLIGHTS"
  WHERE
    "SCHEDULED_AT" IS NOT NULL AND "DEPARTED_AT" IS NOT NULL
), "SOURCE_WEATHER" AS (
  -- Source weather: a row an event at observed_at, known 90m later.
  SELECT
    "ORIGIN",
    "WIND",
    CAST(CONVERT_TIMEZONE('UTC', "OBSERVED_AT") AS TIMESTAMP_NTZ(6)) AS "__EVENT",
    DATEADD(MINUTE, 90, CAST(CONVERT_TIMEZONE('UTC', "OBSERVED_AT") AS TIMESTAMP_NTZ(6))) AS "__VISIBLE"
  FROM "RAW"."WEATHER"
  WHERE
    "OBSERVED_AT" IS NOT NULL
), "EVENTS_LAST_DEPARTURE" AS (
  -- Feature view last_departure: the values each event carries, by origin.
  SELECT
    CAST("ORIGIN" AS VARCHAR) AS "ORIGIN",
    "__EVENT",
    "__VISIBLE",
    CAST("DEP_DELAY" AS DOUBLE) AS "DEP_DELAY"
  FROM "SOURCE_DEPARTURES"
  WHERE
    "ORIGIN" IS NOT NULL
), "EVENTS_LAST_WEATHER" AS (
  -- Feature view last_weather: the values each event carries, by origin.
  SELECT
    CAST("ORIGIN" AS VARCHAR) AS "ORIGIN",
    "__EVENT",
    "__VISIBLE",
    CAST("WIND" AS DOUBLE) AS "WIND"
  FROM "SOURCE_WEATHER"
  WHERE
    "ORIGIN" IS NOT NULL
), "MATCHED" AS (
  SELECT * FROM "__FCOMPILE_STAGE_001"
), "TIED_LAST_DEPARTURE" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."ORIGIN",
    "E"."__EVENT"
  FROM "EVENTS_LAST_DEPARTURE" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."ORIGIN" = "M"."ORIGIN" AND "E"."__EVENT" = "M"."LAST_DEPARTURE__EVENT"
    )
  GROUP BY
    "E"."ORIGIN",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_LAST_DEPARTURE" AS (
  -- Ties of last_departure, settled: the greatest by (dep_delay), NULLs first. A row a tied
  -- instant.
  WITH "RANKED" AS (
    SELECT
      "E"."ORIGIN",
      "E"."__EVENT",
      "E"."__VISIBLE",
      "E"."DEP_DELAY",
      ROW_NUMBER() OVER (PARTITION BY "E"."ORIGIN", "E"."__EVENT" ORDER BY (
        "E"."DEP_DELAY"
      ) + 0 ASC NULLS FIRST) AS "__RANK"
    FROM "EVENTS_LAST_DEPARTURE" AS "E"
    WHERE
      EXISTS(
        SELECT
          1
        FROM "TIED_LAST_DEPARTURE" AS "D"
        WHERE
          "E"."ORIGIN" = "D"."ORIGIN" AND "E"."__EVENT" = "D"."__EVENT"
      )
  )
  SELECT
    "S"."ORIGIN",
    "S"."__EVENT",
    "S"."__VISIBLE",
    "R"."DEP_DELAY"
  FROM (
    SELECT DISTINCT
      "ORIGIN",
      "__EVENT",
      "__VISIBLE",
      MAX("__RANK") OVER (PARTITION BY "ORIGIN", "__EVENT" ORDER BY "__VISIBLE" ASC) AS "__RANK"
    FROM "RANKED"
  ) AS "S"
  JOIN "RANKED" AS "R"
    ON "S"."ORIGIN" = "R"."ORIGIN" AND "S"."__EVENT" = "R"."__EVENT" AND "S"."__RANK" = "R"."__RANK"
), "TIED_LAST_WEATHER" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "E"."ORIGIN",
    "E"."__EVENT"
  FROM "EVENTS_LAST_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "MATCHED" AS "M"
      WHERE
        "E"."ORIGIN" = "M"."ORIGIN" AND "E"."__EVENT" = "M"."LAST_WEATHER__EVENT"
    )
  GROUP BY
    "E"."ORIGIN",
    "E"."__EVENT"
  HAVING
    COUNT(*) > 1
), "SETTLED_LAST_WEATHER" AS (
  -- Ties of last_weather, settled: the greatest by (wind), NULLs first. A row a tied instant.
  SELECT
    "E"."ORIGIN",
    "E"."__EVENT",
    "E"."WIND"
  FROM "EVENTS_LAST_WEATHER" AS "E"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "TIED_LAST_WEATHER" AS "D"
      WHERE
        "E"."ORIGIN" = "D"."ORIGIN" AND "E"."__EVENT" = "D"."__EVENT"
    )
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "E"."ORIGIN", "E"."__EVENT" ORDER BY (
      "E"."WIND"
    ) + 0 DESC NULLS LAST) = 1
)
SELECT
  "M"."ORIGIN",
  "M"."EVENT_TIMESTAMP",
  CASE
    WHEN "M"."LAST_DEPARTURE__EVENT" >= DATEADD(MILLISECOND, -500, "M"."EVENT_TIMESTAMP")
    THEN CASE WHEN "W1"."__EVENT" IS NULL THEN "M"."LAST_DEPARTURE__DEP_DELAY" ELSE "W1"."DEP_DELAY" END
  END AS "DEP_DELAY",
  CASE WHEN "W2"."__EVENT" IS NULL THEN "M"."LAST_WEATHER__WIND" ELSE "W2"."WIND" END AS "WIND"
FROM "MATCHED" AS "M"
LEFT JOIN "SETTLED_LAST_DEPARTURE" AS "W1"
  ON "W1"."ORIGIN" = "M"."ORIGIN"
  AND "W1"."__EVENT" = "M"."LAST_DEPARTURE__EVENT"
  AND "W1"."__VISIBLE" = "M"."LAST_DEPARTURE__VISIBLE"
LEFT JOIN "SETTLED_LAST_WEATHER" AS "W2"
  ON "W2"."ORIGIN" = "M"."ORIGIN" AND "W2"."__EVENT" = "M"."LAST_WEATHER__EVENT"
ORDER BY
  "M"."__ROW";
DROP TABLE IF EXISTS "__FCOMPILE_STAGE_001";
