-- Training set of feature view origin_weather: one row out for each row of the spine, in its order.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."origin",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_weather" AS NOT MATERIALIZED (
  -- Source weather: a row an event at observed_hour, known 1h later.
  SELECT
    "origin",
    "temp_f",
    "wind_mph",
    "visibility_miles",
    "precip_inches",
    CAST("observed_hour" AS TIMESTAMP) AS "__event",
    CAST("observed_hour" AS TIMESTAMP) + INTERVAL '1' HOUR AS "__visible"
  FROM READ_PARQUET('featuredefs/data/weather.parquet')
  WHERE
    "observed_hour" IS NOT NULL
), "events_origin_weather" AS NOT MATERIALIZED (
  -- Feature view origin_weather: the values each event carries, by origin.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    "__visible",
    CAST((
      (
        "temp_f" - 32.0
      ) * 5.0
    ) / 9.0 AS DOUBLE) AS "temp_c",
    CAST("wind_mph" AS DOUBLE) AS "wind_mph",
    CAST("visibility_miles" AS DOUBLE) AS "visibility_miles",
    "precip_inches" > 0.0 AS "is_raining"
  FROM "source_weather"
  WHERE
    "origin" IS NOT NULL
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; origin_weather: at or
  -- before the row's time.
  SELECT
    "s"."__row",
    "s"."origin",
    "s"."event_timestamp",
    "e1"."__event" AS "origin_weather__event",
    "e1"."temp_c" AS "origin_weather__temp_c",
    "e1"."wind_mph" AS "origin_weather__wind_mph",
    "e1"."visibility_miles" AS "origin_weather__visibility_miles",
    "e1"."is_raining" AS "origin_weather__is_raining"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "events_origin_weather" AS "e1"
    ON "s"."origin" = "e1"."origin" AND "s"."event_timestamp" >= "e1"."__visible"
), "tied_origin_weather" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."origin",
    "e"."__event"
  FROM "events_origin_weather" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."origin" = "m"."origin" AND "e"."__event" = "m"."origin_weather__event"
  GROUP BY
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_origin_weather" AS (
  -- Ties of origin_weather, settled: the greatest by (temp_c, wind_mph, visibility_miles,
  -- is_raining), NULLs first. A row a tied instant.
  SELECT
    "e"."origin",
    "e"."__event",
    "e"."temp_c",
    "e"."wind_mph",
    "e"."visibility_miles",
    "e"."is_raining"
  FROM "events_origin_weather" AS "e"
  SEMI JOIN "tied_origin_weather" AS "d"
    ON "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."origin", "e"."__event"
      ORDER BY "e"."temp_c" DESC, "e"."wind_mph" DESC, "e"."visibility_miles" DESC, "e"."is_raining" DESC
    ) = 1
)
SELECT
  "m"."origin",
  "m"."event_timestamp",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."origin_weather__temp_c" ELSE "w1"."temp_c" END
  END AS "temp_c",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."origin_weather__wind_mph" ELSE "w1"."wind_mph" END
  END AS "wind_mph",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."origin_weather__visibility_miles"
      ELSE "w1"."visibility_miles"
    END
  END AS "visibility_miles",
  CASE
    WHEN "m"."origin_weather__event" >= "m"."event_timestamp" - INTERVAL '3' HOUR
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."origin_weather__is_raining" ELSE "w1"."is_raining" END
  END AS "is_raining"
FROM "matched" AS "m"
LEFT JOIN "settled_origin_weather" AS "w1"
  ON "w1"."origin" = "m"."origin" AND "w1"."__event" = "m"."origin_weather__event"
ORDER BY
  "m"."__row";
