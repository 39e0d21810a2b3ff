-- Materialization of feature view origin_weather: the latest row of each entity as of $as_of, in one transaction.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $since (look at what became known after it; NULL = at everything), $sequence (the number of the load), $newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."flights__origin_weather" (
  "origin" TEXT,
  "temp_c" DOUBLE,
  "wind_mph" DOUBLE,
  "visibility_miles" DOUBLE,
  "is_raining" BOOLEAN,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE OR REPLACE TABLE "features"."flights__origin_weather" AS
WITH "source_weather" AS NOT MATERIALIZED (
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
), "newest" AS (
  -- The latest event time known as of $as_of. A row an entity with news since $since (NULL = all).
  SELECT
    "origin",
    MAX("__event") AS "__event"
  FROM "events_origin_weather"
  WHERE
    "__visible" <= CAST($as_of AS TIMESTAMP)
  GROUP BY
    "origin"
  HAVING
    COALESCE(MAX("__visible") > CAST($since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (temp_c, wind_mph, visibility_miles,
  -- is_raining), NULLs first. A row an entity.
  SELECT
    "e"."origin",
    "e"."temp_c",
    "e"."wind_mph",
    "e"."visibility_miles",
    "e"."is_raining",
    "e"."__event",
    CAST(NULL AS TIMESTAMP) AS "__created"
  FROM "events_origin_weather" AS "e"
  JOIN "newest" AS "n"
    ON "e"."origin" = "n"."origin" AND "e"."__event" = "n"."__event"
  WHERE
    "e"."__visible" <= CAST($as_of AS TIMESTAMP)
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."origin", "e"."__event"
      ORDER BY "e"."temp_c" DESC, "e"."wind_mph" DESC, "e"."visibility_miles" DESC, "e"."is_raining" DESC
    ) = 1
)
SELECT
  "l"."origin",
  "l"."temp_c",
  "l"."wind_mph",
  "l"."visibility_miles",
  "l"."is_raining",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW(
      "l"."origin",
      "l"."temp_c",
      "l"."wind_mph",
      "l"."visibility_miles",
      "l"."is_raining",
      "l"."__event",
      "l"."__created"
    ) IS NOT DISTINCT FROM ROW(
      "t"."origin",
      "t"."temp_c",
      "t"."wind_mph",
      "t"."visibility_miles",
      "t"."is_raining",
      "t"."__event",
      "t"."__created"
    )
    THEN "t"."__sequence"
    ELSE CAST($sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."flights__origin_weather" AS "t"
  ON "l"."origin" = "t"."origin"
WHERE
  "t"."__event" IS NULL
  OR NOT (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST($newest AS BOOLEAN)
      )
    )
  )
UNION ALL
SELECT
  "t"."origin",
  "t"."temp_c",
  "t"."wind_mph",
  "t"."visibility_miles",
  "t"."is_raining",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."flights__origin_weather" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."origin" = "l"."origin"
WHERE
  "l"."__event" IS NULL
  OR (
    "t"."__event" > "l"."__event"
    OR "t"."__event" = "l"."__event"
    AND (
      COALESCE("t"."__created" > "l"."__created", FALSE)
      OR "l"."__created" IS NULL
      AND "t"."__created" IS NOT NULL
      OR (
        "t"."__created" IS NOT DISTINCT FROM "l"."__created" AND NOT CAST($newest AS BOOLEAN)
      )
    )
  );
