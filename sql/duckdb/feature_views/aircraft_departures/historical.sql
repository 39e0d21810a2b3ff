-- Training set of feature view aircraft_departures: one row out for each row of the spine, in its order.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."tailnum",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_departures" AS NOT MATERIALIZED (
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
), "leading_aircraft_departures" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "tailnum",
    "__event",
    "__visible",
    "aircraft_delay",
    "aircraft_haul"
  FROM "events_aircraft_departures"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "tailnum" ORDER BY "__visible" ASC)
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; aircraft_departures:
  -- strictly before the row's time.
  SELECT
    "s"."__row",
    "s"."tailnum",
    "s"."event_timestamp",
    "e1"."__event" AS "aircraft_departures__event",
    "e1"."__visible" AS "aircraft_departures__visible",
    "e1"."aircraft_delay" AS "aircraft_departures__aircraft_delay",
    "e1"."aircraft_haul" AS "aircraft_departures__aircraft_haul"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "leading_aircraft_departures" AS "e1"
    ON "s"."tailnum" = "e1"."tailnum" AND "s"."event_timestamp" > "e1"."__visible"
), "tied_aircraft_departures" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."tailnum",
    "e"."__event"
  FROM "events_aircraft_departures" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."tailnum" = "m"."tailnum" AND "e"."__event" = "m"."aircraft_departures__event"
  GROUP BY
    "e"."tailnum",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_aircraft_departures" AS (
  -- Ties of aircraft_departures, settled: the greatest by (aircraft_delay, aircraft_haul), NULLs
  -- first. A row a tied instant.
  WITH "ranked" AS (
    SELECT
      "e"."tailnum",
      "e"."__event",
      "e"."__visible",
      "e"."aircraft_delay",
      "e"."aircraft_haul",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."tailnum", "e"."__event"
        ORDER BY "e"."aircraft_delay" ASC NULLS FIRST, "e"."aircraft_haul" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_aircraft_departures" AS "e"
    SEMI JOIN "tied_aircraft_departures" AS "d"
      ON "e"."tailnum" = "d"."tailnum" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."tailnum",
    "s"."__event",
    "s"."__visible",
    "r"."aircraft_delay",
    "r"."aircraft_haul"
  FROM (
    SELECT DISTINCT
      "tailnum",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "tailnum", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."tailnum" = "r"."tailnum" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
)
SELECT
  "m"."tailnum",
  "m"."event_timestamp",
  CASE
    WHEN "m"."aircraft_departures__event" >= "m"."event_timestamp" - INTERVAL '2' DAY
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."aircraft_departures__aircraft_delay"
      ELSE "w1"."aircraft_delay"
    END
  END AS "aircraft_delay",
  CASE
    WHEN "m"."aircraft_departures__event" >= "m"."event_timestamp" - INTERVAL '2' DAY
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."aircraft_departures__aircraft_haul"
      ELSE "w1"."aircraft_haul"
    END
  END AS "aircraft_haul"
FROM "matched" AS "m"
LEFT JOIN "settled_aircraft_departures" AS "w1"
  ON "w1"."tailnum" = "m"."tailnum"
  AND "w1"."__event" = "m"."aircraft_departures__event"
  AND "w1"."__visible" = "m"."aircraft_departures__visible"
ORDER BY
  "m"."__row";
