-- Training set of feature view aircraft: one row out for each row of the spine, in its order.
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
), "source_planes" AS NOT MATERIALIZED (
  -- Source planes: a row an event at known_from, known as it happens.
  SELECT
    "tailnum",
    "seats",
    "year_built",
    "engine",
    CAST("known_from" AS TIMESTAMP) AS "__event"
  FROM READ_PARQUET('featuredefs/data/planes.parquet')
  WHERE
    "known_from" IS NOT NULL
), "events_aircraft" AS NOT MATERIALIZED (
  -- Feature view aircraft: the values each event carries, by tailnum.
  SELECT
    CAST("tailnum" AS TEXT) AS "tailnum",
    "__event",
    CAST("seats" AS INT) AS "seats",
    CAST("year_built" AS INT) AS "year_built",
    CAST("engine" AS TEXT) AS "engine"
  FROM "source_planes"
  WHERE
    "tailnum" IS NOT NULL
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; aircraft: at or before
  -- the row's time.
  SELECT
    "s"."__row",
    "s"."tailnum",
    "s"."event_timestamp",
    "e1"."__event" AS "aircraft__event",
    "e1"."seats" AS "aircraft__seats",
    "e1"."year_built" AS "aircraft__year_built",
    "e1"."engine" AS "aircraft__engine"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "events_aircraft" AS "e1"
    ON "s"."tailnum" = "e1"."tailnum" AND "s"."event_timestamp" >= "e1"."__event"
), "tied_aircraft" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."tailnum",
    "e"."__event"
  FROM "events_aircraft" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."tailnum" = "m"."tailnum" AND "e"."__event" = "m"."aircraft__event"
  GROUP BY
    "e"."tailnum",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_aircraft" AS (
  -- Ties of aircraft, settled: the greatest by (seats, year_built, engine), NULLs first. A row a
  -- tied instant.
  SELECT
    "e"."tailnum",
    "e"."__event",
    "e"."seats",
    "e"."year_built",
    "e"."engine"
  FROM "events_aircraft" AS "e"
  SEMI JOIN "tied_aircraft" AS "d"
    ON "e"."tailnum" = "d"."tailnum" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY "e"."tailnum", "e"."__event"
      ORDER BY "e"."seats" DESC, "e"."year_built" DESC, "e"."engine" DESC
    ) = 1
)
SELECT
  "m"."tailnum",
  "m"."event_timestamp",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."aircraft__seats" ELSE "w1"."seats" END AS "seats",
  CASE WHEN "w1"."__event" IS NULL THEN "m"."aircraft__year_built" ELSE "w1"."year_built" END AS "year_built",
  CASE
    WHEN "m"."aircraft__event" IS NOT NULL
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."aircraft__engine" ELSE "w1"."engine" END
    ELSE CAST('unknown' AS TEXT)
  END AS "engine"
FROM "matched" AS "m"
LEFT JOIN "settled_aircraft" AS "w1"
  ON "w1"."tailnum" = "m"."tailnum" AND "w1"."__event" = "m"."aircraft__event"
ORDER BY
  "m"."__row";
