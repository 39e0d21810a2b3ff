-- Training set of feature service service: one row out for each row of the spine, in its order.
-- Definition: feature.yaml. Dialect: duckdb, session time zone UTC.
-- Written by fcompile 0.1.0 (`fcompile build`): change the definition, not this file.
-- Bound when it runs: the spine, which is a table `spine` of keys and event_timestamp here.
WITH "numbered" AS (
  -- The spine, numbered so that its rows and their order come back. A row a training example.
  SELECT
    ROW_NUMBER() OVER () AS "__row",
    "s"."user_id",
    "s"."event_timestamp"
  FROM "spine" AS "s"
), "source_events" AS NOT MATERIALIZED (
  -- Source events: a row an event at at, known as it happens.
  SELECT
    "user_id",
    "x",
    "y",
    "z",
    CAST("at" AS TIMESTAMP) AS "__event"
  FROM "raw"."events"
  WHERE
    "at" IS NOT NULL
), "events_events" AS NOT MATERIALIZED (
  -- Feature views a, b: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    CAST("x" AS DOUBLE) AS "a__x",
    CAST("y" AS BIGINT) AS "b__y",
    CAST("x" AS DOUBLE) AS "b__x"
  FROM "source_events"
  WHERE
    "user_id" IS NOT NULL
), "events_c" AS NOT MATERIALIZED (
  -- Feature view c: the values each event carries, by user_id.
  SELECT
    CAST("user_id" AS BIGINT) AS "user_id",
    "__event",
    CAST("z" AS TEXT) AS "z"
  FROM "source_events"
  WHERE
    (
      "x" > 0
    ) AND "user_id" IS NOT NULL
), "matched" AS MATERIALIZED (
  -- Each spine row with the latest event visible at its time, for each join; a, b: at or before the
  -- row's time; c: at or before the row's time.
  SELECT
    "s"."__row",
    "s"."user_id",
    "s"."event_timestamp",
    "e1"."__event" AS "a__event",
    "e1"."a__x",
    "e1"."b__y",
    "e1"."b__x",
    "e2"."__event" AS "c__event",
    "e2"."z" AS "c__z"
  FROM "numbered" AS "s"
  ASOF LEFT JOIN "events_events" AS "e1"
    ON "s"."user_id" = "e1"."user_id" AND "s"."event_timestamp" >= "e1"."__event"
  ASOF LEFT JOIN "events_c" AS "e2"
    ON "s"."user_id" = "e2"."user_id" AND "s"."event_timestamp" >= "e2"."__event"
), "tied_a" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id",
    "e"."__event"
  FROM "events_events" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."a__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_a" AS (
  -- Ties of a, settled: the greatest by (x), NULLs first. A row a tied instant.
  SELECT
    "e"."user_id",
    "e"."__event",
    "e"."a__x"
  FROM "events_events" AS "e"
  SEMI JOIN "tied_a" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."user_id", "e"."__event" ORDER BY "e"."a__x" DESC) = 1
), "settled_b" AS (
  -- Ties of b, settled: the greatest by (y, x), NULLs first. A row a tied instant.
  SELECT
    "e"."user_id",
    "e"."__event",
    "e"."b__y",
    "e"."b__x"
  FROM "events_events" AS "e"
  SEMI JOIN "tied_a" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."user_id", "e"."__event" ORDER BY "e"."b__y" DESC, "e"."b__x" DESC) = 1
), "tied_c" AS MATERIALIZED (
  -- Ties: picked instants at which a key has several events. A row a key and event time.
  SELECT
    "e"."user_id",
    "e"."__event"
  FROM "events_c" AS "e"
  SEMI JOIN "matched" AS "m"
    ON "e"."user_id" = "m"."user_id" AND "e"."__event" = "m"."c__event"
  GROUP BY
    "e"."user_id",
    "e"."__event"
  HAVING
    COUNT(*) > 1
), "settled_c" AS (
  -- Ties of c, settled: the greatest by (z), NULLs first. A row a tied instant.
  SELECT
    "e"."user_id",
    "e"."__event",
    "e"."z"
  FROM "events_c" AS "e"
  SEMI JOIN "tied_c" AS "d"
    ON "e"."user_id" = "d"."user_id" AND "e"."__event" = "d"."__event"
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY "e"."user_id", "e"."__event" ORDER BY "e"."z" DESC) = 1
)
SELECT
  "m"."user_id",
  "m"."event_timestamp",
  CASE
    WHEN "m"."a__event" >= "m"."event_timestamp" - INTERVAL '1' DAY
    THEN CASE WHEN "w1"."__event" IS NULL THEN "m"."a__x" ELSE "w1"."a__x" END
  END AS "a__x",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."b__y" ELSE "w2"."b__y" END AS "b__y",
  CASE WHEN "w2"."__event" IS NULL THEN "m"."b__x" ELSE "w2"."b__x" END AS "b__x",
  CASE WHEN "w3"."__event" IS NULL THEN "m"."c__z" ELSE "w3"."z" END AS "c__z"
FROM "matched" AS "m"
LEFT JOIN "settled_a" AS "w1"
  ON "w1"."user_id" = "m"."user_id" AND "w1"."__event" = "m"."a__event"
LEFT JOIN "settled_b" AS "w2"
  ON "w2"."user_id" = "m"."user_id" AND "w2"."__event" = "m"."a__event"
LEFT JOIN "settled_c" AS "w3"
  ON "w3"."user_id" = "m"."user_id" AND "w3"."__event" = "m"."c__event"
ORDER BY
  "m"."__row";
