-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: clickhouse, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
-- matched: Each spine row with the latest event visible at its time, for each join; origin: at or before the row's time; dest: at or before the row's time; route: at or before the row's time.
CREATE TEMPORARY TABLE "__fcompile_stage_001" ENGINE = Memory AS
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."origin_id",
    "s"."dest_id",
    "s"."carrier",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_weather" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "place_id",
    "temp",
    "wind",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."weather"
  WHERE
    "at" IS NOT NULL
), "source_routes" AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    "carrier",
    "place_id",
    "delay",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."routes"
  WHERE
    "at" IS NOT NULL
), "events_weather" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("place_id" AS Nullable(String)) AS "place_id",
    "__event",
    CAST("temp" AS Nullable(Float64)) AS "temp",
    CAST("wind" AS Nullable(Float64)) AS "wind"
  FROM "source_weather"
  WHERE
    "place_id" IS NOT NULL
), "events_route" AS (
  -- Feature view route: the values each event carries, by carrier, place_id.
  SELECT
    CAST("carrier" AS Nullable(String)) AS "carrier",
    CAST("place_id" AS Nullable(String)) AS "place_id",
    "__event",
    CAST("delay" AS Nullable(Decimal(9, 2))) AS "delay"
  FROM "source_routes"
  WHERE
    "carrier" IS NOT NULL AND "place_id" IS NOT NULL
)
SELECT
  "s"."__row" AS "__row",
  "s"."origin_id" AS "origin_id",
  "s"."dest_id" AS "dest_id",
  "s"."carrier" AS "carrier",
  "s"."event_timestamp" AS "event_timestamp",
  "e1"."__event" AS "origin__event",
  "e1"."temp" AS "origin__temp",
  "e2"."__event" AS "dest__event",
  "e2"."temp" AS "dest__temp",
  "e2"."wind" AS "dest__wind",
  "e3"."__event" AS "route__event",
  "e3"."delay" AS "route__delay"
FROM "numbered" AS "s"
ASOF LEFT JOIN "events_weather" AS "e1"
  ON "s"."origin_id" = "e1"."place_id" AND "s"."event_timestamp" >= "e1"."__event"
ASOF LEFT JOIN "events_weather" AS "e2"
  ON "s"."dest_id" = "e2"."place_id" AND "s"."event_timestamp" >= "e2"."__event"
ASOF LEFT JOIN "events_route" AS "e3"
  ON "s"."carrier" = "e3"."carrier"
  AND "s"."dest_id" = "e3"."place_id"
  AND "s"."event_timestamp" >= "e3"."__event"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
