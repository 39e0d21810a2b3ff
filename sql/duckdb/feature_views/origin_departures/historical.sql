-- Training set of feature view origin_departures: one row out for each row of the spine, in its order.
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
), "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "events_origin_departures" AS NOT MATERIALIZED (
  -- Feature view origin_departures: the values each event carries, by origin.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS INT) AS "origin_delay",
    "dep_delay" > 15 AS "origin_late"
  FROM "source_departures"
  WHERE
    "origin" IS NOT NULL
), "leading_origin_departures" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "origin",
    "__event",
    "__visible",
    "origin_delay",
    "origin_late"
  FROM "events_origin_departures"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "origin" ORDER BY "__visible" ASC)
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; origin_departures:
  -- strictly before the row's time.
  SELECT
    "s"."__row",
    "s"."origin",
    "s"."event_timestamp",
    "e1"."__event" AS "origin_departures__event",
    "e1"."__visible" AS "origin_departures__visible",
    "e1"."origin_delay" AS "origin_departures__origin_delay",
    "e1"."origin_late" AS "origin_departures__origin_late"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "leading_origin_departures" AS "e1"
    ON "s"."origin" = "e1"."origin" AND "s"."event_timestamp" > "e1"."__visible"
), "tied_origin_departures" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."origin",
    "e"."__event"
  FROM "events_origin_departures" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."origin" = "m"."origin" AND "e"."__event" = "m"."origin_departures__event"
  GROUP BY
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_origin_departures" AS (
  -- Ties of origin_departures, settled: the greatest by (origin_delay, origin_late), NULLs first. A
  -- row a tied instant.
  WITH "ranked" AS (
    SELECT
      "e"."origin",
      "e"."__event",
      "e"."__visible",
      "e"."origin_delay",
      "e"."origin_late",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."origin", "e"."__event"
        ORDER BY "e"."origin_delay" ASC NULLS FIRST, "e"."origin_late" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_origin_departures" AS "e"
    SEMI JOIN "tied_origin_departures" AS "d"
      ON "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."origin",
    "s"."__event",
    "s"."__visible",
    "r"."origin_delay",
    "r"."origin_late"
  FROM (
    SELECT DISTINCT
      "origin",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "origin", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."origin" = "r"."origin" AND "s"."__event" = "r"."__event" AND "s"."__rank" = "r"."__rank"
)
SELECT
  "m"."origin",
  "m"."event_timestamp",
  CASE
    WHEN "m"."origin_departures__event" >= "m"."event_timestamp" - INTERVAL '6' HOUR
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."origin_departures__origin_delay"
      ELSE "w1"."origin_delay"
    END
  END AS "origin_delay",
  CASE
    WHEN "m"."origin_departures__event" >= "m"."event_timestamp" - INTERVAL '6' HOUR
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."origin_departures__origin_late"
      ELSE "w1"."origin_late"
    END
  END AS "origin_late"
FROM "matched" AS "m"
LEFT JOIN "settled_origin_departures" AS "w1"
  ON "w1"."origin" = "m"."origin"
  AND "w1"."__event" = "m"."origin_departures__event"
  AND "w1"."__visible" = "m"."origin_departures__visible"
ORDER BY
  "m"."__row";
