-- Training set of feature view flight_departures: one row out for each row of the spine, in its order.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."flight_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "flight_id",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "events_flight_departures" AS NOT MATERIALIZED (
  -- Feature view flight_departures: the values each event carries, by flight_id.
  SELECT
    CAST("flight_id" AS BIGINT) AS "flight_id",
    "__event",
    "__visible",
    CAST("dep_delay" AS INT) AS "flight_delay"
  FROM "source_departures"
  WHERE
    "flight_id" IS NOT NULL
), "leading_flight_departures" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "flight_id",
    "__event",
    "__visible",
    "flight_delay"
  FROM "events_flight_departures"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "flight_id" ORDER BY "__visible" ASC)
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; flight_departures: at
  -- or before the row's time.
  SELECT
    "s"."__row",
    "s"."flight_id",
    "s"."event_timestamp",
    "e1"."__event" AS "flight_departures__event",
    "e1"."__visible" AS "flight_departures__visible",
    "e1"."flight_delay" AS "flight_departures__flight_delay"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "leading_flight_departures" AS "e1"
    ON "s"."flight_id" = "e1"."flight_id" AND "s"."event_timestamp" >= "e1"."__visible"
), "tied_flight_departures" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."flight_id",
    "e"."__event"
  FROM "events_flight_departures" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."flight_id" = "m"."flight_id" AND "e"."__event" = "m"."flight_departures__event"
  GROUP BY
    "e"."flight_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_flight_departures" AS (
  -- Ties of flight_departures, settled: the greatest by (flight_delay), NULLs first. A row a tied
  -- instant.
  WITH "ranked" AS (
    SELECT
      "e"."flight_id",
      "e"."__event",
      "e"."__visible",
      "e"."flight_delay",
      ROW_NUMBER() OVER (PARTITION BY "e"."flight_id", "e"."__event" ORDER BY "e"."flight_delay" ASC NULLS FIRST) AS "__rank"
    FROM "events_flight_departures" AS "e"
    SEMI JOIN "tied_flight_departures" AS "d"
      ON "e"."flight_id" = "d"."flight_id" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."flight_id",
    "s"."__event",
    "s"."__visible",
    "r"."flight_delay"
  FROM (
    SELECT DISTINCT
      "flight_id",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "flight_id", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."flight_id" = "r"."flight_id"
    AND "s"."__event" = "r"."__event"
    AND "s"."__rank" = "r"."__rank"
)
SELECT
  "m"."flight_id",
  "m"."event_timestamp",
  CASE
    WHEN "w1"."__event" IS NULL
    THEN "m"."flight_departures__flight_delay"
    ELSE "w1"."flight_delay"
  END AS "flight_delay"
FROM "matched" AS "m"
LEFT JOIN "settled_flight_departures" AS "w1"
  ON "w1"."flight_id" = "m"."flight_id"
  AND "w1"."__event" = "m"."flight_departures__event"
  AND "w1"."__visible" = "m"."flight_departures__visible"
ORDER BY
  "m"."__row";
