-- Training set of feature view origin_departures_leaky: one row out for each row of the spine, in its order.
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
), "source_departures_leaky" AS NOT MATERIALIZED (
  -- Source departures_leaky: a row an event at scheduled_at, known as it happens.
  SELECT
    "origin",
    "dep_delay",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL
), "events_origin_departures_leaky" AS NOT MATERIALIZED (
  -- Feature view origin_departures_leaky: the values each event carries, by origin.
  SELECT
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    CAST("dep_delay" AS INT) AS "origin_delay_leaky"
  FROM "source_departures_leaky"
  WHERE
    (
      "dep_delay" IS NOT NULL
    ) AND "origin" IS NOT NULL
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join;
  -- origin_departures_leaky: strictly before the row's time.
  SELECT
    "s"."__row",
    "s"."origin",
    "s"."event_timestamp",
    "e1"."__event" AS "origin_departures_leaky__event",
    "e1"."origin_delay_leaky" AS "origin_departures_leaky__origin_delay_leaky"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "events_origin_departures_leaky" AS "e1"
    ON "s"."origin" = "e1"."origin" AND "s"."event_timestamp" > "e1"."__event"
), "tied_origin_departures_leaky" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."origin",
    "e"."__event"
  FROM "events_origin_departures_leaky" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."origin" = "m"."origin" AND "e"."__event" = "m"."origin_departures_leaky__event"
  GROUP BY
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_origin_departures_leaky" AS (
  -- Ties of origin_departures_leaky, settled: the greatest by (origin_delay_leaky), NULLs first. A
  -- row a tied instant.
  SELECT
    "e"."origin",
    "e"."__event",
    "e"."origin_delay_leaky"
  FROM "events_origin_departures_leaky" AS "e"
  SEMI JOIN "tied_origin_departures_leaky" AS "d"
    ON "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."origin", "e"."__event" ORDER BY "e"."origin_delay_leaky" DESC) = 1
)
SELECT
  "m"."origin",
  "m"."event_timestamp",
  CASE
    WHEN "m"."origin_departures_leaky__event" >= "m"."event_timestamp" - INTERVAL '6' HOUR
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."origin_departures_leaky__origin_delay_leaky"
      ELSE "w1"."origin_delay_leaky"
    END
  END AS "origin_delay_leaky"
FROM "matched" AS "m"
LEFT JOIN "settled_origin_departures_leaky" AS "w1"
  ON "w1"."origin" = "m"."origin" AND "w1"."__event" = "m"."origin_departures_leaky__event"
ORDER BY
  "m"."__row";