WITH "source_weather" AS (
  -- Source weather: a row an event at at, known as it happens.
  SELECT
    "place_id",
    "temp",
    "wind",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."weather"
  WHERE
    "at" IS NOT NULL
), "source_routes" AS (
  -- Source routes: a row an event at at, known as it happens.
  SELECT
    "carrier",
    "place_id",
    "delay",
    CAST("at" AS Nullable(DateTime64(6, 'UTC'))) AS "__event"
  FROM "raw"."routes"
  WHERE
    "at" IS NOT NULL
), "events_weather" AS (
  -- Feature view weather: the values each event carries, by place_id.
  SELECT
    CAST("place_id" AS Nullable(String)) AS "place_id",
    "__event",
    CAST("temp" AS Nullable(Float64)) AS "temp",
    CAST("wind" AS Nullable(Float64)) AS "wind"
  FROM "source_weather"
  WHERE
    "place_id" IS NOT NULL
), "events_route" AS (
  -- Feature view route: the values each event carries, by carrier, place_id.
  SELECT
    CAST("carrier" AS Nullable(String)) AS "carrier",
    CAST("place_id" AS Nullable(String)) AS "place_id",
    "__event",
    CAST("delay" AS Nullable(Decimal(9, 2))) AS "delay"
  FROM "source_routes"
  WHERE
    "carrier" IS NOT NULL AND "place_id" IS NOT NULL
), "matched" AS (
  SELECT * FROM "__fcompile_stage_001"
), "tied_origin" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event"
  FROM "events_weather" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."place_id" = "m"."origin_id" AND "e"."__event" = "m"."origin__event"
  GROUP BY
    "e"."place_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_weather" AS (
  -- Ties of weather, settled: the greatest by (temp, wind), NULLs first. A row a tied instant.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event",
    "e"."temp" AS "temp"
  FROM "events_weather" AS "e"
  SEMI JOIN "tied_origin" AS "d"
    ON "e"."place_id" = "d"."place_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."place_id", "e"."__event"
      ORDER BY "e"."temp" <> "e"."temp" DESC, "e"."temp" DESC, "e"."wind" <> "e"."wind" DESC, "e"."wind" DESC
    ) = 1
), "tied_dest" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event"
  FROM "events_weather" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."place_id" = "m"."dest_id" AND "e"."__event" = "m"."dest__event"
  GROUP BY
    "e"."place_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_weather_2" AS (
  -- Ties of weather, settled: the greatest by (temp, wind), NULLs first. A row a tied instant.
  SELECT
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event",
    "e"."temp" AS "temp",
    "e"."wind" AS "wind"
  FROM "events_weather" AS "e"
  SEMI JOIN "tied_dest" AS "d"
    ON "e"."place_id" = "d"."place_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."place_id", "e"."__event"
      ORDER BY "e"."temp" <> "e"."temp" DESC, "e"."temp" DESC, "e"."wind" <> "e"."wind" DESC, "e"."wind" DESC
    ) = 1
), "tied_route" AS (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."carrier" AS "carrier",
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event"
  FROM "events_route" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."carrier" = "m"."carrier"
    AND "e"."place_id" = "m"."dest_id"
    AND "e"."__event" = "m"."route__event"
  GROUP BY
    "e"."carrier",
    "e"."place_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_route" AS (
  -- Ties of route, settled: the greatest by (delay), NULLs first. A row a tied instant.
  SELECT
    "e"."carrier" AS "carrier",
    "e"."place_id" AS "place_id",
    "e"."__event" AS "__event",
    "e"."delay" AS "delay"
  FROM "events_route" AS "e"
  SEMI JOIN "tied_route" AS "d"
    ON "e"."carrier" = "d"."carrier"
    AND "e"."place_id" = "d"."place_id"
    AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."carrier", "e"."place_id", "e"."__event" ORDER BY "e"."delay" DESC) = 1
)
SELECT
  "m"."origin_id" AS "origin_id",
  "m"."dest_id" AS "dest_id",
  "m"."carrier" AS "carrier",
  "m"."event_timestamp" AS "event_timestamp",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."origin__temp" ELSE "w1"."temp" END AS "origin__temp",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."dest__temp" ELSE "w2"."temp" END AS "dest__temp",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."dest__wind" ELSE "w2"."wind" END AS "dest__wind",
  CASE WHEN "w3"."__event" IS NULL THEN "m"."route__delay" ELSE "w3"."delay" END AS "route__delay"
FROM "matched" AS "m"
LEFT JOIN "settled_weather" AS "w1"
  ON "w1"."place_id" = "m"."origin_id" AND "w1"."__event" = "m"."origin__event"
LEFT JOIN "settled_weather_2" AS "w2"
  ON "w2"."place_id" = "m"."dest_id" AND "w2"."__event" = "m"."dest__event"
LEFT JOIN "settled_route" AS "w3"
  ON "w3"."carrier" = "m"."carrier"
  AND "w3"."place_id" = "m"."dest_id"
  AND "w3"."__event" = "m"."route__event"
ORDER BY
  "m"."__row"
SETTINGS aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1;
DROP TABLE IF EXISTS "__fcompile_stage_001";
