-- Training set of feature view carrier_departures: one row out for each row of the spine, in its order.
-- Definition: featuredefs/views.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."carrier",
    "s"."origin",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_departures" AS NOT MATERIALIZED (
  -- Source departures: a row an event at scheduled_at, known at departed_at.
  SELECT
    "carrier",
    "origin",
    "dep_delay",
    "dest",
    CAST("scheduled_at" AS TIMESTAMP) AS "__event",
    GREATEST(CAST("scheduled_at" AS TIMESTAMP), CAST("departed_at" AS TIMESTAMP)) AS "__visible"
  FROM READ_PARQUET('featuredefs/data/departures.parquet')
  WHERE
    "scheduled_at" IS NOT NULL AND "departed_at" IS NOT NULL
), "events_carrier_departures" AS NOT MATERIALIZED (
  -- Feature view carrier_departures: the values each event carries, by carrier, origin.
  SELECT
    CAST("carrier" AS TEXT) AS "carrier",
    CAST("origin" AS TEXT) AS "origin",
    "__event",
    "__visible",
    CAST("dep_delay" AS INT) AS "carrier_delay",
    CAST("dest" AS TEXT) AS "carrier_dest"
  FROM "source_departures"
  WHERE
    "carrier" IS NOT NULL AND "origin" IS NOT NULL
), "leading_carrier_departures" AS (
  -- Events that are the latest of their key when they become known. One that is known only after a
  -- later event never counts.
  SELECT
    "carrier",
    "origin",
    "__event",
    "__visible",
    "carrier_delay",
    "carrier_dest"
  FROM "events_carrier_departures"
  QUALIFY
    "__event" = MAX("__event") OVER (PARTITION BY "carrier", "origin" ORDER BY "__visible" ASC)
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; carrier_departures:
  -- strictly before the row's time.
  SELECT
    "s"."__row",
    "s"."carrier",
    "s"."origin",
    "s"."event_timestamp",
    "e1"."__event" AS "carrier_departures__event",
    "e1"."__visible" AS "carrier_departures__visible",
    "e1"."carrier_delay" AS "carrier_departures__carrier_delay",
    "e1"."carrier_dest" AS "carrier_departures__carrier_dest"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "leading_carrier_departures" AS "e1"
    ON "s"."carrier" = "e1"."carrier"
    AND "s"."origin" = "e1"."origin"
    AND "s"."event_timestamp" > "e1"."__visible"
), "tied_carrier_departures" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."carrier",
    "e"."origin",
    "e"."__event"
  FROM "events_carrier_departures" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."carrier" = "m"."carrier"
    AND "e"."origin" = "m"."origin"
    AND "e"."__event" = "m"."carrier_departures__event"
  GROUP BY
    "e"."carrier",
    "e"."origin",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_carrier_departures" AS (
  -- Ties of carrier_departures, settled: the greatest by (carrier_delay, carrier_dest), NULLs
  -- first. A row a tied instant.
  WITH "ranked" AS (
    SELECT
      "e"."carrier",
      "e"."origin",
      "e"."__event",
      "e"."__visible",
      "e"."carrier_delay",
      "e"."carrier_dest",
      ROW_NUMBER() OVER (
        PARTITION BY "e"."carrier", "e"."origin", "e"."__event"
        ORDER BY "e"."carrier_delay" ASC NULLS FIRST, "e"."carrier_dest" ASC NULLS FIRST
      ) AS "__rank"
    FROM "events_carrier_departures" AS "e"
    SEMI JOIN "tied_carrier_departures" AS "d"
      ON "e"."carrier" = "d"."carrier" AND "e"."origin" = "d"."origin" AND "e"."__event" = "d"."__event"
  )
  SELECT
    "s"."carrier",
    "s"."origin",
    "s"."__event",
    "s"."__visible",
    "r"."carrier_delay",
    "r"."carrier_dest"
  FROM (
    SELECT DISTINCT
      "carrier",
      "origin",
      "__event",
      "__visible",
      MAX("__rank") OVER (PARTITION BY "carrier", "origin", "__event" ORDER BY "__visible" ASC) AS "__rank"
    FROM "ranked"
  ) AS "s"
  JOIN "ranked" AS "r"
    ON "s"."carrier" = "r"."carrier"
    AND "s"."origin" = "r"."origin"
    AND "s"."__event" = "r"."__event"
    AND "s"."__rank" = "r"."__rank"
)
SELECT
  "m"."carrier",
  "m"."origin",
  "m"."event_timestamp",
  CASE
    WHEN "m"."carrier_departures__event" >= "m"."event_timestamp" - INTERVAL '1' DAY
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."carrier_departures__carrier_delay"
      ELSE "w1"."carrier_delay"
    END
  END AS "carrier_delay",
  CASE
    WHEN "m"."carrier_departures__event" >= "m"."event_timestamp" - INTERVAL '1' DAY
    THEN CASE
      WHEN "w1"."__event" IS NULL
      THEN "m"."carrier_departures__carrier_dest"
      ELSE "w1"."carrier_dest"
    END
    ELSE CAST('none' AS TEXT)
  END AS "carrier_dest"
FROM "matched" AS "m"
LEFT JOIN "settled_carrier_departures" AS "w1"
  ON "w1"."carrier" = "m"."carrier"
  AND "w1"."origin" = "m"."origin"
  AND "w1"."__event" = "m"."carrier_departures__event"
  AND "w1"."__visible" = "m"."carrier_departures__visible"
ORDER BY
  "m"."__row";
