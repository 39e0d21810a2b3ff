-- Materialization of feature view aircraft_departures: the latest row of each entity as of $as_of, in one transaction.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: $as_of, $since (look at what became known after it; NULL = at everything), $sequence (the number of the load), $newest (not a backfill).
CREATE SCHEMA IF NOT EXISTS "features";
CREATE TABLE IF NOT EXISTS "features"."flights__aircraft_departures" (
  "tailnum" TEXT,
  "aircraft_delay" INT,
  "aircraft_haul" TEXT,
  "__event" TIMESTAMP,
  "__created" TIMESTAMP,
  "__sequence" BIGINT
);
CREATE OR REPLACE TABLE "features"."flights__aircraft_departures" AS
WITH "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "tailnum",
    "dep_delay",
    "distance",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "events_aircraft_departures" AS NOT MATERIALIZED (
  -- Feature view aircraft_departures: the values each event carries, by tailnum.
  SELECT
    CAST("tailnum" AS TEXT) AS "tailnum",
    "__event",
    "__visible",
    CAST("dep_delay" AS INT) AS "aircraft_delay",
    CAST(CASE WHEN "distance" >= 1500 THEN 'long' ELSE 'short' END AS TEXT) AS "aircraft_haul"
  FROM "source_departures"
  WHERE
    "tailnum" IS NOT NULL
), "newest" AS (
  -- The latest event time known as of $as_of. A row an entity with news since $since (NULL = all).
  SELECT
    "tailnum",
    MAX("__event") AS "__event"
  FROM "events_aircraft_departures"
  WHERE
    "__visible" < CAST($as_of AS TIMESTAMP)
  GROUP BY
    "tailnum"
  HAVING
    COALESCE(MAX("__visible") > CAST($since AS TIMESTAMP), TRUE) AND MAX("__event") IS NOT NULL
), "latest" AS MATERIALIZED (
  -- The row at that time; ties go to the greatest by (aircraft_delay, aircraft_haul), NULLs first.
  -- A row an entity.
  SELECT
    "e"."tailnum",
    "e"."aircraft_delay",
    "e"."aircraft_haul",
    "e"."__event",
    CAST(NULL AS TIMESTAMP) AS "__created"
  FROM "events_aircraft_departures" AS "e"
  JOIN "newest" AS "n"
    ON "e"."tailnum" = "n"."tailnum" AND "e"."__event" = "n"."__event"
  WHERE
    "e"."__visible" < CAST($as_of AS TIMESTAMP)
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."tailnum", "e"."__event"
      ORDER BY "e"."aircraft_delay" DESC, "e"."aircraft_haul" DESC
    ) = 1
)
SELECT
  "l"."tailnum",
  "l"."aircraft_delay",
  "l"."aircraft_haul",
  "l"."__event",
  "l"."__created",
  CASE
    WHEN ROW("l"."tailnum", "l"."aircraft_delay", "l"."aircraft_haul", "l"."__event", "l"."__created") IS NOT DISTINCT FROM ROW("t"."tailnum", "t"."aircraft_delay", "t"."aircraft_haul", "t"."__event", "t"."__created")
    THEN "t"."__sequence"
    ELSE CAST($sequence AS BIGINT)
  END AS "__sequence"
FROM "latest" AS "l"
LEFT JOIN "features"."flights__aircraft_departures" AS "t"
  ON "l"."tailnum" = "t"."tailnum"
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
  "t"."tailnum",
  "t"."aircraft_delay",
  "t"."aircraft_haul",
  "t"."__event",
  "t"."__created",
  "t"."__sequence"
FROM "features"."flights__aircraft_departures" AS "t"
LEFT JOIN "latest" AS "l"
  ON "t"."tailnum" = "l"."tailnum"
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
